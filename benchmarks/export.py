"""An invented export of any size, written by DuckDB: 10 sessions, 50 scores and 3 side effects a patient."""

from pathlib import Path

import duckdb

AS_OF = "2024-12-31"
SESSIONS, SCORES, EFFECTS = 10, 50, 3
_SCALES = ["PHQ-9", "GAD-7", "MADRS", "PCL-5", "QIDS-SR16"]
_TOPS = [27, 21, 60, 80, 27]
_PERSON = "format('P{:07d}', p)"
_START = "DATE '2022-01-03' + CAST(dice(p, 0, 0) % 1000 AS INTEGER)"
_SESSION_DAY = f"{_START} + CAST(k * 4 + dice(p, k, 0) % 3 AS INTEGER)"
_TABLES = {
    "patients": f"""
        SELECT {_PERSON} AS patient_id, 'Zweig ' || p AS name,
               DATE '1950-01-01' + CAST(dice(p, 0, 1) % 18000 AS INTEGER) AS birth_date,
               ['female', 'male', 'other'][1 + dice(p, 0, 2) % 3] AS sex,
               ['depression', 'depression', 'ptsd', 'anxiety', 'ocd'][1 + dice(p, 0, 3) % 5] AS diagnosis,
               dice(p, 0, 4) % 5 AS failed_trials, {_START} - 20 AS referred_on,
               ['North', 'South', 'East'][1 + dice(p, 0, 5) % 3] AS site,
               ['self-pay', 'insurance', 'assistance'][1 + dice(p, 0, 6) % 3] AS payer
        FROM range($patients) AS t(p)
    """,
    "sessions": f"""
        SELECT format('S{{:09d}}', p * {SESSIONS} + k) AS session_id, {_PERSON} AS patient_id,
               strftime({_SESSION_DAY}, '%Y-%m-%dT') || lpad(CAST(8 + dice(p, k, 7) % 9 AS VARCHAR), 2, '0') || ':30'
                   AS scheduled_at,
               CASE WHEN dice(p, k, 1) % 12 = 0 THEN 'no-show' ELSE 'completed' END AS status,
               ['iv', 'im', 'intranasal', 'sublingual'][1 + dice(p, 0, 8) % 4] AS route,
               CASE WHEN dice(p, 0, 8) % 4 = 2 THEN 'esketamine' ELSE 'ketamine' END AS drug,
               30 + dice(p, k, 2) % 50 AS dose_mg, 55 + dice(p, 0, 9) % 50 AS weight_kg,
               110 + dice(p, k, 3) % 30 AS sbp_pre, 70 + dice(p, k, 4) % 15 AS dbp_pre,
               130 + dice(p, k, 5) % 55 AS sbp_peak, 80 + dice(p, k, 6) % 35 AS dbp_peak,
               91 + dice(p, k, 10) % 9 AS spo2_min, 'true' AS effects_recorded
        FROM range($patients) AS t(p), range({SESSIONS}) AS u(k)
    """,
    "assessments": f"""
        SELECT format('A{{:010d}}', p * {SCORES} + k) AS assessment_id, {_PERSON} AS patient_id,
               {_SCALES}[1 + k % 5] AS instrument, {_START} + CAST(k // 5 * 7 - 2 AS INTEGER) AS assessed_at,
               dice(p, k, 0) % ({_TOPS}[1 + k % 5] + 1) AS score
        FROM range($patients) AS t(p), range({SCORES}) AS u(k)
    """,
    "side_effects": f"""
        SELECT {_PERSON} AS patient_id, format('S{{:09d}}', p * {SESSIONS} + k) AS session_id,
               ['Dissociation', 'Nausea', 'Headache', 'Dizziness', 'Anxiety'][1 + dice(p, k, 11) % 5] AS term,
               ['mild', 'moderate', 'severe'][1 + dice(p, k, 12) % 3] AS severity,
               dice(p, k, 13) % 500 = 0 AS serious
        FROM range($patients) AS t(p), range({EFFECTS}) AS u(k)
    """,
}


def write_export(folder: Path, patients: int) -> Path:
    """Write the tables of so many people; the same rows each time."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO dice(a, b, c) AS CAST(hash(a, b, c) % 1000003 AS BIGINT)")
        for name, rows in _TABLES.items():
            select = rows.replace("$patients", str(patients))
            connection.execute(f"COPY ({select}) TO '{folder / name}.csv' (HEADER, DELIMITER ',')")
    return folder
