"""Whether what time alone brings about is still brought about: digests, held words, the rota."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.climb import to_person
from bot.daily_check import owed
from bot.notice import Kind
from bot.people import Role
from bot.ports import Work
from bot.rota import gap_closed, gap_number, gap_of, gaps_to_tell
from bot.tick import FIRST_NUDGE, HELD_FOR, owed_weeks
from bot.watch.beat import EXPECTED, TICKED
from bot.watch.reports import Now
from bot.watch.stuck import Stuck, Why


def held(work: Work, now: Now) -> Iterator[Stuck]:
    for each in work.holds.waiting():
        if each.at + HELD_FOR <= now.late:
            yield Stuck(Why.HELD_TOO_LONG)
        elif each.words and not each.nudges and each.at + FIRST_NUDGE <= now.late:
            yield Stuck(Why.NOT_NUDGED)


def digests(work: Work, now: Now) -> Iterator[Stuck]:
    principals = now.directory.holders(Role.PRINCIPAL)
    if not any(to_person(person, now.school) for person in principals):
        return
    if owed_weeks(work, now.directory, now.late):
        yield Stuck(Why.DIGEST_OWED)
    made = work.digests.made()
    if made and not any(n.kind is Kind.DIGEST for n in work.notices.about(str(made[-1]))):
        yield Stuck(Why.DIGEST_LOST)


def rota(work: Work, now: Now) -> Iterator[Stuck]:
    for centre in gaps_to_tell(now.directory, now.school.terms, now.late):
        closed, number = gap_closed(work, centre), gap_number(work, centre)
        if closed is not None and closed > now.late:
            # It opened after that: there is time yet to tell it.
            continue
        about = gap_of(centre, now.directory.zone, now.at)
        if all(notice.nth != number for notice in work.notices.about(about)):
            yield Stuck(Why.GAP_UNTOLD)


def check(work: Work, now: Now) -> Iterator[Stuck]:
    if owed(work, now.school.terms.zone, now.late):
        yield Stuck(Why.CHECK_OWED)


def worker(work: Work, now: Now) -> Iterator[Stuck]:
    """Somebody must deliver and climb."""
    ticked = work.marks.read(TICKED) or work.marks.read(EXPECTED)
    if ticked is not None and datetime.fromisoformat(ticked) <= now.late:
        yield Stuck(Why.WORKER)


def readable(work: Work, now: Now) -> Iterator[Stuck]:
    """A report whose row cannot be read stands on no list; nobody can say whom it concerns."""
    listed = (*work.incidents.open(), *work.incidents.drills())
    if set(work.watched.open_refs()) - {incident.ref for incident in listed}:
        yield Stuck(Why.UNREADABLE)
