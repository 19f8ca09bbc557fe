"""Between two people at once one takes it, and nothing recorded is taken back by a late writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from bot.escalation import Acknowledgement
from bot.ports import Unavailable
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
