"""The stage of Slack: people act by genuine signed requests, and blocks are read as words."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.adapter import PATH
from adapters.slack.refusal import FOOTER
from bot import clock
from bot.settings import Secrets
from tests.stages.fake_slack import APP, APP_TOKEN, BOT, BOT_TOKEN, TEAM, Data, FakeSlack, Posted
from tests.stages.stage import Shown

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def secrets(**changed: object) -> Secrets:
    """What a workspace with signed HTTP is configured with."""
    given: dict[str, Any] = {
        "slack_bot_token": BOT_TOKEN,
        "slack_signing_secret": SECRET,
        "slack_team": TEAM,
    }
    return Secrets(**(given | changed))


def socket_secrets() -> Secrets:
    """What a workspace with Socket Mode is configured with."""
    return secrets(slack_signing_secret=None, slack_app_token=APP_TOKEN)


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    """Slack's signature of ``body`` sent at ``stamp``."""
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


@dataclass(frozen=True)
class Seen:
    """A message where somebody sees it."""

    room: str
    posted: Posted


class SlackStage:
    """Drives ``app``, on which a Slack adapter is mounted, from ``fake``.

    ``people`` maps a person's id to their user id, ``rooms`` a room's name in plays to its
    channel; what is missing there is its own id. ``answered`` returns when the adapter has no
    answer under way. Everyone is in the workspace, and in the rooms as ``members`` says (in all
    that are not there). All that is shown is kept in ``fake``: after a restart, another stage
    goes on with the same screens.
    """

    platform = "slack"

    def __init__(
        self,
        app: web.Application,
        fake: FakeSlack,
        people: Mapping[str, str],
        *,
        answered: Callable[[], Awaitable[None]],
        rooms: Mapping[str, str] | None = None,
        members: Mapping[str, tuple[str, ...]] | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.fake, self._people, self._rooms = fake, people, rooms or {}
        self._names = {user: person for person, user in people.items()}
        self._answered, self._now = answered, now
        self._server = TestServer(app, host="127.0.0.1")
        self._session: aiohttp.ClientSession | None = None
        for person in people:
            if self.user(person) not in fake.users:
                fake.person(self.user(person), person.title())
        everyone = tuple(people)
        for name in self._rooms:
            inside = (members or {}).get(name, everyone)
            fake.room(self.channel(name), BOT, *map(self.user, inside))

    async def __aenter__(self) -> SlackStage:
        await self._server.start_server()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()
        await self._server.close()

    async def serve(self, app: web.Application, answered: Callable[[], Awaitable[None]]) -> None:
        """Let another application hear from now on, as after a restart."""
        await self._server.close()
        self._server, self._answered = TestServer(app, host="127.0.0.1"), answered
        await self._server.start_server()

    @property
    def port(self) -> int | None:
        """Where ``app`` listens on 127.0.0.1."""
        return self._server.port

    def user(self, person: str) -> str:
        return self._people.get(person, person)

    def channel(self, room: str) -> str:
        return self._rooms.get(room, room)

    # What people do

    async def say(self, person: str, text: str, *, room: str = "", command: str = "") -> None:
        if command:
            await self._command(person, text, room, command)
            return
        channel = self.channel(room) if room else self.fake.direct(self.user(person)).id
        if room:
            text = f"<@{BOT}> {text}"
        event = self.message(person, channel, text)
        self.fake.rooms[channel].messages.append(
            Posted(event["ts"], self.user(person), {"text": event["text"]})
        )
        await self._done(await self.event(event))

    async def press(self, person: str, label: str, *, room: str = "") -> None:
        seen = self._seen(person, room)
        for each in reversed(seen):
            for action in reversed(list(actions(each.posted))):
                if action["text"]["text"] == label:
                    await self._done(await self.interact(self.pressed(person, each, action)))
                    return
        offered = [a["text"]["text"] for each in seen for a in actions(each.posted)]
        raise LookupError(f"{person} sees no button {label!r}; there are: {offered}")

    async def choose_shortcut(self, person: str, callback: str) -> None:
        """``person`` chooses a global shortcut."""
        user = self.user(person)
        await self._done(
            await self.interact(
                {
                    "type": "shortcut",
                    "token": "verification",
                    "action_ts": self.fake.stamp(),
                    "team": {"id": TEAM, "domain": "school"},
                    "user": {"id": user, "username": person, "team_id": TEAM},
                    "is_enterprise_install": False,
                    "enterprise": None,
                    "callback_id": callback,
                    "trigger_id": self._trigger(),
                }
            )
        )

    def screen(self, person: str, *, room: str = "") -> list[Shown]:
        return [shown for each in self._seen(person, room) for shown in self._shown(each.posted)]

    # Slack's formats

    def message(self, person: str, channel: str, text: str, **more: object) -> Data:
        """A message as the Events API has it, in messages with the bot or as a mention."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = escaped.replace(f"&lt;@{BOT}&gt;", f"<@{BOT}>")
        stamp = self.fake.stamp()
        direct = channel.startswith("D")
        event: Data = {
            "type": "message" if direct else "app_mention",
            "user": self.user(person),
            "text": escaped,
            "ts": stamp,
            "event_ts": stamp,
            "client_msg_id": f"msg-{stamp}",
            "team": TEAM,
            "channel": channel,
        }
        return event | ({"channel_type": "im"} if direct else {}) | more

    def envelope(self, event: Data, **more: object) -> Data:
        """What the Events API wraps around ``event``."""
        authorization = {"team_id": TEAM, "user_id": BOT, "is_bot": True}
        wrapped: Data = {
            "token": "verification",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{self.fake.number():06d}",
            "event_time": int(self._now().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }
        return wrapped | more

    def pressed(self, person: str, seen: Seen, action: Data) -> Data:
        """A ``block_actions`` payload for a press on ``action``."""
        posted, user = seen.posted, self.user(person)
        container: Data = {
            "type": "message",
            "message_ts": posted.ts,
            "channel_id": seen.room,
            "is_ephemeral": bool(posted.only),
        }
        shown = {"type": "message", "user": BOT, "ts": posted.ts, "blocks": posted.blocks}
        payload: Data = {
            "type": "block_actions",
            "user": {"id": user, "username": person, "name": person, "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "container": container,
            "trigger_id": self._trigger(),
            "team": {"id": TEAM, "domain": "school"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": seen.room, "name": "directmessage"},
            "state": {"values": {}},
            "response_url": self.fake.response_url(seen.room, user, posted.ts),
            "actions": [{**action, "action_ts": self.fake.stamp()}],
        }
        return payload | ({} if posted.only else {"message": shown})

    def command(self, person: str, text: str, channel: str, command: str) -> Data:
        """A slash command's form."""
        user = self.user(person)
        return {
            "token": "verification",
            "team_id": TEAM,
            "team_domain": "school",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "general",
            "user_id": user,
            "user_name": person,
            "command": f"/{command}",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.fake.response_url(channel, user),
            "trigger_id": self._trigger(),
        }

    # The wire

    async def event(self, event: Data, **more: object) -> tuple[int, str]:
        return await self.post(json.dumps(self.envelope(event, **more)).encode())

    async def interact(self, payload: Data) -> tuple[int, str]:
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode(), form=True)

    async def post(
        self, body: bytes, *, form: bool = False, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Send ``body`` as Slack does, signed now; returns the status and the answer."""
        assert self._session is not None
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        stamp = str(int(self._now().timestamp()))
        sent = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(body, stamp),
        }
        url = f"http://127.0.0.1:{self._server.port}{PATH}"
        async with self._session.post(url, data=body, headers={**sent, **(headers or {})}) as got:
            return got.status, await got.text()

    async def _command(self, person: str, text: str, room: str, command: str) -> None:
        user = self.user(person)
        channel = self.channel(room) if room else self.fake.direct(user).id
        form = self.command(person, text, channel, command)
        status, answer = await self.post(urlencode(form).encode(), form=True)
        if answer:
            payload = json.loads(answer)
            assert payload["response_type"] == "ephemeral", "everybody in the room would see it"
            self.fake.put(channel, BOT, payload, only=user)
        await self._done((status, ""))

    async def _done(self, answer: tuple[int, str]) -> None:
        if answer[0] != 200:
            raise AssertionError(f"Slack would see {answer[0]}")
        await self._answered()

    def _trigger(self) -> str:
        return f"{self.fake.number()}.{TEAM}.abcdef"

    # What people see

    def _seen(self, person: str, room: str) -> list[Seen]:
        """A person's messages with the bot and what it told them alone elsewhere; or a room."""
        user = self.user(person)
        own = self.fake.direct(user).id
        rooms = [self.channel(room)] if room else list(self.fake.rooms)
        found = [
            Seen(name, posted)
            for name in rooms
            for posted in self.fake.rooms[name].messages
            if not posted.gone
            and (posted.only == user or (not posted.only and (room or name == own)))
        ]
        return sorted(found, key=lambda seen: int(seen.posted.ts.partition(".")[2]))

    def _shown(self, posted: Posted) -> Iterator[Shown]:
        if posted.user != BOT:
            by = self._names.get(posted.user, posted.user)
            yield Shown(by, (unescaped(posted.payload["text"]),))
            return
        for blocks in cards(posted.blocks):
            labels = tuple(a["text"]["text"] for a in actions_of(blocks))
            yield Shown("bot", tuple(lines(blocks)), labels, posted.redrawn)


def actions(posted: Posted) -> Iterator[Data]:
    """The buttons of a message, in order."""
    return actions_of(posted.blocks)


def actions_of(blocks: list[Data]) -> Iterator[Data]:
    for block in blocks:
        if block["type"] == "actions":
            for element in block["elements"]:
                yield {**element, "block_id": block["block_id"]}


def cards(blocks: list[Data]) -> list[list[Data]]:
    """The cards of a message: each begins with its header."""
    found: list[list[Data]] = []
    for block in blocks:
        if block["type"] == "header" or not found:
            found.append([])
        found[-1].append(block)
    return found


def lines(blocks: list[Data]) -> Iterator[str]:
    """The lines of a message, as a person would read them out."""
    for block in blocks:
        match block["type"]:
            case "header":
                yield block["text"]["text"]
            case "section" if "fields" in block:
                yield from (each["text"] for each in block["fields"])
            case "section":
                yield block["text"]["text"]
            case "context":
                words = [each["text"] for each in block["elements"]]
                yield from (each for each in words if each != FOOTER)
            case "actions":
                pass
            case unknown:
                raise AssertionError(f"no client of ours draws {unknown}")


def unescaped(text: str) -> str:
    text = text.removeprefix(f"<@{BOT}> ")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
