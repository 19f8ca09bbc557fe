"""A note on a case that names somebody who could open it is kept from them, until whoever wrote it
has said whether they are part of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.card import Card, Press, Reply, press
from bot.incident import Concern
from tests.eyes.world import World, Worlds, button

REF, OTHER = "7KQ2M", "ACE42"
ACCUSES = "The boy told me just now that it was Dr Farrow, the Principal, who did it."
ASKED = "Is Dr Farrow part of this?"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("notes"))


@pytest.fixture
async def world(worlds: Worlds) -> AsyncIterator[World]:
    with worlds.world("slack", [REF, OTHER]) as made:
        shown = await made.do("amira", "a boy showed me bruises", command="report")
        await presses(made, "amira", button(shown.cards, "tell child"))
        await presses(made, "khan", press("open", REF))
        await presses(made, "khan", press("take", REF))
        yield made


async def presses(world: World, person: str, what: Press) -> Card:
    reply = await world.do(person, what)
    await world.settle()
    return reply.cards[0]


async def writes(
    world: World, person: str, *answers: str, verb: str = "note", form: str = "note"
) -> Reply:
    await world.do(person, press(verb, REF))
    for answer in answers:
        await world.do(person, answer)
    reply = await world.do(person, press("finish", form, REF))
    await world.settle()
    return reply


def titles(world: World, person: str) -> list[str]:
    return [message.card.title for message in world.messages(person)]


def kept_from(world: World, ref: str = REF) -> dict[str, Concern]:
    with world.app.store.work() as work:
        incident = work.incidents.get(ref)
    assert incident is not None
    return dict(incident.concerns)


def owner(world: World) -> str:
    with world.app.store.work() as work:
        escalation = work.escalations.get(REF)
    return escalation.taken.by if escalation and escalation.taken else ""


async def opens(world: World, person: str) -> bool:
    return (await presses(world, person, press("open", REF))).title == f"Report {REF}"


async def test_whom_a_note_names_cannot_read_it_and_its_writer_is_asked(world: World) -> None:
    reply = await writes(world, "khan", ACCUSES)
    assert [card.title for card in reply.cards] == [f"Kept with {REF}.", ASKED]
    assert not await opens(world, "farrow")
    assert owner(world) == "khan"
    assert await opens(world, "okoro")
    told = await presses(world, "khan", reply.cards[1].buttons[0].press)
    assert told.title == "Thank you. Dr Farrow is kept out of it. Others are being told."
    assert kept_from(world) == {"farrow": Concern.KEPT}
    assert not await opens(world, "farrow")
    await world.settle(minutes=70)
    assert all(REF not in title for title in titles(world, "farrow"))


async def test_only_mentioned_lets_them_in_again(world: World) -> None:
    reply = await writes(world, "khan", "Told Dr Farrow at 10:20. He rings the parents.")
    assert not await opens(world, "farrow")
    told = await presses(world, "khan", reply.cards[1].buttons[1].press)
    assert told.title == "Thank you. Your words do not keep Dr Farrow out of it."
    assert await opens(world, "farrow")
    again = await writes(world, "khan", "Dr Farrow has rung the parents.")
    assert len(again.cards) == 1


async def test_the_reporter_learns_nothing_of_what_a_note_says(world: World) -> None:
    before = titles(world, "amira")
    await writes(world, "khan", ACCUSES)
    await world.settle(minutes=45)
    about = await presses(world, "amira", press("about", REF))
    assert titles(world, "amira") == before
    assert "Dr Farrow" in [b.label for b in about.buttons]


async def test_no_of_one_does_not_take_back_what_another_wrote(world: World) -> None:
    await writes(world, "khan", ACCUSES)
    reply = await writes(world, "okoro", "I have not spoken to Dr Farrow.")
    assert reply.cards[1].title == ASKED
    await presses(world, "okoro", reply.cards[1].buttons[1].press)
    assert not await opens(world, "farrow")
    await presses(world, "amira", press("part", REF, "farrow", "no"))
    assert not await opens(world, "farrow")


async def test_what_is_unanswered_can_be_answered_later(world: World) -> None:
    await writes(world, "khan", "Told Dr Farrow at 10:20.")
    about = await presses(world, "khan", press("about", REF))
    assert about.buttons[-1].label == "Dr Farrow: only mentioned"
    theirs = await presses(world, "okoro", press("about", REF))
    assert "Dr Farrow: only mentioned" not in [b.label for b in theirs.buttons]
    await presses(world, "khan", about.buttons[-1].press)
    assert await opens(world, "farrow")


async def test_a_reader_may_say_at_any_time_that_somebody_is_part_of_it(world: World) -> None:
    opened = await presses(world, "khan", press("open", REF))
    about = await presses(world, "khan", button([opened], "about"))
    assert [b.label for b in about.buttons] == ["Mr Okoro", "Mx Lindqvist", "Dr Farrow"]
    await presses(world, "khan", about.buttons[0].press)
    assert set(kept_from(world)) == {"okoro", "lindqvist"}
    assert not await opens(world, "okoro")
    assert owner(world) == "khan"
    assert any(REF in title for title in titles(world, "farrow"))


async def test_the_owner_named_by_another_loses_it_at_once(world: World) -> None:
    await writes(world, "okoro", "He says that it was Ms Khan")
    assert owner(world) == ""
    assert not await opens(world, "khan")
    assert any("URGENT" in title for title in titles(world, "okoro"))


async def test_nobody_is_asked_about_themselves_or_about_whom_they_hand_it_to(
    world: World,
) -> None:
    reply = await writes(world, "khan", "Ms Khan spoke to the boy at 10:20.")
    assert len(reply.cards) == 1
    reply = await writes(
        world, "khan", "Okoro", "Mr Okoro knows the family", verb="hand", form="handover"
    )
    assert reply.cards[0].title.startswith("Mr Okoro is being asked.")
    assert len(reply.cards) == 1
    assert not kept_from(world)


async def test_a_choice_is_nobodys_words(world: World) -> None:
    await writes(
        world,
        "khan",
        "Designated officer (LADO)",
        "As the bruises were from a hand",
        "skip",
        "skip",
        verb="decide",
        form="decision",
    )
    assert not kept_from(world)


async def test_a_note_on_a_closed_report_calls_nobody(world: World) -> None:
    await writes(
        world,
        "khan",
        "Monitor",
        "It was a fall",
        "No concern found",
        verb="close",
        form="closing",
    )
    before = len(world.messages("lindqvist"))
    await writes(world, "okoro", "Ms Khan asked me to see him on Monday")
    await world.settle(minutes=15)
    assert len(world.messages("lindqvist")) == before
    assert not await opens(world, "khan")


async def test_what_the_reporter_says_later_is_asked_of_the_reporter(world: World) -> None:
    await writes(world, "khan", ACCUSES)
    await world.do("amira", press("add", REF))
    await world.do("amira", "I saw Dr Farrow with him")
    reply = await world.do("amira", press("finish", "addition", REF))
    assert ASKED in [card.title for card in reply.cards]
    assert kept_from(world) == {"farrow": Concern.NAMED}


async def test_only_mentioned_in_a_note_settles_nothing_that_the_reporter_says(
    world: World,
) -> None:
    reply = await writes(world, "khan", "Told Dr Farrow at 10:20.")
    await presses(world, "khan", reply.cards[1].buttons[1].press)
    await world.do("amira", press("add", REF))
    await world.do("amira", "She says that it was Dr Farrow")
    reply = await world.do("amira", press("finish", "addition", REF))
    assert ASKED in [card.title for card in reply.cards]
    assert not await opens(world, "farrow")


async def test_a_reporter_who_reads_answers_for_their_own_notes(worlds: Worlds) -> None:
    with worlds.world("slack", [REF]) as world:
        shown = await world.do("khan", "a boy showed me bruises", command="report")
        await presses(world, "khan", button(shown.cards, "tell child"))
        await presses(world, "khan", press("open", REF))
        await presses(world, "khan", press("take", REF))
        reply = await writes(world, "khan", "Told Dr Farrow at 10:20.")
        assert reply.cards[1].title == ASKED
        assert not await opens(world, "farrow")
        await presses(world, "khan", reply.cards[1].buttons[1].press)
        assert await opens(world, "farrow")


async def test_a_note_on_the_childs_report_counts_for_the_adults(worlds: Worlds) -> None:
    with worlds.world("slack", [OTHER, REF]) as world:
        shown = await world.do("amira", "a colleague slapped a girl", command="report")
        await presses(world, "amira", button(shown.cards, "tell adult"))
        await presses(world, "amira", press("child-help", OTHER))
        await presses(world, "khan", press("open", REF))
        await presses(world, "khan", press("take", REF))
        reply = await writes(world, "khan", ACCUSES)
        refused = await presses(world, "farrow", press("open", OTHER))
        assert refused.title.startswith("There is nothing here")
        await presses(world, "khan", reply.cards[1].buttons[0].press)
        assert any(OTHER in title for title in titles(world, "penrose"))
        assert all(OTHER not in seen for seen in world.sees("khan"))


async def test_a_reader_is_asked_the_same_whatever_another_report_says(worlds: Worlds) -> None:
    with worlds.world("slack", [OTHER, REF]) as world:
        shown = await world.do("amira", "Dr Farrow slapped a girl", command="report")
        await presses(world, "amira", button(shown.cards, "tell adult", "tell child"))
        await presses(world, "amira", press("part", OTHER, "farrow", "yes"))
        await presses(world, "amira", press("child-help", OTHER))
        await presses(world, "khan", press("open", REF))
        await presses(world, "khan", press("take", REF))
        about = await presses(world, "khan", press("about", REF))
        assert "Dr Farrow" in [b.label for b in about.buttons]
        reply = await writes(world, "khan", "Told Dr Farrow at 10:20.")
        assert reply.cards[1].title == ASKED
        told = await presses(world, "khan", reply.cards[1].buttons[1].press)
        assert told.title == "Thank you. Your words do not keep Dr Farrow out of it."
        assert not await opens(world, "farrow")
