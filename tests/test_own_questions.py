"""What a reporter asks about their own report is recognised; a worry put as a question never."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intents.own_questions import About, asked_about, takes_it_back
from knowledge.asks import read_asks

HERE = Path(__file__).parent

ASKED = {
    About.STATUS: (
        "is anyone coming",
        "Is anyone coming??",
        "please is someone coming",
        "is anyone comming",
        "is help on the way",
        "when is someone coming",
        "has anyone seen my report",
        "has anyone seen it",
        "has anybody read this yet?",
        "did you send it",
        "did it go through",
        "was it sent",
        "who has it",
        "who did you tell",
        "what happens now",
        "whats happening with my report",
        "status",
        "any news?",
    ),
    About.READERS: (
        "who can see this?",
        "who can see it",
        "who else can read this",
        "who can read what i wrote",
        "can everyone see this",
        "can the parents see it",
        "can my boss see this",
        "is this private?",
    ),
    About.NAME: (
        "please dont tell anyone its from me",
        "don't tell them it was me",
        "dont say it was me",
        "dont use my name please",
        "can you hide my name",
        "can you leave my name out of it",
        "can i stay anonymous",
        "i want to be anonymous",
        "will they know it was me",
        "will anyone know who i am",
        "is my name on it",
    ),
    About.UNDO: (
        "i want to delete it",
        "can i delete this",
        "can i take it back",
        "how do i withdraw my report",
        "oh no i pressd the wrong one",
        "i pressed the wrong button",
        "wrong button",
        "i didn't mean to send this",
        "i sent it by mistake",
    ),
    About.PERSON: (
        "i need to speak to a person",
        "can i talk to someone",
        "i want to talk to a real person",
        "can someone ring me",
        "please ring me",
        "who do i ring",
        "i need help",
        "help me please",
    ),
    About.TROUBLE: (
        "can i get in trouble for this",
        "will i be in trouble",
        "am i in trouble",
        "could i get into trouble for reporting it",
        "will i get sacked",
        "can i lose my job over this",
    ),
}
WORDS_OF_A_REPORT = (
    "has anyone seen her",
    "has anyone seen lena today",
    "is anyone hurting you",
    "is anyone coming to hurt me",
    "is someone coming for him at three",
    "is her dad coming",
    "he is coming",
    "who can see her photos",
    "can he see me",
    "can his dad see this photo",
    "can other children see it",
    "can you see it hurts",
    "please dont tell anyone",
    "he said dont tell anyone it was him",
    "dont tell anyone its from him",
    "will he know it was me",
    "will my dad know it was me",
    "dont tell my mum",
    "can i tell you something",
    "he wants to delete it",
    "they told her to delete it and she did",
    "i want to delete myself",
    "i want to die",
    "i want to disappear",
    "stop it",
    "it was an accident",
    "it was a mistake",
    "he touched the wrong one",
    "can i get in trouble if he hits me",
    "will i get in trouble if i tell",
    "will she get in trouble",
    "is she in trouble",
    "can someone help her",
    "help her",
    "help him please",
    "can someone ring her mum",
    "who has him",
    "who has seen her",
    "who did it",
    "who did you tell about the bruise",
    "did he send it",
    "did she send it to anyone",
    "did you send it to her",
    "has he sent it",
    "was she sent home",
    "what happens when dad drinks",
    "what is happening at home",
    "whats going on with her uncle",
    "i need to speak to a person about what he does to me",
    "can i talk to someone about a girl in my form",
    "i need help a child is bleeding",
    "is it real",
    "yes",
    "no",
    "not sure",
    "in the medical room",
    "ms khan",
    "",
)


@pytest.mark.parametrize(("about", "typed"), [(a, t) for a, each in ASKED.items() for t in each])
def test_a_question_about_ones_own_report_is_recognised(about: About, typed: str) -> None:
    assert asked_about(typed) is about


@pytest.mark.parametrize("typed", WORDS_OF_A_REPORT)
def test_words_of_a_report_are_not_taken_for_one(typed: str) -> None:
    assert asked_about(typed) is None


@pytest.mark.parametrize("name", ["worries", "golden", "blind", "made_up"])
def test_of_labelled_worries_and_questions_only_commands_are_taken_for_one(name: str) -> None:
    lines = (HERE / "questions" / f"{name}.jsonl").read_text("utf-8").splitlines()
    taken = {item["expect"] for item in map(json.loads, lines) if asked_about(item["q"])}
    assert taken <= {"command"}


def test_of_all_that_staff_were_heard_to_say_nothing_with_a_story_is_taken_for_one() -> None:
    taken = [ask for ask in read_asks() if asked_about(ask.said)]
    stories = {ask.said for ask in taken if ask.action not in ("command", "refuse")}
    assert stories == {"i need to speak to the dsl now please"}


def test_a_mistake_is_taken_back_in_many_words() -> None:
    for typed in (
        "no it wasnt a mistake!!! i panicked",
        "it was not a mistake. its real. please come",
        "it's real",
        "that was not sent by mistake",
    ):
        assert takes_it_back(typed)
    for typed in ("it was a mistake", "sorry, my mistake", "he made a mistake", "really sorry"):
        assert not takes_it_back(typed)
