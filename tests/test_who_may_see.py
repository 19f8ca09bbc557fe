"""Who may see a report: standing, rooms, roles, names that are new, and what is shown to whom."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.card import Reply, press
from bot.incident import Concern
from bot.message import Message, Place, Standing
from bot.people import Holding, Person, Role
from bot.turn import Turn
from intents.naming import named_holders, regroup
from tests.eyes.world import World, Worlds
from tests.troupe import school

REF = "7KQ2M"
ROOM = "CDSLOAK"
STORY = "zephyrquillwort"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("may-see"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack", [REF, "ACE42"]) as made:
        yield made


async def report(
    world: World,
    words: str = f"a boy showed me bruises {STORY}",
    by: str = "amira",
    **how: Standing,
) -> Reply:
    shown = await world.do(by, words, command="report", **how)
    alarm = next(b.press for b in shown.cards[0].buttons if str(b.press).startswith("tell child"))
    reply = await world.do(by, alarm, **how)
    await world.settle()
    return reply


def title(reply: Reply) -> str:
    return reply.cards[0].title


def in_room(world: World) -> list[str]:
    return [m.card.title for m in world.recorder.shown.values() if m.to.address == ROOM]


async def test_a_guest_in_the_channel_closes_it_for_reading_and_not_for_calling(
    world: World,
) -> None:
    world.recorder.inside[ROOM] |= {"T1/UGUEST"}
    await report(world)
    assert in_room(world) == ["A report needs a DSL now"]
    assert all(
        REF not in str(m.card) for m in world.recorder.shown.values() if m.to.address == ROOM
    )
    assert any(REF in m.card.title for m in world.messages("khan"))
    world.recorder.inside[ROOM] -= {"T1/UGUEST"}
    await world.settle(minutes=11)
    shown = [str(m.card) for m in world.recorder.shown.values() if m.to.address == ROOM]
    assert any(REF in card for card in shown)


async def test_a_card_already_there_closes_when_somebody_joins(world: World) -> None:
    await report(world)
    assert any(REF in each for each in in_room(world))
    world.recorder.inside[ROOM] |= {world.account("bryn").user}
    world.clock.at += timedelta(seconds=61)
    await world.do("khan", press("open", REF))
    await world.do("khan", press("take", REF))
    await world.settle()
    assert in_room(world) == ["Somebody has this"]


async def test_a_channel_that_cannot_be_asked_calls_and_shows_nothing(worlds: Worlds) -> None:
    with worlds.world("slack", [REF], members="silent") as world:
        await report(world)
        assert in_room(world) == ["A report needs a DSL now"]
        refused = await world.do("khan", press("open", REF))
        assert "could not check that you are in the private channel" in title(refused)
        assert "Dr Farrow" in refused.cards[0].text[0]
        opened = await world.do("farrow", press("open", REF))
        assert title(opened) == f"Report {REF}"


async def test_removed_from_the_channel_reads_nothing_by_an_old_card(world: World) -> None:
    await report(world)
    assert title(await world.do("khan", press("open", REF))) == f"Report {REF}"
    world.recorder.inside[ROOM] -= {world.account("khan").user}
    assert title(await world.do("khan", press("open", REF))) == f"Report {REF}"
    world.clock.at += timedelta(seconds=61)
    refused = await world.do("khan", press("open", REF))
    assert "not in the private channel" in title(refused)
    assert STORY not in str(refused)
    listed = await world.do("khan", "open cases")
    assert REF not in str(listed)
    assert "not in the private channel" in title(listed)


async def test_a_role_that_ended_takes_its_cards_along(world: World) -> None:
    await report(world)
    world.change(world.without_role("okoro"))
    await world.settle(minutes=1)
    assert all(REF not in str(m.card) for m in world.messages("okoro"))
    assert title(await world.do("okoro", press("open", REF))).startswith("There is nothing here")


async def test_what_a_former_role_holder_had_taken_is_called_out_anew(world: World) -> None:
    await report(world)
    await world.do("okoro", press("open", REF))
    await world.do("okoro", press("take", REF))
    await world.settle()
    world.change(world.without_role("okoro"))
    await world.settle(minutes=6)
    with world.app.store.work() as work:
        escalation = work.escalations.get(REF)
    assert escalation is not None
    assert escalation.taken is None
    assert len([m for m in world.messages("khan") if "Nobody has this yet" in str(m.card)]) > 1
    assert any(m.card.title == f"Nobody has {REF} now" for m in world.messages("amira"))


async def test_what_was_opened_is_asked_for_again_by_a_retry(world: World) -> None:
    await report(world)
    identity = world.account("khan")
    again = Message("the-same", identity, Place("slack", identity.user), press=press("open", REF))
    assert STORY in str(await world.app.door.hear(again))
    world.change(world.without_role("khan"))
    assert STORY not in str(await world.app.door.hear(again))


async def test_a_role_holder_whose_account_is_a_guest_now_reads_nothing(world: World) -> None:
    await report(world)
    before = world.refusals()
    refused = await world.do("khan", press("open", REF), standing=Standing.GUEST)
    assert STORY not in str(refused)
    assert world.refusals() == before + 1
    # Calling goes on all the same.
    await world.settle(minutes=6)
    assert len([m for m in world.messages("khan") if REF in m.card.title]) > 1


async def test_while_slack_is_silent_alarms_go_and_nothing_is_shown(world: World) -> None:
    await report(world, standing=Standing.UNKNOWN)
    with world.app.store.work() as work:
        incident = work.incidents.get(REF)
    assert incident is not None
    assert not incident.unchecked
    for what in (press("open", REF), "open cases", "/dsl"):
        refused = await world.do("khan", what, standing=Standing.UNKNOWN)
        assert STORY not in str(refused)
        assert REF not in str(refused)
    assert "could not check your account" in title(
        await world.do("khan", "open cases", standing=Standing.UNKNOWN)
    )
    assert "could not check" in title(
        await world.do("amira", "my reports", standing=Standing.UNKNOWN)
    )
    # Words typed for the form are kept meanwhile.
    kept = await world.do("amira", "07700 900123", standing=Standing.UNKNOWN)
    assert title(kept) == "Which centre is the child at?"


async def test_a_guest_gets_the_alarm_and_nothing_more(world: World) -> None:
    shown = await world.do("visitor", "can i film sports day?", standing=Standing.GUEST)
    assert title(shown) == "If a child may be at risk, act now"
    raised = await report(world, by="visitor", standing=Standing.GUEST)
    assert len(raised.cards) == 1
    person = next(p for p in world.app.bot.directory().people.values() if p.name == "Visitor")
    (receipt,) = world.messages(person.id)
    assert receipt.card.title == "Delivered"
    assert receipt.card.buttons == ()
    card = next(m.card for m in world.messages("khan"))
    assert ("Identity", "unchecked: not a staff account") in card.facts
    before = world.refusals()
    for what in (
        press("mine"),
        press("add", REF),
        press("about", REF),
        press("help"),
        "my reports",
    ):
        reply = await world.do("visitor", what, standing=Standing.GUEST)
        assert REF not in str(reply)
    assert world.refusals() == before + 4


async def test_a_stranger_while_slack_is_silent_is_told_to_try_again(world: World) -> None:
    reply = await world.do("newcomer", "can i film sports day?", standing=Standing.UNKNOWN)
    assert [card.title for card in reply.cards] == [
        "If a child may be at risk, act now",
        "We could not check your account just now, so nothing is shown",
    ]
    reply = await world.do("newcomer", "can i film sports day?")
    assert title(reply) != "If a child may be at risk, act now"


async def test_somebody_new_in_a_role_whom_the_report_names(world: World) -> None:
    world.change(world.without_role("okoro"))
    await report(world, "mr okoro grabbed a boy by the neck")
    world.change(world.with_role("okoro", Holding(Role.DEPUTY, "oak")))
    await world.settle(minutes=1)
    asked = [m.card for m in world.messages("amira") if m.card.title.startswith("Is Mr Okoro")]
    assert len(asked) == 1
    assert asked[0].source == f"About your report {REF}."
    assert all(REF not in str(m.card) for m in world.messages("okoro"))
    await world.do("amira", asked[0].buttons[1].press)
    await world.settle(minutes=6)
    assert any(REF in m.card.title for m in world.messages("okoro"))


async def test_somebody_renamed_is_found_before_they_read(world: World) -> None:
    """A closed report is not looked through at every change; whoever opens it is."""
    await report(world, f"mr kestrel grabbed a boy by the neck {STORY}")
    for verb in ("open", "take"):
        await world.do("khan", press(verb, REF))
    with world.app.store.work() as work:
        work.incidents.close(REF, world.clock(), "monitor")
        work.commit()
    world.change(replace(world.person("okoro"), name="Mr Kestrel"))
    refused = await world.do("okoro", press("open", REF))
    assert STORY not in str(refused)
    assert title(refused).startswith("There is nothing here")


async def test_another_centre_has_its_own_group(world: World) -> None:
    await report(world)
    await world.do("amira", press("part", REF, "lindqvist", "yes"))
    with world.app.store.work() as work:
        work.incidents.move(REF, "ash")
        directory = world.app.bot.refresh(work, world.clock())
        amira = directory.people["amira"]
        said = Message("k", amira.identities[0], Place("slack", "D1"))
        turn = Turn(said, amira, directory, world.app.bot.school, work, world.clock())
        assert regroup(turn, REF)
        moved = work.incidents.get(REF)
    assert moved is not None
    assert dict(moved.concerns)["brook"] is Concern.SUBJECT


async def test_everybody_part_of_it_leaves_the_telephone_at_once(world: World) -> None:
    await report(world)
    for name in ("khan", "farrow", "penrose"):
        await world.do("amira", press("part", REF, name, "yes"))
    await world.settle()
    told = [m.card for m in world.messages("amira") if m.card.title.startswith("Nobody has taken")]
    assert told
    assert "01632 960100" in str(told[-1])


async def test_the_chair_reads_no_report_of_her_own_about_somebody(world: World) -> None:
    shown = await world.do("penrose", "mr x shouted at a boy", command="report")
    alarm = next(b.press for b in shown.cards[0].buttons if str(b.press).startswith("tell adult"))
    await world.do("penrose", alarm)
    await world.settle()
    assert title(await world.do("penrose", press("open", REF))).startswith("There is nothing here")


async def test_a_week_once_shown_stays_as_it_was(world: World) -> None:
    """A band that went from “1 to 4” to “none” would tell the Principal that it is about her."""
    await report(world)
    world.clock.at += timedelta(days=7)
    await world.settle()
    before = await world.do("farrow", "last week")
    assert ("Reports", "1 to 4") in before.cards[0].facts
    await world.do("amira", press("part", REF, "farrow", "yes"))
    await world.do("amira", press("mistake", REF))
    assert (await world.do("farrow", "last week")).cards == before.cards


async def test_a_digest_is_drawn_for_nobody_but_the_principal(world: World) -> None:
    await report(world)
    world.clock.at += timedelta(days=7)
    world.recorder.down = True
    await world.settle()
    world.recorder.down = False
    world.change(world.without_role("farrow"))
    await world.settle(minutes=6)
    assert not [m for m in world.messages("farrow") if "week" in m.card.title]


PEOPLE = {person.id: person for person in school().directory().people.values()}
LONG = Person("seun", "Ms Margaret Adeyemi-Price", "oak", (Holding(Role.DEPUTY, "oak"),))


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("ms k hit him", {"khan"}),
        ("it was Mr. O again", {"okoro"}),
        ("ms o'brien saw it", set()),
        ("mrs kahn shouted", {"khan"}),
        ("lindkvist was there", {"lindqvist"}),
        ("linquist was there", {"lindqvist"}),
        ("dr farows office", {"farrow"}),
        ("the safeguarding lead did it", {"khan"}),
        ("our designated safeguarding lead", {"khan"}),
        ("the head shouted", {"farrow"}),
        ("a cut on the head", set()),
        ("maggie grabbed him", {"seun"}),
        ("peggy again", {"seun"}),
        ("adeyemi price", {"seun"}),
        ("MP said so", {"seun"}),
        ("in PE with ST and the TA", {"tan"}),
        ("chair of trustees", {"penrose"}),
        ("he sat on a chair", set()),
    ],
)
def test_who_is_named(words: str, who: set[str]) -> None:
    holders = [*(p for p in PEOPLE.values() if p.holdings), LONG]
    assert {p.id for p in named_holders(words, holders, "oak")} == who


def test_random_words_name_nobody_twice() -> None:
    chance = random.Random(1)
    words = ["child", "said", "she", "was", "scared", "home", "after", "lunch", "phone", "Ms", "K"]
    for _ in range(200):
        found = named_holders(" ".join(chance.choices(words, k=8)), list(PEOPLE.values()), "oak")
        assert len(found) == len({p.id for p in found})


@pytest.mark.parametrize("typed", [time(10, 12), time(7, 55), time(8, 5)])
async def test_words_not_sent_on_are_gone_after_a_day_with_two_nudges(
    world: World, typed: time
) -> None:
    world.clock.at = datetime.combine(world.clock.at, typed, UTC)
    await world.do("amira", f"a girl told me that her uncle hurts her {STORY}")
    for hours in (0.2, 3, 8, 8, 4):
        world.clock.at += timedelta(hours=hours)
        await world.settle()
    nudges = [m for m in world.messages("amira") if "Nobody has been told" in m.card.title]
    assert len(nudges) == 2
    assert STORY not in str([m.card for m in nudges])
    with world.app.store.work() as work:
        assert STORY in work.holds.waiting()[0].words
    world.clock.at += timedelta(hours=1)
    await world.settle()
    with world.app.store.work() as work:
        assert work.holds.waiting() == ()
    again = await world.do("amira", "", command="report")
    await world.do("amira", again.cards[0].buttons[0].press)
    assert STORY not in str(await world.do("khan", press("open", REF)))
