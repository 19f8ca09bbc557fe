"""Reports made of the same thing: who is part of one is kept out of all of them, and nobody
learns from one of them that there is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from bot.card import Card, Press, Reply, press
from bot.cli.cases import export
from bot.incident import Incident
from bot.people import Holding, Role
from tests.eyes.looking import _Open
from tests.eyes.world import World, Worlds, button

FIRST, SECOND, THIRD = REFS = ("7KQ2M", "ACE42", "B3D4F")
OAK = {"khan", "okoro", "lindqvist"}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("siblings"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack", REFS) as made:
        yield made


async def shown_to_amira(world: World, words: str) -> Reply:
    return await world.do("amira", words, command="report")


async def presses(world: World, person: str, what: Press) -> Card:
    reply = await world.do(person, what)
    await world.settle()
    return reply.cards[0]


async def adult_report(world: World, words: str = "a colleague slapped a girl") -> None:
    shown = await shown_to_amira(world, words)
    await presses(world, "amira", button(shown.cards, "tell adult"))


async def adds(world: World, person: str, ref: str, words: str) -> Reply:
    await world.do(person, press("add", ref))
    await world.do(person, words)
    reply = await world.do(person, press("finish", "addition", ref))
    await world.settle()
    return reply


def kept(world: World, ref: str) -> Incident:
    with world.app.store.work() as work:
        incident = work.incidents.get(ref)
    assert incident is not None
    return incident


def owner(world: World, ref: str) -> str:
    with world.app.store.work() as work:
        escalation = work.escalations.get(ref)
    return escalation.taken.by if escalation and escalation.taken else ""


def titles(world: World, person: str) -> list[str]:
    return [message.card.title for message in world.messages(person)]


async def opens(world: World, person: str, ref: str) -> bool:
    card = await presses(world, person, press("open", ref))
    return card.title == f"Report {ref}"


async def takes(world: World, person: str, ref: str) -> None:
    await presses(world, person, press("open", ref))
    await presses(world, person, press("take", ref))
    assert owner(world, ref) == person


# A child needs help now


async def test_who_turns_out_to_be_the_adult_loses_the_childs_report(world: World) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "khan", SECOND)
    await adds(world, "amira", FIRST, "It was Ms Khan, the DSL")
    await presses(world, "amira", press("part", FIRST, "khan", "yes"))
    assert kept(world, SECOND).kept_from() == OAK
    assert owner(world, SECOND) == ""
    assert not await opens(world, "khan", SECOND)
    assert not await opens(world, "okoro", SECOND)
    assert await opens(world, "farrow", SECOND)
    assert any(SECOND in title for title in titles(world, "farrow"))
    assert f"Nobody has {SECOND} now" in titles(world, "amira")
    assert all(SECOND not in title for title in titles(world, "khan"))


async def test_until_it_is_answered_the_one_named_does_not_read_the_childs_report(
    world: World,
) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await adds(world, "amira", FIRST, "It was Ms Khan, the DSL")
    assert not await opens(world, "khan", SECOND)
    assert await opens(world, "okoro", SECOND)
    await presses(world, "amira", press("part", FIRST, "khan", "no"))
    assert await opens(world, "khan", SECOND)
    # One question about one person is enough.
    await world.settle(minutes=30)
    assert not any("part of" in title and SECOND in title for title in titles(world, "amira"))


async def test_who_is_named_only_in_the_other_is_asked_about_once(world: World) -> None:
    await adult_report(world, "Mr Okoro slapped a girl")
    await presses(world, "amira", press("child-help", FIRST))
    assert all(SECOND not in title for title in titles(world, "okoro"))
    await world.settle(minutes=11)
    asked = [title for title in titles(world, "amira") if title == "Is Mr Okoro part of this?"]
    assert len(asked) == 1
    await presses(world, "amira", press("part", FIRST, "okoro", "no"))
    assert await opens(world, "okoro", SECOND)


async def test_said_of_the_childs_report_holds_for_the_adults(world: World) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "farrow", FIRST)
    await adds(world, "amira", SECOND, "She says it was Dr Farrow")
    assert not await opens(world, "farrow", FIRST)
    await presses(world, "amira", press("part", SECOND, "farrow", "yes"))
    assert owner(world, FIRST) == ""
    assert any(FIRST in title for title in titles(world, "penrose"))
    assert await opens(world, "khan", SECOND)


async def test_nothing_of_the_adults_report_is_in_the_childs(world: World, tmp_path: Path) -> None:
    await adult_report(world, "Dr Farrow slapped a girl")
    await presses(world, "amira", press("child-help", FIRST))
    await presses(world, "amira", press("part", FIRST, "farrow", "yes"))
    await takes(world, "khan", SECOND)
    await presses(world, "khan", press("open", SECOND))
    with patch("bot.cli.start.application", lambda **_: _Open(world.app)):
        how = ["--as", "khan", "--format", "txt", "--out", str(tmp_path / "khan.txt")]
        result = CliRunner().invoke(export, [SECOND, *how])
    assert result.exit_code == 0, result.output
    record = (tmp_path / "khan.txt").read_text("utf-8")
    for seen in (record, *world.sees("khan")):
        assert FIRST not in seen
        assert "Farrow" not in seen


async def test_once_everybody_called_is_part_of_it_a_dsl_can_be_called_again(
    world: World,
) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    again = await presses(world, "amira", press("child-help", FIRST))
    assert again.title == "A DSL has been called for the child already."
    await presses(world, "amira", press("part", FIRST, "khan", "yes"))
    asked = await presses(world, "amira", press("child-help", FIRST))
    assert asked.title == "Who may be called for the child?"
    assert any("999" in line for line in asked.text[:1])
    assert [b.label for b in asked.buttons] == ["Ash Centre: call Ms Brook", "None of these"]
    assert all(THIRD not in title for title in titles(world, "brook"))
    done = await presses(world, "amira", asked.buttons[0].press)
    assert done.title == f"A DSL is being called for the child: {THIRD}."
    assert any(THIRD in title for title in titles(world, "brook"))
    again = await presses(world, "amira", asked.buttons[0].press)
    assert again.title == "A DSL has been called for the child already."


async def test_who_was_called_for_the_child_is_not_named_by_that(world: World) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "khan", SECOND)
    world.change(world.with_role("tan", Holding(Role.DEPUTY, "oak")))
    await world.settle(minutes=1)
    assert not kept(world, FIRST).kept_from()
    assert owner(world, SECOND) == "khan"


async def test_the_one_complained_of_may_be_at_the_other_centre(world: World) -> None:
    shown = await shown_to_amira(world, "i need to report something about the lead at ash")
    await presses(world, "amira", button(shown.cards, "tell dsl-involved"))
    asked = await presses(world, "amira", press("child-help", FIRST))
    assert all("ACE42" not in title for title in titles(world, "brook"))
    done = await presses(world, "amira", asked.buttons[-1].press)
    assert done.title == f"Dr Farrow is being called for the child: {SECOND}."
    assert any(SECOND in title for title in titles(world, "farrow"))
    for person in (*OAK, "brook"):
        assert all(SECOND not in title for title in titles(world, person))
    again = await presses(world, "amira", asked.buttons[-1].press)
    assert again.title == "Called for the child already: Dr Farrow."


# Two presses on one card


async def test_about_a_dsl_on_the_same_card_takes_the_childs_report_from_them(
    world: World,
) -> None:
    shown = await shown_to_amira(world, "she grabbed a girl by the hair in the corridor")
    await presses(world, "amira", button(shown.cards, "tell child"))
    await takes(world, "khan", FIRST)
    await presses(world, "amira", button(shown.cards, "tell dsl-involved"))
    assert kept(world, FIRST).kept_from() == OAK
    assert owner(world, FIRST) == ""
    assert not await opens(world, "khan", FIRST)
    assert await opens(world, "farrow", FIRST)


async def test_whoever_is_kept_out_of_the_first_is_kept_out_of_the_second(world: World) -> None:
    shown = await shown_to_amira(world, "she grabbed a girl by the hair in the corridor")
    await presses(world, "amira", button(shown.cards, "tell dsl-involved"))
    await presses(world, "amira", button(shown.cards, "tell child"))
    for person in OAK:
        assert all(SECOND not in title for title in titles(world, person))
    assert any(SECOND in title for title in titles(world, "farrow"))


async def test_another_card_is_another_matter(world: World) -> None:
    shown = await shown_to_amira(world, "a boy told me that his uncle hurts him")
    await presses(world, "amira", button(shown.cards, "tell child"))
    world.clock.at += timedelta(hours=1)
    shown = await shown_to_amira(world, "she grabbed a girl by the hair in the corridor")
    await presses(world, "amira", button(shown.cards, "tell dsl-involved"))
    assert not kept(world, FIRST).kept_from()
    assert await opens(world, "khan", FIRST)


async def test_unlinking_two_reports_does_not_let_anybody_in(world: World) -> None:
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await presses(world, "farrow", press("notsame", FIRST, SECOND))
    await presses(world, "amira", press("part", FIRST, "khan", "yes"))
    assert not await opens(world, "khan", SECOND)


# Whoever reads the child's report does not decide who reads the adult's


async def test_an_accused_principal_who_asked_for_the_childs_report_cannot_take_the_adults_away(
    world: World,
) -> None:
    await adult_report(world)
    await takes(world, "farrow", FIRST)
    await presses(world, "farrow", press("child-help", FIRST))
    await adds(world, "amira", FIRST, "It was Dr Farrow herself")
    await presses(world, "amira", press("part", FIRST, "farrow", "yes"))
    await takes(world, "penrose", FIRST)
    await adds(world, "farrow", SECOND, "Mrs Penrose knows the girl.")
    await presses(world, "farrow", press("part", SECOND, "penrose", "yes"))
    await world.settle(minutes=30)
    assert owner(world, FIRST) == "penrose"
    assert await opens(world, "penrose", FIRST)


async def test_a_note_on_the_childs_report_never_leaves_the_adults_with_nobody(
    world: World,
) -> None:
    """It may keep the Principal from it, for then the chair is called; it cannot name both."""
    await adult_report(world)
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "khan", SECOND)
    await world.do("khan", press("note", SECOND))
    await world.do("khan", "Dr Farrow and Mrs Penrose did it, she says.")
    await world.do("khan", press("finish", "note", SECOND))
    await world.settle(minutes=5)
    assert not await opens(world, "farrow", FIRST)
    await takes(world, "penrose", FIRST)


async def test_the_reporters_own_words_keep_the_adults_report_from_the_chair_too(
    world: World,
) -> None:
    await adult_report(world, "Dr Farrow and Mrs Penrose shouted at a girl")
    assert not await opens(world, "farrow", FIRST)
    assert not await opens(world, "penrose", FIRST)


async def test_a_reader_who_says_that_all_the_others_are_part_of_it_does_not_have_it_alone(
    world: World,
) -> None:
    shown = await shown_to_amira(world, "a boy says the man in the sports hall hits him")
    await presses(world, "amira", button(shown.cards, "tell child"))
    assert await opens(world, "okoro", FIRST)
    await presses(world, "okoro", press("part", FIRST, "khan", "yes"))
    assert not titles(world, "penrose")
    told = await presses(world, "okoro", press("part", FIRST, "farrow", "yes"))
    assert told.title == "Thank you. Dr Farrow is kept out of it. Others are being told."
    assert any(FIRST in title for title in titles(world, "penrose"))
    await takes(world, "okoro", FIRST)
    await world.settle(minutes=61)
    assert any("nobody recorded speaking" in title for title in titles(world, "penrose"))
    assert await opens(world, "penrose", FIRST)


async def test_a_note_that_names_all_the_others_does_not_leave_its_writer_alone(
    world: World,
) -> None:
    shown = await shown_to_amira(world, "a boy says the man in the sports hall hits him")
    await presses(world, "amira", button(shown.cards, "tell child"))
    await takes(world, "okoro", FIRST)
    await world.do("okoro", press("note", FIRST))
    await world.do("okoro", "Will speak to Ms Khan, Mx Lindqvist and Dr Farrow.")
    reply = await world.do("okoro", press("finish", "note", FIRST))
    await world.settle()
    assert await opens(world, "penrose", FIRST)
    # Only mentioned, says the writer: the chair has it no longer.
    for card in reply.cards[1:]:
        await presses(world, "okoro", card.buttons[1].press)
    assert await opens(world, "khan", FIRST)
    assert not await opens(world, "penrose", FIRST)
    assert titles(world, "penrose") == ["Passed to others"]


@pytest.mark.parametrize("named", ["Dr Farrow", "Mr Okoro", "Mr Ocoro"])
async def test_a_hand_over_does_not_tell_who_is_kept_out_of_it(world: World, named: str) -> None:
    """Neither by who is missing from a list, nor by another answer than for somebody who cannot be
    reached."""
    await adult_report(world, "Dr Farrow slapped a girl, Mr Okoro watched")
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "khan", SECOND)

    async def hands_over(to: str) -> str:
        await world.do("khan", press("hand", SECOND))
        await world.do("khan", to)
        await world.do("khan", "I am leaving")
        reply = await world.do("khan", press("finish", "handover", SECOND))
        return reply.cards[0].title

    real = "Dr Farrow" if named == "Dr Farrow" else "Mr Okoro"
    assert await hands_over(named) == f"Not handed over: {real} cannot be reached here. Ring them."
    everybody = "It can go to: Mr Okoro, Mx Lindqvist, Dr Farrow."
    assert await hands_over("Zzyzx") == f"Not handed over: that name was not found. {everybody}"


async def test_away_is_said_of_whoever_is_away_kept_out_or_not(world: World) -> None:
    await adult_report(world, "Mr Okoro slapped a girl")
    await presses(world, "amira", press("child-help", FIRST))
    await takes(world, "khan", SECOND)
    until = world.clock() + timedelta(days=1)
    with world.app.store.work() as work:
        work.people.set_away("okoro", until)
        work.commit()
    world.clock.at += timedelta(seconds=20)
    await world.do("khan", press("hand", SECOND))
    for words in ("Mr Okoro", "I am leaving"):
        await world.do("khan", words)
    reply = await world.do("khan", press("finish", "handover", SECOND))
    assert reply.cards[0].title.startswith("Not handed over: Mr Okoro is marked away.")


async def test_a_dsl_who_reports_and_names_all_the_others_does_not_have_it_alone(
    world: World,
) -> None:
    shown = await world.do("khan", "a boy showed me bruises", command="report")
    await presses(world, "khan", button(shown.cards, "tell child"))
    for person in ("okoro", "farrow"):
        await presses(world, "khan", press("part", FIRST, person, "yes"))
    assert await opens(world, "penrose", FIRST)


async def test_naming_the_others_once_it_is_closed_calls_the_chair_as_well(world: World) -> None:
    shown = await shown_to_amira(world, "a boy says the man in the sports hall hits him")
    await presses(world, "amira", button(shown.cards, "tell child"))
    await takes(world, "okoro", FIRST)
    with world.app.store.work() as work:
        work.incidents.close(FIRST, world.clock(), "monitor")
        work.commit()
    for person in ("khan", "farrow"):
        await presses(world, "okoro", press("part", FIRST, person, "yes"))
    assert any(FIRST in title for title in titles(world, "penrose"))


async def test_where_nobody_is_left_nobody_is_said_to_be_told(world: World) -> None:
    shown = await shown_to_amira(world, "a boy says the man in the sports hall hits him")
    await presses(world, "amira", button(shown.cards, "tell child"))
    await takes(world, "okoro", FIRST)
    await presses(world, "okoro", press("part", FIRST, "penrose", "yes"))
    await presses(world, "okoro", press("part", FIRST, "khan", "yes"))
    told = await presses(world, "okoro", press("part", FIRST, "farrow", "yes"))
    assert "Nobody else here may open it now. Ring Designated officer (LADO)" in told.title
