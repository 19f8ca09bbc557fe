"""The outbox: one send per destination at a time, none twice at once, none forgotten."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import event

from bot.notice import Destination, Kind, Notice
from bot.ports import Unavailable
from storage.store import SqlStore
from tests.storage.making import NOW, kept, later, notice, open_store, receipt

LEASE = 60


def add(store: SqlStore, *notices: Notice) -> None:
    with kept(store) as work:
        for each in notices:
            work.notices.add(each)


def claim(store: SqlStore, now: datetime = NOW, most: int = 10) -> tuple[Notice, ...]:
    with kept(store) as work:
        return work.notices.claim(now, LEASE, most)


def one(store: SqlStore, now: datetime = NOW) -> Notice:
    (found,) = claim(store, now)
    return found


def delivered(store: SqlStore, sent: Notice, message: str = "m1") -> bool:
    with kept(store) as work:
        return work.notices.delivered(sent, receipt(message=message))


def failed(
    store: SqlStore, sent: Notice, again_at: datetime | None, *, doubt: bool = False
) -> bool:
    """``doubt``: this very send may have gone through; else an earlier one stays in doubt."""
    with kept(store) as work:
        return work.notices.failed(
            sent, "http-500", again_at, sent.begun_at or NOW if doubt else sent.begun_at
        )


def redraw(store: SqlStore, now: datetime = NOW, about: str = "7KQ2X") -> None:
    with kept(store) as work:
        work.notices.redraw(about, now)


def stored(store: SqlStore, about: str = "7KQ2X") -> tuple[Notice, ...]:
    with store.work() as work:
        return work.notices.about(about)


def next_due(store: SqlStore) -> datetime | None:
    with store.work() as work:
        return work.notices.next_due()


class TestAdding:
    def test_a_notice_comes_back_whole(self, store: SqlStore) -> None:
        made = replace(notice(), due_at=later(5), fault="x", doubtful=True, failures=2)
        add(store, made)
        assert stored(store) == (made,)

    def test_the_same_promise_is_made_once(self, store: SqlStore) -> None:
        made = notice()
        add(store, made, replace(made, id="again"))
        assert stored(store) == (made,)
        add(store, replace(made, id="more", nth=made.nth + 1))
        add(store, replace(made, id="other", kind=Kind.PHONE))
        assert len(stored(store)) == 3


class TestClaiming:
    def test_urgent_first_and_one_per_destination(self, store: SqlStore) -> None:
        digest, old = notice("a", due_at=later(-60)), notice("b", due_at=later(-30))
        alarm, second = notice("a", urgent=True), notice("c", urgent=True, due_at=later(-1))
        add(store, digest, old, alarm, second)
        assert [each.id for each in claim(store)] == [second.id, alarm.id, old.id]

    def test_no_more_than_asked_for_the_most_pressing(self, store: SqlStore) -> None:
        alarm = notice("z", urgent=True)
        add(store, *(notice(str(number), due_at=later(-5)) for number in range(5)), alarm)
        first, _ = claim(store, most=2)
        assert first.id == alarm.id

    def test_what_is_not_due_waits(self, store: SqlStore) -> None:
        add(store, notice(due_at=later(1)), notice("b", due_at=None))
        assert claim(store) == ()
        assert next_due(store) == later(1)
        assert len(claim(store, later(1))) == 1

    def test_a_claim_tells_the_new_token_and_the_old_doubt(self, store: SqlStore) -> None:
        add(store, notice())
        first = one(store)
        assert (first.token, first.attempts, first.begun_at) == (1, 1, None)
        assert claim(store, later(0.9)) == ()
        again = one(store, later(1))
        assert (again.token, again.attempts, again.begun_at) == (2, 2, NOW)

    def test_a_destination_with_a_lease_is_left_alone(self, store: SqlStore) -> None:
        add(store, notice("a"))
        sent = one(store)
        add(store, notice("a", urgent=True), notice("b"))
        assert [each.to.address for each in claim(store)] == ["b"]
        assert next_due(store) == later(1)
        delivered(store, sent)
        assert [each.to.address for each in claim(store)] == ["a"]

    def test_nothing_is_due_in_an_empty_outbox(self, store: SqlStore) -> None:
        assert claim(store) == ()
        assert next_due(store) is None


def test_what_is_due_is_found_without_reading_every_notice_there_ever_was() -> None:
    """A school keeps hundreds of thousands of them; these questions are asked for every card."""
    with closing(open_store("sqlite://")) as store:
        store.upgrade()
        questions: list[tuple[str, Any]] = []
        event.listen(
            store.database,
            "before_cursor_execute",
            lambda _conn, _cursor, words, values, *_: questions.append((words, values)),
        )
        add(store, notice())
        with store.work() as work:
            questions.clear()
            work.notices.claim(NOW, LEASE, 10)
            work.notices.next_due()
            work.notices.undelivered(NOW)
            work.notices.stranded([Kind.CASE], NOW, NOW)
            work.notices.answers_nobody(notice().to, NOW)
            work.escalations.late(NOW)
        asked = [each for each in questions if each[0].startswith("SELECT")]
        assert len(asked) >= 5
        with store.database.connect() as raw:
            for words, values in asked:
                plan = raw.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all()
                steps = [step for *_, step in plan if " notices" in step]
                assert steps, words
                for step in steps:
                    by_time = r"SEARCH notices USING .*(due_at|lease_until|rowid)"
                    assert re.match(by_time, step), step


class TestResults:
    def test_delivered_is_done(self, store: SqlStore) -> None:
        add(store, notice())
        assert delivered(store, one(store))
        (done,) = stored(store)
        assert (done.receipt, done.due_at, done.begun_at) == (receipt(), None, None)
        assert next_due(store) is None

    def test_a_clean_failure_is_tried_again_at_its_time(self, store: SqlStore) -> None:
        add(store, notice())
        assert failed(store, one(store), later(2))
        (waiting,) = stored(store)
        assert (waiting.fault, waiting.failures, waiting.begun_at) == ("http-500", 1, None)
        assert claim(store, later(1.9)) == ()
        assert one(store, later(2)).begun_at is None

    def test_a_failure_in_doubt_is_known_next_time(self, store: SqlStore) -> None:
        add(store, notice())
        failed(store, one(store), later(2), doubt=True)
        again = one(store, later(2))
        assert again.begun_at == NOW
        # The look for the first send failed, cleanly: the first is still in doubt.
        failed(store, again, later(3))
        assert one(store, later(3)).begun_at == NOW

    def test_a_second_copy_stays_marked(self, store: SqlStore) -> None:
        add(store, notice())
        failed(store, replace(one(store), doubtful=True), later(2))
        assert one(store, later(2)).doubtful

    def test_who_lost_the_lease_writes_nothing(self, store: SqlStore) -> None:
        add(store, notice())
        slow = one(store)
        quick = one(store, later(1))
        assert not failed(store, slow, later(30))
        assert claim(store, later(1.5)) == ()
        assert delivered(store, quick)
        assert not delivered(store, slow, "late")
        assert not delivered(store, quick, "twice")
        assert stored(store)[0].receipt == receipt()

    def test_a_late_proof_is_kept_when_there_was_none(self, store: SqlStore) -> None:
        add(store, notice())
        slow = one(store)
        one(store, later(1))
        assert not delivered(store, slow, "late")
        (waiting,) = stored(store)
        assert waiting.receipt == receipt(message="late")
        assert waiting.due_at is not None
        assert one(store, later(5)).receipt == receipt(message="late")

    def test_late_and_never_shown_is_undelivered(self, store: SqlStore) -> None:
        late, shown, fresh = notice("a"), notice("b"), notice("c", due_at=later(4))
        add(store, late, shown, fresh)
        for sent in claim(store):
            if sent.id == shown.id:
                delivered(store, sent)
            else:
                failed(store, sent, later(50))
        with store.work() as work:
            assert [each.id for each in work.notices.undelivered(later(3))] == [late.id]


class TestRedrawing:
    def test_only_what_was_shown_is_due_again(self, store: SqlStore) -> None:
        shown, unshown = notice("a"), notice("b", due_at=later(9))
        other = notice("c", about="OTHER")
        add(store, shown, unshown, other)
        for sent in claim(store):
            delivered(store, sent)
        redraw(store, later(1))
        again = one(store, later(1))
        assert (again.id, again.receipt) == (shown.id, receipt())
        delivered(store, again, "m2")
        assert stored(store)[0].receipt == receipt(message="m2")
        assert claim(store, later(8)) == ()

    def test_asked_for_during_a_send_it_is_not_lost(self, store: SqlStore) -> None:
        add(store, notice())
        sent = one(store)
        redraw(store, later(0.5))
        assert claim(store, later(0.6)) == ()
        assert delivered(store, sent)
        again = one(store, later(0.7))
        assert delivered(store, again)
        assert claim(store, later(9)) == ()

    def test_asked_for_during_a_redraw_that_is_given_up(self, store: SqlStore) -> None:
        add(store, notice())
        delivered(store, one(store))
        redraw(store, later(1))
        sent = one(store, later(1))
        redraw(store, later(1.1))
        failed(store, sent, None)
        failed(store, one(store, later(1.2)), None)
        assert claim(store, later(9)) == ()

    def test_it_waits_for_the_time_the_platform_asked_for(self, store: SqlStore) -> None:
        add(store, notice())
        delivered(store, one(store))
        redraw(store)
        failed(store, one(store), later(5))
        redraw(store, later(1))
        assert claim(store, later(4.9)) == ()
        assert len(claim(store, later(5))) == 1

    def test_nothing_to_show_is_over(self, store: SqlStore) -> None:
        add(store, notice())
        failed(store, one(store), None)
        redraw(store, later(1))
        assert claim(store, later(9)) == ()


def test_what_waits_for_an_account_goes_to_the_one_in_its_place(store: SqlStore) -> None:
    lost, instead = (Destination("slack", user, "khan") for user in ("T1/UKHAM", "T1/UKHAN"))
    other = Destination("slack", lost.address, "zed")
    shown, waits, twice = (notice(to=lost, nth=number) for number in (1001, 1002, 1003))
    add(store, shown)
    delivered(store, one(store))
    add(store, waits, twice, notice(to=other, nth=1004), notice(to=instead, nth=twice.nth))
    with kept(store) as work:
        work.notices.readdress(lost, instead)
    with store.work() as work:
        found = {each.nth: each.to for each in work.notices.about("7KQ2X") if each.to != instead}
        assert found == {1001: lost, 1003: lost, 1004: other}
        moved = [each.nth for each in work.notices.about("7KQ2X") if each.to == instead]
        assert sorted(moved) == [1002, 1003]
    assert instead.lane in {each.to.lane for each in claim(store)}


class TestWaking:
    def test_woken_after_a_commit_that_left_something_due(self, store: SqlStore) -> None:
        woken: list[tuple[Notice, ...]] = []
        store.on_due(lambda: woken.append(stored(store)))
        made = notice()
        add(store, made)
        assert woken == [(made,)], "the wake can already read what was committed"
        sent = one(store)
        assert len(woken) == 1
        redraw(store, later(0.1))
        delivered(store, sent)
        assert len(woken) == 2
        with store.work() as work:
            work.notices.add(notice())
        assert len(woken) == 2, "nothing was committed"

    def test_a_failing_wake_does_not_fail_the_turn(self, store: SqlStore) -> None:
        store.on_due(lambda: 1 // 0)  # type: ignore[arg-type,return-value]
        add(store, notice())
        assert len(stored(store)) == 1


def test_workers_at_once_never_share_a_destination(shared_store: SqlStore) -> None:
    """120 notices to 8 destinations, 4 workers: each sent once, one at a time per destination."""
    add(shared_store, *(notice(f"room{n % 8}", urgent=n % 3 == 0) for n in range(120)))
    sending: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    guard = Lock()

    def work() -> None:
        idle = 0
        while idle < 20:
            try:
                claimed = claim(shared_store, most=3)
            except Unavailable:
                continue
            idle = 0 if claimed else idle + 1
            with guard:
                for each in claimed:
                    sending[each.to.lane] += 1
                    sent[each.id] += 1
                assert not sending or max(sending.values()) <= 1
            for each in claimed:
                with guard:
                    sending[each.to.lane] -= 1
                while True:
                    try:
                        assert delivered(shared_store, each)
                        break
                    except Unavailable:
                        continue

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    assert len(sent) == 120
    assert set(sent.values()) == {1}


class Outbox(RuleBasedStateMachine):
    """Whatever the order of events: one lease per lane, and nothing owed is ever forgotten."""

    @initialize()
    def begin(self) -> None:
        self.store = open_store("sqlite://")
        self.store.upgrade()
        self.now = NOW
        self.leases: dict[str, tuple[Notice, datetime]] = {}
        self.owed: dict[str, Notice] = {}
        self.shown: set[str] = set()
        self.again: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(lane=st.sampled_from("abc"), urgent=st.booleans(), wait=st.integers(0, 3))
    def add(self, lane: str, urgent: bool, wait: int) -> None:
        made = notice(lane, urgent=urgent, due_at=self.now + timedelta(minutes=wait))
        add(self.store, made)
        self.owed[made.id] = made

    @rule(most=st.integers(1, 4))
    def claim(self, most: int) -> None:
        busy = {sent.to.lane for sent, until in self.leases.values() if until > self.now}
        claimed = claim(self.store, self.now, most)
        lanes = [each.to.lane for each in claimed]
        assert len(lanes) == len(set(lanes)) <= most
        assert not busy & set(lanes)
        for each in claimed:
            assert each.id in self.owed
            self.again.discard(each.id)
            self.leases[each.id] = (each, self.now + timedelta(seconds=LEASE))

    @rule(data=st.data(), outcome=st.sampled_from(["shown", "failed", "doubt", "killed"]))
    def end(self, data: st.DataObject, outcome: str) -> None:
        if not self.leases:
            return
        sent, _ = self.leases[data.draw(st.sampled_from(sorted(self.leases)))]
        if outcome == "shown":
            assert delivered(self.store, sent)
            self.shown.add(sent.id)
            if sent.id not in self.again:
                del self.owed[sent.id]
        elif outcome != "killed":
            again_at = self.now + timedelta(minutes=2)
            assert failed(self.store, sent, again_at, doubt=outcome == "doubt")
        if outcome != "killed":
            del self.leases[sent.id]

    @rule()
    def redraw(self) -> None:
        redraw(self.store, self.now)
        (everything,) = [stored(self.store)]
        self.owed |= {each.id: each for each in everything if each.id in self.shown}
        # Asked for while it is being sent: what is shown in a moment is out of date already.
        self.again |= self.leases.keys()

    @rule(minutes=st.integers(1, 5))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.leases = {k: v for k, v in self.leases.items() if v[1] > self.now}

    @invariant()
    def nothing_owed_is_forgotten(self) -> None:
        if hasattr(self, "owed"):
            due = {each.id for each in stored(self.store) if each.due_at is not None}
            assert due >= self.owed.keys()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(-5, 5)), max_size=12
    ),
    most=st.integers(1, 5),
)
def test_a_claim_takes_the_first_of_the_most_pressing_lanes(
    rows: list[tuple[str, bool, int]], most: int
) -> None:
    made = [notice(lane, urgent=urgent, due_at=later(due)) for lane, urgent, due in rows]
    with closing(open_store("sqlite://")) as store:
        store.upgrade()
        add(store, *made)
        claimed = claim(store, most=most)
    due = [each for each in made if each.due_at and each.due_at <= NOW]
    due.sort(key=lambda each: (each.lane != "urgent", each.due_at, int(each.id[1:])))
    firsts = {each.to.lane: each for each in reversed(due)}
    assert len(claimed) == min(most, len(firsts))
    assert all(firsts[each.to.lane].id == each.id for each in claimed)
    urgent_lanes = sum(first.lane == "urgent" for first in firsts.values())
    assert sum(each.lane == "urgent" for each in claimed) == min(most, urgent_lanes)
