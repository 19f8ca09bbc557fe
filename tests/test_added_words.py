"""Words added to a report reach somebody: whoever has it, whoever stands in, or everybody again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.card import press
from bot.incident import Concern
from bot.notice import Kind
from bot.people import Holding, Person, Role
from tests.eyes.world import World, Worlds

REF = "7KQ2M"
MORE = "He has new bruises today. His uncle beat him again."


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("added"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack", [REF, "ACE42"]) as made:
        yield made


async def alarm(
    world: World, target: str = "child", words: str = "a boy showed me bruises"
) -> None:
    shown = await world.do("amira", words, command="report")
    tell = next(
        b.press for b in shown.cards[0].buttons if str(b.press).startswith(f"tell {target}")
    )
    await world.do("amira", tell)
    await world.settle()


async def take(world: World, person: str) -> None:
    await world.do(person, press("open", REF))
    await world.do(person, press("take", REF))
    await world.settle()


async def close(world: World, person: str) -> None:
    await world.do(person, press("close", REF))
    await world.do(person, "monitor")
    await world.do(person, "Nothing more to do.")
    await world.do(person, "Resolved")
    reply = await world.do(person, press("finish", "closing", REF))
    assert reply.cards[0].title == f"{REF} is closed. Notes can still be added."
    await world.settle()


async def away(world: World, person: str) -> None:
    await world.do(person, press("away", person, "10"))
    # Every process knows within ten seconds.
    world.clock.at += timedelta(seconds=15)
    await world.settle()


async def add(world: World, words: str = MORE) -> str:
    await world.do("amira", press("add", REF))
    await world.do("amira", words)
    reply = await world.do("amira", press("finish", "addition", REF))
    await world.settle()
    return reply.cards[0].title


def told(world: World, kind: Kind) -> set[str]:
    """Who was shown a notice of ``kind`` in their own messages."""
    with world.app.store.work() as work:
        notices = work.notices.about(REF)
    return {n.to.person for n in notices if n.kind is kind and n.receipt and n.to.person}


def alarmed(world: World, person: str) -> int:
    return sum(REF in m.card.title and "URGENT" in m.card.title for m in world.messages(person))


def acts(world: World) -> list[tuple[str, str]]:
    with world.app.store.work() as work:
        return [(actor, act) for _, actor, act in work.audit.acts(REF)]


async def test_a_closed_report_is_open_again_when_its_owner_has_lost_the_role(
    world: World,
) -> None:
    await alarm(world)
    await take(world, "okoro")
    await close(world, "okoro")
    world.change(world.without_role("okoro"))
    await world.settle(2)
    assert (await add(world)).startswith(f"Added to {REF}. It is open again")
    assert alarmed(world, "khan") >= 2
    assert alarmed(world, "lindqvist") >= 2
    assert not any(
        MORE in str(m.card) or "open again" in str(m.card) for m in world.messages("okoro")
    )
    assert alarmed(world, "okoro") == 0
    assert ("amira", "reopen") in acts(world)
    await world.settle(6)
    assert alarmed(world, "farrow") == 1
    with world.app.store.work() as work:
        incident, escalation = work.incidents.get(REF), work.escalations.get(REF)
    assert incident is not None and escalation is not None
    assert incident.closed_at is None
    assert escalation.taken is None


async def test_whoever_it_is_about_is_not_called_when_it_is_open_again(world: World) -> None:
    """The words added name one who had it; older words name one who is a deputy only now."""
    await alarm(world, words="a boy showed me bruises, and Zelda Quist was in the room")
    await take(world, "okoro")
    await close(world, "okoro")
    newcomer = Person(
        "quist",
        "Zelda Quist",
        "oak",
        identities=world.person("khan").identities[:0],
        holdings=(Holding(Role.DEPUTY, "oak"),),
    )
    world.change(newcomer)
    before = len(world.messages("okoro"))
    await add(world, "It was Mr Okoro who held him, the boy says.")
    with world.app.store.work() as work:
        incident = work.incidents.get(REF)
        called = {n.to.person for n in work.notices.about(REF) if n.kind is Kind.CASE}
    assert incident is not None
    assert dict(incident.concerns) == {"okoro": Concern.NAMED, "quist": Concern.NAMED}
    assert "quist" not in called
    assert alarmed(world, "okoro") == 0
    assert len(world.messages("okoro")) <= before
    assert alarmed(world, "khan") >= 2


async def test_a_closed_report_is_open_again_when_its_owner_is_part_of_it(world: World) -> None:
    """The DSL had closed it before the reporter answered."""
    await alarm(world, words="a boy showed me bruises, Mr Okoro knows")
    await take(world, "khan")
    await close(world, "khan")
    reply = await world.do("amira", press("about", REF))
    yes = next(b.press for b in reply.cards[0].buttons if b.label == "Ms Khan")
    await world.do("amira", yes)
    await world.settle()
    assert alarmed(world, "farrow") == 1
    assert alarmed(world, "khan") == 0
    assert ("amira", "reopen") in acts(world)


async def test_an_answer_to_the_write_up_opens_a_closed_report_too(world: World) -> None:
    await alarm(world)
    await take(world, "okoro")
    await close(world, "okoro")
    world.clock.at += timedelta(minutes=1)
    await world.do("amira", "01632 960010")
    await world.settle()
    assert alarmed(world, "khan") >= 2
    assert "Delivered" in [m.card.title for m in world.messages("amira")]


async def test_the_receipt_of_one_open_again_counts_no_card_of_before(world: World) -> None:
    await alarm(world)
    await take(world, "okoro")
    await close(world, "okoro")
    world.clock.at += timedelta(days=1)
    world.recorder.down = True
    await add(world)
    with world.app.store.work() as work:
        receipts = [n for n in work.notices.about(REF) if n.kind is Kind.RECEIPT]
    drawn = [await world.app.crossing.run(world.app.courier._drawn, n) for n in receipts]
    assert {card.title for card in drawn if card} == {"Saved, not delivered yet"}
    world.clock.at += timedelta(minutes=2)
    drawn = [await world.app.crossing.run(world.app.courier._drawn, n) for n in receipts]
    assert {card.title for card in drawn if card} == {"NOT DELIVERED"}
    world.recorder.down = False
    await world.settle(10)
    assert "Delivered" in [m.card.title for m in world.messages("amira")]


async def test_when_it_was_first_taken_stays_on_record(world: World) -> None:
    """The digest's times are those of the first alarm."""
    await alarm(world)
    world.clock.at += timedelta(minutes=4)
    await take(world, "okoro")
    await close(world, "okoro")
    world.clock.at += timedelta(days=1)
    await add(world)
    await take(world, "khan")
    began = world.clock.at - timedelta(days=3)
    with world.app.store.work() as work:
        counted = work.digests.counted(began, world.clock.at + timedelta(days=1))
    assert [round(each) for each in counted.minutes] == [4]
    assert counted.unacknowledged == 0


@pytest.mark.parametrize("closed", [False, True])
async def test_while_the_owner_is_away_whoever_could_take_it_over_hears_of_new_words(
    world: World, closed: bool
) -> None:
    await alarm(world)
    await take(world, "okoro")
    if closed:
        await close(world, "okoro")
    await away(world, "okoro")
    title = await add(world)
    if closed:
        assert title.startswith(f"Added to {REF}. It is open again")
        assert alarmed(world, "khan") >= 1
    else:
        assert title == f"Added to {REF}. Earlier words stay as they were."
        assert told(world, Kind.REPLY) == {"okoro", "khan", "lindqvist"}


async def test_an_owner_who_may_not_know_any_more_hears_nothing_of_new_words(
    world: World,
) -> None:
    await alarm(world)
    await take(world, "okoro")
    with world.app.store.work() as work:
        work.people.put(world.without_role("okoro"))
        work.commit()
    # The tick that calls it out anew has not come yet.
    world.clock.at += timedelta(seconds=10)
    await world.do("amira", press("add", REF))
    await world.do("amira", MORE)
    await world.do("amira", press("finish", "addition", REF))
    with world.app.store.work() as work:
        owed = {n.to.person for n in work.notices.about(REF) if n.kind is Kind.REPLY}
    assert "okoro" not in owed
    assert {"khan", "lindqvist"} <= owed


async def test_the_chair_hears_of_words_added_while_the_principal_is_away(world: World) -> None:
    await alarm(world, "adult", "a colleague slapped a girl")
    await take(world, "farrow")
    await away(world, "farrow")
    await add(world, "It happened again at lunch.")
    assert told(world, Kind.REPLY) == {"farrow", "penrose"}
    reply = await world.do("penrose", press("open", REF))
    assert reply.cards[0].title == f"Report {REF}"
