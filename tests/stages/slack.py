"""The stage of Slack: people act by genuine signed requests, and blocks are read as words."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
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
from tests.stages.fake_views import Open, typed_in
from tests.stages.stage import Shown

FORM, HOME = "form", "home"
"""What plays call the modal and the Home tab, as if they were rooms."""

PUBLIC = "staff"
"""The one room that is a public channel."""

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
        self.fake, self._people, self._rooms = fake, dict(people), rooms or {}
        self._names = {user: person for person, user in people.items()}
        self._answered, self._now = answered, now
        self._server = TestServer(app, host="127.0.0.1")
        self._session: aiohttp.ClientSession | None = None
        self.errors: dict[str, Data] = {}
        for person in people:
            if self.user(person) not in fake.users:
                fake.person(self.user(person), person.title())
        everyone = tuple(people)
        for name in self._rooms:
            inside = (members or {}).get(name, everyone)
            fake.room(self.channel(name), BOT, *map(self.user, inside))
            fake.rooms[self.channel(name)].private = name != PUBLIC

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

    def join(self, person: str, account: str, name: str) -> None:
        """Somebody new in the workspace."""
        self._people[person] = account
        self.fake.person(account, name)

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
        if room in (FORM, HOME):
            view = self._modal(person) if room == FORM else self._home(person)
            await self._press_in(person, label, view)
            return
        seen = self._seen(person, room)
        for each in reversed(seen):
            for action in reversed(list(actions(each.posted))):
                if action["text"]["text"] == label:
                    await self._done(await self.interact(self.pressed(person, each, action)))
                    return
        offered = [a["text"]["text"] for each in seen for a in actions(each.posted)]
        raise LookupError(f"{person} sees no button {label!r}; there are: {offered}")

    async def choose_shortcut(self, person: str, callback: str, *, about: str = "") -> None:
        """``person`` chooses a global shortcut, or one ``about`` the newest message with these
        words in a room they see."""
        user = self.user(person)
        more: Data = {}
        if about:
            room, posted = self._message(person, about)
            more = {
                "type": "message_action",
                "channel": {"id": room, "name": "general"},
                "message_ts": posted.ts,
                "message": {"type": "message", "ts": posted.ts, **posted.payload},
                "response_url": self.fake.response_url(room, user, posted.ts),
            }
        self._needs("commands")
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
                    "trigger_id": self.fake.trigger(user),
                    **more,
                }
            )
        )

    def _message(self, person: str, words: str) -> tuple[str, Posted]:
        for name, room in self.fake.rooms.items():
            for posted in reversed(room.messages):
                if words in str(posted.payload.get("text")):
                    return name, posted
        raise LookupError(f"{person} sees no message with {words!r}")

    # Modals and the Home tab

    async def fill(self, person: str, label: str, words: str) -> None:
        """``person`` types ``words`` in the field with this label, or chooses them."""
        view = self._modal(person)
        for block in view.inputs():
            if block["label"]["text"] == label:
                view.typed[block["block_id"]] = typed_in(block["element"], words)
                if block.get("dispatch_action"):
                    state = view.typed[block["block_id"]]
                    action = {**state, "action_id": label, "block_id": block["block_id"]}
                    await self._in_view(person, view, action)
                return
        there = [block["label"]["text"] for block in view.inputs()]
        raise LookupError(f"{person} sees no field {label!r}; there are: {there}")

    async def send_form(self, person: str) -> None:
        """``person`` presses the modal's own button."""
        view, user = self._modal(person), self.user(person)
        if "submit" not in view.view:
            raise LookupError("there is nothing to send in this modal")
        missing = [b for b in view.inputs() if not b.get("optional") and not _filled(view, b)]
        if missing:
            raise LookupError(f"Slack asks for: {[block['label']['text'] for block in missing]}")
        self.errors.pop(person, None)
        status, answer = await self.interact(
            self._view_payload(person, view, "view_submission") | {"response_urls": []}
        )
        found = json.loads(answer) if answer else None
        if found and found.get("response_action") == "errors":
            self.errors[person] = found["errors"]
        self.fake.views.answered(user, found)
        await self._done((status, ""))

    async def close_form(self, person: str, *, told: bool = True) -> None:
        """``person`` closes the modal; ``told``: Slack says what stood in it."""
        view = self._modal(person)
        self.fake.views.modals[self.user(person)].pop()
        if view.view.get("notify_on_close"):
            payload = self._view_payload(person, view, "view_closed") | {"is_cleared": False}
            if not told:
                payload["view"]["state"] = {"values": {}}
            await self._done(await self.interact(payload))

    async def open_home(self, person: str) -> None:
        """``person`` opens the Home tab."""
        user = self.user(person)
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.fake.direct(user).id,
            "event_ts": self.fake.stamp(),
            "tab": "home",
        }
        await self._done(await self.event(event))

    async def ask_at_home(self, person: str, words: str) -> None:
        """``person`` types in the ask box of the Home tab and presses Enter."""
        view = self._home(person)
        (block,) = view.inputs()
        view.typed[block["block_id"]] = typed_in(block["element"], words)
        action = {**view.typed[block["block_id"]], "action_id": "ask", "block_id": "ask"}
        await self._in_view(person, view, action)

    async def open_assistant(self, person: str) -> str:
        """``person`` opens a new thread in the assistant pane; returns it."""
        user, stamp = self.user(person), self.fake.stamp()
        room = self.fake.direct(user).id
        thread = {"user_id": user, "channel_id": room, "thread_ts": stamp, "context": {}}
        event = {"type": "assistant_thread_started", "assistant_thread": thread}
        await self._done(await self.event({**event, "event_ts": stamp}))
        return stamp

    def form(self, person: str) -> list[Shown]:
        """The modal that ``person`` sees, if any, as one card; its title is the first line."""
        view = self.fake.views.top(self.user(person))
        if view is None:
            return []
        shown = list(fields(view, self.errors.get(person, {})))
        title = view.view["title"]["text"]
        labels = [a["text"]["text"] for a in actions_of(view.blocks)]
        labels += [view.view["submit"]["text"]] if "submit" in view.view else []
        return [Shown("bot", (title, *shown), tuple(labels))]

    def home(self, person: str) -> list[Shown]:
        """The cards of their Home tab."""
        view = self.fake.views.homes.get(self.user(person))
        return [
            Shown("bot", tuple(lines(each)), tuple(a["text"]["text"] for a in actions_of(each)))
            for each in (cards(view.blocks) if view else [])
        ]

    def _modal(self, person: str) -> Open:
        view = self.fake.views.top(self.user(person))
        if view is None:
            raise LookupError(f"{person} has no modal open")
        return view

    def _home(self, person: str) -> Open:
        view = self.fake.views.homes.get(self.user(person))
        if view is None:
            raise LookupError(f"{person} has an empty Home tab")
        return view

    async def _press_in(self, person: str, label: str, view: Open) -> None:
        found = [a for a in actions_of(view.blocks) if a["text"]["text"] == label]
        if not found:
            offered = [a["text"]["text"] for a in actions_of(view.blocks)]
            raise LookupError(f"{person} sees no button {label!r}; there are: {offered}")
        await self._in_view(person, view, found[-1])

    async def _in_view(self, person: str, view: Open, action: Data) -> None:
        payload = self._view_payload(person, view, "block_actions")
        container = {"type": "view", "view_id": view.id}
        action = {**action, "action_ts": self.fake.stamp()}
        more = {"container": container, "actions": [action], "channel": None}
        await self._done(await self.interact(payload | more))

    def _view_payload(self, person: str, view: Open, kind: str) -> Data:
        user = self.user(person)
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "school"},
            "user": {"id": user, "username": person, "name": person, "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "trigger_id": self.fake.trigger(user),
            "is_enterprise_install": False,
            "enterprise": None,
            "view": json.loads(json.dumps(view.payload())),
        }

    def _needs(self, scope: str) -> None:
        if scope not in self.fake.scopes:
            raise LookupError(f"Slack offers no such thing: the app has no {scope}")

    def screen(self, person: str, *, room: str = "") -> list[Shown]:
        if room == FORM:
            return self.form(person)
        if room == HOME:
            return self.home(person)
        return [shown for each in self._seen(person, room) for shown in self._shown(each.posted)]

    # Slack's formats

    def message(self, person: str, channel: str, text: str, **more: object) -> Data:
        """A message as the Events API has it, in messages with the bot or as a mention."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = self._mentioning(escaped.replace(f"&lt;@{BOT}&gt;", f"<@{BOT}>"))
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

    def _mentioning(self, text: str) -> str:
        """A known ``@person`` as Slack's client sends it once it is chosen from the list."""
        users = self._people
        return re.sub(
            r"(?<!\S)@(\w+)", lambda f: f"<@{users[f[1]]}>" if f[1] in users else f[0], text
        )

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
            "trigger_id": self.fake.trigger(user),
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
            "text": self._mentioning(text),
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.fake.response_url(channel, user),
            "trigger_id": self.fake.trigger(user),
        }

    # The wire

    async def event(self, event: Data, **more: object) -> tuple[int, str]:
        """Deliver ``event``, if the app is subscribed to it and may have it."""
        name = "message.im" if event["type"] == "message" else event["type"]
        if not self.fake.delivers(name):
            raise LookupError(f"Slack does not deliver {name} to this app")
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
        self._needs("commands")
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


def _filled(view: Open, block: Data) -> bool:
    state = next(iter(view.state()[block["block_id"]].values()))
    return any(value for name, value in state.items() if name != "type")


def fields(view: Open, errors: Data) -> Iterator[str]:
    """The lines of a modal, with what stands in its fields and the ``errors`` under them."""
    for block in view.blocks:
        if block["type"] != "input":
            yield from lines([block])
            continue
        state = next(iter(view.state()[block["block_id"]].values()))
        stands = [value for name, value in state.items() if name != "type" and value]
        typed = stands[0]["text"]["text"] if stands and isinstance(stands[0], dict) else stands
        yield f"{block['label']['text']}: {typed if isinstance(typed, str) else ''.join(typed)}"
        if "hint" in block:
            yield block["hint"]["text"]
        if block["block_id"] in errors:
            yield errors[block["block_id"]]


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
            case "actions" | "input":
                pass
            case unknown:
                raise AssertionError(f"no client of ours draws {unknown}")


def unescaped(text: str) -> str:
    text = text.removeprefix(f"<@{BOT}> ")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
