"""The tabs, in the order of the navigation. A tab is a module; adding one is a module and its name here.

A section, whose address goes on from its tab's, stands after it and is reached from there. Of two tabs at one address
everybody gets the first that is open to them.
"""

from dashboard.tabs import (
    balance,
    case,
    data,
    outcomes,
    outcomes_change,
    outcomes_compare,
    outcomes_time,
    patient,
    people,
    present,
    review,
    side_effects,
    side_effects_presented,
    side_effects_vitals,
    side_effects_when,
    throughput,
    throughput_ahead,
    throughput_chairs,
    throughput_presented,
    today,
)
from dashboard.tabs.tab import Tab

TABS: tuple[Tab, ...] = (
    today,
    patient,
    outcomes,
    outcomes_change,
    outcomes_time,
    outcomes_compare,
    side_effects,
    side_effects_presented,
    side_effects_when,
    side_effects_vitals,
    throughput,
    throughput_presented,
    throughput_chairs,
    throughput_ahead,
    balance,
    review,
    data,
)
PAGES: tuple[Tab, ...] = (*TABS, people, case, present)
"""The tabs, and the pages that only another page leads to."""
