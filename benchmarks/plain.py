"""Metrics asked of the published marts by hand, in one DuckDB statement that yields the same numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOMEBODY = "P0000500"


@dataclass(frozen=True)
class Plain:
    """A metric's columns in plain SQL.

    Attributes:
        columns: of the metric's table; the statement's are in the same order.
        sql: with ``$as_of`` for the day of the records, ``$gap`` for the days that part two courses.
        options: what the metric is asked.
    """

    columns: tuple[str, ...]
    sql: str
    options: Mapping[str, Any] = field(default_factory=dict)


_ELIGIBLE = """
    SELECT c.*, s.instrument, b.baseline,
           coalesce(b.baseline > 0, FALSE)
               AND (s.baseline_cut IS NULL OR -s.better * (b.baseline - s.baseline_cut) >= 0) AS eligible
    FROM courses c JOIN scale s ON {scale}
    LEFT JOIN baselines b ON b.patient_id = c.patient_id AND b.course = c.course AND b.instrument = s.instrument
    WHERE c.course = 1
"""
_OF_DIAGNOSIS = "s.instrument = (SELECT p.instrument FROM primary_scale p WHERE p.diagnosis = c.diagnosis)"

PLAIN: dict[str, Plain] = {
    "cohort-size": Plain(
        ("n_patients", "n_courses", "n_sessions"),
        "SELECT count(DISTINCT patient_id), count(*), sum(n_sessions) FROM courses",
    ),
    "response": Plain(
        ("route", "instrument", "n_started", "n_baseline", "n_eligible", "n_due", "n_scored", "n_responded"),
        f"""
        WITH e AS ({_ELIGIBLE.format(scale=_OF_DIAGNOSIS)}),
        w AS (
            SELECT *, row_number() OVER (
                PARTITION BY patient_id, course, instrument
                ORDER BY abs(days_since_induction - 21), assessed_second DESC
            ) AS place
            FROM followups WHERE days_since_induction BETWEEN 14 AND 31
        ),
        o AS (
            SELECT e.route, e.instrument, e.baseline, e.eligible, w.responded,
                   e.eligible AND e.last_induction_day + 31 < $as_of AS due, w.score IS NOT NULL AS scored
            FROM e LEFT JOIN w ON w.patient_id = e.patient_id AND w.course = e.course
                AND w.instrument = e.instrument AND w.place = 1
        )
        SELECT route, instrument, count(*), count(baseline), count(*) FILTER (eligible), count(*) FILTER (due),
               count(*) FILTER (due AND scored), count(*) FILTER (due AND responded = 1)
        FROM o GROUP BY ALL
        """,
    ),
    "curve": Plain(
        ("x", "n", "mean", "median", "q1", "q3"),
        f"""
        WITH e AS (SELECT * FROM ({_ELIGIBLE.format(scale="s.instrument = 'PHQ-9'")}) WHERE eligible),
        p AS (
            SELECT patient_id, course, session_number AS x, score, row_number() OVER (
                PARTITION BY patient_id, course, session_number ORDER BY assessed_second DESC
            ) AS place
            FROM followups WHERE instrument = 'PHQ-9' AND session_number > 0 AND days_since_last <= $gap
        )
        SELECT x, n, mean, quartiles[2], quartiles[1], quartiles[3] FROM (
            SELECT x, count(*) AS n, avg(score) AS mean, quantile_cont(score, [0.25, 0.5, 0.75]) AS quartiles FROM (
                SELECT 0 AS x, baseline AS score FROM e
                UNION ALL SELECT x, score FROM p JOIN e USING (patient_id, course) WHERE place = 1
            ) GROUP BY x
        )
        """,
        {"instrument": "PHQ-9"},
    ),
    "trajectory": Plain(
        (
            *("instrument", "assessed_at", "course", "day", "session_number", "score", "change", "pct_change"),
            *("status", "is_baseline"),
        ),
        f"""
        SELECT m.instrument, m.assessed_at, coalesce(b.course, f.course), coalesce(-b.days_before, f.day),
               CASE WHEN b.assessment_id IS NOT NULL THEN 0 ELSE f.session_number END, m.score,
               CASE WHEN b.assessment_id IS NOT NULL THEN 0 ELSE f.change END,
               CASE WHEN b.assessment_id IS NULL THEN f.pct_change WHEN b.baseline <> 0 THEN 0 END,
               CASE WHEN b.assessment_id IS NULL THEN f.status WHEN s.has_rate THEN 'not-enough-data' END,
               b.assessment_id IS NOT NULL
        FROM measured m JOIN scale s ON s.instrument = m.instrument
        LEFT JOIN baselines b ON b.patient_id = m.patient_id AND b.assessment_id = m.assessment_id
        LEFT JOIN followups f ON f.patient_id = m.patient_id AND f.assessment_id = m.assessment_id
        WHERE m.patient_id = '{SOMEBODY}'
        """,
        {"patient": SOMEBODY},
    ),
    "sessions": Plain(
        (
            *("scheduled_at", "status", "course", "session_number", "phase", "route", "drug", "dose_mg"),
            *("dose_mg_per_kg", "sbp_pre", "dbp_pre", "sbp_peak", "dbp_peak", "spo2_min", "effects_recorded"),
        ),
        f"""
        SELECT s.scheduled_at, s.status, d.course, d.session_number, d.phase, s.route, s.drug, s.dose_mg,
               s.dose_mg / s.weight_kg, s.sbp_pre, s.dbp_pre, s.sbp_peak, s.dbp_peak, s.spo2_min, s.effects_recorded
        FROM sessions s LEFT JOIN doses d ON d.patient_id = s.patient_id AND d.session_id = s.session_id
        WHERE s.patient_id = '{SOMEBODY}'
        """,
        {"patient": SOMEBODY},
    ),
    "side-effects": Plain(
        (
            *("n_sessions", "n_patients", "term", "n_sessions_with", "n_patients_with", "n_events", "n_outside"),
            *("n_mild", "n_moderate", "n_severe", "n_serious", "n_timed", "median_minutes"),
        ),
        """
        SELECT v.*, e.* FROM (
            SELECT count(*), count(DISTINCT patient_id) FROM visits WHERE has_form = 1
        ) v, (
            SELECT term, count(DISTINCT session_id) FILTER (is_outside = 0),
                   count(DISTINCT patient_id) FILTER (is_outside = 0), count(*), sum(is_outside),
                   count_if(severity = 'mild'), count_if(severity = 'moderate'), count_if(severity = 'severe'),
                   sum(is_serious), count(duration_seconds), median(duration_seconds) / 60
            FROM effects GROUP BY term
        ) e
        """,
    ),
    "side-effects-by-session": Plain(
        ("session_number", "n_sessions", "n_sessions_with"),
        """
        SELECT v.session_number, v.n, coalesce(e.n, 0)
        FROM (SELECT session_number, count(*) AS n FROM visits WHERE has_form = 1 GROUP BY session_number) v
        LEFT JOIN (
            SELECT session_number, count(DISTINCT session_id) AS n FROM effects WHERE is_outside = 0
            GROUP BY session_number
        ) e USING (session_number)
        """,
    ),
    "any-side-effect": Plain(
        (
            *("n_completed", "n_sessions", "n_patients", "n_sessions_with", "n_patients_with", "n_events"),
            *("n_outside", "n_severe", "n_serious"),
        ),
        """
        SELECT v.*, e.* FROM (
            SELECT count(*), count(*) FILTER (has_form = 1), count(DISTINCT patient_id) FILTER (has_form = 1)
            FROM visits WHERE status = 'completed'
        ) v, (
            SELECT count(DISTINCT session_id) FILTER (is_outside = 0),
                   count(DISTINCT patient_id) FILTER (is_outside = 0), count(*), sum(is_outside),
                   count_if(severity = 'severe'), sum(is_serious)
            FROM effects
        ) e
        """,
    ),
    "serious-events": Plain(
        ("patient_id", "term", "severity", "session_number"),
        """
        SELECT e.patient_id, e.term, e.severity, e.session_number
        FROM effects e LEFT JOIN visits v ON v.patient_id = e.patient_id AND v.session_id = e.session_id
        WHERE e.is_serious = 1 ORDER BY coalesce(e.onset_at, v.scheduled_at) DESC
        """,
    ),
    "vitals-excursions": Plain(
        ("n_sessions", "n_with_peak", "n_peak", "n_with_rise", "n_rise", "n_with_spo2", "n_low_spo2"),
        """
        SELECT count(*), count(is_peak), sum(is_peak), count(is_rise), sum(is_rise),
               count(is_low_spo2), sum(is_low_spo2)
        FROM visits WHERE status = 'completed'
        """,
    ),
    "throughput": Plain(
        (
            *("period", "n_scheduled", "n_completed", "n_no_show", "n_late_cancelled", "n_cancelled", "n_unresolved"),
            *("n_patients", "n_new_starts", "n_timed", "chair_minutes"),
        ),
        """
        SELECT CAST(DATE '1970-01-01' + week_day AS VARCHAR), count(*), count(*) FILTER (status = 'completed'),
               count(*) FILTER (status = 'no-show'), count(*) FILTER (status = 'late-cancelled'),
               count(*) FILTER (status = 'cancelled'),
               count(*) FILTER (status = 'scheduled' AND scheduled_day < $as_of),
               count(DISTINCT patient_id) FILTER (status = 'completed'), count(*) FILTER (is_first = 1),
               count(chair_seconds) FILTER (status = 'completed'),
               sum(chair_seconds) FILTER (status = 'completed') / 60
        FROM visits WHERE status <> 'rescheduled' GROUP BY week_day
        """,
    ),
    "induction": Plain(
        ("n_started", "n_due", "n_completed", "n_six_in_21", "n_eight_in_28"),
        """
        SELECT count(*), count_if(first_day + 28 < $as_of), count_if(first_day + 28 < $as_of AND n_induction >= 4),
               count_if(first_day + 28 < $as_of AND n_to_day_21 >= 6),
               count_if(first_day + 28 < $as_of AND n_to_day_28 >= 8)
        FROM courses WHERE course = 1
        """,
    ),
}
"""Metric -> its statement. The others have none: curves of survival, waits, run charts and the day's list."""
