"""A Bot Connector of our own over real HTTP: tokens, keys, chats, rosters, faults on demand."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.teams.package import Publisher, manifest
from tests.stages.served import Served
from tests.stages.stage import Traffic

APP = "0f1a5c0e-0000-4000-8000-00000000a99a"
TENANT = "0f1a5c0e-0000-4000-8000-0000000007e4"
KID = "fake-key-1"
SITE = "https://school.example"
ISSUER = "https://api.botframework.com"
ELSEWHERE = "19:elsewhere@thread.tacv2"
"""A channel that the bot is no member of; the message extension can be used there as well."""


@dataclass
class Fault:
    """What happens to the next ``times`` requests whose ``METHOD path`` holds ``on``.

    ``accepted``: the request is carried out first; ``hang``: seconds before it is answered;
    ``until``: what it waits for before it is answered.
    """

    on: str
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    accepted: bool = False
    hang: float = 0.0
    until: asyncio.Event | None = None
    times: int = 1


@dataclass
class Sent:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Posted:
    """One message in a conversation. ``only`` names the person who alone sees it; ``views`` are
    what it is for those whose client was answered with a card of their own."""

    id: str
    by: str
    activity: dict[str, Any]
    redrawn: bool = False
    only: str = ""
    views: dict[str, dict[str, Any]] = field(default_factory=dict)

    def seen_by(self, person: str) -> Posted:
        """The message as ``person`` sees it."""
        return replace(self, activity=self.views.get(person, self.activity))


def scope_of(conversation: str) -> str:
    """Which scope of the manifest lets the bot into a conversation."""
    if not conversation.startswith("19:"):
        return "personal"
    return "groupChat" if conversation.startswith("19:group") else "team"


class FakeConnector(Served):
    """Serves one tenant on 127.0.0.1. ``async with`` it. ``closed`` are the service addresses, as
    paths (``/uk``), at which it knows nothing any more. ``processes`` ask for tokens: only the
    latest of each is good."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.endorsements = ["msteams"]
        self.traffic = Traffic()
        self.requests: list[Sent] = []
        self.faults: list[Fault] = []
        self.hanging = 0
        self.conversations: dict[str, list[Posted]] = {}
        self.rosters: dict[str, list[dict[str, Any]]] = {}
        self.chats: dict[str, str] = {}
        made = manifest(APP, Publisher("School", SITE, SITE, SITE))
        self.scopes = set(made["bots"][0]["scopes"])
        self.extensions = {each["id"] for each in made["composeExtensions"][0]["commands"]}
        self.private_channels = made.get("supportsChannelFeatures") == "tier1"
        self.not_installed: set[str] = set()
        self.lost: dict[str, int] = {}
        self.closed: set[str] = set()
        self.tokens: list[str] = []
        self.processes = 1
        self.page = 2
        self._counter = 1_700_000_000_000
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/token", self._token)
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_route("*", "/uk/v3/{rest:.*}", self._connector)
        # Under the paths of Microsoft's own hosts as well, for whoever is told of a stand-in.
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_get("/v1/.well-known/openidconfiguration", self._openid)
        app.router.add_route("*", "/teams/v3/{rest:.*}", self._connector)
        super().__init__(app)

    @property
    def service_url(self) -> str:
        return f"{self.origin}/uk/"

    @property
    def options(self) -> dict[str, Any]:
        """What ``adapters.teams.adapter.open_adapter`` must be told to talk to this server."""
        return {
            "token_url": f"{self.origin}/token",
            "metadata_url": f"{self.origin}/openid",
            "service_url": self.service_url,
            "loopback": self.origin,
        }

    def next_id(self) -> str:
        self._counter += 1
        return str(self._counter)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a genuine token, with some changed (``None`` takes one away)."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "exp": now + 3600,
            "nbf": now - 10,
            "serviceurl": self.service_url,
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self, *, kid: str | None = KID, key: Any = None, alg: str = "RS256", **changed: Any
    ) -> str:
        """A token signed as Microsoft signs them, unless told otherwise."""
        headers = {"kid": kid} if kid else None
        return jwt.encode(self.claims(**changed), key or self.key, algorithm=alg, headers=headers)

    def calls(self, method: str, part: str = "") -> list[Sent]:
        """The requests of one method whose path holds ``part``."""
        return [sent for sent in self.requests if sent.method == method and part in sent.path]

    def lose(self, conversation: str, status: int = 404) -> str:
        """From now on ``conversation`` is refused with ``status``; whoever's chat it was has
        another one, which is returned."""
        self.lost[conversation] = status
        self.chats |= {u: f"{c}-anew" for u, c in self.chats.items() if c == conversation}
        return f"{conversation}-anew"

    def texts(self, conversation: str) -> list[Posted]:
        return self.conversations.get(conversation, [])

    async def _token(self, request: web.Request) -> web.Response:
        asked = await self._record(request)
        if (fault := await self._fault(asked)) is not None:
            return fault
        self.tokens.append(f"bearer-{len(self.tokens) + 1}")
        return web.json_response({"access_token": self.tokens[-1], "expires_in": 3600})

    async def _openid(self, request: web.Request) -> web.Response:
        asked = await self._record(request)
        if (fault := await self._fault(asked)) is not None:
            return fault
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.origin}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        await self._record(request)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        key = {**public, "kid": KID, "use": "sig", "endorsements": self.endorsements}
        return web.json_response({"keys": [{"kty": "EC", "kid": "other"}, key]})

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        asked = await self._record(request)
        given = request.headers.get("Authorization", "")
        if given not in [f"Bearer {token}" for token in self.tokens[-self.processes :]]:
            return web.Response(status=401)
        fault = next((f for f in self.faults if f.on in f"{asked.method} {asked.path}"), None)
        if fault is not None and not fault.accepted:
            answer = await self._fault(asked)
            assert answer is not None
            return answer
        done = self._carry_out(asked, request.query)
        return (await self._fault(asked)) or done

    def _carry_out(self, asked: Sent, query: Mapping[str, str]) -> web.Response:
        service, _, rest = asked.path.partition("/v3/")
        path = [unquote(part) for part in rest.split("/")]
        conversation = path[1] if len(path) > 1 else ""
        if service in self.closed:
            return web.Response(status=404)
        if conversation in self.lost:
            return web.Response(status=self.lost[conversation])
        if scope_of(conversation) not in self.scopes:
            return web.Response(status=403)
        if conversation.startswith("19:dsl") and not self.private_channels:
            return web.Response(status=403)
        if conversation.partition(";")[0] == ELSEWHERE:
            return web.json_response({"error": {"code": "BotNotInConversationRoster"}}, status=403)
        match asked.method, path:
            case "POST", ["conversations"]:
                user = asked.json["members"][0]["id"]
                if user in self.not_installed:
                    return web.json_response({"error": {"code": "Forbidden"}}, status=403)
                chat = self.chats.setdefault(user, f"a:chat-{user}")
                self.conversations.setdefault(chat, [])
                return web.json_response({"id": chat}, status=201)
            case "POST", ["conversations", conversation, "activities", *_]:
                made = self.next_id()
                room = self.conversations.setdefault(conversation, [])
                room.append(Posted(made, "bot", asked.json))
                return web.json_response({"id": made}, status=201)
            case "PUT", ["conversations", conversation, "activities", message]:
                for posted in self.conversations.get(conversation, []):
                    if posted.id == message:
                        posted.activity, posted.redrawn = asked.json, True
                        posted.views.clear()
                        return web.json_response({"id": message})
                return web.Response(status=404)
            case "GET", ["conversations", conversation, "pagedmembers"]:
                roster = self.rosters.get(conversation)
                if roster is None:
                    return web.Response(status=403)
                start = int(query.get("continuationToken", "0"))
                page: dict[str, Any] = {"members": roster[start : start + self.page]}
                if start + self.page < len(roster):
                    page["continuationToken"] = str(start + self.page)
                return web.json_response(page)
            case "GET", ["conversations", conversation, "members", member]:
                everyone = self.rosters.get(conversation, self.rosters.get("", []))
                found = next(
                    (each for each in everyone if member in (each["id"], each["objectId"])), None
                )
                return web.json_response(found) if found else web.Response(status=404)
        return web.Response(status=405)

    async def _record(self, request: web.Request) -> Sent:
        body = await request.read()
        sent = Sent(request.method, request.rel_url.raw_path, dict(request.headers), body)
        self.requests.append(sent)
        self.traffic.sent.append(body)
        return sent

    async def _fault(self, asked: Sent) -> web.Response | None:
        for fault in self.faults:
            if fault.on in f"{asked.method} {asked.path}":
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                self.hanging += 1
                try:
                    await asyncio.sleep(fault.hang)
                    if fault.until is not None:
                        await fault.until.wait()
                finally:
                    self.hanging -= 1
                return web.Response(
                    status=fault.status,
                    body=fault.body,
                    headers={"Content-Type": "application/json", **fault.headers},
                )
        return None
