"""Speaking first in Teams: only an id counts, and every refusal is told as what it means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from unittest.mock import AsyncMock

import aiohttp
import pytest

import adapters.teams.connector as connector_module
from bot.card import Card, Quote, Tone
from bot.channel import HistoryUnreadable, Unreachable
from bot.notice import Destination, Receipt
from tests.adapters.teams_scene import NOW, ROOM, Scene, scene
from tests.stages.fake_connector import TENANT, Fault
from tests.stages.teams import TeamsStage
from tests.troupe import troupe

AMIRA = Destination("teams", f"{TENANT}/aad-amira", "amira")
DSL = Destination("teams", ROOM)
CARD = Card("Child, Oak, 7KQ2X", tone=Tone.URGENT, summary="URGENT, child, Oak, 7KQ2X.")


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as opened:
        yield opened


async def test_a_card_in_a_persons_own_chat_and_in_a_room(here: Scene) -> None:
    for to, room in ((AMIRA, here.stage.chat("amira")), (DSL, ROOM)):
        receipt = await here.adapter.post(to, CARD, "n1")
        (posted,) = here.fake.texts(room)
        assert receipt == Receipt(room, posted.id, NOW)
        assert posted.activity["summary"] == CARD.summary
        assert posted.activity["channelData"] == {"notification": {"alert": True}}
        assert "7KQ2X" in str(posted.activity["attachments"])


async def test_somebody_who_never_wrote_is_addressed_by_directory_id() -> None:
    async with scene(people={}) as here:
        receipt = await here.adapter.post(AMIRA, CARD, "n1")
        (made,) = here.fake.calls("POST", "/v3/conversations")[:1]
        assert made.json["members"] == [{"id": "aad-amira"}]
        assert receipt.room == "a:chat-aad-amira"
        await here.adapter.post(AMIRA, CARD, "n2")
        assert len([c for c in here.fake.calls("POST") if c.path.endswith("/conversations")]) == 1


async def test_references_outlive_the_process(here: Scene) -> None:
    kept = dict(here.door.store.kept)
    async with scene(people={}, fake=here.fake.__class__()) as after:
        after.door.store.kept = {
            key: value.replace(here.fake.origin, after.fake.origin) for key, value in kept.items()
        }
        receipt = await after.adapter.post(AMIRA, CARD, "n1")
        assert receipt.room == here.stage.chat("amira")
        assert not [c for c in after.fake.calls("POST") if c.path.endswith("/conversations")]


async def test_a_card_is_redrawn_in_its_place(here: Scene) -> None:
    receipt = await here.adapter.post(DSL, CARD, "n1")
    again = await here.adapter.redraw(DSL, receipt, Card("Taken by Ms Khan, 16:14"), "n1")
    (posted,) = here.fake.texts(ROOM)
    assert (again.message, posted.redrawn) == (receipt.message, True)
    assert [s.words for s in here.stage.screen("khan", room="dsl")] == ["Taken by Ms Khan, 16:14"]


async def test_a_deleted_card_is_posted_afresh(here: Scene) -> None:
    receipt = await here.adapter.post(DSL, CARD, "n1")
    here.fake.texts(ROOM).clear()
    again = await here.adapter.redraw(DSL, receipt, Card("Taken"), "n1")
    (posted,) = here.fake.texts(ROOM)
    assert (again.message, posted.redrawn) == (posted.id, False)
    assert again.message != receipt.message


async def test_history_cannot_be_read(here: Scene) -> None:
    with pytest.raises(HistoryUnreadable):
        await here.adapter.find(DSL, "n1", NOW)


async def test_the_roster_of_a_room(here: Scene) -> None:
    assert await here.adapter.members(ROOM) is None
    here.fake.rosters[ROOM] = [
        {"id": f"29:{n}", "objectId": f"aad-{n}", "tenantId": TENANT, "userRole": "user"}
        for n in range(5)
    ]
    assert await here.adapter.members(ROOM) == {f"{TENANT}/aad-{n}" for n in range(5)}
    assert len(here.fake.calls("GET", "/pagedmembers")) == 4
    here.fake.rosters[ROOM].append({"id": "29:anonymous"})
    assert await here.adapter.members(ROOM) is None
    here.fake.faults.append(Fault("pagedmembers", status=502))
    with pytest.raises(Unreachable):
        await here.adapter.members(ROOM)


@pytest.mark.parametrize(
    ("status", "doubt", "gone"),
    [
        (400, False, True),
        (403, False, True),
        (404, False, True),
        (412, False, False),
        (413, False, True),
        (429, False, False),
        (500, True, False),
        (502, True, False),
        (503, False, False),
        (504, True, False),
        (301, False, True),
        (307, False, True),
    ],
)
async def test_what_a_refusal_means(here: Scene, status: int, doubt: bool, gone: bool) -> None:
    here.fake.faults.append(Fault("/activities", status=status, headers={"Retry-After": "7"}))
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(DSL, CARD, "n1")
    fault = caught.value
    assert (fault.fault, fault.doubt, fault.gone) == (f"teams-{status}", doubt, gone)
    assert fault.retry_after == (7.0 if status in (429, 503) else None)
    await here.adapter.post(DSL, CARD, "n1")


async def test_retry_after_as_a_date_or_as_nonsense(here: Scene) -> None:
    for value, expected in (("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("", None)):
        here.fake.faults.append(Fault("/activities", status=429, headers={"Retry-After": value}))
        with pytest.raises(Unreachable) as caught:
            await here.adapter.post(DSL, CARD, "n1")
        assert caught.value.retry_after == expected


@pytest.mark.parametrize("body", [b"", b"{}", b"not json", b'{"id": ""}', b"[]", b"null"])
async def test_no_receipt_is_no_success(here: Scene, body: bytes) -> None:
    here.fake.faults.append(Fault("/activities", status=200, body=body, accepted=True))
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(DSL, CARD, "n1")
    assert caught.value.doubt


async def test_a_timeout_leaves_doubt(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector_module, "CALL", aiohttp.ClientTimeout(total=0.2))
    here.fake.faults.append(Fault("/activities", accepted=True, hang=0.6))
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(DSL, CARD, "n1")
    assert (caught.value.fault, caught.value.doubt) == ("teams-timeout", True)
    assert len(here.fake.texts(ROOM)) == 1


async def test_nobody_there_leaves_no_doubt(here: Scene) -> None:
    await here.adapter.post(DSL, CARD, "n1")
    assert here.fake._server is not None
    await here.fake._server.close()
    with pytest.raises(Unreachable) as caught:
        await here.adapter.post(DSL, CARD, "n1")
    assert not caught.value.doubt


async def test_the_token_is_fetched_once_and_anew_when_it_is_no_longer_taken(here: Scene) -> None:
    await asyncio.gather(*(here.adapter.post(DSL, CARD, str(n)) for n in range(8)))
    (asked,) = here.fake.calls("POST", "/token")
    assert b"grant_type=client_credentials" in asked.body
    assert "Authorization" not in asked.headers
    here.fake.tokens.append("another")
    with pytest.raises(Unreachable, match="teams-401"):
        await here.adapter.post(DSL, CARD, "n")
    await here.adapter.post(DSL, CARD, "n")
    assert len(here.fake.calls("POST", "/token")) == 2


async def test_no_token_no_doubt(here: Scene) -> None:
    async with scene(people={}) as fresh:
        fresh.fake.faults.append(Fault("/token", status=400))
        with pytest.raises(Unreachable, match="token-400") as caught:
            await fresh.adapter.post(DSL, CARD, "n1")
        assert not caught.value.doubt


async def test_whoever_only_speaks_need_not_be_started() -> None:
    async with scene(people={}) as here:
        await here.adapter.stop()
        await here.adapter.post(DSL, CARD, "n1")
        await here.adapter.stop()


async def test_a_card_too_long_for_one_message_says_what_is_missing(here: Scene) -> None:
    long = Card("Report", quotes=(Quote("Said", "word " * 9000),), summary="s")
    await here.adapter.post(AMIRA, long, "n1")
    assert "characters are left out here" in here.stage.screen("amira")[-1].words
    assert len(here.fake.traffic.sent[-1]) < 28_000


async def test_those_in_the_dsls_channel_get_their_own_buttons_before_they_ever_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The app is added before the server runs for the first time: nobody hears of that.
    monkeypatch.setattr(TeamsStage, "install", AsyncMock())
    async with troupe("teams", tmp_path) as actors:
        stage = cast(TeamsStage, actors.stage)
        await stage.say("amira", "a child in my form told me her uncle hurts her")
        await stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
        await actors.settle()
        (posted,) = stage.fake.texts("19:dsl-oak@thread.tacv2")
        readers = posted.activity["attachments"][0]["content"]["refresh"]["userIds"]
        assert {"29:khan", "29:okoro", "29:lindqvist"} <= set(readers)
        await stage.look("khan", "dsl-oak")
        assert posted.views.keys() == {"khan"}
        await actors.restart()
        await stage.press("khan", "I have got this", room="dsl-oak")
        await actors.settle()
        (posted,) = stage.fake.texts("19:dsl-oak@thread.tacv2")
        assert "29:okoro" in posted.activity["attachments"][0]["content"]["refresh"]["userIds"]
