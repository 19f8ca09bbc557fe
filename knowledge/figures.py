"""How good a set of predictions is, in figures and in a report that can be read."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.asks import URGENCIES
from knowledge.evaluation import Labelled, Prediction
from knowledge.policy import Policy

_BESIDE = {"clarify": "dont_know"}
"""An engine may say it does not know where asking back is best."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 when there was nothing to count."""
        return self.hits / self.of if self.of else 0.0

    def between(self) -> tuple[float, float]:
        """Return the 95 % interval of the share (Wilson)."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "none to count"
        low, high = self.between()
        return f"{self.value:.3f}  ({self.hits} of {self.of}; 95 %: {low:.2f} to {high:.2f})"


@dataclass(frozen=True)
class Figures:
    """Everything counted in one run."""

    shares: Mapping[str, Share]
    by_kind: Mapping[str, Share]
    by_section: Mapping[str, Share]
    confusion: Mapping[tuple[str, str], int]
    verdicts: Mapping[tuple[str, str], int]
    missed_reports: tuple[str, ...]
    freer: tuple[str, ...]
    """Questions answered yes where the label says no."""
    wrong: tuple[str, ...]
    """Ids of questions whose first clause or action is wrong."""
    ms: tuple[float, float]
    """Processor time of a message: the middle one and the 99th of a hundred."""


def figures(
    questions: Sequence[Labelled], predictions: Iterable[Prediction], policy: Policy
) -> Figures:
    """Return what came of a run.

    A clause counts as right when it is labelled right or is the parent or a child of one that is.
    """
    said = {each.id: each for each in predictions}
    pairs = [(each, said[each.id]) for each in questions if each.id in said]
    policy_pairs = [
        (q, p) for q, p in pairs if q.gold and "answer" in q.actions and q.kind != "report"
    ]
    reports = [(q, p) for q, p in pairs if q.expect == "report"]
    others = [(q, p) for q, p in pairs if "report" not in q.actions]
    outside = [(q, p) for q, p in pairs if q.kind == "out_of_scope"]
    near = _neighbours(policy)

    def right(q: Labelled, p: Prediction, most: int = 1) -> bool:
        return any(each in near(q) for each in p.clauses[:most])

    shares = {
        "right clause first": _share(right(q, p) for q, p in policy_pairs),
        "right clause in three": _share(right(q, p, 3) for q, p in policy_pairs),
        "verdict": _share(p.verdict in q.verdicts for q, p in policy_pairs),
        "policy questions answered": _share(p.action == "answer" for _, p in policy_pairs),
        "action": _share(_acts(q, p) for q, p in pairs),
        "reports heard": _share(p.action == "report" for _, p in reports),
        "false alarms": _share(p.action == "report" for _, p in others),
        "out of scope, answered all the same": _share(p.action == "answer" for _, p in outside),
        "urgency not below the label": _share(_not_below(q, p) for q, p in reports if p.urgency),
    }
    for name in ("urgency", "route", "category"):
        shares[name] = _share(
            getattr(p, name) in q.fields[name]
            for q, p in reports
            if name in q.fields and getattr(p, name)
        )
    groups: dict[str, list[bool]] = defaultdict(list)
    for q, p in policy_pairs:
        if q.group:
            groups[q.group].append(right(q, p))
    shares["groups of re-phrasings all right"] = _share(
        all(each) for each in groups.values() if len(each) > 1
    )
    times = sorted(p.ms for _, p in pairs) or [0.0]
    return Figures(
        shares=shares,
        by_kind=_by(pairs, lambda q: q.kind, _acts),
        by_section=_by(policy_pairs, lambda q: q.gold[0].rsplit(".", 1)[0], right),
        confusion=Counter((q.expect, p.action) for q, p in pairs),
        verdicts=Counter((q.verdict, p.verdict) for q, p in policy_pairs),
        missed_reports=tuple(q.id for q, p in reports if not _acts(q, p)),
        freer=tuple(
            q.id
            for q, p in policy_pairs
            if p.verdict == "yes" and q.verdict == "no" and "yes" not in q.verdicts
        ),
        wrong=tuple(
            q.id
            for q, p in pairs
            if not _acts(q, p) or ((q, p) in policy_pairs and not right(q, p))
        ),
        ms=(times[len(times) // 2], times[min(len(times) - 1, int(0.99 * len(times)))]),
    )


def report(told: Figures) -> str:
    """Return the figures as a page of text."""
    lines = [f"{name:36} {share}" for name, share in told.shares.items()]
    lines += ["", f"answered yes where the policy says no: {', '.join(told.freer) or 'none'}"]
    lines += [f"reports missed: {', '.join(told.missed_reports) or 'none'}"]
    lines += [
        f"processor time: p50 {told.ms[0]:.2f} ms, p99 {told.ms[1]:.2f} ms",
        "",
        "action right, by kind",
    ]
    lines += [f"  {name:34} {share}" for name, share in told.by_kind.items()]
    lines += ["", "right clause first, by section"]
    lines += [f"  {name:34} {share}" for name, share in told.by_section.items()]
    lines += ["", *_table("action", told.confusion), "", *_table("verdict", told.verdicts)]
    return "\n".join(lines)


def _table(name: str, counts: Mapping[tuple[str, str], int]) -> list[str]:
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    lines = [f"{name + ' (rows: label)':22}" + "".join(f"{each:>12}" for each in columns)]
    for row in rows:
        lines.append(
            f"  {row:20}" + "".join(f"{counts.get((row, each), 0):12}" for each in columns)
        )
    return lines


def _acts(q: Labelled, p: Prediction) -> bool:
    return p.action in q.actions or any(_BESIDE.get(each) == p.action for each in q.actions)


def _not_below(q: Labelled, p: Prediction) -> bool:
    if q.urgency not in URGENCIES or p.urgency not in URGENCIES:
        return True
    return URGENCIES.index(p.urgency) <= URGENCIES.index(q.urgency)


def _neighbours(policy: Policy) -> Callable[[Labelled], set[str]]:
    parents = {clause.id: clause.parent for clause in policy.clauses}

    def near(question: Labelled) -> set[str]:
        right = {*question.gold, *question.also_ok}
        above = {parents.get(each) for each in right} - {None}
        below = {each for each, parent in parents.items() if parent in right}
        return {str(each) for each in right | above | below}

    return near


def _share(each: Iterable[bool]) -> Share:
    told = list(each)
    return Share(sum(told), len(told))


def _by(
    pairs: Iterable[tuple[Labelled, Prediction]],
    key: Callable[[Labelled], str],
    right: Callable[[Labelled, Prediction], bool],
) -> dict[str, Share]:
    told: dict[str, list[bool]] = defaultdict(list)
    for q, p in pairs:
        told[key(q)].append(right(q, p))
    return {name: _share(each) for name, each in sorted(told.items())}
