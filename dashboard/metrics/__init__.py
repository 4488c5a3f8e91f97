"""The metrics: marts and a cohort in, one tidy table out. The screen, the slides and the command line call these."""

from dashboard.metrics import curve, response, trajectory
from dashboard.metrics.options import Metric

METRICS: dict[str, Metric] = {each.METRIC.name: each.METRIC for each in (response, trajectory, curve)}
