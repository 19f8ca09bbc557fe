"""A door to nothing behind a real Slack adapter: hears, remembers, answers as it is told to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.slack.adapter import SlackAdapter, open_adapter
from bot.bot import Bot
from bot.card import Button, Card, Quote, Reply, Tone, press, say
from bot.crossing import Crossing
from bot.door import Door
from bot.message import Message
from bot.people import Directory, Identity, Number, Numbers, Person
from bot.ports import Store
from bot.settings import Secrets
from tests.stages.fake_slack import BOT, FakeSlack
from tests.stages.slack import SlackStage, secrets

NOW = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)
PEOPLE = {"amira": "UAMIRA", "khan": "UKHAN", "okoro": "UOKORO"}
ROOMS = {"dsl-oak": "CDSLOAK", "staff": "CSTAFF"}

ALARM = Card(
    title="If a child may be at risk, act now",
    tone=Tone.URGENT,
    text=("Child in danger now? Ring 999.",),
    buttons=(Button("Child: tell Ms Khan", press("tell", "child", "-"), primary=True),),
    summary="Urgent help and who to tell.",
)
RAISED = Card(title="Alarm raised. Reference 7KQ2.", tone=Tone.DONE, summary="Done.")
NUMBER = Card(title="What number can we ring you on now?", summary="A question for you.")
CASE = Card(
    title="URGENT, child, Oak Centre, 7KQ2, 16:12",
    tone=Tone.URGENT,
    text=("Nobody has this yet.",),
    facts=(("Reference", "7KQ2"),),
    buttons=(Button("Open", press("open", "7KQ2"), primary=True),),
    summary="URGENT, child, Oak Centre, 7KQ2, 16:12. Nobody has this yet.",
)
OPENED = Card(
    title="Report 7KQ2",
    quotes=(Quote("In their words", "He told me <!channel> that at *home* they hit him."),),
    buttons=(Button("I have got this", press("take", "7KQ2")),),
    summary="A report is open.",
)
TAKEN = Card(title="You have 7KQ2.", tone=Tone.DONE, summary="Done.")


def play(message: Message) -> Reply:
    """A worry gets the alarm; its button replaces it; a case may be opened and taken."""
    if message.press is None:
        return say(ALARM)
    match message.press.verb:
        case "tell":
            return say(RAISED, NUMBER, replaces=True)
        case "take":
            return say(TAKEN, replaces=True)
    return say(OPENED, replaces=True)


@dataclass
class Script:
    """Stands in for the bot: hears, remembers, and answers what it is told to."""

    answer: Callable[[Message], Reply] = play
    heard: list[Message] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    slow: float = 0.0

    refused: list[str] = field(default_factory=list)

    def directory(self) -> Directory:
        number = Number("Front door", "01632 960100")
        khan = Person("khan", "Ms Khan", "oak", identities=(Identity("slack", "T1/UKHAN"),))
        people = {"khan": khan}
        return Directory("Oakfield", ZoneInfo("UTC"), people, {}, Numbers(number, number))

    def note_refusal(self, identity: Identity, why: str) -> None:
        self.refused.append(why)

    def hear(self, message: Message) -> Reply:
        if message.key not in self.replies:
            self.heard.append(message)
            if self.slow:
                time.sleep(self.slow)
            self.replies[message.key] = self.answer(message)
        return self.replies[message.key]

    def too_slow(self, message: Message) -> Reply:
        return self.without_store(message)

    def without_store(self, message: Message) -> Reply:
        return say(ALARM.without_buttons(), Card(title="NOT SENT.", summary="Not sent."))


@dataclass
class Clock:
    """Time that passes when it is told to."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Scene:
    """A workspace with Lanyard in it and a scripted bot behind that."""

    fake: FakeSlack
    clock: Clock
    bot: Script
    adapter: SlackAdapter
    stage: SlackStage


@asynccontextmanager
async def scene(given: Secrets | None = None) -> AsyncIterator[Scene]:
    clock, script, crossing = Clock(), Script(), Crossing()
    door = Door(cast(Bot, script), cast(Store, None), crossing)
    async with FakeSlack(clock) as fake:
        adapter = open_adapter(given or secrets(), door, api_url=fake.api_url, now=clock)
        assert isinstance(adapter, SlackAdapter)
        app = web.Application()
        adapter.mount(app)
        stage = SlackStage(
            app,
            fake,
            PEOPLE,
            answered=adapter.answered,
            rooms=ROOMS,
            members={"dsl-oak": ("khan", "okoro")},
            now=clock,
        )
        await adapter.start()
        try:
            async with stage:
                yield Scene(fake, clock, script, adapter, stage)
        finally:
            await adapter.stop()
            crossing.close()


__all__ = ["ALARM", "BOT", "CASE", "NUMBER", "OPENED", "RAISED", "TAKEN", "Scene", "scene"]
