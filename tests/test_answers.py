"""Answers are put right by those who may, passed on with care, and counted without names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.answers import SHOWN_FOR
from intents.nameless import without_names
from intents.policy import PolicyDesk
from knowledge.alike import kept_clear
from knowledge.key_words import key_words
from tests.troupe import Troupe, school, troupe

MINIBUS = "how do i book the minibus"
IN_THE_GATE = "does it apply outside school hours and off the premises"
BESIDE_IT = f"who pays for it: {IN_THE_GATE}"


async def pass_on(actors: Troupe, person: str, question: str, *labels: str) -> None:
    await actors.stage.say(person, question)
    for label in ("Pass this question on", *labels):
        await actors.stage.press(person, label)
    await actors.settle()


def last(actors: Troupe, person: str, room: str = "") -> str:
    card = actors.stage.screen(person, room=room)[-1]
    return "\n".join((card.words, *card.buttons))


TO_THE_DSL = ("No: pass it to the DSL", "Yes, pass on my words")


async def test_a_question_about_the_dsl_goes_to_the_principal_alone(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        labels = ("Yes: pass it to the Principal", "Yes, pass on my words")
        await pass_on(actors, "amira", MINIBUS, *labels)
        assert MINIBUS in last(actors, "farrow")
        for person in ("khan", "okoro", "lindqvist"):
            assert actors.stage.screen(person) == []
        assert actors.stage.screen("khan", room="dsl-oak") == []
        await actors.stage.press("farrow", "Answer it")
        await actors.stage.say("farrow", "Ask me in person, please.")
        await actors.stage.press("farrow", "Yes, to whoever asks the same")
        await actors.stage.press("farrow", "Send")
        await actors.settle()
        assert "Ask me in person" in last(actors, "amira")
        assert "answered by the Principal" in last(actors, "amira")
        await actors.stage.say("tan", MINIBUS)
        assert "The policy does not say." in last(actors, "tan")
        assert "Ask me in person" not in last(actors, "tan")


async def test_a_phrasing_that_would_take_other_questions_is_refused(tmp_path: Path) -> None:
    assert IN_THE_GATE in kept_clear()
    async with troupe("web", tmp_path) as actors:
        assert actors.app.desk.read(BESIDE_IT).action == "dont_know"
        await pass_on(actors, "amira", BESIDE_IT, *TO_THE_DSL)
        await actors.stage.press("khan", "Answer it", room="dsl-oak")
        await actors.stage.say("khan", "The governors' fund does.")
        await actors.stage.press("khan", "Yes, to whoever asks the same")
        await actors.stage.press("khan", "Send")
        await actors.settle()
        assert IN_THE_GATE in last(actors, "khan")
        assert "1 person is being told once." in last(actors, "khan")
        assert "The governors' fund does." in last(actors, "amira")
        await actors.stage.say("tan", BESIDE_IT)
        assert "The governors' fund does." not in last(actors, "tan")


async def test_an_answer_given_once_can_be_withdrawn(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await pass_on(actors, "amira", MINIBUS, *TO_THE_DSL)
        await actors.stage.press("khan", "Answer it", room="dsl-oak")
        await actors.stage.say("khan", "Ask the office.")
        await actors.stage.press("khan", "Yes, to whoever asks the same")
        await actors.stage.press("khan", "Send")
        await actors.settle()
        await actors.stage.say("tan", MINIBUS)
        assert "Ask the office." in last(actors, "tan")
        await actors.stage.press("khan", "Withdraw it", room="dsl-oak")
        await actors.settle()
        for person in ("amira", "tan"):
            assert "Correction: an answer you were shown" in last(actors, person)
        await actors.stage.say("bryn", MINIBUS)
        assert "This answer was withdrawn" in last(actors, "bryn")
        assert "Ask the office." not in last(actors, "bryn")


async def test_staff_cannot_put_answers_right(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await pass_on(actors, "amira", MINIBUS, *TO_THE_DSL)
        await actors.stage.say("amira", "can i text a parent from my phone")
        for person in ("amira", "tan", "okoro"):
            await actors.stage.say(person, "correct A2")
            assert "There is nothing here that you can open" in last(actors, person)
        with actors.app.store.work() as work:
            assert work.corrections.of("6.2.3") is None


async def test_an_old_question_cannot_be_passed_on(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", MINIBUS)
        actors.clock.at += timedelta(minutes=16)
        await actors.stage.press("amira", "Pass this question on")
        assert "no longer kept here" in last(actors, "amira")
        assert actors.stage.screen("khan", room="dsl-oak") == []


async def test_what_staff_think_of_answers_reaches_the_digest_in_bands(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", "can i text a parent from my phone")
        await actors.stage.press("amira", "Was this right?")
        await actors.stage.press("amira", "No: out of date")
        actors.clock.at += timedelta(days=6)
        await actors.settle()
        said = last(actors, "farrow")
        assert "Answers that staff said were not right: 1 to 4." in said
        assert "out of date" not in said


async def test_after_ninety_days_nobody_is_told(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", "can i text a parent from my phone")
        actors.clock.at += SHOWN_FOR + timedelta(minutes=1)
        await actors.settle()
        await actors.stage.say("khan", "withdraw A1")
        assert "There is no answer A1 to put right." in last(actors, "khan")


def test_names_of_staff_are_taken_out_and_ordinary_words_stay() -> None:
    people = tuple(school().directory().people.values())
    said = "can ms khan's deputy book Okorro or Amira Teal on Mr Okoro's phone"
    assert without_names(said, people) == (
        "can somebody's deputy book somebody or somebody on somebody's phone"
    )


def test_key_words_are_everybodys_words() -> None:
    said = "How do I book the minibus for Jaydenne Smith-Quill's trip on 12 May?"
    assert key_words(said) == "book minibus trip"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("how do i book the minibus", "how do i book the hall"),
        ("can i use chatgpt to write reports", "can pupils use chatgpt for homework"),
    ],
)
def test_questions_that_only_sound_alike_are_not_the_same(one: str, other: str) -> None:
    assert not PolicyDesk.open().alike.between(one, other).same
