"""Teams gives up on a press after about 15 seconds: its answer waits for no other call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.teams import afterwards
from adapters.teams.afterwards import ON_ITS_WAY
from adapters.teams.hearing import IN_YOUR_CHAT
from bot.card import Button, Card, Reply, press, say
from bot.message import Message
from bot.notice import Destination
from tests.adapters.teams_scene import ROOM, Scene, scene
from tests.stages.fake_connector import Fault
from tests.stages.teams import TeamsStage
from tests.troupe import Troupe, troupe

WORRY = "a child in my form told me her uncle hurts her"
ALARM = "Child: tell Ms Khan and Mr Okoro"
NUMBER = "What number can we ring you on now?"
CASE = Card("Child, Oak, 7KQ2X", buttons=(Button("Open", press("open", "7KQ2X"), True),))


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as opened:
        yield opened


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("teams", tmp_path) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterwards, "SECONDS", 0.05)


def hold(stage: TeamsStage, *on: str) -> asyncio.Event:
    """Every call to Microsoft that is ``on`` these hangs until the event."""
    until = asyncio.Event()
    for each in on:
        done = {"accepted": True, "until": until, "times": 99}
        stage.fake.faults.append(Fault(each, status=200, body=b'{"id":"1"}', **done))
    return until


def said(stage: TeamsStage, person: str) -> list[str]:
    return [each.lines[0] for each in stage.screen(person) if each.by == "bot"]


async def test_the_alarm_is_answered_while_nothing_else_comes_through(actors: Troupe) -> None:
    stage, adapter = cast(TeamsStage, actors.stage), cast(Any, actors.app.adapters["teams"])
    await stage.say("amira", WORRY)
    until = hold(stage, "PUT ", "/activities")
    await stage.press("amira", ALARM)
    # The card in the answer says so, and it is so.
    assert said(stage, "amira")[-1].startswith("Alarm raised. Reference")
    with actors.app.store.work() as work:
        assert len(work.incidents.untaken()) == 1
    assert not stage.fake.calls("POST", "/activities")[1:]
    until.set()
    await adapter.answered()
    assert said(stage, "amira")[-1] == NUMBER
    assert stage.fake.calls("PUT")


async def test_what_teams_does_not_take_in_the_end_is_left_by_a_code(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    here.door.answer = lambda m: (
        say(Card("Alarm raised"), Card(NUMBER), replaces=True) if m.press else say(CASE)
    )
    await here.stage.say("amira", "hello")
    here.fake.faults.append(Fault("/activities", status=500, times=9))
    with caplog.at_level(logging.WARNING):
        await here.stage.press("amira", "Open")
    assert said(here.stage, "amira") == ["Alarm raised"]
    assert "answer not shown" in caplog.text and NUMBER not in caplog.text


def opens(message: Message) -> Reply:
    return say(Card("Report 7KQ2X")) if message.press else say(CASE)


@pytest.mark.usefixtures("impatient")
async def test_an_answer_under_way_is_said_to_be_under_way(here: Scene) -> None:
    here.door.answer = opens
    await here.stage.say("amira", "hello")
    until = hold(here.stage, "/activities")
    await here.stage.press("amira", "Open")
    assert here.stage.notes == [("amira", ON_ITS_WAY)]
    until.set()
    await here.adapter.answered()
    assert said(here.stage, "amira")[-1] == "Report 7KQ2X"


@pytest.mark.usefixtures("impatient")
async def test_a_press_in_a_room_waits_for_no_chat(here: Scene) -> None:
    here.door.answer = opens
    here.stage.join("okoro", "aad-okoro")
    await here.adapter.post(Destination("teams", ROOM), CASE, "n1")
    until = hold(here.stage, "POST /uk/v3/conversations")
    await here.stage.press("okoro", "Open", room="dsl")
    assert here.stage.notes == [("okoro", ON_ITS_WAY)]
    here.fake.faults.clear()
    until.set()
    await here.adapter.answered()
    await here.stage.press("okoro", "Open", room="dsl")
    assert here.stage.notes[-1] == ("okoro", IN_YOUR_CHAT)


async def test_what_somebody_does_next_is_shown_after_what_they_did_first(here: Scene) -> None:
    def answer(message: Message) -> Reply:
        if message.press is None:
            return say(CASE)
        taken = message.press.verb == "take"
        again = Button("Take", press("take", "7KQ2X"))
        return say(Card("Second" if taken else "First", buttons=(again,)), replaces=True)

    here.door.answer = answer
    await here.stage.say("amira", "hello")
    until = hold(here.stage, "PUT ")
    await here.stage.press("amira", "Open")
    await here.stage.press("amira", "Take")
    assert said(here.stage, "amira") == ["Second"]
    until.set()
    await here.adapter.answered()
    assert ["First" in str(sent.json) for sent in here.fake.calls("PUT")] == [True, False]


async def test_stopping_lets_what_is_under_way_end_for_a_while(
    here: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.door.answer = lambda m: say(Card("Taken"), replaces=True) if m.press else say(CASE)
    await here.stage.say("amira", "hello")
    until = hold(here.stage, "PUT ")
    await here.stage.press("amira", "Open")
    asyncio.get_running_loop().call_later(0.05, until.set)
    await here.adapter.stop()
    assert said(here.stage, "amira") == ["Taken"]
    monkeypatch.setattr(afterwards, "LAST_SECONDS", 0.05)
    here.fake.faults.clear()
    await here.stage.say("amira", "hello")
    hold(here.stage, "PUT ")
    await here.stage.press("amira", "Open")
    await here.adapter.stop()
    await here.adapter.answered()
