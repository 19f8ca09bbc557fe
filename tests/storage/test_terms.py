"""What the report of a term counts, on every database."""

from __future__ import annotations

from bot.escalation import Audience, Rung
from bot.form import Route
from bot.incident import Concern
from bot.term import Season, Term
from bot.termly import TermReport
from storage.store import SqlStore
from tests.storage.making import escalation, kept, later, minutes, report

AUTUMN = Term(2026, Season.AUTUMN)
SHOWN = TermReport(
    term=AUTUMN,
    reports="20 to 49",
    kinds=(("child", "10 or more"), ("website", "10 or more")),
    breaches="10 or more",
    acknowledged="half within 4 minutes",
    in_time="half or more",
    principal="1 to 9",
    waiting=False,
    drills=2,
    asked="100 or more",
    unanswered="none",
    whole=True,
)


def test_what_is_kept_from_anybody_moves_no_figure(store: SqlStore) -> None:
    """The governor, the DSL and the Principal sit at one table."""
    report(store, "AAAAA")
    report(store, "BBBBB", form="website")
    for ref, changes in (
        ("CCCCC", {"form": "adult", "route": Route.ADULT}),
        ("DDDDD", {"mistake": True}),
        ("EEEEE", {"concerns": (("khan", Concern.NAMED),)}),
        ("FFFFF", {"concerns": (("jones", Concern.SUBJECT),)}),
        ("GGGGG", {"drill": True}),
        ("HHHHH", {"reported_at": later(-60 * 24 * 7)}),
    ):
        report(store, ref, **changes)
    report(store, "JJJJJ", concerns=(("khan", Concern.CLEARED),))
    with kept(store) as work:
        work.escalations.take("AAAAA", "khan", later(12))
        work.escalations.take("EEEEE", "khan", later(12))
        work.escalations.put(
            escalation("BBBBB", rungs=(PRINCIPAL,), climbed={"principal": 1}), None
        )
        work.escalations.take("BBBBB", "lee", later(30))
        work.asked.add(later(1), "amira", "answer", "6.2.4")
        work.asked.add(later(2), "amira", "dont_know", "")
    with store.work() as work:
        counted = work.term_reports.counted(later(-10), later(60))
    assert dict(counted.reports) == {"child": 2, "website": 1}
    assert sorted(counted.minutes) == [12, 30]
    assert (counted.in_time, counted.principal, counted.waiting) == (1, 1, 1)
    assert (counted.drills, counted.asked, counted.unanswered) == (1, 2, 1)


PRINCIPAL = Rung("principal", Audience.PRINCIPAL, minutes(5))


def test_what_is_said_of_a_term_stands_and_is_sent_once(store: SqlStore) -> None:
    with kept(store) as work:
        assert work.term_reports.get(AUTUMN) is None
        assert work.term_reports.add(SHOWN, later(0))
        other = TermReport(**{**vars(SHOWN), "reports": "none"})
        assert not work.term_reports.add(other, later(1))
    with kept(store) as work:
        assert work.term_reports.get(AUTUMN) == SHOWN
        assert work.term_reports.made() == (AUTUMN,)
        assert work.term_reports.waiting(later(0)) == ()
        assert work.term_reports.waiting(later(1)) == (AUTUMN,)
        assert not work.term_reports.was_sent(AUTUMN)
        work.term_reports.send(AUTUMN, later(2))
    with store.work() as work:
        assert work.term_reports.was_sent(AUTUMN)
        assert work.term_reports.waiting(later(9)) == ()
    with store.database.connect() as connection:
        kept_bytes = connection.exec_driver_sql("SELECT shown FROM terms").scalar_one()
    assert b"20 to 49" not in bytes(kept_bytes)
