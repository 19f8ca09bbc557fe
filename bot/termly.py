"""The term in numbers that identify nobody, for the safeguarding governor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self

from bot.banding import BANDS, NOTHING, SMALL, Range, total, wide, words
from bot.digest import NONE_TO_TIME, TOO_FEW, Digest, in_minutes
from bot.term import Term

THRESHOLD = 10
"""From so many on a kind is told apart, and a time and a share are shown (as the Office for
National Statistics does; the weekly digest uses 5)."""

BREACH = "website"
"""The kind that is a breach of the filter or an unsuitable site."""

SHARES = ((3 / 4, "three quarters or more"), (1 / 2, "half or more"), (0, "fewer than half"))
"""No percentages: with 15 reports, 93 % is one that was late."""

Series = Sequence[Digest]
"""The digests of the weeks of one term, as one reader was shown them."""


@dataclass(frozen=True)
class TermCounted:
    """What a term's report is made from: no report about an adult, no drill, no mistake, and
    none that is kept from anybody.

    ``reports``: number by kind; ``minutes``: minutes to acknowledgement of those taken;
    ``in_time``: how many of these were taken before the Principal had to be called;
    ``principal``: for how many the Principal was called; ``waiting``: taken by nobody at the
    end; ``drills``: how many were run; ``asked``, ``unanswered``: questions.
    """

    reports: Mapping[str, int]
    minutes: Sequence[float]
    in_time: int
    principal: int
    waiting: int
    drills: int
    asked: int
    unanswered: int


@dataclass(frozen=True)
class TermReport:
    """What the governor reads, every number already made safe to show. ``whole`` says whether
    the audit was, when this was made."""

    term: Term
    reports: str
    kinds: tuple[tuple[str, str], ...]
    breaches: str
    acknowledged: str
    in_time: str
    principal: str
    waiting: bool
    drills: int
    asked: str
    unanswered: str
    whole: bool

    def to_json(self) -> dict[str, Any]:
        """A plain structure for storage; ``from_json`` is its inverse."""
        return asdict(self) | {"term": str(self.term)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        kinds = tuple((kind, count) for kind, count in data["kinds"])
        return cls(**{**data, "term": Term.parse(data["term"]), "kinds": kinds})


def term_report(
    term: Term,
    counted: TermCounted,
    readers: Collection[Series],
    kinds: Collection[str],
    *,
    whole: bool,
) -> TermReport:
    """The report of ``term``.

    ``readers`` are the digests of its weeks, as each of those who have them was shown them:
    nothing here may say more together with them than a band. ``kinds`` are all there are, used
    or not. Times and shares only from :data:`THRESHOLD` acknowledgements on.
    """
    reports = _known(readers, lambda week: BANDS[week.reports])
    at_most = [Range(0, each.high) for each in reports]
    timed = _known(readers, _acknowledged)
    takable = [Range(some.low, all_.high) for some, all_ in zip(timed, reports, strict=True)]
    taken = wide(len(counted.minutes), takable)
    enough = taken.low >= THRESHOLD and len(counted.minutes) >= SMALL
    few = NONE_TO_TIME if taken == NOTHING else TOO_FEW
    present = {kind: count for kind, count in counted.reports.items() if count}
    apart = (
        len(present) > 1
        and min(present.values()) >= THRESHOLD
        and all(_may_stand_alone(kind, readers, kinds) for kind in {*kinds, *present})
    )
    asked = _known(readers, lambda week: BANDS[week.asked])
    unanswered = _known(readers, lambda week: BANDS[week.unanswered])
    return TermReport(
        term=term,
        reports=words(wide(sum(present.values()), reports)),
        kinds=tuple((kind, words(Range(THRESHOLD))) for kind in sorted(present)) if apart else (),
        breaches=words(_breaches(present.get(BREACH, 0), readers, kinds)),
        acknowledged=f"half within {in_minutes(median(counted.minutes))}" if enough else few,
        in_time=_share(counted.in_time / len(counted.minutes)) if enough else few,
        principal=words(wide(counted.principal, at_most)),
        waiting=counted.waiting > 0,
        drills=counted.drills,
        asked=words(wide(counted.asked, asked)),
        unanswered=words(wide(counted.unanswered, unanswered)),
        whole=whole,
    )


def _known(readers: Collection[Series], of: Callable[[Digest], Range]) -> list[Range]:
    """What each reader knows of a sum over the weeks; anything is possible without a reader."""
    return [total(map(of, weeks)) for weeks in readers] or [Range(0)]


def _acknowledged(week: Digest) -> Range:
    """How many were acknowledged within a week, as its digest tells."""
    if week.acknowledged == NONE_TO_TIME:
        return NOTHING
    return BANDS["1 to 4"] if week.acknowledged == TOO_FEW else Range(SMALL)


def _of_kind(kind: str, weeks: Series) -> tuple[Range, Range]:
    """What a reader knows of a kind where the digests told kinds apart; and of everything in
    the weeks in which they did not, any of which may be of this kind."""
    apart = [dict(week.kinds) for week in weeks if week.kinds]
    told = total(BANDS[shown.get(kind, "none")] for shown in apart)
    return told, total(BANDS[week.reports] for week in weeks if not week.kinds)


def _may_stand_alone(kind: str, readers: Collection[Series], kinds: Collection[str]) -> bool:
    """Whether it may be told that a kind has reached :data:`THRESHOLD`, or that it has not.

    What it needs from weeks in which kinds were not told apart must be so little that every
    kind could need as much, and there would still be as much to spare: else they could only
    be in one week.
    """
    for weeks in readers:
        told, pool = _of_kind(kind, weeks)
        if told.low < THRESHOLD and THRESHOLD - told.high > pool.high / (len(kinds) + 1):
            return False
    return True


def _breaches(count: int, readers: Collection[Series], kinds: Collection[str]) -> Range:
    for weeks in readers:
        told, pool = _of_kind(BREACH, weeks)
        count = int(max(told.low, min(count, told.high + pool.high)))
    if count == 0:
        return NOTHING
    if not _may_stand_alone(BREACH, readers, kinds):
        return Range(1)
    return Range(THRESHOLD) if count >= THRESHOLD else Range(1, THRESHOLD - 1)


def _share(share: float) -> str:
    return next(name for least, name in SHARES if share >= least)
