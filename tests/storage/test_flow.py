"""How delivery goes, in numbers in which no report about an adult leaves a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.form import Route
from bot.notice import Kind, Lane
from bot.ports.flow import Results, Waiting
from storage.store import SqlStore
from tests.storage.making import NOW, escalation, incident, kept, later, minutes, notice, receipt

CHILD, ADULT = "7KQ2X", "8LR3Y"
Everything = tuple[tuple[Waiting, ...], tuple[Results, ...], int]


def everything(store: SqlStore, at: datetime) -> Everything:
    with store.reading() as work:
        return work.flow.waiting(at), work.flow.results(), work.flow.overdue(at)


def test_what_waits_what_came_of_it_and_what_is_overdue(store: SqlStore) -> None:
    with kept(store) as work:
        work.incidents.add(incident(CHILD))
        work.escalations.put(escalation(CHILD), later(2))
        for made in (
            notice("a", urgent=True),
            replace(notice("b", urgent=True), due_at=later(-3)),
            notice("c"),
            replace(notice("d"), due_at=later(30)),
            notice("week", about="2026-W47", kind=Kind.DIGEST),
        ):
            work.notices.add(made)
    with kept(store) as work:
        by_place = {n.to.address: n for n in work.notices.claim(NOW, 30, 10)}
        work.notices.delivered(by_place["a"], receipt())
        work.notices.failed(by_place["c"], "slack-ratelimited", later(1))
        work.notices.failed(by_place["week"], "nothing-to-show", None)
    waiting, results, overdue = everything(store, later(1))
    assert waiting == (
        Waiting("slack", Lane.NORMAL, 1, NOW),
        Waiting("slack", Lane.URGENT, 1, later(-3)),
    )
    assert results == (
        Results("slack", "nothing-to-show", 1),
        Results("slack", "shown", 1),
        Results("slack", "slack-ratelimited", 1),
        Results("slack", "waiting", 2),
    )
    assert overdue == 0
    assert everything(store, later(3))[2] == 1


def test_a_report_about_an_adult_changes_none_of_it(store: SqlStore) -> None:
    with kept(store) as work:
        work.incidents.add(incident(CHILD))
        work.notices.add(notice(about=CHILD))
    before = everything(store, later(9))
    with kept(store) as work:
        work.incidents.add(incident(ADULT, route=Route.ADULT))
        work.escalations.put(escalation(ADULT), NOW)
        work.notices.add(notice("farrow", about=ADULT, urgent=True))
        work.notices.add(notice("amira", about=ADULT, kind=Kind.RECEIPT))
        work.notices.add(notice("farrow", about="slack:farrow", kind=Kind.REMINDER))
        work.notices.add(notice("farrow", about="slack:farrow", kind=Kind.STUCK))
        work.notices.add(notice("amira", about="hold-1", kind=Kind.HELD))
    assert everything(store, later(9)) == before
    with kept(store) as work:
        for each in work.notices.claim(later(9), 30, 10):
            work.notices.failed(each, "slack-ratelimited", later(10), begun_at=NOW)
    changed = everything(store, later(9))
    assert [each.count for each in changed[0]] == [1]
    assert {each.result for each in changed[1]} == {"slack-ratelimited"}
    assert sum(each.count for each in changed[1]) == 1


def test_a_route_that_cannot_be_read_counts_as_the_other_one(store: SqlStore) -> None:
    with kept(store) as work:
        work.incidents.add(incident(CHILD))
        work.escalations.put(escalation(CHILD), NOW - minutes(5))
        work.notices.add(notice(about=CHILD))
    with store.database.begin() as raw:
        raw.exec_driver_sql("UPDATE incidents SET route = 'nonsense'")
    assert everything(store, NOW) == ((), (), 0)
