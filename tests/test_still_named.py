"""A no lets nobody in whom other words still name; words are neither swallowed nor overwritten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.card import Reply, press
from bot.incident import Concern
from tests.eyes.world import World, Worlds, button
from tests.test_siblings import (
    FIRST,
    REFS,
    SECOND,
    adds,
    adult_report,
    kept,
    presses,
    shown_to_amira,
    takes,
    titles,
)

ACCUSES = "The girl told me it was Ms Khan who slapped her."


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("still-named"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack", REFS) as made:
        yield made


async def alarm(world: World, words: str = "a boy showed me bruises") -> None:
    shown = await shown_to_amira(world, words)
    await presses(world, "amira", button(shown.cards, "tell child"))


async def notes(world: World, ref: str) -> None:
    await world.do("okoro", press("note", ref))
    await world.do("okoro", ACCUSES)
    await presses(world, "okoro", press("finish", "note", ref))


def words_of(world: World, ref: str) -> str:
    with world.app.store.work() as work:
        return "\n".join(entry.words.open() for entry in work.incidents.entries(ref))


async def read_by_khan(world: World, ref: str) -> str:
    return str((await world.do("khan", press("open", ref))).cards)


async def test_the_reporters_no_does_not_show_a_note_to_whom_it_accuses(world: World) -> None:
    await alarm(world, "a girl was slapped in the hall, Ms Khan was there")
    await takes(world, "okoro", FIRST)
    await notes(world, FIRST)
    await presses(world, "amira", press("part", FIRST, "khan", "no"))
    assert dict(kept(world, FIRST).concerns)["khan"] is Concern.NOTED
    assert "slapped her" not in await read_by_khan(world, FIRST)
    await presses(world, "okoro", press("part", FIRST, "khan", "no"))
    assert "slapped her" in await read_by_khan(world, FIRST)


async def test_a_note_after_the_reporters_no_is_asked_about(world: World) -> None:
    await alarm(world, "a girl was slapped in the hall, Ms Khan was there")
    await takes(world, "okoro", FIRST)
    await presses(world, "amira", press("part", FIRST, "khan", "no"))
    await notes(world, FIRST)
    assert "slapped her" not in await read_by_khan(world, FIRST)


async def test_a_no_about_the_adults_report_keeps_a_note_on_the_childs(world: World) -> None:
    await adult_report(world, "a colleague slapped a girl, Ms Khan was there")
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "okoro", SECOND)
    await notes(world, SECOND)
    await presses(world, "amira", press("part", FIRST, "khan", "no"))
    assert "slapped her" not in await read_by_khan(world, SECOND)


async def test_a_no_calls_nobody_whom_the_other_report_names_itself(world: World) -> None:
    await adult_report(world, "a colleague slapped a girl, Ms Khan was there")
    await takes(world, "farrow", FIRST)
    await presses(world, "farrow", press("child-help", FIRST))
    await adds(world, "farrow", SECOND, "I now hear that Ms Khan hurt the girl too.")
    await presses(world, "amira", press("part", FIRST, "khan", "no"))
    assert "khan" in kept(world, SECOND).kept_from()
    assert not any(SECOND in title for title in titles(world, "khan"))


async def test_a_new_worry_is_not_filed_into_one_marked_as_a_mistake(world: World) -> None:
    await alarm(world)
    await takes(world, "khan", FIRST)
    await presses(world, "amira", press("mistake", FIRST))
    await world.do("amira", "pause")
    said = "A girl in year 9 told me her stepfather comes into her bed. I panicked."
    reply = await world.do("amira", said)
    assert any("act now" in card.title for card in reply.cards)
    assert "stepfather" not in words_of(world, FIRST)


async def asked_while_writing(world: World) -> Reply:
    """Khan asks while words of Amira's wait to be sent; what stands under her next message."""
    await alarm(world)
    await takes(world, "khan", FIRST)
    await world.do("amira", press("add", FIRST))
    await world.do("amira", "His brother is hit with a belt as well.")
    await world.settle(minutes=1)
    await world.do("khan", press("question", FIRST))
    await world.do("khan", "Where is he now?")
    await presses(world, "khan", press("finish", "question", FIRST))
    return await world.do("amira", "In the library, with Ms Reed")


async def test_an_answer_goes_with_what_was_written_before_it(world: World) -> None:
    await asked_while_writing(world)
    await presses(world, "amira", press("finish", "addition", FIRST))
    assert "belt" in words_of(world, FIRST)
    assert "library" in words_of(world, FIRST)


async def test_something_else_leaves_what_was_written_before_it(world: World) -> None:
    offered = await asked_while_writing(world)
    for _ in range(2):
        await world.do("amira", button(offered.cards, "else"))
    await presses(world, "amira", press("finish", "addition", FIRST))
    assert "belt" in words_of(world, FIRST)
    assert "library" not in words_of(world, FIRST)


async def test_left_out_twice_loses_nothing(world: World) -> None:
    await shown_to_amira(world, "a boy was crying about his dad")
    shown = await shown_to_amira(world, "a girl in year 9 told me her uncle touches her")
    leave = button(shown.cards, "afresh")
    await world.do("amira", leave)
    twice = await world.do("amira", leave)
    await presses(world, "amira", button(twice.cards, "tell child"))
    assert "uncle" in words_of(world, FIRST)


@pytest.mark.parametrize(("about", "kept_out"), [("okoro", True), ("farrow", False)])
async def test_whom_they_kept_out_before_is_asked_about_but_never_the_principal(
    world: World, about: str, kept_out: bool
) -> None:
    """A report about the Principal changes nothing that a DSL can see."""
    await alarm(world)
    await presses(world, "amira", press("part", FIRST, about, "yes"))
    await world.do("amira", "pause")
    await alarm(world, "a girl has cut her arm")
    assert (about in kept(world, SECOND).kept_from()) is kept_out
    assert bool(kept(world, SECOND).concerns) is kept_out
