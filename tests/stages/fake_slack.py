"""A Slack that speaks HTTP and WebSocket on 127.0.0.1, as strict as the real one is documented."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from adapters.slack.manifest import EVENTS, SCOPES
from tests.stages.fake_views import Views
from tests.stages.served import Served
from tests.stages.stage import Traffic

Data = dict[str, Any]

TEAM, BOT, APP = "T1", "UBOT", "A1"
BOT_TOKEN, APP_TOKEN = "xoxb-fake", "xapp-fake"
BLOCKS_JSON = 13_000

NEEDS = {
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "users.info": "users:read",
}
"""The scope that Slack's reference names for each method; those of conversations depend on the
room, and views need none."""

ROOM_NEEDS = {
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read"),
}
"""For a public channel, a private one, and messages with a person."""

EVENT_NEEDS = {
    "app_mention": "app_mentions:read",
    "assistant_thread_started": "assistant:write",
    "message.im": "im:history",
}


@dataclass
class Posted:
    """One message. ``only`` is the one person who sees it; ``gone``: it was deleted."""

    ts: str
    user: str
    payload: Data
    only: str = ""
    redrawn: bool = False
    gone: bool = False

    @property
    def blocks(self) -> list[Data]:
        return list(self.payload.get("blocks") or [])


@dataclass
class Room:
    """One conversation. ``direct`` is the person whose messages with the bot it holds."""

    id: str
    members: set[str] = field(default_factory=set)
    direct: str = ""
    shared: bool = False
    archived: bool = False
    joined: bool = True
    private: bool = True
    messages: list[Posted] = field(default_factory=list)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong at one call. ``done``: the call takes effect all the same."""

    status: int = 200
    error: str = ""
    retry_after: str = ""
    slow: float = 0.0
    lost: bool = False
    garbage: bool = False
    done: bool = False


class FakeSlack(Served):
    """Keeps conversations, checks tokens and blocks, and fails as it is told to."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.rooms: dict[str, Room] = {}
        self.users: dict[str, Data] = {}
        self.moved: dict[str, str] = {}
        self.calls: list[tuple[str, Data]] = []
        self.traffic = Traffic()
        self.troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self.views = Views()
        self.prompts: dict[tuple[str, str], list[Data]] = {}
        self.statuses: list[tuple[str, str]] = []
        self.scopes, self.subscribed = set(SCOPES), set(EVENTS)
        self.sockets: list[web.WebSocketResponse] = []
        self.socket_answers: asyncio.Queue[Data] = asyncio.Queue()
        self._now, self._count = now, itertools.count(1)
        self._responses: dict[str, tuple[str, str, str, int]] = {}
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_get("/socket", self._socket)
        super().__init__(app)

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await super().__aexit__()

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/"

    # What a test arranges

    def person(self, user: str, name: str = "", **more: object) -> None:
        """An account of the workspace, with a room of its own with the bot."""
        profile = {"real_name": name or user}
        self.users[user] = {"id": user, "team_id": TEAM, "name": user.lower(), "profile": profile}
        self.users[user] |= more
        self.direct(user)

    def direct(self, user: str) -> Room:
        return self.room(self.moved.get(user, f"D{user[1:]}"), user, direct=user)

    def room(self, room: str, *members: str, direct: str = "") -> Room:
        made = self.rooms.setdefault(room, Room(room, direct=direct))
        made.members |= set(members)
        return made

    def trouble(self, method: str, *troubles: Trouble) -> None:
        """The next calls of ``method`` meet these, one each."""
        self.troubles[method].extend(troubles)

    def stamp(self) -> str:
        """A time stamp that no other message has, in order."""
        return f"{int(self._now().timestamp())}.{self.number():06d}"

    def number(self) -> int:
        """A number that nothing else of this workspace has, however often Lanyard restarts."""
        return next(self._count)

    def put(self, room: str, user: str, payload: Data, only: str = "") -> Posted:
        """Show a message in ``room``; blocks without ids get them, as at Slack."""
        for number, block in enumerate(payload.get("blocks") or []):
            block.setdefault("block_id", f"b{number}")
        posted = Posted(self.stamp(), user, payload, only)
        self.rooms[room].messages.append(posted)
        return posted

    def response_url(self, room: str, user: str, message: str = "") -> str:
        """A fresh ``response_url``: five uses."""
        number = f"r{self.number()}"
        self._responses[number] = (room, user, message, 5)
        return f"{self.origin}/response/{number}"

    def called(self, method: str) -> list[Data]:
        """The arguments of every call of ``method`` that was let in."""
        return [arguments for name, arguments in self.calls if name == method]

    def trigger(self, user: str) -> str:
        """What lets a modal be opened for ``user``, once, for three seconds."""
        return self.views.trigger(user, self._now())

    def delivers(self, event: str) -> bool:
        """Whether the app is subscribed to ``event`` and has the scope it needs."""
        needed = EVENT_NEEDS.get(event)
        return event in self.subscribed and (needed is None or needed in self.scopes)

    def _without_scope(self, method: str, arguments: Data) -> Data | None:
        needed = NEEDS.get(method)
        room = self.rooms.get(arguments.get("channel", ""))
        if method in ROOM_NEEDS and room is not None:
            public, private, direct = ROOM_NEEDS[method]
            needed = direct if room.direct else private if room.private else public
        if needed is None or needed in self.scopes:
            return None
        return _no("missing_scope") | {"needed": needed, "provided": ",".join(sorted(self.scopes))}

    # The wire

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = await self._record(request)
        if request.content_type == "application/json":
            arguments: Data = json.loads(raw)
        else:
            arguments = dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return web.json_response({"ok": False, "error": "invalid_auth"})
        self.calls.append((method, arguments))

        def act() -> Data:
            if refused := self._without_scope(method, arguments):
                return refused
            called = getattr(self, "_" + method.replace(".", "_"), None)
            return called(arguments) if called else {"ok": False, "error": "unknown_method"}

        return await self._answered(request, method, act)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        message: Data = json.loads(await self._record(request))
        self.calls.append(("response_url", message))
        number = request.match_info["id"]

        def act() -> Data:
            room, user, pressed, uses = self._responses.get(number, ("", "", "", 0))
            if not uses:
                return {"ok": False, "error": "used_url"}
            self._responses[number] = (room, user, pressed, uses - 1)
            if refused := refuse_message(message):
                return refused
            if message.get("replace_original"):
                self._redraw(self._find(room, pressed), message)
            elif message.get("response_type") == "in_channel":
                self.put(room, BOT, message)
            else:
                self.put(room, BOT, message, only=user)
            return {"ok": True}

        return await self._answered(request, "response_url", act)

    async def _answered(
        self, request: web.Request, method: str, act: Callable[[], Data]
    ) -> web.StreamResponse:
        waiting = self.troubles[method] or self.troubles["*"]
        trouble = waiting.popleft() if waiting else Trouble(done=True)
        answer = act() if trouble.done else {"ok": False, "error": trouble.error}
        if trouble.slow:
            await asyncio.sleep(trouble.slow)
        if trouble.lost:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if trouble.garbage:
            return web.Response(text="<html>{not json", content_type="text/html")
        if trouble.status == 200:
            granted = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
            return web.json_response(answer, headers=granted)
        headers = {"Retry-After": trouble.retry_after} if trouble.retry_after else {}
        return web.Response(status=trouble.status, headers=headers, text="upset")

    async def _record(self, request: web.Request) -> bytes:
        body = await request.read()
        self.traffic.sent.append(str(request.rel_url).encode() + b"\n" + body)
        return body

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.traffic.sent.append(message.data.encode())
                self.socket_answers.put_nowait(json.loads(message.data))
        return socket

    # The methods

    def _auth_test(self, _: Data) -> Data:
        return {"ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": "B1"}

    def _apps_connections_open(self, _: Data) -> Data:
        return {"ok": True, "url": f"ws://127.0.0.1:{self._server.port}/socket"}

    def _bots_info(self, _: Data) -> Data:
        return {"ok": True, "bot": {"id": "B1", "app_id": APP, "name": "Lanyard"}}

    def _users_info(self, asked: Data) -> Data:
        user = self.users.get(asked["user"])
        return {"ok": True, "user": user} if user else _no("user_not_found")

    def _views_open(self, asked: Data) -> Data:
        return self.views.open(asked, self._now(), over=False)

    def _views_push(self, asked: Data) -> Data:
        return self.views.open(asked, self._now(), over=True)

    def _views_update(self, asked: Data) -> Data:
        return self.views.update(asked)

    def _views_publish(self, asked: Data) -> Data:
        return self.views.publish(asked) if asked["user_id"] in self.users else _no("not_found")

    def _assistant_threads_setSuggestedPrompts(self, asked: Data) -> Data:
        assert len(asked["prompts"]) <= 4
        self.prompts[asked["channel_id"], asked["thread_ts"]] = asked["prompts"]
        return {"ok": True}

    def _assistant_threads_setStatus(self, asked: Data) -> Data:
        self.statuses.append((asked["thread_ts"], asked["status"]))
        return {"ok": True}

    def _conversations_open(self, asked: Data) -> Data:
        if asked["users"] not in self.users:
            return _no("user_not_found")
        return {"ok": True, "channel": {"id": self.direct(asked["users"]).id}}

    def _conversations_info(self, asked: Data) -> Data:
        room = self.rooms.get(asked["channel"])
        if room is None or (room.private and not room.joined):
            return _no("channel_not_found")
        channel = {
            "id": room.id,
            "is_private": room.private,
            "is_member": room.joined,
            "is_archived": room.archived,
            "is_ext_shared": room.shared,
        }
        return {"ok": True, "channel": channel}

    def _conversations_members(self, asked: Data) -> Data:
        room = self.rooms.get(asked["channel"])
        if room is None:
            return _no("channel_not_found")
        everyone = sorted(room.members)
        start = int(asked.get("cursor") or 0)
        end = start + min(2, int(asked["limit"]))
        cursor = str(end) if end < len(everyone) else ""
        metadata = {"next_cursor": cursor}
        return {"ok": True, "members": everyone[start:end], "response_metadata": metadata}

    def _conversations_history(self, asked: Data) -> Data:
        if refused := self._refused(asked["channel"]):
            return refused
        kept = [m for m in self.rooms[asked["channel"]].messages if not m.only and not m.gone]
        marked = "metadata.message:read" in self.scopes
        messages = [
            {"type": "message", "ts": m.ts, "user": m.user, "text": m.payload.get("text")}
            | ({"metadata": m.payload["metadata"]} if marked and "metadata" in m.payload else {})
            for m in reversed(kept)
        ]
        return {"ok": True, "messages": messages, "response_metadata": {"next_cursor": ""}}

    def _chat_postMessage(self, asked: Data) -> Data:
        refused = self._refused(asked["channel"]) or refuse_message(asked)
        if refused:
            return refused
        posted = self.put(asked["channel"], BOT, asked)
        return {"ok": True, "channel": asked["channel"], "ts": posted.ts}

    def _chat_postEphemeral(self, asked: Data) -> Data:
        refused = self._refused(asked["channel"]) or refuse_message(asked)
        if refused:
            return refused
        if asked["user"] not in self.rooms[asked["channel"]].members:
            return _no("user_not_in_channel")
        posted = self.put(asked["channel"], BOT, asked, only=asked["user"])
        return {"ok": True, "message_ts": posted.ts}

    def _chat_update(self, asked: Data) -> Data:
        if refused := self._refused(asked["channel"]) or refuse_message(asked):
            return refused
        posted = self._find(asked["channel"], asked["ts"])
        if posted is None or posted.gone or posted.only:
            return _no("message_not_found")
        kept = {"metadata": posted.payload["metadata"]} if "metadata" in posted.payload else {}
        self._redraw(posted, kept | asked)
        return {"ok": True, "channel": asked["channel"], "ts": posted.ts}

    def _refused(self, room: str) -> Data | None:
        found = self.rooms.get(room)
        if found is None:
            return _no("channel_not_found")
        if not found.joined:
            return _no("not_in_channel")
        return _no("is_archived") if found.archived else None

    def _find(self, room: str, ts: str) -> Posted | None:
        return next((m for m in self.rooms[room].messages if m.ts == ts), None)

    def _redraw(self, posted: Posted | None, payload: Data) -> None:
        assert posted is not None, "nothing to replace"
        for number, block in enumerate(payload.get("blocks") or []):
            block.setdefault("block_id", f"b{number}")
        posted.payload, posted.redrawn = payload, True


def _no(error: str) -> Data:
    return {"ok": False, "error": error}


def refuse_message(message: Data) -> Data | None:
    """Slack's refusal of a message that breaks a documented limit, or ``None``."""
    blocks = message.get("blocks") or []
    if not message.get("text") and not blocks:
        return _no("no_text")
    if len(message.get("text") or "") > 40_000:
        return _no("msg_too_long")
    faults = [fault for block in blocks for fault in faults_of(block)]
    actions = [e["action_id"] for b in blocks for e in b.get("elements", ()) if "action_id" in e]
    if len(blocks) > 50 or faults or len(actions) != len(set(actions)):
        return _no("invalid_blocks") | {"response_metadata": {"messages": faults}}
    if len(json.dumps(blocks, ensure_ascii=False)) > BLOCKS_JSON:
        return _no("msg_blocks_too_long")
    return None


def faults_of(block: Data) -> list[str]:
    """What is wrong with a block, by Slack's reference; only kinds that Lanyard uses are known."""
    known = {"type", "block_id"}
    match block.get("type"):
        case "header":
            return _keys(block, known | {"text"}) + plain_faults(block.get("text"), 150)
        case "section":
            fields = block.get("fields")
            faults = _keys(block, known | {"text", "fields"})
            if fields is None:
                return faults + plain_faults(block.get("text"), 3000)
            count = [] if 1 <= len(fields) <= 10 else ["1 to 10 fields"]
            return faults + count + [fault for each in fields for fault in plain_faults(each, 2000)]
        case "context":
            elements = block.get("elements") or []
            count = [] if 1 <= len(elements) <= 10 else ["1 to 10 elements"]
            return count + [fault for each in elements for fault in plain_faults(each, 3000)]
        case "actions":
            elements = block.get("elements") or []
            count = [] if 1 <= len(elements) <= 25 else ["1 to 25 elements"]
            return count + [fault for each in elements for fault in _button(each)]
    return [f"unknown block {block.get('type')}"]


def _button(element: Data) -> list[str]:
    faults = _keys(element, {"type", "action_id", "text", "value", "style"})
    faults += plain_faults(element.get("text"), 75)
    if element.get("type") != "button" or element.get("style", "primary") != "primary":
        faults.append("not a button")
    if not 1 <= len(element.get("action_id", "")) <= 255:
        faults.append("action_id")
    if len(element.get("value", "")) > 2000:
        faults.append("value too long")
    return faults


def plain_faults(text: Data | None, limit: int) -> list[str]:
    """What is wrong with a plain text object of at most ``limit`` characters."""
    if text is None or text.get("type") != "plain_text" or set(text) - {"type", "text", "emoji"}:
        return ["not plain text"]
    return [] if 1 <= len(text["text"]) <= limit and text["text"].strip() else ["text length"]


def _keys(thing: Data, known: set[str]) -> list[str]:
    return [f"unknown {key}" for key in set(thing) - known]
