"""What is kept of answers, on every database: sealed, listable by nobody, and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.answers import (
    LAST_FOR,
    SHOWN_FOR,
    Addressee,
    Asking,
    Correction,
    Gap,
    Judged,
    LastRead,
    Remedy,
    Shown,
)
from bot.ports import Work
from storage.store import SqlStore
from tests.storage.making import kept

NOW = datetime(2026, 11, 17, 10, 12, tzinfo=UTC)
WORDS = "zebra wren on the zq77 bus"


def show(work: Work, person: str, subject: str, at: datetime = NOW) -> str:
    number = work.asked.add(at, person, "answer", subject)
    work.answers.add(number, person, Shown(number, subject, "no", "print", at))
    return number


def asking(id_: str, person: str, at: datetime = NOW) -> Asking:
    return Asking(id_, "GAAAA2", at, WORDS, consented=True, person=person)


def everything(store: SqlStore) -> str:
    with store.database.connect() as connection:
        tables = ("last_reads", "answers", "askings", "corrections", "gaps", "opt_outs", "asked")
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in tables]
    return repr(rows)


def test_the_last_question_replaces_the_one_before_and_fades(store: SqlStore) -> None:
    first = LastRead("amira", "A1", WORDS, {"action": "answer", "clauses": ["6.2.4"]}, NOW)
    with kept(store) as work:
        work.last_reads.put(first)
        work.last_reads.put(replace(first, number="A2"))
    assert "zebra" not in everything(store)
    with kept(store) as work:
        found = work.last_reads.of("amira", NOW + LAST_FOR)
        assert found is not None
        assert (found.number, found.words) == ("A2", WORDS)
        assert work.last_reads.of("amira", NOW + LAST_FOR + timedelta(seconds=1)) is None
        work.last_reads.forget(NOW + timedelta(seconds=1))
    with store.work() as work:
        assert work.last_reads.of("amira", NOW) is None


def test_who_was_shown_what_is_a_pseudonym_until_they_must_be_told(store: SqlStore) -> None:
    with kept(store) as work:
        number = show(work, "amira", "6.2.4")
        show(work, "amira", "6.2.4")
        show(work, "bryn", "6.2.4", NOW - timedelta(days=91))
        show(work, "tan", "7.1.1")
    assert not [name for name in ("amira", "bryn", "tan") if name in everything(store)]
    with store.work() as work:
        assert work.answers.people(["6.2.4"], NOW - SHOWN_FOR) == ("amira",)
        assert work.answers.was_shown(number, "amira")
        assert not work.answers.was_shown(number, "tan")


def test_clauses_may_change_places(store: SqlStore) -> None:
    with kept(store) as work:
        show(work, "amira", "6.1")
        show(work, "bryn", "6.2")
        work.corrections.add(Correction("c1", "6.1", Remedy.CORRECTED, "the DSL", NOW, right=WORDS))
        work.answers.move({"6.1": "6.2", "6.2": "6.1"})
        work.corrections.move({"6.1": "6.2", "6.2": "6.1"})
    with store.work() as work:
        assert work.answers.people(["6.1"], NOW) == ("bryn",)
        moved = work.corrections.of("6.2")
        assert moved is not None
        assert moved.right == WORDS
        assert work.corrections.of("6.1") is None


def test_after_ninety_days_only_figures_are_left(store: SqlStore) -> None:
    with kept(store) as work:
        number = show(work, "amira", "6.2.4")
        work.answers.judge(number, Judged.NOT_CLEAR, NOW)
        work.answers.judge(number, Judged.WRONG_RULE, NOW)
        work.gaps.add(Gap("GAAAA2", Addressee.DSL, "oak", NOW))
        assert work.gaps.ask(asking("a1", "amira"))
        assert not work.gaps.ask(asking("a2", "amira"))
        assert work.gaps.ask(asking("a3", "bryn"))
    later = NOW + timedelta(days=1)
    with kept(store) as work:
        work.answers.forget(later)
        work.gaps.forget(later)
    with store.work() as work:
        assert work.answers.get(number) is None
        assert work.answers.people(["6.2.4"], NOW) == ()
        assert work.gaps.asked("GAAAA2") == ()
        assert work.answers.judged(NOW, later) == {Judged.WRONG_RULE: 1}
        assert work.digests.counted(NOW, later).asked == 1


def test_an_answered_question_keeps_its_words_and_forgets_its_askers(store: SqlStore) -> None:
    gap = Gap("GAAAA2", Addressee.DSL, "oak", NOW)
    done = replace(gap, answered_at=NOW, role="the DSL", answer=WORDS, joins=True)
    with kept(store) as work:
        work.gaps.add(gap)
        work.gaps.ask(asking("a1", "amira"))
        work.gaps.ask(asking("a2", "bryn"))
        assert work.gaps.answer(done, ["a1"])
        assert not work.gaps.answer(replace(done, answer="second"), ["a2"])
        assert {each.person for each in work.gaps.asked(gap.id)} == {"amira", "bryn"}
    assert "zebra" not in everything(store)
    with kept(store) as work:
        work.gaps.forget(NOW + timedelta(days=1))
        assert work.gaps.get(gap.id) == done
        (left,) = work.gaps.asked(gap.id)
        assert (left.id, left.words, left.person) == ("a1", WORDS, "")
        assert work.gaps.joined() == (("a1", "GAAAA2"),)


def test_a_correction_takes_the_place_of_the_one_before(store: SqlStore) -> None:
    first = Correction("c1", "6.2.4", Remedy.CORRECTED, "the DSL", NOW, right=WORDS)
    second = Correction("c2", "6.2.4", Remedy.WITHDRAWN, "the Principal", NOW)
    with kept(store) as work:
        work.corrections.add(first)
        work.corrections.add(second)
    assert "zebra" not in everything(store)
    with kept(store) as work:
        assert work.corrections.of("6.2.4") == second
        assert work.corrections.get("c1") == replace(first, ended_at=NOW)
        assert work.corrections.end("6.2.4", NOW) == second
        assert work.corrections.of("6.2.4") is None
        assert not work.corrections.opted_out("amira")
        work.corrections.opt_out("amira", True)
        work.corrections.opt_out("amira", True)
        assert work.corrections.opted_out("amira")
        work.corrections.opt_out("amira", False)
        assert not work.corrections.opted_out("amira")
