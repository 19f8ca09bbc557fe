"""Whether anything that is to be shown is stuck: every notice has a result, or soon gets one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.incident import is_ref
from bot.notice import Kind, Notice
from bot.ports import Work
from bot.ports.watching import Loose
from bot.second_route import AGAIN, KINDS
from bot.views.receipt import SLOW
from bot.watch.reports import Now
from bot.watch.stuck import LATE, Stuck, Why

LISTS = (Kind.REMINDER, Kind.STUCK)
"""Lists of several reports, those about adults among them. That one is late is told to nobody
beside those reports themselves: it would say that there is something to list."""

LONGEST_LEASE = timedelta(minutes=5)


def undelivered(work: Work, now: Now) -> Iterator[Stuck]:
    yield from _each(Why.UNDELIVERED, work.notices.undelivered(now.late))
    unhelped = now.late - now.school.second_route_after
    unhelped_again = now.late - AGAIN
    yield from _each(Why.NO_OTHER_WAY, work.notices.stranded(KINDS, unhelped, unhelped_again))
    for ref in work.escalations.late(now.late - SLOW):
        yield Stuck(Why.RECEIPT_UNTRUE, ref)


def not_redrawn(work: Work, now: Now) -> Iterator[Stuck]:
    """A card that is not drawn again goes on saying what is no longer true."""
    yield from _each(Why.NOT_REDRAWN, work.watched.to_redraw(now.late))


def leases(work: Work, now: Now) -> Iterator[Stuck]:
    """A lease without end holds up everything that goes to the same destination."""
    yield from _each(Why.LEASE, work.watched.leased_beyond(now.at + LONGEST_LEASE))


def results(work: Work, now: Now) -> Iterator[Stuck]:
    yield from _each(Why.NO_RESULT, work.watched.without_result(now.at - LATE))


def understood(work: Work, now: Now) -> Iterator[Stuck]:
    yield from _each(Why.NOT_UNDERSTOOD, work.watched.not_understood())


def _each(why: Why, found: Iterable[Notice | Loose]) -> Iterator[Stuck]:
    for each in found:
        if each.kind in LISTS:
            yield Stuck(Why.LIST)
        else:
            yield Stuck(why, each.about if is_ref(each.about) else "")
