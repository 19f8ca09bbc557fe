"""What is kept comes back as it was, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from bot.card import Button, Card, Press, Quote, Tone, say
from bot.conversation import Conversation, Stage
from bot.digest import Counted, Week, digest
from bot.form import SKIPPED, Route, Urgency
from bot.incident import Concern, Part
from bot.notice import Kind
from bot.people import Holding, Identity, Person, Role
from bot.ports import Conflict, Held, Posted
from storage import tables
from storage.store import SqlStore
from tests.storage.making import HARD_WORDS, NOW, escalation, incident, kept, later, notice, report

CARD = Card(
    title="A title",
    text=(HARD_WORDS,),
    facts=(("Centre", "North"),),
    quotes=(Quote("Said", HARD_WORDS),),
    buttons=(Button("Open", Press("open", ("7KQ2X",)), primary=True),),
    tone=Tone.URGENT,
)


class TestPeople:
    def test_a_person_comes_back_whole(self, store: SqlStore) -> None:
        khan = Person(
            id="khan",
            name="Ms Khan 👩🏽",
            centre="north",
            holdings=(Holding(Role.DSL, "north"), Holding(Role.GOVERNOR)),
            identities=(Identity("teams", "t1"), Identity("slack", "T1/U2")),
            phone="01234 567890",
            away_until=later(60),
            guest=False,
        )
        stranger = Person("x", "Somebody", "south", guest=True)
        with kept(store) as work:
            work.people.put(khan)
            work.people.put(stranger)
        with store.work() as work:
            assert work.people.all() == (khan, stranger)

    def test_putting_again_replaces_and_keeps_the_order(self, store: SqlStore) -> None:
        first, second = Person("a", "A", "north"), Person("b", "B", "north")
        changed = replace(first, name="A2", identities=(Identity("page", "a"),))
        with kept(store) as work:
            for person in (first, second, changed, changed):
                work.people.put(person)
        with store.work() as work:
            assert work.people.all() == (changed, second)

    def test_one_thing_is_set_and_the_rest_stays(self, store: SqlStore) -> None:
        """Whoever sets it may have read them before somebody else changed the rest."""
        khan = Person(
            "khan",
            "Ms Khan",
            "north",
            (Holding(Role.DSL, "north"),),
            (Identity("slack", "T1/U2"),),
            phone="01234 567890",
        )
        other = Person("lee", "Mr Lee", "north", away_until=later(5), unvouched=True)
        with kept(store) as work:
            work.people.put(khan)
            work.people.put(other)
            work.people.set_away("khan", later(60))
            work.people.set_standing("khan", guest=True, unvouched=True)
            marked = replace(khan, away_until=later(60), guest=True, unvouched=True)
            assert work.people.all() == (marked, other)
            work.people.set_away("khan", None)
            work.people.set_standing("khan", guest=False, unvouched=False)
        with store.work() as work:
            assert work.people.all() == (khan, other)

    def test_nothing_is_set_of_somebody_who_is_known_no_more(self, store: SqlStore) -> None:
        with pytest.raises(Conflict), kept(store) as work:
            work.people.set_away("khan", later(60))
        with pytest.raises(Conflict), kept(store) as work:
            work.people.set_standing("khan", guest=True, unvouched=False)
        with store.work() as work:
            assert work.people.all() == ()

    def test_one_account_cannot_be_two_people(self, store: SqlStore) -> None:
        account = (Identity("slack", "U1"),)
        with pytest.raises(Conflict), kept(store) as work:
            work.people.put(Person("a", "A", "north", identities=account))
            work.people.put(Person("b", "B", "north", identities=account))


class TestHeard:
    def test_a_retry_gets_the_same_reply(self, store: SqlStore) -> None:
        reply = say(CARD, replaces=True)
        with kept(store) as work:
            assert work.heard.reply_to("slack|1") is None
            work.heard.add("slack|1", reply, NOW)
        with store.work() as work:
            assert work.heard.reply_to("slack|1") == reply

    def test_the_second_of_two_is_a_conflict(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.heard.add("k", say(CARD), NOW)
        with store.work() as work, pytest.raises(Conflict):
            work.heard.add("k", say(), NOW)


class TestConversations:
    def test_answers_come_back_and_versions_count(self, store: SqlStore) -> None:
        begun = Conversation("c1", "amira", "child", "", {"what": HARD_WORDS, "who": SKIPPED})
        with kept(store) as work:
            saved = work.conversations.save(begun, NOW)
        assert saved == replace(begun, version=1, touched_at=NOW)
        with store.work() as work:
            assert work.conversations.active("amira") == saved
            assert work.conversations.find("amira", "child", "") == saved
            assert work.conversations.latest("amira") == saved
            assert work.conversations.active("khan") is None

    def test_an_old_version_is_refused(self, store: SqlStore) -> None:
        begun = Conversation("c1", "amira", "child", "")
        with kept(store) as work:
            first = work.conversations.save(begun, NOW)
            work.conversations.save(first.answer("a", "1"), NOW)
        for stale in (begun, first):
            with store.work() as work, pytest.raises(Conflict):
                work.conversations.save(stale, NOW)

    def test_the_one_touched_last_is_active_even_within_one_instant(self, store: SqlStore) -> None:
        with kept(store) as work:
            one = work.conversations.save(Conversation("1", "amira", "child", "A"), NOW)
            two = work.conversations.save(Conversation("2", "amira", "adult", "B"), NOW)
            assert work.conversations.active("amira") == two
            one = work.conversations.save(one, NOW)
            assert work.conversations.active("amira") == one
            work.conversations.save(one.at(Stage.PAUSED), NOW)
            also = work.conversations.save(two.at(Stage.PAUSED), NOW)
            assert work.conversations.active("amira") is None
            assert work.conversations.latest("amira") == also

    def test_unfinished_are_those_about_a_report_left_alone(self, store: SqlStore) -> None:
        with kept(store) as work:
            old = work.conversations.save(Conversation("1", "a", "child", "REF"), later(-90))
            work.conversations.save(Conversation("2", "a", "child", ""), later(-90))
            work.conversations.save(
                Conversation("3", "a", "child", "R2", stage=Stage.FINISHED), later(-90)
            )
            work.conversations.save(Conversation("4", "a", "child", "R3"), NOW)
            assert work.conversations.unfinished(later(-60)) == (old,)
            work.notices.add(notice(kind=Kind.UNFINISHED, about="REF"))
            assert work.conversations.unfinished(later(-60)) == ()


class TestHolds:
    def test_words_are_held_until_sent_on(self, store: SqlStore) -> None:
        held = Held("h1", "amira", HARD_WORDS, NOW)
        with kept(store) as work:
            work.holds.put(held)
            work.holds.put(Held("h0", "amira", "older", later(-5)))
        with kept(store) as work:
            assert work.holds.get("h1") == held
            assert work.holds.of("amira") == held
            assert [each.id for each in work.holds.waiting()] == ["h0", "h1"]
            work.holds.put(replace(held, nudges=1, ref="7KQ2X"))
        with store.work() as work:
            assert work.holds.get("h1") == replace(held, nudges=1, ref="7KQ2X")
            assert [each.id for each in work.holds.waiting()] == ["h0"]

    def test_forgetting_deletes_words_and_key(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.holds.put(Held("h1", "amira", "words", NOW))
        with kept(store) as work:
            work.holds.forget("h1")
            work.holds.forget("never-was")
        with store.work() as work:
            assert work.holds.get("h1") is None
        with store.database.connect() as connection:
            keys = connection.exec_driver_sql("SELECT record FROM data_keys").scalars().all()
        assert keys == ["meta:proof"]


class TestIncidents:
    def test_a_report_comes_back_whole(self, store: SqlStore) -> None:
        whole = incident(
            route=Route.ADULT,
            urgency=Urgency.SAME_DAY,
            sent_at=later(-1),
            concerns=(("zoe", Concern.SUBJECT), ("khan", Concern.NAMED)),
            drill=True,
            unchecked=True,
        )
        with kept(store) as work:
            work.incidents.add(whole)
        with store.work() as work:
            assert work.incidents.get("7KQ2X") == whole
            assert work.incidents.get("other") is None

    def test_its_state_is_set_step_by_step(self, store: SqlStore) -> None:
        report(store)
        with kept(store) as work:
            work.incidents.concern("7KQ2X", "khan", Concern.NAMED)
            work.incidents.concern("7KQ2X", "jones", Concern.SUBJECT)
            work.incidents.concern("7KQ2X", "khan", Concern.CLEARED)
            work.incidents.finish("7KQ2X", later(5))
            work.incidents.hasten("7KQ2X")
            work.incidents.move("7KQ2X", "south")
            work.incidents.mark_mistake("7KQ2X", False)
            assert not getattr(work.incidents.get("7KQ2X"), "mistake", True)
            work.incidents.mark_mistake("7KQ2X")
            work.incidents.close("7KQ2X", later(9), "no-further-action")
            assert work.incidents.get("7KQ2X") == incident(
                concerns=(("khan", Concern.CLEARED), ("jones", Concern.SUBJECT)),
                centre="south",
                finished_at=later(5),
                closed_at=later(9),
                outcome="no-further-action",
                mistake=True,
            )
            assert work.incidents.open() == ()

    def test_lists_are_in_the_order_promised(self, store: SqlStore) -> None:
        for minute, ref in enumerate(("AAAAA", "BBBBB", "CCCCC")):
            report(store, ref, reported_at=later(minute), reporter="amira" if minute else "lee")
        with store.work() as work:
            assert [each.ref for each in work.incidents.open()] == ["AAAAA", "BBBBB", "CCCCC"]
            assert [each.ref for each in work.incidents.by("amira")] == ["CCCCC", "BBBBB"]
            assert [each.ref for each in work.incidents.since(later(1))] == ["BBBBB", "CCCCC"]

    def test_a_drill_is_in_no_list_but_its_own(self, store: SqlStore) -> None:
        report(store, "AAAAA", reported_at=later(1))
        report(store, "BBBBB", drill=True)
        with kept(store) as work:
            for found in (work.incidents.open(), work.incidents.by("amira")):
                assert [each.ref for each in found] == ["AAAAA"]
            assert [each.ref for each in work.incidents.since(later(-60))] == ["AAAAA"]
            assert [each.ref for each in work.incidents.drills()] == ["BBBBB"]
            assert [each.ref for each in work.retention.kept()] == ["AAAAA"]
            assert work.digests.first_day() == later(1)
            work.incidents.close("BBBBB", later(2), "taken")
            assert work.incidents.drills() == ()

    def test_nobody_can_make_a_report_a_drill_or_a_drill_a_report(self, store: SqlStore) -> None:
        report(store, "AAAAA")
        report(store, "BBBBB", drill=True)
        for ref, mark in (("AAAAA", True), ("BBBBB", False)):
            change = update(tables.incidents).where(tables.incidents.c.ref == ref)
            refused = pytest.raises(DBAPIError, match="a drill from its first moment or never")
            with refused, store.database.begin() as connection:
                connection.execute(change.values(drill=mark))
        with kept(store) as work:
            work.incidents.mark_mistake("AAAAA")
            assert [each.ref for each in work.incidents.drills()] == ["BBBBB"]

    def test_entries_are_numbered_and_readable_after_the_transaction(self, store: SqlStore) -> None:
        report(store, words=HARD_WORDS)
        with kept(store) as work:
            added = work.incidents.append(
                "7KQ2X", later(1), "khan", Part.CASE, "decision", "Why?", "Because."
            )
            assert (added.number, added.words.open()) == (2, "Because.")
        with store.work() as work:
            first, second = work.incidents.entries("7KQ2X")
        assert (first.prompt.open(), first.words.open()) == ("What happened?", HARD_WORDS)
        assert (second.author, second.part, second.at) == ("khan", Part.CASE, later(1))

    def test_a_report_that_is_not_there_cannot_be_added_to(self, store: SqlStore) -> None:
        with store.work() as work:
            with pytest.raises(LookupError):
                work.incidents.append("NONE", NOW, "a", Part.CASE, "s", "p", "w")
            with pytest.raises(LookupError):
                work.incidents.close("NONE", NOW, "x")

    def test_half_an_emoji_is_refused_not_changed(self, store: SqlStore) -> None:
        report(store)
        with store.work() as work, pytest.raises(UnicodeEncodeError):
            work.incidents.append("7KQ2X", NOW, "a", Part.CASE, "s", "p", "\ud83d")


class TestPages:
    def test_messages_are_shown_once_and_redrawn(self, store: SqlStore) -> None:
        posted = Posted("m1", "dm:amira", NOW, "Lanyard", HARD_WORDS, CARD)
        plain = Posted("m2", "dm:amira", NOW, "Amira", "hello", None)
        with kept(store) as work:
            assert work.pages.add(posted, "key") == posted
            assert work.pages.add(replace(posted, id="m9"), "key") == posted
            work.pages.add(plain, "key2")
        redrawn = replace(CARD, title="Taken")
        with kept(store) as work:
            assert work.pages.room("dm:amira") == (posted, plain)
            work.pages.redraw("m1", redrawn, later(1))
        with store.work() as work:
            assert work.pages.find("dm:amira", "key") == replace(posted, card=redrawn)
            assert work.pages.get("m2") == plain
            assert work.pages.get("m9") is None
            assert work.pages.room("elsewhere") == ()


def test_references_are_put_and_got(store: SqlStore) -> None:
    with kept(store) as work:
        work.references.put("teams", "19:a", '{"serviceUrl": "x"}')
        work.references.put("teams", "19:a", '{"serviceUrl": "y"}')
    with store.work() as work:
        assert work.references.get("teams", "19:a") == '{"serviceUrl": "y"}'
        assert work.references.get("teams", "19:b") is None


def test_the_policy_adopted_last_is_in_force(store: SqlStore) -> None:
    with kept(store) as work:
        assert (work.policies.in_force(), work.policies.number()) == (None, 0)
        work.policies.adopt("old.txt", b"old", NOW)
        work.policies.adopt("new.pdf", b"%PDF \0", later(1))
    with store.work() as work:
        assert work.policies.in_force() == (2, "new.pdf", b"%PDF \0")
        assert work.policies.number() == 2


def test_moments_come_back_in_utc_and_naive_ones_are_refused(store: SqlStore) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(2026, 11, 18, 15, 0, 0, 123456, tzinfo=zone)
    with kept(store) as work:
        work.incidents.add(incident(reported_at=moment))
        found = work.incidents.get("7KQ2X")
    assert found is not None
    assert found.reported_at == moment
    assert found.reported_at.tzinfo is UTC
    naive = moment.replace(tzinfo=None)
    with pytest.raises(Exception, match="time zone"), store.work() as work:
        work.incidents.add(incident("OTHER", reported_at=naive))


class TestFigures:
    WEEK = Week.of(NOW.date())

    def counted(self, store: SqlStore):  # type: ignore[no-untyped-def]
        with store.work() as work:
            return work.digests.counted(*self.WEEK.span(UTC))

    def test_a_week_is_counted_without_adults_drills_and_mistakes(self, store: SqlStore) -> None:
        report(store, "AAAAA")
        report(store, "BBBBB", form="site", route=Route.SITE)
        report(store, "CCCCC", route=Route.ADULT, form="adult")
        report(store, "DDDDD", drill=True)
        report(store, "EEEEE", mistake=True)
        report(store, "FFFFF", reported_at=NOW - timedelta(days=7))
        report(store, "GGGGG", reported_at=NOW + timedelta(days=7))
        with kept(store) as work:
            work.escalations.take("AAAAA", "khan", later(12))
            work.escalations.hand_over("AAAAA", "jones", later(50))
            work.escalations.take("BBBBB", "lee", later(8))
            work.incidents.close("BBBBB", later(30), "blocked")
        counted = self.counted(store)
        assert dict(counted.reports) == {"child": 1, "site": 1}
        assert sorted(counted.minutes) == [8, 12]
        assert (counted.open_now, counted.unacknowledged) == (2, 1)

    def test_questions_are_counted_by_distinct_askers(self, store: SqlStore) -> None:
        with kept(store) as work:
            numbers = [
                work.asked.add(NOW, asker, action, clause)
                for asker, action, clause in (
                    ("amira", "answer", "6.2.4"),
                    ("amira", "answer", "6.2.4"),
                    ("lee", "answer", "6.2.4"),
                    ("lee", "dont_know", ""),
                )
            ]
        assert len(set(numbers)) == 4
        assert all(number[0] == "A" and number[1:].isdecimal() for number in numbers)
        counted = self.counted(store)
        assert (counted.asked, counted.unanswered) == (4, 1)
        assert dict(counted.clauses) == {"6.2.4": 2}
        with store.database.connect() as connection:
            askers = connection.exec_driver_sql("SELECT asker FROM asked").scalars().all()
        assert not {"amira", "lee"} & set(askers)

    def test_a_week_is_claimed_once(self, store: SqlStore) -> None:
        with kept(store) as work:
            assert work.digests.made() == ()
            assert work.digests.add(self.WEEK, NOW)
            assert not work.digests.add(self.WEEK, NOW)
        with store.work() as work:
            assert work.digests.made() == (self.WEEK,)

    def test_what_a_reader_was_shown_of_a_week_stands(self, store: SqlStore) -> None:
        first = digest(self.WEEK, Counted({"child": 3}, (), 3, 0, 7, 0, {"6.2.4": 6}))
        later_on = digest(self.WEEK, Counted({}, (), 0, 0, 7, 0, {}))
        with kept(store) as work:
            assert work.digests.shown(self.WEEK, "farrow") is None
            work.digests.keep(first, "farrow")
            work.digests.keep(later_on, "farrow")
        with store.work() as work:
            assert work.digests.shown(self.WEEK, "farrow") == first
            assert work.digests.shown(self.WEEK, "penrose") is None

    def test_the_first_day_is_when_it_was_first_spoken_to(self, store: SqlStore) -> None:
        with kept(store) as work:
            assert work.digests.first_day() is None
            work.heard.add("k", say(), later(5))
            work.asked.add(later(3), "amira", "answer", "")
            assert work.digests.first_day() == later(3)


def test_a_ladder_comes_back_whole(store: SqlStore) -> None:
    report(store)
    climbed = escalation(climbed={"dsl": 2}, spoken_at=later(4))
    with kept(store) as work:
        work.escalations.put(climbed, later(10))
    with store.work() as work:
        assert work.escalations.get("7KQ2X") == climbed
        assert work.escalations.due(later(9)) == ()
        assert work.escalations.due(later(10)) == (climbed.ref,)
