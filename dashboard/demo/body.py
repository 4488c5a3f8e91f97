"""The body in a session: pressure, saturation, sedation, dissociation, and the measurements in between.

Pressure peaks about 40 minutes after the dose began and is back after two hours; esketamine raises it by 40 mmHg
systolic or 25 diastolic in some of a hundred sessions (US label), and so does racemic ketamine here.
"""

import numpy as np
import pandas as pd

from dashboard.demo.options import Flags, Floats, Ints, Options
from dashboard.demo.treatments import per

_MINUTES = np.array([-10, 0, 20, 40, 60, 90, 120])
_SHAPE = np.array([0.0, 0.0, 0.62, 1.0, 0.7, 0.3, 0.08])
"""How much of its rise the pressure has at each minute."""
_CADSS_23, _CADSS_6 = 0, 1
"""The site numbers that fill the long and the short CADSS; others fill none."""


def fade_of(number: Ints, options: Options) -> Floats:
    """The planted fade of acute effects at a session of a course."""
    planted = options.planted
    return planted.fade ** (np.minimum(np.maximum(number, 1), planted.fade_until) - 1.0)


def make_body(visits: pd.DataFrame, people: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The visits with pressures, saturation, sedation and dissociation of the completed ones; NaN is not measured."""
    random = options.random("body")
    came = visits["status_text"].to_numpy() == "completed"
    measured = came & (random.random(len(visits)) < np.where(per("rise")[visits["treatment"]] < 10, 0.7, 0.95))
    pressures = _pressures(visits, people, random)
    columns: dict[str, Floats] = {name: np.where(measured, value, np.nan) for name, value in pressures.items()}
    columns["sbp_end"][measured & (random.random(len(visits)) < 0.01)] = 0  # 0 = not measured, as devices write it
    lung = np.clip(
        np.rint(97.2 - random.gamma(1.6, 0.75, len(visits)) - 4 * (random.random(len(visits)) < 0.012)), 84, 100
    )
    columns["spo2_min"] = np.where(measured, lung, np.nan)
    deep = random.random(len(visits)) / np.maximum(per("acute")[visits["treatment"]], 0.1)
    sedation = np.select([deep < 0.004, deep < 0.05, deep < 0.34], [2, 3, 4], 5)
    columns["moaas_min"] = np.where(came & (random.random(len(visits)) < 0.8), sedation, np.nan)
    return visits.assign(**columns, **_dissociation(visits, came, people, options, random))


def _pressures(visits: pd.DataFrame, people: pd.DataFrame, random: np.random.Generator) -> dict[str, Floats]:
    """Before, at the peak and at the end, whole mmHg; a person's level stays, and the session adds its own."""
    n, person = len(visits), visits["person"].to_numpy()
    systolic = 120 + 0.35 * (people["_age"].to_numpy() - 45) + random.normal(0, 10, len(people))
    diastolic = 76 + random.normal(0, 6, len(people)) + 0.25 * (systolic - 120)
    pre = np.clip(np.rint(systolic[person] + random.normal(0, 6, n)), 92, 168)
    pre_low = np.clip(np.rint(diastolic[person] + random.normal(0, 4, n)), 54, 102)
    size = random.lognormal(-0.06, 0.35, len(people))[person] * random.lognormal(-0.08, 0.4, n)
    rise = np.clip(np.rint(per("rise")[visits["treatment"].to_numpy()] * size), 1, 70)
    rise_low = np.clip(np.rint(rise * 0.55 + random.normal(0, 2.5, n)), 0, 40)
    back = random.uniform(0.02, 0.2, n)
    return {
        "sbp_pre": pre,
        "dbp_pre": pre_low,
        "sbp_peak": pre + rise,
        "dbp_peak": pre_low + rise_low,
        "sbp_end": np.rint(pre + back * rise),
        "dbp_end": np.rint(pre_low + back * rise_low),
    }


def _dissociation(
    visits: pd.DataFrame, came: Flags, people: pd.DataFrame, options: Options, random: np.random.Generator
) -> dict[str, Floats | np.ndarray]:
    """The highest CADSS, mean 7.7 and very spread during an infusion (Castle 2017), fading as the effects do."""
    n, site = len(visits), visits["_site"].to_numpy()
    mean = 8.8 * per("acute")[visits["treatment"].to_numpy()] * fade_of(visits["number"].to_numpy(), options)
    prone = random.gamma(2.5, 1 / 2.5, len(people))[visits["person"].to_numpy()]
    value = np.rint(random.gamma(1.1, np.maximum(mean * prone, 0.1) / 1.1))
    long = np.minimum(value, 92)
    short = np.minimum(np.rint(value * 0.3), 24)
    filled = came & (site <= _CADSS_6) & (random.random(n) < 0.55)
    return {
        "cadss_max": np.where(filled, np.where(site == _CADSS_23, long, short), np.nan),
        "cadss_form": np.where(filled, np.where(site == _CADSS_23, "cadss-23", "cadss-6"), ""),
    }


def make_vitals(visits: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The measurements within a third of the sessions, in keeping with the session's own columns."""
    random = options.random("vitals")
    chosen = visits["sbp_peak"].notna() & (visits["sbp_end"] != 0) & (random.random(len(visits)) < 0.36)
    rows = visits[chosen]
    n, k = len(rows), len(_MINUTES)
    values: dict[str, Floats] = {}
    for vessel in ("sbp", "dbp"):
        pre, peak, end = (rows[f"{vessel}_{moment}"].to_numpy()[:, None] for moment in ("pre", "peak", "end"))
        course = np.rint(pre + (peak - pre) * _SHAPE + random.normal(0, 2, (n, k)))
        course = np.clip(course, pre - 6, np.maximum(peak - 1, pre))
        course[:, 1], course[:, 3], course[:, -1] = pre[:, 0], peak[:, 0], end[:, 0]
        values[vessel] = course
    pulse = 70 + random.normal(0, 8, (n, 1)) + 9 * _SHAPE + random.normal(0, 3, (n, k))
    low = rows["spo2_min"].to_numpy()[:, None]
    saturation = np.clip(low + random.integers(0, 3, (n, k)), low, 100)
    saturation[:, 3] = low[:, 0]
    stay = (rows["_left"] - rows["_start"]).to_numpy()[:, None] >= _MINUTES - 2
    stay[:, -1] |= False
    keep = stay.ravel()
    sedation = rows["moaas_min"].to_numpy()[:, None]
    sedation = np.where(_MINUTES == 40, sedation, np.where(_MINUTES == 20, np.minimum(sedation + 1, 5), 5))
    sedation = np.where(np.isnan(rows["moaas_min"].to_numpy())[:, None] | (_MINUTES < 0), np.nan, sedation)
    return pd.DataFrame(
        {
            "session_id": np.repeat(rows["session_id"].to_numpy(), k)[keep],
            "minute": np.tile(_MINUTES, n)[keep],
            "sbp": values["sbp"].ravel()[keep],
            "dbp": values["dbp"].ravel()[keep],
            "hr": np.rint(pulse).ravel()[keep],
            "spo2": saturation.ravel()[keep],
            "moaas": sedation.ravel()[keep],
        }
    )
