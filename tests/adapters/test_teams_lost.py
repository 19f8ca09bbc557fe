"""A chat, a room or a service address that Teams no longer knows is looked for again, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from adapters.teams.adapter import TeamsAdapter, open_adapter
from adapters.teams.connector import Connector
from adapters.teams.references import PLATFORM, Book, Reference
from adapters.teams.whereabouts import Whereabouts
from bot.card import Card, Reply, say
from bot.channel import LEASE_LOST, Unreachable, under_lease
from bot.door import Door
from bot.message import Message
from bot.notice import Receipt
from bot.people import Holding, Role
from tests.adapters.teams_scene import NOW, ROOM, Scene, scene, secrets
from tests.adapters.test_teams_speaking import AMIRA, CARD, DSL
from tests.stages.fake_connector import FakeConnector, Fault, Sent

TAKEN = Card("Taken by Ms Khan, 16:14")


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as opened:
        yield opened


@asynccontextmanager
async def process(here: Scene, **options: Any) -> AsyncIterator[TeamsAdapter]:
    """Another process on the same store."""
    here.fake.processes += 1
    options = {"now": lambda: NOW, **here.fake.options, **options}
    made = cast(TeamsAdapter, open_adapter(secrets(), cast("Door", here.door), **options))
    try:
        yield made
    finally:
        await made.stop()


@pytest.fixture
async def worker(here: Scene) -> AsyncIterator[TeamsAdapter]:
    """Another process, which already knows Amira's chat and the room."""
    async with process(here) as made:
        await here.stage.say("khan", "hello", room="dsl")
        for to in (AMIRA, DSL):
            await made.post(to, Card("Before"), "n0")
        here.fake.requests.clear()
        yield made


def elsewhere(here: Scene) -> str:
    """Another service address of Teams'."""
    return f"{here.fake.origin}/teams/"


def opened(here: Scene) -> list[Sent]:
    return [sent for sent in here.fake.calls("POST") if sent.path.endswith("/conversations")]


def calls(here: Scene) -> list[str]:
    """What was asked, without tokens: ``open``, or a method and its conversation."""
    said = []
    for sent in here.fake.requests:
        if "/v3/" in sent.path:
            _, _, rest = sent.path.partition("/v3/conversations")
            conversation = rest.strip("/").partition("/")[0].replace("%3A", ":")
            said.append(f"{sent.method} {conversation}".strip() if rest else sent.method)
    return ["open" if call == "POST" else call for call in said]


def kept(here: Scene, address: str) -> Reference:
    return Reference.from_json(here.door.store.kept[PLATFORM, address])


def keep(here: Scene, address: str, reference: Reference) -> None:
    """As another process would."""
    here.door.store.kept[PLATFORM, address] = reference.to_json()


@pytest.mark.parametrize("status", [403, 404])
async def test_a_lost_chat_is_opened_again_and_kept(here: Scene, status: int) -> None:
    old = here.stage.chat("amira")
    await here.adapter.post(AMIRA, CARD, "n1")
    anew = here.fake.lose(old, status)
    receipt = await here.adapter.post(AMIRA, CARD, "n2")
    assert receipt.room == anew
    assert kept(here, AMIRA.address).conversation == anew
    await here.adapter.post(AMIRA, CARD, "n3")
    assert len(opened(here)) == 1
    assert len(here.fake.texts(anew)) == 2


async def test_what_teams_opens_may_be_the_same_chat(here: Scene) -> None:
    here.fake.faults.append(Fault("/activities", status=404))
    receipt = await here.adapter.post(AMIRA, CARD, "n1")
    assert receipt.room == here.stage.chat("amira")
    assert len(here.fake.texts(receipt.room)) == 1


async def test_whoever_cannot_be_reached_is_tried_once_more_and_is_gone(here: Scene) -> None:
    here.fake.faults.append(Fault("/activities", status=403, times=2))
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(AMIRA, CARD, "n1")
    assert (caught.value.fault, caught.value.gone) == ("teams-403", True)
    chat = here.stage.chat("amira")
    assert calls(here)[-3:] == [f"POST {chat}", "open", f"POST {chat}"]
    here.fake.not_installed |= {"29:amira"}
    here.fake.lose(chat)
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(AMIRA, CARD, "n1")
    assert (caught.value.fault, caught.value.gone) == ("teams-403", True)


@pytest.mark.parametrize("status", [429, 500])
async def test_a_chat_that_cannot_be_opened_just_now_is_not_gone(here: Scene, status: int) -> None:
    here.fake.lose(here.stage.chat("amira"))
    fault = Fault("/v3/conversations", status=status, headers={"Retry-After": "7"})
    here.fake.faults += [Fault("/activities", status=404), fault]
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(AMIRA, CARD, "n1")
    # Opening shows nothing, whatever became of it.
    assert (caught.value.gone, caught.value.doubt) == (False, False)
    assert caught.value.of_the_destination
    await here.adapter.post(AMIRA, CARD, "n1")


async def test_another_process_has_learnt_of_the_right_chat(
    here: Scene, worker: TeamsAdapter
) -> None:
    anew = here.fake.lose(here.stage.chat("amira"))
    await here.stage.say("amira", "I am here now")
    assert kept(here, AMIRA.address).conversation == anew
    receipt = await worker.post(AMIRA, CARD, "n1")
    assert receipt.room == anew
    assert not opened(here)


async def test_what_another_process_has_learnt_may_be_lost_as_well(
    here: Scene, worker: TeamsAdapter
) -> None:
    between = here.fake.lose(here.stage.chat("amira"))
    await here.stage.say("amira", "I am here now")
    anew = here.fake.lose(between)
    assert (await worker.post(AMIRA, CARD, "n1")).room == anew
    assert len(opened(here)) == 1


async def test_a_service_address_that_changed_reaches_the_other_process(
    here: Scene, worker: TeamsAdapter
) -> None:
    for address in (AMIRA.address, ROOM):
        was = kept(here, address)
        keep(here, address, Reference(elsewhere(here), was.conversation, was.user))
    here.fake.closed.add("/uk")
    shown = [(await worker.post(to, CARD, "n1")).room for to in (AMIRA, DSL)]
    assert shown == [here.stage.chat("amira"), ROOM]
    assert not opened(here)
    here.fake.requests.clear()
    for to in (AMIRA, DSL):
        await worker.post(to, CARD, "n2")
    assert not here.fake.calls("POST", "/uk/")


async def test_so_does_one_where_nobody_answered_any_more(
    here: Scene,
) -> None:
    keep(here, ROOM, Reference(elsewhere(here), ROOM))
    book = Book(cast("Door", here.door))
    assert await book.get(ROOM)
    keep(here, ROOM, Reference(here.fake.service_url, ROOM))
    tried: list[str] = []

    async def act(where: Reference) -> str:
        tried.append(where.service_url)
        if len(tried) == 1:
            raise Unreachable("teams-no-connection", unanswered=True)
        return "shown"

    found = Whereabouts(cast("Connector", None), book, elsewhere(here))
    assert await found.in_room(ROOM, act) == "shown"
    assert tried == [elsewhere(here), here.fake.service_url]


async def test_no_token_is_sent_to_a_strange_host_whatever_the_store_says(
    here: Scene, worker: TeamsAdapter
) -> None:
    async with FakeConnector() as strange:
        for address in (AMIRA.address, ROOM):
            was = kept(here, address)
            keep(here, address, Reference(strange.service_url, was.conversation, was.user))
        here.fake.lose(here.stage.chat("amira"))
        here.fake.lose(ROOM)
        for to in (AMIRA, DSL):
            for _ in range(2):
                with pytest.raises(Unreachable, match="strange-host"):
                    await worker.post(to, CARD, "n1")
        assert not strange.requests


async def test_a_chat_is_opened_at_the_usual_address_if_its_own_is_closed(here: Scene) -> None:
    here.fake.closed.add("/uk")
    async with process(here, service_url=elsewhere(here)) as late:
        receipt = await late.post(AMIRA, CARD, "n1")
    assert receipt.room == here.stage.chat("amira")
    assert kept(here, AMIRA.address).service_url == elsewhere(here)


async def test_a_room_that_nobody_knows_better_is_gone(here: Scene, worker: TeamsAdapter) -> None:
    here.fake.lose(ROOM)
    here.fake.requests.clear()
    with pytest.raises(Unreachable) as caught:
        await worker.post(DSL, CARD, "n1")
    assert (caught.value.fault, caught.value.gone) == ("teams-404", True)
    assert calls(here) == [f"POST {ROOM}"]


async def test_who_is_in_a_room_is_asked_where_it_is_now(here: Scene, worker: TeamsAdapter) -> None:
    here.fake.rosters[ROOM] = []
    keep(here, ROOM, Reference(elsewhere(here), ROOM))
    here.fake.closed.add("/uk")
    assert await worker.members(ROOM) == frozenset()


async def test_without_a_store_a_lost_chat_is_opened_all_the_same(here: Scene) -> None:
    await here.adapter.post(AMIRA, CARD, "n1")
    anew = here.fake.lose(here.stage.chat("amira"))
    here.door.store.down = True
    assert (await here.adapter.post(AMIRA, CARD, "n2")).room == anew
    assert (await here.adapter.post(AMIRA, CARD, "n3")).room == anew
    assert len(opened(here)) == 1


async def test_nothing_is_opened_or_posted_after_the_lease(here: Scene) -> None:
    here.fake.lose(here.stage.chat("amira"))
    posts = len(here.fake.calls("POST", "/activities"))

    def holds() -> bool:
        return len(here.fake.calls("POST", "/activities")) == posts

    with under_lease(holds), pytest.raises(Unreachable, match=LEASE_LOST) as caught:
        await here.adapter.post(AMIRA, CARD, "n1")
    assert not caught.value.gone
    assert not opened(here)


async def test_doubt_is_not_posted_twice(here: Scene, worker: TeamsAdapter) -> None:
    was = kept(here, ROOM)
    keep(here, ROOM, Reference(elsewhere(here), was.conversation))
    here.fake.faults.append(Fault("/activities", status=500, accepted=True))
    posted = len(here.fake.texts(ROOM))
    with pytest.raises(Unreachable) as caught:
        await worker.post(DSL, CARD, "n1")
    assert caught.value.doubt
    assert len(here.fake.texts(ROOM)) == posted + 1
    # What the store says is only used from the next time on.
    here.fake.requests.clear()
    await worker.post(DSL, CARD, "n1")
    assert not here.fake.calls("POST", "/uk/")


@pytest.mark.parametrize("status", [403, 404])
async def test_a_card_in_a_lost_chat_is_posted_once_in_the_new_one(
    here: Scene, status: int
) -> None:
    receipt = await here.adapter.post(AMIRA, CARD, "n1")
    anew = here.fake.lose(receipt.room, status)
    again = await here.adapter.redraw(AMIRA, receipt, TAKEN, "n1")
    (posted,) = here.fake.texts(anew)
    assert again == Receipt(anew, posted.id, NOW)
    # From now on it is redrawn there.
    assert await here.adapter.redraw(AMIRA, again, Card("Closed"), "n1") == again
    (posted,) = here.fake.texts(anew)
    assert posted.redrawn


async def test_a_card_in_an_older_chat_that_is_still_there_is_redrawn_there(here: Scene) -> None:
    receipt = await here.adapter.post(AMIRA, CARD, "n1")
    keep(here, AMIRA.address, Reference(here.fake.service_url, "a:other", "29:amira"))
    async with process(here) as late:
        assert await late.redraw(AMIRA, receipt, TAKEN, "n1") == receipt
        here.fake.lost[receipt.room] = 403
        again = await late.redraw(AMIRA, receipt, TAKEN, "n1")
    assert again.room == "a:other"
    assert len(here.fake.texts("a:other")) == 1


@pytest.mark.parametrize("to", [AMIRA, DSL], ids=["person", "room"])
async def test_a_card_is_redrawn_at_the_new_service_address_not_posted_again(
    here: Scene, worker: TeamsAdapter, to: Any
) -> None:
    receipt = await worker.post(to, CARD, "n1")
    shown = len(here.fake.texts(receipt.room))
    was = kept(here, to.address)
    keep(here, to.address, Reference(elsewhere(here), was.conversation, was.user))
    # The old address takes messages still, but does not know those of before.
    here.fake.faults.append(Fault("PUT /uk", status=404, times=5))
    assert await worker.redraw(to, receipt, TAKEN, "n1") == receipt
    assert len(here.fake.texts(receipt.room)) == shown
    assert here.fake.texts(receipt.room)[-1].redrawn


async def test_a_card_in_a_chat_opened_at_another_address_is_redrawn_there(here: Scene) -> None:
    receipt = await here.adapter.post(AMIRA, CARD, "n1")
    here.fake.closed.add("/uk")
    async with process(here, service_url=elsewhere(here)) as late:
        assert await late.redraw(AMIRA, receipt, TAKEN, "n1") == receipt
    assert len(here.fake.texts(receipt.room)) == 1


async def test_a_card_in_a_room_that_lanyard_left_is_not_posted(here: Scene) -> None:
    receipt = await here.adapter.post(DSL, CARD, "n1")
    here.fake.lose(ROOM, 403)
    here.fake.requests.clear()
    with pytest.raises(Unreachable) as caught:
        await here.adapter.redraw(DSL, receipt, TAKEN, "n1")
    assert (caught.value.fault, caught.value.gone) == ("teams-403", True)
    assert calls(here) == [f"PUT {ROOM}"]


async def test_the_daily_check_opens_a_lost_chat_again_or_says_that_it_cannot(
    here: Scene, worker: TeamsAdapter
) -> None:
    anew = here.fake.lose(here.stage.chat("amira"))
    amira = replace(here.door.people["amira"], holdings=(Holding(Role.DSL, "oak"),))
    here.door.people = {"amira": amira}
    directory = here.door.directory()
    (found,) = [each for each in await worker.check(directory) if each.about == "Amira"]
    assert not found.what
    assert kept(here, AMIRA.address).conversation == anew
    here.fake.lose(anew)
    here.fake.not_installed |= {"29:amira"}
    (found,) = [each for each in await worker.check(directory) if each.about == "Amira"]
    assert "not installed for them" in found.what


async def test_an_answer_to_a_press_in_a_room_finds_the_new_chat(here: Scene) -> None:
    def answer(_: Message) -> Reply:
        return say(Card("One"), Card("Two"))

    here.door.answer = answer
    anew = here.fake.lose(here.stage.chat("amira"))
    await here.stage.say("amira", "hello", room="dsl")
    assert len(here.fake.texts(anew)) == 2


async def test_a_process_looks_again_at_what_it_has_known_for_long(
    here: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, other = (Book(cast("Door", here.door)) for _ in range(2))
    first, second = (Reference(f"https://{n}.example/", ROOM) for n in "ab")
    for each, reference in ((book, first), (other, first), (other, second)):
        await each.put(ROOM, reference)
    monkeypatch.setattr("adapters.teams.references.AGAIN_SECONDS", 0.0)
    await book.put(ROOM, first)
    assert kept(here, ROOM) == first
