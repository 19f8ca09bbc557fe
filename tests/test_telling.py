"""“Who have you told?” keeps nobody out by being told; what else is said there may."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incident import Concern
from intents.naming import heard
from tests.eyes.world import Worlds, button
from tests.troupe import school

DIRECTORY = school().directory()

ONLY_TOLD = (
    "told Ms Khan",
    "I told Ms Khan",
    "Ms Khan",
    "ms khan and mr okoro",
    "Khan, Okoro",
    "I have told the DSL",
    "I've told the head and the DSL.",
    "spoke to Dr Farrow at 10:30",
    "Rang Ms Khan at 9.15am, then emailed her",
    "phoned sana yesterday after school",
    "I emailed the Principal this morning and rang the chair of governors",
    "Nobody else, only Ms Khan",
    "my line manager and Mr Okoro",
    "Told Ms Kahn in person on Monday afternoon",
    "The safeguarding team by email, 3 December",
    "I haven't told Ms Khan yet",
    "Ms Khan was informed by phone 5 minutes ago",
    "Ms Khan (DSL) and her class teacher",
    "Dr Farrow, Mrs Patel, the child's mum",
    "I went to see Mr Okoro straight away",
    "told khan and bryn face to face",
    "Ms Khan is aware",
    "Let the head-teacher know about it at lunchtime",
    "999 and then Ms Khan",
    "Ms Khan emailed at 10, then rang Mr Okoro",
    "told HT",
    "DSL informed",
)
MORE_SAID = (
    "I told Dr Farrow. She was in the room, held the girl down and told me to keep quiet.",
    "Dr Farrow told me to keep quiet",
    "Dr Farrow told me",
    "told Ms Khan about Dr Farrow",
    "It was Dr Farrow",
    "Nobody, it was Ms Khan who did it",
    "Ms Khan saw it happen",
    "Ms Khan laughed",
    "I told Ms Khan and she did nothing",
    "told Ms Khan but she hit him too",
    "nobody because Dr Farrow is involved",
    "told mr okoro, he was there",
    "Ms Khan, she was with him",
    "the head slapped her so nobody",
    "Okoro. He said to delete the photos.",
    "told the DSL who shouted at the girl",
    "Not Dr Farrow",
    "everybody but Ms Khan",
    "told by Ms Khan",
    "The principle touched her",
    "I rang Ms Khan, she hung up on me",
    "Ms Khan is his wife",
    "Sana did it",
    "Dr Farrow texted her",
    "Ms Khan has the phone",
    "Mr Okoro let him",
    "khan messaged the girl",
    "afraid of Mr Okoro",
    "I told Dr Farrow about the bruises on her arm",
)


@pytest.mark.parametrize("words", ONLY_TOLD)
def test_who_was_told_is_kept_out_by_nothing(words: str) -> None:
    assert heard("told", words, DIRECTORY) == ""


@pytest.mark.parametrize("words", MORE_SAID)
def test_what_else_is_said_is_heard(words: str) -> None:
    assert heard("told", words, DIRECTORY) == words


@pytest.mark.parametrize("step", ["happened", "said", "first"])
def test_every_other_answer_is_heard(step: str) -> None:
    assert heard(step, "told Ms Khan", DIRECTORY) == "told Ms Khan"
    assert heard("number", "Ms Khan 07700 900123", DIRECTORY) == ""


TOLD = st.sampled_from(["told", "I rang", "spoke to", "have emailed", "I've informed", "phoned"])
WHOM = st.sampled_from(["Ms Khan", "khan", "Dr Farrow", "the DSL", "the head", "Mr O", "mr okorro"])
WHEN = st.sampled_from(["", "at 10:15", "yesterday", "this morning", "on Tuesday", "by phone"])
DID = st.sampled_from(["hit", "slapped", "touched", "grabbed", "watched", "kissed", "ignored"])


@given(st.lists(st.tuples(TOLD, WHOM, WHEN), min_size=1, max_size=4), st.tuples(WHOM, DID))
def test_telling_is_told_from_doing(told: list[tuple[str, ...]], did: tuple[str, str]) -> None:
    words = ", and ".join(" ".join(each) for each in told)
    assert heard("told", words, DIRECTORY) == ""
    more = f"{words}. {' '.join(did)} her"
    assert heard("told", more, DIRECTORY) == more


@pytest.mark.parametrize(
    ("words", "kept_from"),
    [
        ("I told Dr Farrow. She held the girl down and told me to keep quiet.", ["farrow"]),
        ("Dr Farrow, at 10:30", []),
    ],
)
async def test_the_field_of_the_form(words: str, kept_from: list[str], tmp_path: Path) -> None:
    with Worlds(tmp_path).world("slack", ["7KQ2M"]) as world:
        shown = await world.do("amira", "a colleague slapped a girl", command="report")
        await world.do("amira", button(shown.cards, "tell adult"))
        await world.settle()
        for _ in range(20):
            shown = await world.do("amira", "skip")
            if any("Who have you told" in card.title for card in shown.cards):
                break
        await world.do("amira", words)
        with world.app.store.work() as work:
            incident = work.incidents.get("7KQ2M")
    assert incident is not None
    assert incident.concerns == tuple((person, Concern.NAMED) for person in kept_from)
