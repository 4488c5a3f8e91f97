"""Who may do what: a closed list of actions. Pure: no web, no records."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """Something that only some roles may do.

    Attributes:
        name: verb-noun.
        description: what it lets a person do.
        roles: those who may.
        refusal: for the others, by role, the sentence that says why not.
    """

    name: str
    description: str
    roles: frozenset[str]
    refusal: dict[str, str]

    def __hash__(self) -> int:
        return hash(self.name)


class Forbidden(PermissionError):
    """This role may not do this; its text is one sentence for the person."""


OPEN_APP = Action(
    "open-app",
    "open the frame: the navigation and one's own pages",
    frozenset({"clinician", "director", "presenter", "admin"}),
    {},
)
VIEW_OUTCOMES = Action(
    "view-outcomes",
    "see response and remission of groups of courses; presenters with counts under 11 hidden",
    frozenset({"clinician", "director", "presenter"}),
    {
        "admin": "Admins look after users and data; outcomes are for clinicians, directors and presenters.",
    },
)
VIEW_OUTCOMES_DEPTH = Action(
    "view-outcomes-depth",
    "see change, time and comparison of groups of courses, small counts included",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Change, time and comparison are not shown without their small counts; the page Outcomes is.",
        "admin": "Admins look after users and data; outcomes are for clinicians, directors and presenters.",
    },
)
VIEW_SIDE_EFFECTS = Action(
    "view-side-effects",
    "see side effects and excursions of groups of sessions, and the list of serious events",
    frozenset({"clinician", "director"}),
    {
        "presenter": "When, how long and vital signs are not shown without their small counts; the page Side effects "
        "is.",
        "admin": "Admins look after users and data; side effects are for those who treat, and who present.",
    },
)
PRESENT_SIDE_EFFECTS = Action(
    "present-side-effects",
    "see how many people had which side effect, with counts under 11 hidden",
    frozenset({"clinician", "director", "presenter"}),
    {
        "admin": "Admins look after users and data; side effects are for those who treat, and who present.",
    },
)
VIEW_THROUGHPUT = Action(
    "view-throughput",
    "see how many sessions there were, what became of them, waits and inductions",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Chairs and the book ahead are not shown without their small counts; the page Throughput is.",
        "admin": "Admins look after users and data; throughput is for those who treat, and who present.",
    },
)
PRESENT_THROUGHPUT = Action(
    "present-throughput",
    "see how many sessions there were in each month, with counts under 11 hidden",
    frozenset({"clinician", "director", "presenter"}),
    {
        "admin": "Admins look after users and data; throughput is for those who treat, and who present.",
    },
)
VIEW_BALANCE = Action(
    "view-balance",
    "see response, side effects and chair time of groups side by side",
    frozenset({"clinician", "director"}),
    {
        "presenter": "The balance is not shown without its small cells; ask somebody who treats.",
        "admin": "Admins look after users and data; the balance is for clinicians and directors.",
    },
)
VIEW_TODAY = Action(
    "view-today",
    "see who comes and who needs thought, and tick them as reviewed; each list opened is logged",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Who comes today is for those who treat them.",
        "admin": "Admins look after users and data; who comes today is for those who treat them.",
    },
)
VIEW_PATIENT = Action(
    "view-patient",
    "find a patient and see trajectory, status and sessions; each opening is logged",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Presenters see people in code, on the agenda of case review.",
        "admin": "Admins look after users and data; patients are for those who treat them.",
    },
)
VIEW_PEOPLE = Action(
    "view-people",
    "open the list of people behind a number; each list opened is logged",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Presenters see people in code, on the agenda of case review; a list of everyone behind a number "
        "would let its small cells be counted.",
        "admin": "Admins look after users and data; the people behind a number are for those who treat them.",
    },
)
VIEW_CASES = Action(
    "view-cases",
    "see the agenda of case review and its people in code, on screen and as slides; each case opened is logged",
    frozenset({"clinician", "director", "presenter"}),
    {
        "admin": "Admins look after users and data; case review is for those who treat, and who present.",
    },
)
DECIDE_CASE = Action(
    "decide-case",
    "send somebody to case review, record a decision, begin a meeting",
    frozenset({"clinician", "director"}),
    {
        "presenter": "What was decided is recorded by those who treat.",
        "admin": "What was decided is recorded by those who treat.",
    },
)
SWITCH_CODED = Action(
    "switch-coded",
    "show people in code only, as a presenter sees them, until it is switched back",
    frozenset({"clinician", "director"}),
    {
        "presenter": "Presenters always see people in code.",
        "admin": "Admins see nobody.",
    },
)
VIEW_DATA = Action(
    "view-data",
    "see what the records are: the import's report, the rows set aside and their download, which is logged",
    frozenset({"director", "admin"}),
    {
        "clinician": "What was imported and set aside is for directors and admins; they can mend it at its source.",
        "presenter": "What was imported and set aside is for directors and admins.",
    },
)

CODED = "presenter"
"""The role whose eyes everyone has who shows people in code only."""
HIDES_SMALL = frozenset({CODED})
"""The roles to whom no count from 1 to 10 is shown, whatever the action."""

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        OPEN_APP,
        VIEW_TODAY,
        VIEW_OUTCOMES,
        VIEW_OUTCOMES_DEPTH,
        VIEW_SIDE_EFFECTS,
        PRESENT_SIDE_EFFECTS,
        VIEW_THROUGHPUT,
        PRESENT_THROUGHPUT,
        VIEW_BALANCE,
        VIEW_PATIENT,
        VIEW_PEOPLE,
        VIEW_CASES,
        DECIDE_CASE,
        SWITCH_CODED,
        VIEW_DATA,
    )
}
"""Every action there is."""


def may(role: str, action: Action) -> bool:
    """True where the role is among those named; an unknown role may nothing."""
    return role in action.roles


def refusal(role: str, action: Action) -> str:
    """The sentence for a role that may not."""
    return action.refusal.get(role, "Your role does not include this page. Ask the clinic's admin if you need it.")


def require(role: str, action: Action) -> None:
    """Raise Forbidden where the role may not."""
    if not may(role, action):
        raise Forbidden(refusal(role, action))
