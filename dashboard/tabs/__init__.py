"""The tabs, in the order of the navigation. A tab is a module; adding one is a module and its name here."""

from dashboard.tabs import data, outcomes, patient, people, side_effects, throughput, today
from dashboard.tabs.tab import Tab

TABS: tuple[Tab, ...] = (today, patient, outcomes, side_effects, throughput, data)
PAGES: tuple[Tab, ...] = (*TABS, people)
"""The tabs, and the pages that only another page leads to."""
