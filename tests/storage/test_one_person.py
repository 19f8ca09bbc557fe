"""Two people turn out to be one: everything of the one becomes the other's, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from bot.answers import Addressee, Asking, Gap, LastRead, Shown
from bot.conversation import Conversation, Stage
from bot.digest import Counted, Week, digest
from bot.incident import Concern, Part
from bot.notice import Destination, Kind, Notice
from bot.people import FORMERLY, Holding, Identity, Person, Role
from bot.ports import Held, Work
from storage import tables
from storage.audit import AuditKey
from storage.store import SqlStore
from tests.storage.making import AUDIT_KEY, NOW, escalation, incident, kept, later, notice

OLD, NEW = "0123456789ab", "zed"
ON_SLACK, ON_TEAMS = Identity("slack", "T1/UZED"), Identity("teams", "t/zed")
WEEK = Week(2026, 46)
QUIET = digest(WEEK, Counted({}, (), 0, 0, 0, 0, {}))
CODES = {AuditKey(AUDIT_KEY).pseudonym(person): person for person in (OLD, NEW)}

FULL = {
    "answers.asker",
    "asked.asker",
    "askings.asker",
    "concerns.person",
    "conversations.person",
    "escalations.offered_to",
    "escalations.taken_by",
    "holdings.person",
    "holds.person",
    "identities.person",
    "incidents.reporter",
    "last_reads.person",
    "links.by",
    "links.ended_by",
    "notices.about",
    "notices.address",
    "notices.destination",
    "notices.person",
    "opt_outs.asker",
    "people.id",
    "weeks.reader",
}
"""Everywhere a person's id or the code of it stands that is not only ever added to."""

STAYS = {"audit.actor", "audit.detail", "entries.author"}


def both(store: SqlStore, **changes: object) -> None:
    with kept(store) as work:
        work.people.put(Person(OLD, "Zed", "north", (Holding(Role.DEPUTY, "north"),), (ON_SLACK,)))
        new = Person(NEW, "Zed Moss", "north", (Holding(Role.GOVERNOR),), (ON_TEAMS,))
        work.people.put(replace(new, **changes))  # type: ignore[arg-type]


def lived(work: Work, person: str) -> None:
    """Everything that is ever kept of somebody."""
    for number, ref in enumerate(("AAAA2", "BBBB3")):
        work.incidents.add(incident(ref, reporter=person))
        work.escalations.put(escalation(ref), later(number))
        work.escalations.take(ref, person if number else "khan", NOW)
    work.escalations.offer("AAAA2", person, NOW)
    work.incidents.append("AAAA2", NOW, person, Part.REPORTER, "what", "What?", "words")
    work.incidents.concern("BBBB3", person, Concern.NAMED)
    work.incidents.link("AAAA2", "BBBB3", person, NOW)
    work.incidents.unlink("AAAA2", "BBBB3", person, NOW)
    work.conversations.save(Conversation("c1", person, "child", "AAAA2", {"what": "it"}), NOW)
    work.holds.put(Held("h1", person, "held words", NOW))
    work.last_reads.put(LastRead(person, "A1", "may I", {}, NOW))
    work.asked.add(NOW, person, "answer", "")
    work.answers.add("A1", person, Shown("A1", "6.2", "no", "e1", NOW))
    work.gaps.add(Gap("g1", Addressee.DSL, "north", NOW))
    work.gaps.ask(Asking("a1", "g1", NOW, "may I", True, person=person))
    work.corrections.opt_out(person, True)
    work.digests.keep(QUIET, person)
    work.audit.record(NOW, person, "open", "AAAA2", person)
    for each in told(person):
        work.notices.add(each)


def told(person: str) -> Iterator[Notice]:
    chat = Destination("slack", ON_SLACK.user, person)
    yield replace(notice(), kind=Kind.RECEIPT, to=chat)
    yield replace(notice(), kind=Kind.AWAY, about=person, to=chat)
    yield replace(notice(), kind=Kind.GAP_ANSWER, about="g1", to=chat)
    mail = Destination("mail", person, person)
    yield replace(notice(), to=mail)
    yield replace(notice(), kind=Kind.STUCK, about=mail.lane, to=mail)


def columns(connection: Connection, person: str) -> set[str]:
    """Where the id of a person stands, or their code, in any table."""
    found = set()
    for table in tables.metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for name, value in row.items():
                for word in str(value).replace(":", " ").split():
                    if CODES.get(word, word) == person:
                        found.add(f"{table.name}.{name}")
    return found


def test_nothing_of_the_one_is_left_but_what_is_only_added_to(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        lived(work, OLD)
    with store.database.connect() as connection:
        before = columns(connection, OLD)
    assert before - {"data_keys.record"} == FULL | STAYS
    with kept(store) as work:
        work.people.merge(OLD, NEW)
    with store.database.connect() as connection:
        assert columns(connection, OLD) == {*STAYS, "identities.account"}
        assert columns(connection, NEW) >= FULL - {"last_reads.person"}
    assert store.verify() == []


def test_what_was_sealed_is_theirs_and_still_opens(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        lived(work, OLD)
        work.people.merge(OLD, NEW)
    with store.work() as work:
        (person,) = work.people.all()
        assert person.identities == (ON_TEAMS, ON_SLACK, Identity(FORMERLY, OLD))
        assert person.holdings == (Holding(Role.GOVERNOR), Holding(Role.DEPUTY, "north"))
        assert person.name == "Zed Moss"
        assert person.goes_by(OLD)
        assert [each.ref for each in work.incidents.by(NEW)] == ["BBBB3", "AAAA2"]
        draft = work.conversations.active(NEW)
        assert draft is not None and draft.answers == {"what": "it"}
        held = work.holds.of(NEW)
        assert held is not None and held.words == "held words"
        assert work.answers.people(["6.2"], NOW) == (NEW,)
        assert work.answers.was_shown("A1", NEW)
        assert [each.person for each in work.gaps.asked("g1")] == [NEW]
        assert work.corrections.opted_out(NEW)
        assert work.digests.shown(WEEK, NEW) is not None
        (answer,) = (n for n in work.notices.about("g1"))
        assert answer.to == Destination("slack", ON_SLACK.user, NEW)


def test_what_keeps_a_report_from_either_keeps_it_from_both(store: SqlStore) -> None:
    both(store)
    ways = (
        Concern.CLEARED,
        Concern.ELSEWHERE,
        Concern.NOTED,
        Concern.NAMED,
        Concern.KEPT,
        Concern.SUBJECT,
    )
    assert set(ways) == set(Concern)
    with kept(store) as work:
        for number, (of_old, of_new) in enumerate((a, b) for a in ways for b in ways):
            work.incidents.add(incident(f"C{number}"))
            work.incidents.concern(f"C{number}", OLD, of_old)
            work.incidents.concern(f"C{number}", NEW, of_new)
        work.people.merge(OLD, NEW)
    with store.work() as work:
        found = [work.incidents.get(f"C{number}") for number in range(len(ways) ** 2)]
    stand = [each.concerns for each in found if each is not None]
    closest = [ways[max(a, b)] for a in range(len(ways)) for b in range(len(ways))]
    assert stand == [((NEW, how),) for how in closest]


def test_by_which_accounts_they_come_back_stands_with_the_one(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        work.incidents.add(incident())
        for person, account in ((OLD, ON_SLACK), (NEW, ON_TEAMS)):
            work.incidents.concern("7KQ2X", person, Concern.SUBJECT)
            work.kept_out.remember(person, [account, account])
        work.people.merge(OLD, NEW)
    for number, account in enumerate((ON_SLACK, ON_TEAMS)):
        with kept(store) as work:
            assert work.kept_out.come_back(f"back{number}", [account]) == ("7KQ2X",)


def test_only_one_of_two_drafts_is_open(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        work.conversations.save(Conversation("c1", OLD, "child", "A"), NOW)
        work.conversations.save(Conversation("c2", NEW, "adult", "B"), NOW)
        work.people.merge(OLD, NEW)
    with store.work() as work:
        active = work.conversations.active(NEW)
        assert active is not None and active.id == "c2"
        paused = work.conversations.find(NEW, "child", "A")
        assert paused is not None and paused.stage is Stage.PAUSED


def test_nobody_is_offered_their_own_case(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        work.incidents.add(incident())
        work.escalations.put(escalation(), NOW)
        work.escalations.take("7KQ2X", OLD, NOW)
        work.escalations.offer("7KQ2X", NEW, NOW)
        work.people.merge(OLD, NEW)
    with store.work() as work:
        ladder = work.escalations.get("7KQ2X")
    assert ladder is not None and ladder.taken is not None
    assert (ladder.taken.by, ladder.offered) == (NEW, None)


def test_what_both_were_told_or_asked_stands_once(store: SqlStore) -> None:
    both(store)
    with kept(store) as work:
        for person in (OLD, NEW):
            work.gaps.ask(Asking(f"a-{person}", "g1", NOW, f"by {person}", True, person=person))
            mail = Destination("mail", person, person)
            work.notices.add(replace(notice(), to=mail, nth=7))
            work.digests.keep(QUIET, person)
            work.corrections.opt_out(person, True)
        work.people.merge(OLD, NEW)
    with store.work() as work:
        asked = work.gaps.asked("g1")
        assert [(each.words, each.person) for each in asked] == [
            (f"by {OLD}", ""),
            (f"by {NEW}", NEW),
        ]
        assert [each.to.person for each in work.notices.about("7KQ2X")] == [NEW]


def test_a_merge_that_is_not_committed_changes_nothing(store: SqlStore) -> None:
    both(store)
    with store.work() as work:
        work.people.merge(OLD, NEW)
    with store.work() as work:
        assert [person.id for person in work.people.all()] == [OLD, NEW]


@pytest.mark.parametrize("held", [Holding(Role.DEPUTY, "north"), Holding(Role.DEPUTY)])
def test_a_role_that_both_hold_is_held_once(store: SqlStore, held: Holding) -> None:
    both(store, holdings=(held,))
    with kept(store) as work:
        work.people.merge(OLD, NEW)
    with store.work() as work:
        (person,) = work.people.all()
    assert person.holdings == tuple(dict.fromkeys((held, Holding(Role.DEPUTY, "north"))))
