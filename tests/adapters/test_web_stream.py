"""What changes is on the page at once; what happened meanwhile is caught up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
from aiohttp import ClientResponse

from adapters.web import stream
from bot.notice import Destination
from tests.adapters.web_double import CASE, RAISED, Scene, scene

OAK = Destination("web", "dsl-oak")


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


@asynccontextmanager
async def listening(stage: Scene, *rooms: str) -> AsyncIterator[ClientResponse]:
    query = [("room", room) for room in rooms]
    async with stage.page.session.get(f"{stage.page.url}/events", params=query) as response:
        yield response


async def event(response: ClientResponse) -> tuple[str, Any]:
    """The next event, within a second."""
    name = ""
    async with asyncio.timeout(1):
        while True:
            field, _, value = (await response.content.readline()).decode().partition(": ")
            if field == "event":
                name = value.strip()
            elif field == "data":
                return name, json.loads(value)


async def test_a_card_is_on_the_page_as_soon_as_it_is_shown(stage: Scene) -> None:
    async with listening(stage, "dsl-oak") as page:
        assert (await event(page))[0] == "room"
        shown = await stage.adapter.post(OAK, CASE, "notice-1")
        name, data = await event(page)
        assert (name, data["room"], data["id"]) == ("message", "dsl-oak", shown.message)
        assert CASE.title in data["html"]
        await stage.adapter.redraw(OAK, shown, RAISED, "notice-1")
        name, data = await event(page)
        assert data["id"] == shown.message
        assert RAISED.title in data["html"]


async def test_what_the_wire_carries_is_what_the_stage_reads(stage: Scene) -> None:
    async with listening(stage, "dm:amira") as page:
        await event(page)
        await stage.page.say("amira", "A child has told me <b>something</b>")
        wire = [(await event(page))[1]["html"].encode() for _ in range(2)]
    stage.page.screen("amira")
    assert stage.page.traffic.sent == wire


async def test_what_was_missed_is_there_on_the_next_connection(stage: Scene) -> None:
    async with listening(stage, "dsl-oak"):
        pass
    shown = await stage.adapter.post(OAK, CASE, "notice-1")
    async with listening(stage, "dsl-oak") as page:
        name, data = await event(page)
        assert (name, data["whole"]) == ("room", True)
        assert [message["id"] for message in data["messages"]] == [shown.message]


async def test_other_rooms_are_not_heard(stage: Scene) -> None:
    async with listening(stage, "dm:amira", "staff") as page:
        assert [(await event(page))[1]["room"] for _ in range(2)] == ["dm:amira", "staff"]
        await stage.adapter.post(OAK, CASE, "notice-1")
        await stage.page.say("amira", "Hello")
        assert (await event(page))[1]["room"] == "dm:amira"


async def test_a_redraw_to_the_same_card_shows_nothing(stage: Scene) -> None:
    shown = await stage.adapter.post(OAK, CASE, "notice-1")
    async with listening(stage, "dsl-oak") as page:
        await event(page)
        await stage.adapter.redraw(OAK, shown, CASE, "notice-1")
        await stage.adapter.redraw(OAK, shown, RAISED, "notice-1")
        assert RAISED.title in (await event(page))[1]["html"]


async def test_a_store_that_comes_back_is_noticed(stage: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr(stream, "RETRY_SECONDS", 0.05)
    await stage.adapter.post(OAK, CASE, "notice-1")
    stage.store.down = True
    async with listening(stage, "dsl-oak") as page:
        _, data = await event(page)
        assert (data["messages"], data["whole"]) == ([], False)
        stage.store.down = False
        while not data["whole"]:
            _, data = await event(page)
        assert len(data["messages"]) == 1


async def test_stopping_ends_every_stream(stage: Scene) -> None:
    async with listening(stage, "dsl-oak") as page:
        await event(page)
        await stage.adapter.stop()
        async with asyncio.timeout(1):
            assert (await page.content.read()).strip() == b""


def test_a_page_too_far_behind_is_cut_off_and_catches_up_anew() -> None:
    hub = stream.Hub()
    with hub.listen() as far_behind:
        for number in range(stream.MOST_WAITING + 1):
            hub.publish(stream.Shown("it", str(number), ""))
        assert len(list(far_behind.drain())) == stream.MOST_WAITING
