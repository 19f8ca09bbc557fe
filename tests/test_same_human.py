"""A new id is no new human: what keeps a report from somebody holds when they come under another,
and whoever is given their account inherits nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Reply, press
from bot.incident import Concern
from bot.leaving import leave
from bot.may import Act, may
from bot.message import Message, Place, Standing
from bot.one_person import link_account
from bot.people import Holding, Identity, Person, Role
from bot.school_settings import PersonSection
from bot.seed import seed
from tests.eyes.world import SCHOOL, World, Worlds, button
from tests.test_siblings import FIRST, REFS, kept, opens, presses, shown_to_amira

WORDS = "she grabbed a girl by the hair in the corridor"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("same"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack", REFS) as made:
        yield made


async def about_khan(world: World) -> None:
    """A report that names nobody, until its reporter says that Ms Khan is part of it."""
    shown = await shown_to_amira(world, WORDS)
    await presses(world, "amira", button(shown.cards, "tell child"))
    await presses(world, "amira", press("part", FIRST, "khan", "yes"))
    assert not await opens(world, "khan", FIRST)


def starts(world: World, *people: PersonSection) -> None:
    """Lanyard starts again with ``people`` in its file."""
    seed(world.app.store, SCHOOL.model_copy(update={"people": people}), world.clock())
    world.clock.at += timedelta(seconds=20)


def listed(**khan: object) -> tuple[PersonSection, ...]:
    """Those of the file, with Ms Khan changed."""
    return tuple(p.model_copy(update=khan if p.id == "khan" else {}) for p in SCHOOL.people)


def without_khan() -> tuple[PersonSection, ...]:
    return tuple(p for p in SCHOOL.people if p.id != "khan")


def forget_khan(world: World) -> None:
    world.change(world.without_role("khan"))
    starts(world, *without_khan())
    with world.app.store.work() as work:
        (khan,) = (p for p in work.people.all() if p.id == "khan")
        leave(work, khan, [p.id for p in without_khan()], "command-line", world.clock())
        work.commit()


async def says(world: World, account: Identity, what: str) -> Reply:
    place = Place(account.platform, account.user, private=True)
    key = f"{account.user}/{world.clock()}"
    message = Message(key, account, place, what, "Sana Khan", standing=Standing.MEMBER)
    return await world.app.door.hear(message)


def known(world: World) -> dict[str, Person]:
    with world.app.store.work() as work:
        return {person.id: person for person in work.people.all()}


async def test_a_new_surname_opens_no_report_about_its_bearer(world: World) -> None:
    await about_khan(world)
    starts(world, *listed(id="patel", name="Ms Patel", also_called=()))
    await world.settle(minutes=1)
    assert "khan" not in known(world)
    assert known(world)["patel"].holdings == (Holding(Role.DSL, "oak"),)
    assert dict(kept(world, FIRST).concerns)["patel"] is Concern.SUBJECT
    assert not await opens(world, "patel", FIRST)
    receipt = " ".join(str(shown.card) for shown in world.messages("amira"))
    assert "Patel" not in receipt


async def test_back_and_forth_is_still_one_human(world: World) -> None:
    await about_khan(world)
    for _ in range(2):
        starts(world, *listed(id="patel", name="Ms Patel"))
        starts(world, *listed(id="patel", name="Ms Patel"))
        assert "khan" not in known(world)
        starts(world, *SCHOOL.people)
        starts(world, *SCHOOL.people)
        assert "patel" not in known(world)
    assert known(world)["khan"].holdings == (Holding(Role.DSL, "oak"),)
    assert not await opens(world, "khan", FIRST)


async def test_an_id_given_to_another_human_makes_nobody_one(world: World) -> None:
    starts(world, *listed(id="patel", name="Ms Patel"))
    other = PersonSection(id="khan", name="Mr Khan", centre="oak", accounts={"slack": "UNEWKHAN"})
    starts(world, *listed(id="patel", name="Ms Patel"), other)
    governor = Holding(Role.GOVERNOR)
    world.change(replace(known(world)["khan"], holdings=(governor,)))
    for _ in range(2):
        starts(world, *listed(id="patel", name="Ms Patel"), other)
        assert known(world)["khan"].holdings == (governor,)
        assert known(world)["patel"].holdings == (Holding(Role.DSL, "oak"),)


async def test_a_new_surname_gives_no_role_back(world: World) -> None:
    world.change(world.without_role("khan"))
    starts(world, *listed(id="patel", name="Ms Patel"))
    assert known(world)["patel"].holdings == ()


async def test_an_account_given_to_a_colleague_brings_only_what_is_kept_from_them(
    world: World,
) -> None:
    await about_khan(world)
    (settings,) = (p for p in SCHOOL.people if p.id == "khan")
    handed = tuple(
        p.model_copy(update={"accounts": settings.accounts}) if p.id == "farrow" else p
        for p in without_khan()
    )
    before = known(world)["farrow"].holdings
    starts(world, *handed)
    assert known(world)["farrow"].holdings == before
    assert known(world)["khan"].holdings == (), "nobody could reach her"
    assert dict(kept(world, FIRST).concerns)["farrow"] is Concern.SUBJECT
    assert not await opens(world, "farrow", FIRST)


async def test_whoever_was_forgotten_and_comes_back_is_kept_out(world: World) -> None:
    await about_khan(world)
    account = world.account("khan")
    forget_khan(world)
    world.clock.at += timedelta(days=200)
    await world.settle()
    await says(world, account, "hello")
    back = world.app.bot.directory().known_as(account)
    assert back is not None and back.id != "khan"
    assert dict(kept(world, FIRST).concerns)[back.id] is Concern.SUBJECT
    world.change(replace(back, holdings=(Holding(Role.DSL, "oak"),)))
    assert not await opens(world, back.id, FIRST)


async def test_whoever_was_forgotten_and_is_listed_anew_is_kept_out(world: World) -> None:
    await about_khan(world)
    forget_khan(world)
    starts(world, *listed(id="patel", name="Ms Patel"))
    assert dict(kept(world, FIRST).concerns)["patel"] is Concern.SUBJECT
    assert not await opens(world, "patel", FIRST)


async def test_whoever_comes_back_by_another_account_is_known_by_name(world: World) -> None:
    await about_khan(world)
    forget_khan(world)
    account = Identity("slack", "T1/UANEW")
    await says(world, account, "hello")
    back = world.app.bot.directory().known_as(account)
    assert back is not None
    world.change(replace(back, holdings=(Holding(Role.DSL, "oak"),)))
    assert not await opens(world, back.id, FIRST)
    assert dict(kept(world, FIRST).concerns)[back.id] is Concern.NAMED


async def test_whoever_is_linked_with_her_cannot_read_it_before_the_two_are_one(
    world: World,
) -> None:
    await about_khan(world)
    starts(world, *without_khan())
    account = Identity("slack", "T1/UZED")
    zed = Person("0123456789ab", "Zed Moss", "oak", (Holding(Role.DSL, "oak"),), (account,))
    world.change(world.without_role("khan"), zed)
    with world.app.store.work() as work:
        before = next(p for p in work.people.all() if p.id == "khan")
        hers = next(i for i in before.identities if i.platform == "slack")
        link_account(work, zed, hers, before, "command-line", world.clock())
        work.commit()
    assert zed.id in kept(world, FIRST).kept_from()


async def test_who_made_a_report_can_add_to_it_whosever_account_they_have_now(
    world: World,
) -> None:
    await about_khan(world)
    accounts = {person.id: person.accounts for person in SCHOOL.people}
    swapped = {"khan": accounts["amira"], "amira": accounts["khan"]}
    people = (
        person.model_copy(update={"accounts": swapped.get(person.id, person.accounts)})
        for person in SCHOOL.people
    )
    starts(world, *people)
    directory = world.app.bot.directory()
    amira = directory.person("amira")
    assert amira is not None
    assert may(amira, Act.ADD, kept(world, FIRST), directory)


async def test_whose_account_is_spelled_like_their_id_is_forgotten_like_anybody(
    world: World,
) -> None:
    await about_khan(world)
    forget_khan(world)
    assert "khan" in known(world)
    with world.app.store.work() as work:
        work.retention.erase(FIRST, "dsl", world.clock())
        work.commit()
    with world.app.store.work() as work:
        work.leavers.forget()
        work.commit()
    assert "khan" not in known(world)
