"""A person below the first screen: everything over time on one axis, and the sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
from dash import Input, Output, ctx, dcc, html, no_update

from dashboard.access import NotFound, Patient, Viewer, notes_of, patient_for
from dashboard.access_cases import cases_of
from dashboard.agenda import Case
from dashboard.clinic import Clinic
from dashboard.clinical.cohort import OptionError
from dashboard.clinical.people import courses_of, doses_of
from dashboard.figures.axis import AXES
from dashboard.figures.theme import Theme
from dashboard.figures.trajectory import Beside, trajectory_figure
from dashboard.instruments import INSTRUMENTS
from dashboard.metrics.measures import close
from dashboard.metrics.reading import Reading
from dashboard.metrics.rule import scales_of
from dashboard.metrics.trajectory import scores_of
from dashboard.notes import Note
from dashboard.tabs import parts, patient_evidence, patient_print, patient_sessions, patient_tables
from dashboard.tabs.page import unchanged
from dashboard.tabs.patient_case import decision_words
from dashboard.tabs.patient_lines import lines_of
from dashboard.tabs.patient_tables import twin
from dashboard.tabs.patient_tools import token_of
from dashboard.tabs.patient_view import Look
from dashboard.tabs.tab import Register

CONTROLS = ("axis", "scale", "session")
"""What can be chosen, as in ``patient_view.Look``."""


def layout() -> list[Any]:
    """The parts, their places held."""
    options: list[Any] = [{"value": kind, "label": words} for kind, words in AXES.items()]
    axis = dcc.RadioItems(id="patient-axis", options=options, value="dates", inline=True, className="axis")
    return [
        html.Section(
            [
                html.Div([html.H2("Over time"), html.Span("Axis", id="patient-axis-name"), axis], className="heading"),
                parts.graph("patient-course", figure=parts.BLANK, style={"height": "330px"}),
                html.P(id="patient-course-words", className="note"),
                *(twin(name) for name in ("trajectory", "missing-scores", "effects", "events", "medications")),
            ]
        ),
        patient_evidence.measures_layout(),
        *patient_evidence.layout(),
        html.Section([html.H2("Sessions, newest first"), patient_sessions.layout(), twin("sessions")]),
        patient_print.layout(),
    ]


def _outputs() -> dict[str, Any]:
    return {
        "search": Output("patient-address", "search"),
        "hidden": Output("patient-tables", "hidden"),
        "tables": patient_tables.outputs(),
        "axis": Output("patient-axis", "value"),
        "course": {
            "figure": Output("patient-course", "figure"),
            "style": Output("patient-course", "style"),
            "words": Output("patient-course-words", "children"),
        },
        **patient_evidence.outputs(),
        "print": patient_print.outputs(),
        "sessions": {
            "rows": Output("patient-sessions", "rowData"),
            "style": Output("patient-sessions", "style"),
        },
    }


def register(callback: Register, clinic: Clinic) -> None:
    """The parts of an address' person; the address and the controls say the same, whichever was changed."""

    @callback(
        output=_outputs(),
        inputs=[
            Input("patient-address", "pathname"),
            Input("patient-address", "search"),
            Input("shell-theme-shown", "data"),
            Input("patient-notes", "rowData"),
            *(Input(f"patient-{name}", "value") for name in CONTROLS),
        ],
    )
    def show_depth(
        viewer: Viewer, path: str | None, search: str | None, theme: str | None, _notes: Any, *said: str | None
    ) -> dict[str, Any]:
        token = token_of(path)
        try:
            look, chosen = Look.of(search, clinic.tokens), str(ctx.triggered_id or "").removeprefix("patient-")
            value = dict(zip(CONTROLS, said, strict=True)).get(chosen)
            is_new = value is not None
            look = replace(look, **{chosen: value}) if value is not None else look
            person = patient_for(viewer, clinic, token)
        except (NotFound, OptionError):
            return {**unchanged(_outputs()), "hidden": True}
        asked = patient_tables.readings(person)
        depth = Depth(
            person,
            asked,
            notes_of(viewer, clinic, token),
            cases_of(viewer, clinic, token),
            "dark" if theme == "dark" else "light",
        )
        shown = {**content(depth, look), "search": no_update}
        if is_new:  # the tables do not depend on the look
            shown |= {"search": look.search(search, clinic.tokens), "tables": unchanged(patient_tables.outputs())}
        return shown


@dataclass(frozen=True)
class Depth:
    """One person's records, each asked once, for the figures and their tables alike.

    Attributes:
        patient: whom a viewer was let see.
        asked: of the metrics, by their names.
        notes: those that count.
        cases: those sent to case review.
        theme: light or dark.
    """

    patient: Patient
    asked: Mapping[str, Reading]
    notes: Sequence[Note]
    cases: Sequence[Case]
    theme: Theme

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The person's scores; ``is_close`` marks what was taken sooner than the scale looks back."""
        table = scores_of(self.patient.cohort, self.patient.patient_id).assign(is_close=False)
        for code, own in table.groupby("instrument"):
            table.loc[own.index, "is_close"] = close(own, INSTRUMENTS[str(code)].recall_days)
        return table

    @property
    def codes(self) -> list[str]:
        """The scales with a score, the primary one first."""
        held, order = set(self.scores["instrument"]), list(INSTRUMENTS)
        return sorted(held, key=lambda code: (code != self.patient.primary, order.index(code)))


def content(depth: Depth, look: Look) -> dict[str, Any]:
    """Everything that the callback fills, but for the address."""
    cohort, primary, theme = depth.patient.cohort, depth.patient.primary, depth.theme
    tables = {name: each.table for name, each in depth.asked.items()}
    measures = patient_evidence.measures(tables["measures"], depth.scores)
    answers = patient_evidence.answers(tables["items"], look.scale, primary, theme)
    held = patient_sessions.rows_of(tables["sessions"])
    on_paper = _drawn(depth, look, tables, is_on_paper=True)
    return {
        "hidden": False,
        "tables": patient_tables.content(depth.asked),
        "axis": look.axis,
        "course": _course(depth, look, tables),
        "measures": measures,
        "items": answers,
        "day": patient_evidence.day(tables["vitals"], look.session, cohort, theme),
        "courses": patient_evidence.courses(depth.scores, primary, depth.codes, theme),
        "sessions": {"rows": held, "style": patient_sessions.style_of(len(held))},
        "print": patient_print.content(on_paper, measures, held, answers["words"], depth.notes),
    }


def _course(depth: Depth, look: Look, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    drawn = _drawn(depth, look, tables)
    return {
        "figure": parts.without_styles(drawn),
        "style": {"height": f"{drawn['layout']['height']}px"},
        "words": _words(depth, tables["missing-scores"]),
    }


def _drawn(
    depth: Depth, look: Look, tables: Mapping[str, pd.DataFrame], *, is_on_paper: bool = False
) -> dict[str, Any]:
    """Every scale with all that lies beside it; on paper the first scale alone, in light."""
    cohort, identifier = depth.patient.cohort, depth.patient.patient_id
    scores, codes = depth.scores, depth.codes or [code for code in [depth.patient.primary] if code]
    codes = codes[:1] if is_on_paper else codes
    courses = courses_of(cohort, identifier)
    scales = {row["instrument"]: row for row in scales_of(cohort, codes).to_dict("records")}
    lines = {
        code: lines_of(scores[scores["instrument"] == code], courses, scales[code], cohort.store.as_of)
        for code in codes
    }
    beside = Beside(
        missing=tables["missing-scores"].to_dict("records"),
        sessions=tables["sessions"].to_dict("records"),
        effects=[] if is_on_paper else tables["effects"].to_dict("records"),
        medicines=[] if is_on_paper else tables["medications"].to_dict("records"),
        happened=_happened(tables["events"], depth.notes, depth.cases),
    )
    return trajectory_figure(
        scores,
        doses_of(cohort, identifier),
        instruments=codes,
        theme="light" if is_on_paper else depth.theme,
        axis=look.axis,
        lines=lines,
        beside=beside,
    )


def _happened(table: pd.DataFrame, notes: Sequence[Note], cases: Sequence[Case]) -> list[dict[Any, Any]]:
    """Events, decisions and notes; the own words of these are for those who may open the page."""
    rows = [
        {**row, "words": parts.value_words("kind", row["kind"]), "is_note": False} for row in table.to_dict("records")
    ]
    rows += [
        {
            "happened_on": pd.Timestamp(each.decision.at[:10]),
            "kind": "decision",
            "words": decision_words(each),
            "is_note": False,
        }
        for each in cases
        if each.decision
    ]
    return rows + [
        {"happened_on": pd.Timestamp(note.on_date), "kind": note.kind, "words": note.text, "is_note": True}
        for note in notes
    ]


def _words(depth: Depth, missing: pd.DataFrame) -> str:
    """How many scores, what † means, and what is missing."""
    n, n_close = len(depth.scores), int(depth.scores["is_close"].sum())
    said = [f"{n} {'score' if n == 1 else 'scores'} in all."]
    if n_close:
        said.append(
            f"† {n_close} of them {'was' if n_close == 1 else 'were'} taken sooner after the one before than the form "
            "looks back, so both look at some of the same days."
        )
    days, whys = depth.patient.cohort.thresholds["overdue_days"], list(missing["why"])
    if n_unscored := whys.count("not-scored"):
        said.append(f"× {n_unscored} {'form' if n_unscored == 1 else 'forms'} without a total: too few answers.")
    if n_untaken := whys.count("not-taken"):
        before = "session with no" if n_untaken == 1 else "sessions with no"
        said.append(f"× {n_untaken} {before} score of the primary scale in the {days} days before.")
    return " ".join(said)
