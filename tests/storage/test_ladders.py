"""Between two people at once one takes it, and nothing recorded is taken back by a late writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.escalation import Acknowledgement, Offer
from bot.ports import Unavailable
from storage import tables
from storage.store import SqlStore
from tests.storage.making import escalation, kept, later, report


def test_the_first_acknowledgement_stands(store: SqlStore) -> None:
    report(store)
    with kept(store) as work:
        assert work.escalations.take("7KQ2X", "khan", later(1)) == Acknowledgement("khan", later(1))
    with kept(store) as work:
        assert work.escalations.take("7KQ2X", "lee", later(2)) == Acknowledgement("khan", later(1))
        work.escalations.hand_over("7KQ2X", "lee", later(3))
        assert work.escalations.take("7KQ2X", "zoe", later(4)) == Acknowledgement("lee", later(3))


def test_a_late_writer_takes_nothing_back(store: SqlStore) -> None:
    report(store)
    with kept(store) as work:
        work.escalations.put(escalation(climbed={"dsl": 3}, spoken_at=later(2)), later(5))
        taken = work.escalations.take("7KQ2X", "khan", later(1))
    with kept(store) as work:
        work.escalations.put(escalation(climbed={"dsl": 1, "reporter": 1}), None)
        assert work.escalations.get("7KQ2X") == escalation(
            climbed={"dsl": 3, "reporter": 1}, taken=taken, spoken_at=later(2)
        )
        assert work.escalations.due(later(60)) == ()


def test_a_ladder_begun_anew_counts_anew(store: SqlStore) -> None:
    report(store)
    faster = replace(escalation(), rungs=escalation().rungs[:1], climbed={"dsl": 1})
    with kept(store) as work:
        work.escalations.put(escalation(climbed={"dsl": 4}), None)
        work.escalations.put(faster, None)
        assert work.escalations.get("7KQ2X") == faster


def test_a_report_open_again_keeps_when_it_was_first_taken(store: SqlStore) -> None:
    """Others who come by it later took it no sooner; one begun anew for another cause counts
    from the next to take it."""
    for ref, again, minutes in (("AAAAA", True, 1), ("BBBBB", False, 9)):
        report(store, ref)
        anew = replace(escalation(), ref=ref, started_at=later(8))
        with kept(store) as work:
            work.escalations.put(replace(escalation(), ref=ref), later(5))
            work.escalations.take(ref, "khan", later(1))
            work.escalations.put(replace(escalation(), ref=ref, closed_at=later(2)), None)
            work.incidents.close(ref, later(2), "Resolved")
            work.escalations.told_late(ref, later(2))
        with kept(store) as work:
            work.incidents.reopen(ref)
            work.escalations.restart(anew, later(8), again=again)
            work.escalations.put(anew, later(9))
            assert work.escalations.get(ref) == anew
            opened = work.incidents.get(ref)
            assert opened is not None
            assert (opened.open_again, opened.outcome) == (True, "Resolved")
            assert work.escalations.take(ref, "lee", later(9)).by == "lee"
        with store.database.connect() as connection:
            row = tables.escalations.c
            first = select(row.acknowledged_at, row.told_late_at).where(row.ref == ref)
            assert connection.execute(first).one() == (later(minutes), None)


def test_no_ladder_nothing_to_take(store: SqlStore) -> None:
    with store.work() as work:
        with pytest.raises(LookupError):
            work.escalations.take("NONE", "khan", later(1))
        with pytest.raises(LookupError):
            work.escalations.hand_over("NONE", "khan", later(1))


def test_of_many_at_once_one_wins_and_all_are_told_who(shared_store: SqlStore) -> None:
    people = [f"dsl{number}" for number in range(6)]
    refs = [f"R{number}" for number in range(10)]
    with ThreadPoolExecutor(len(people)) as pool:
        for ref in refs:
            report(shared_store, ref)
            start = Barrier(len(people))

            def take(person: str, ref: str = ref, start: Barrier = start) -> str:
                start.wait()
                while True:
                    try:
                        with kept(shared_store) as work:
                            return work.escalations.take(ref, person, later(1)).by
                    except Unavailable:
                        continue

            told = set(pool.map(take, people))
            with shared_store.work() as work:
                standing = work.escalations.get(ref)
            assert standing is not None and standing.taken is not None
            assert told == {standing.taken.by}


def test_an_offer_leaves_the_owner_until_it_is_accepted(store: SqlStore) -> None:
    report(store)
    with kept(store) as work:
        taken = work.escalations.take("7KQ2X", "khan", later(1))
        work.escalations.offer("7KQ2X", "lee", later(2))
    with kept(store) as work:
        offered = escalation(taken=taken, offered=Offer("lee", later(2)))
        assert work.escalations.get("7KQ2X") == offered
        # A late writer who has not seen the offer does not take it back.
        work.escalations.put(escalation(taken=taken), None)
        assert work.escalations.get("7KQ2X") == offered
        work.escalations.withdraw_offer("7KQ2X")
        assert work.escalations.get("7KQ2X") == escalation(taken=taken)
        work.escalations.offer("7KQ2X", "lee", later(3))
        work.escalations.hand_over("7KQ2X", "lee", later(4))
        assert work.escalations.get("7KQ2X") == escalation(taken=Acknowledgement("lee", later(4)))
        assert work.escalations.owned_by("lee") == ("7KQ2X",)


def test_a_link_is_of_both_and_can_end(store: SqlStore) -> None:
    report(store)
    report(store, "8ABC3")
    with kept(store) as work:
        for _ in range(2):
            work.incidents.link("8ABC3", "7KQ2X", "khan", later(1))
    with kept(store) as work:
        assert work.incidents.linked("7KQ2X") == ("8ABC3",)
        assert work.incidents.linked("8ABC3") == ("7KQ2X",)
        work.incidents.unlink("7KQ2X", "8ABC3", "khan", later(2))
        assert work.incidents.linked("8ABC3") == ()


def test_what_was_made_of_the_same_thing_stays_so_though_a_person_unlinks_it(
    store: SqlStore,
) -> None:
    for ref in ("7KQ2X", "8ABC3", "9DEF4", "2GHJ5"):
        report(store, ref)
    with kept(store) as work:
        work.incidents.join("8ABC3", "7KQ2X", later(1))
        work.incidents.join("8ABC3", "9DEF4", later(1))
        work.incidents.link("9DEF4", "2GHJ5", "khan", later(1))
    with kept(store) as work:
        assert work.incidents.linked("7KQ2X") == ("8ABC3",)
        work.incidents.unlink("7KQ2X", "8ABC3", "khan", later(2))
    with kept(store) as work:
        assert work.incidents.linked("7KQ2X") == ()
        assert {each.ref for each in work.incidents.siblings("7KQ2X")} == {"8ABC3", "9DEF4"}
        assert {each.ref for each in work.incidents.siblings("9DEF4")} == {"7KQ2X", "8ABC3"}
        assert work.incidents.siblings("2GHJ5") == ()


def test_one_climbs_while_it_is_due(store: SqlStore) -> None:
    report(store)
    with kept(store) as work:
        assert work.escalations.due(later(1)) == ("7KQ2X",)
        assert work.escalations.to_climb("7KQ2X", later(-1)) is None
        assert work.escalations.to_climb("7KQ2X", later(1)) == escalation()


def test_when_links_were_made_and_parted_stays_on_record(store: SqlStore) -> None:
    for ref in ("7KQ2X", "8ABC3", "9DEF4"):
        report(store, ref)
    with kept(store) as work:
        work.incidents.link("8ABC3", "7KQ2X", "khan", later(1))
        work.incidents.link("7KQ2X", "9DEF4", "khan", later(2))
        work.incidents.unlink("7KQ2X", "8ABC3", "khan", later(3))
        assert work.incidents.linkings("7KQ2X") == (
            ("8ABC3", later(1)),
            ("8ABC3", later(3)),
            ("9DEF4", later(2)),
        )
        assert work.incidents.linkings("9DEF4") == (("7KQ2X", later(2)),)
