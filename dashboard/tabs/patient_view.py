"""How a person's page is looked at, sealed in the address beside the list one came from."""

import json
from dataclasses import asdict, dataclass, fields
from urllib.parse import parse_qsl, urlencode

from dashboard.clinical.cohort import OptionError, require
from dashboard.figures.axis import AXES
from dashboard.tokens import Tokens

_KIND, _NAME = "patient-view", "view"


@dataclass(frozen=True)
class Look:
    """One way to look at a person.

    Attributes:
        axis: one of AXES.
        scale: whose answers are shown; the first that has any where it is not this person's.
        session: which is shown by the minute, as ``course.number``; the last where there is no such.
    """

    axis: str = "dates"
    scale: str = ""
    session: str = ""

    def __post_init__(self) -> None:
        require("axis", self.axis, AXES)

    @classmethod
    def of(cls, search: str | None, tokens: Tokens) -> "Look":
        """What an address asks for; raises OptionError where its token opens nothing."""
        token = dict(parse_qsl((search or "").lstrip("?"))).get(_NAME)
        if token is None:
            return cls()
        text = tokens.open(_KIND, token)
        if text is None:
            raise OptionError("Its address is incomplete, or it comes from another clinic.")
        said = json.loads(text)
        if not {each.name for each in fields(cls)}.issuperset(said):
            raise OptionError("It was made by another version of this program.")
        return cls(**said)

    def search(self, search: str | None, tokens: Tokens) -> str:
        """The address that asks for it, the rest of it kept; no token for the look that is shown unasked."""
        kept = _others(search)
        said = {name: value for name, value in asdict(self).items() if value != getattr(Look(), name)}
        token = [(_NAME, tokens.seal(_KIND, json.dumps(said, sort_keys=True)))] if said else []
        return f"?{urlencode([*kept, *token])}" if kept or token else ""


def without_look(search: str | None) -> str:
    """An address without the look: the list one came from."""
    kept = _others(search)
    return f"?{urlencode(kept)}" if kept else ""


def _others(search: str | None) -> list[tuple[str, str]]:
    given = parse_qsl((search or "").lstrip("?"), keep_blank_values=True)
    return [(name, value) for name, value in given if name != _NAME]
