"""Short runs of people who act by chance, and of words that would make less of a worry."""

from __future__ import annotations

from random import Random

import pytest

from bot.card import Card, Quote
from intents.policy import PolicyDesk
from tests.bench import chance, lesser
from tests.bench.tally import Tally
from tests.chance import Chance
from tests.forbidden import said_in
from tests.storage.making import kept


def test_people_who_press_anything() -> None:
    tally = chance.measure(150, 7)
    assert not tally.faults, "\n".join(tally.lines())
    assert tally.counts["reports"] > 3


def test_nothing_makes_less_of_a_worry() -> None:
    tally = lesser.measure(25, 7)
    assert not tally.faults, "\n".join(tally.lines())


def test_whoever_watches_sees_a_report_closed_without_its_reasons() -> None:
    tally = Tally()
    here = Chance(Random(7), tally)
    try:
        while not tally.counts["reports"]:
            here.step()
        with kept(here.app.store) as work:
            (first, *_) = work.incidents.open()
            work.incidents.close(first.ref, here.clock.at, "Resolved")
        # No step between: more words of its reporter's would open it again.
        here._look()
    finally:
        here.close()
    assert f"{first.ref} was closed without its reason" in tally.faults
    assert f"{first.ref} was closed by nobody who had it" in tally.faults


@pytest.mark.parametrize(
    "words",
    [
        "This stays secret.",
        "It is not serious enough.",
        "There is no need to report this.",
        "That is below the threshold for a referral.",
        "Ms Khan has seen your report.",
        "We have told the police.",
    ],
)
def test_what_must_never_be_said_is_seen(words: str) -> None:
    assert said_in(Card("A title", text=(words,)), "zq")
    assert not said_in(Card("A title", quotes=(Quote("They said", words),)), "zq")
    assert not said_in(Card(f"zq {words}"), "zq")


@pytest.mark.parametrize(
    "words",
    [
        "she whispered that grandad takes pictures. anyway can i use my phone for a trip photo?",
        "mum was slurring at the gate, then drove off. can you remind me of the policy on this?",
        "can i use my phone for a trip photo? also hes got a fresh line of cuts on his arm",
    ],
)
def test_a_worry_beside_a_question_is_heard(words: str) -> None:
    reading = PolicyDesk.open().read(words)
    assert reading.action == "report" or reading.worry


def test_a_question_alone_hides_none() -> None:
    for words in ("can i use my phone for a trip photo?", "who is the DSL. and who is the deputy?"):
        assert not PolicyDesk.open().read(words).worry
