"""The metrics: marts and a cohort in, one tidy table out. The screen, the slides and the command line call these."""

from dashboard.metrics import (
    any_side_effect,
    cohort_size,
    completeness,
    curve,
    durability,
    induction,
    response,
    serious_events,
    sessions,
    side_effect_explorer,
    side_effects,
    side_effects_by_session,
    spc,
    throughput,
    time_to_response,
    trajectory,
    vitals_excursions,
    wait_curve,
    waits,
    worklist,
)
from dashboard.metrics.options import Metric

METRICS: dict[str, Metric] = {
    each.METRIC.name: each.METRIC
    for each in (
        response,
        trajectory,
        sessions,
        curve,
        time_to_response,
        durability,
        side_effects,
        side_effects_by_session,
        side_effect_explorer,
        any_side_effect,
        serious_events,
        vitals_excursions,
        throughput,
        spc,
        waits,
        wait_curve,
        induction,
        completeness,
        cohort_size,
        worklist,
    )
}
