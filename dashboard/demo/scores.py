"""The filled forms: who fills which scale when, with which total and items."""

import numpy as np
import pandas as pd

from dashboard.demo import forms
from dashboard.demo.illness import WINDOW
from dashboard.demo.occasions import make_occasions
from dashboard.demo.options import Answers, Floats, Ints, Options
from dashboard.demo.scales import CHECK_IN, FOLLOW_UP, PRIMARY, SCALES, Given, uses
from dashboard.instruments import INSTRUMENTS, Instrument

N_ITEMS = 20
_TOTAL_ONLY, _ONE_MISSING = 0.07, 0.03
_BASELINE_DAYS = 28


def make_scores(
    visits: pd.DataFrame, courses: pd.DataFrame, people: pd.DataFrame, options: Options
) -> tuple[pd.DataFrame, Answers]:
    """One row a form, and its items (n × 20, -1 is no answer)."""
    occasions = make_occasions(visits, courses, options)
    random = options.random("scores")
    severity = random.normal(0, 1, len(people))
    suicidal = 0.45 * severity + random.normal(0.1, 0.75, len(people))
    suicidal += np.where(people["diagnosis"] == "suicidality", 1.1, 0)
    occasions["suicidal"] = np.maximum(
        suicidal[occasions["person"]] * (1 - occasions["gone"]) + random.normal(0, 0.22, len(occasions)), 0
    )
    tables, items = [], []
    for given in SCALES:
        table, answers = _Forms(given, occasions, people, severity, options).make()
        tables.append(table)
        items.append(answers)
    return pd.concat(tables, ignore_index=True), np.concatenate(items)


class _Forms:
    """The forms of one scale."""

    def __init__(
        self, given: Given, occasions: pd.DataFrame, people: pd.DataFrame, severity: Floats, options: Options
    ) -> None:
        self.given = given
        self.scale: Instrument = INSTRUMENTS[given.code]
        self.random = options.random(given.code)
        self.people = people
        diagnosis = people["diagnosis"].to_numpy()
        self.is_primary = np.array([PRIMARY[name] == given.code for name in diagnosis])
        apart = np.sqrt(1 - given.shared**2)
        own = given.shared * severity + apart * self.random.normal(0, 1, len(people))
        fits = np.array([given.users.get(name, 0) == 1 for name in diagnosis])
        self.level = given.mean + given.spread * own - np.where(fits, 0, given.milder)
        self.given_to = self.random.random(len(people)) < uses(given, diagnosis)
        self.occasions = self._filled(occasions)

    def _filled(self, occasions: pd.DataFrame) -> pd.DataFrame:
        """The occasions on which this form is filled; in the window of the primary scale the planted truth decides."""
        person = occasions["person"].to_numpy()
        chance = np.array(self.given.chance)[occasions["kind"]]
        filled = self.given_to[person] & (self.random.random(len(occasions)) < chance)
        after = (occasions["date"] - occasions["last_induction"]).to_numpy()
        window = (after >= WINDOW[0]) & (after <= WINDOW[1]) & (occasions["course"] == 1).to_numpy()
        decided = window & self.is_primary[person]
        answers = self.people["_answers"].to_numpy()[person]
        surely = answers & (occasions["kind"] == FOLLOW_UP).to_numpy()
        chosen = np.where(decided, answers & (filled | surely), filled)
        return pd.DataFrame(occasions[chosen]).reset_index(drop=True)

    def make(self) -> tuple[pd.DataFrame, Answers]:
        """The forms with totals and items; a few are totals only, in a few an answer is missing."""
        rows, n = self.occasions, len(self.occasions)
        items, total = self._items(self._keep_to_truth(self._totals()))
        answers: Answers = np.full((n, N_ITEMS), forms.NO_ANSWER, np.int8)
        answers[:, : items.shape[1]] = items
        score = np.round(total / 3, 1) if self.scale.scoring == "mean" else 1.0 * total * self.scale.multiplier
        only = (self.random.random(n) < _TOTAL_ONLY) & (self.scale.scoring != "highest-yes")
        answers[only] = forms.NO_ANSWER
        if self.given.code == "PHQ-9":
            gap = ~only & (self.random.random(n) < _ONE_MISSING) & (rows["kind"] == CHECK_IN).to_numpy()
            gap &= (rows["number"] > 1).to_numpy() & (rows["date"] < rows["held_from"]).to_numpy()
            answers[gap, self.random.integers(0, 8, int(gap.sum()))] = forms.NO_ANSWER
            score[gap] = np.nan
        table = rows[["person", "minute", "dated", "session_id"]].copy()
        table["instrument"], table["score"], table["respondent"] = self.given.code, score, self.scale.respondent
        return table, answers

    def _totals(self) -> Ints:
        """The level, less what is gone by then, with a measurement's noise; raw sums where items are multiplied."""
        rows, given = self.occasions, self.given
        level, gone = self.level[rows["person"]], rows["gone"].to_numpy() * given.follows
        well = 0.0 if given.top is None else given.top
        value = level + (well - level) * gone + self.random.normal(0, 1, len(rows)) * given.noise
        most = self.scale.maximum / self.scale.multiplier
        if self.scale.scoring == "mean":
            value, most = value * 3, most * 3
        return np.asarray(np.clip(np.rint(value), 0, most), np.int64)

    def _keep_to_truth(self, total: Ints) -> Ints:
        """From ten days after induction until a relapse the primary scale is a response where the truth is one."""
        rows, rule = self.occasions, self.scale.response
        if rule is None or not self.is_primary.any():
            return total
        before = rows["before"].to_numpy() & (rows["course"] == 1).to_numpy()
        before &= (rows["start"] - rows["date"]).to_numpy() <= _BASELINE_DAYS
        baseline = np.full(len(self.people), -1, np.int64)
        baseline[rows["person"].to_numpy()[before]] = total[before]  # in the order of time: the last one stays
        base = baseline[rows["person"]]
        cut = np.floor(base * (100 - rule.value) / 100) if rule.kind == "percent" else base - rule.value
        date = rows["date"].to_numpy()
        held = (rows["course"] == 1).to_numpy() & (base >= 0) & self.is_primary[rows["person"]]
        held &= (date >= rows["held_from"].to_numpy()) & (date < rows["relapse"].to_numpy())
        responds = rows["responds"].to_numpy()
        kept = np.where(responds, np.minimum(total, np.maximum(cut, 0)), np.maximum(total, cut + 1))
        return np.asarray(np.where(held, np.minimum(kept, self.scale.maximum), total), np.int64)

    def _weights(self) -> Floats:
        """Which items weigh more: for the scale, for the person, and a little for the day."""
        k, person = len(self.scale.items), self.occasions["person"].to_numpy()
        scale = self.random.normal(0, 0.3, k)
        own = self.random.normal(0, 0.45, (len(self.people), k))[person]
        return np.asarray(np.exp(scale + own + self.random.normal(0, 0.2, (len(person), k))), np.float64)

    def _items(self, total: Ints) -> tuple[Ints, Ints]:
        """The answers and, where suicidality asks for it, the total they make."""
        code, suicidal = self.given.code, self.occasions["suicidal"].to_numpy()
        person = self.occasions["person"].to_numpy()
        if code == "C-SSRS":
            level = np.searchsorted([0.35, 0.75, 1.35, 2.15, 2.75], suicidal)
            ever = self.random.random(len(self.people)) < 0.13
            lately = ever & (self.random.random(len(self.people)) < 0.06)
            return forms.ladder(level, (ever.astype(np.int64) + lately)[person]), level
        if not self.scale.items:
            return np.empty((len(total), 0), np.int64), total
        most = max(self.scale.items[0].values)
        weights = self._weights()
        if code == "PHQ-9":
            wish = np.minimum(np.searchsorted([0.6, 1.2, 1.8], suicidal), total)
            wish = np.maximum(wish, total - 24)
            return forms.with_fixed(total, weights, most, {8: wish}, self.random)
        if code == "MADRS":
            wish = np.searchsorted([0.2, 0.6, 1.1, 1.6, 2.2], suicidal)
            return forms.with_fixed(total, weights, most, {9: np.maximum(wish, total - 54)}, self.random)
        if code == "AUDIT":
            harm = {place: 2 * np.minimum(self.random.integers(0, 3, len(total)), total // 8) for place in (8, 9)}
            return forms.with_fixed(total, weights, most, harm, self.random)
        if code == "QIDS-SR16":
            domains = forms.spread(total, weights[:, :9], most, self.random)
            return forms.qids(domains, self.random), total
        return forms.spread(total, weights, most, self.random), total
