"""Tokens Microsoft did not sign, or not for us, and addresses that would like ours:
``python -m tests.bench teams_wire``.

The matrix of claims, signatures, keys and bodies is sent to the real adapter over HTTP; the key
set is served here. Then every strange service address is offered in every way there is, while
whatever the adapter sends with our bearer token is watched.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import islice, product
from random import Random
from types import SimpleNamespace
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt.utils import base64url_encode

from adapters.teams.references import Reference
from bot.card import Card
from bot.channel import Unreachable
from bot.notice import Destination, Receipt
from tests.adapters.teams_scene import NOW, Scene, scene
from tests.bench.tally import Tally, command, shown
from tests.stages.fake_connector import APP, ISSUER, KID, TENANT, FakeConnector, Fault

COUNT = 10_000
CANARY = "zq7wren-a-child-told-me"
GOOD = "genuine"
CARD = (Card("x"), "k")
NO_ENDORSEMENT = "key-for-webchat"

EMULATOR = "d6d49420-f39b-4df7-a1dc-d59a935871db"
GOVERNMENT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
LOGIN = "https://login.microsoftonline.com"
ISSUERS: dict[str, Any] = {
    GOOD: ISSUER,
    "a stranger": "https://api.botframework.evil",
    "the emulator, 1": f"https://sts.windows.net/{EMULATOR}/",
    "the emulator, 2": f"{LOGIN}/{EMULATOR}/v2.0",
    "the emulator, 3.1": f"https://sts.windows.net/{GOVERNMENT}/",
    "the emulator, 3.2": f"{LOGIN}/{GOVERNMENT}/v2.0",
    "a skill of our tenant": f"https://sts.windows.net/{TENANT}/",
    "a skill of our tenant, 2": f"{LOGIN}/{TENANT}/v2.0",
    "the government's": "https://api.botframework.us",
    "a slash more": f"{ISSUER}/",
    "upper case": ISSUER.upper(),
    "a list": [ISSUER],
    "none": None,
}
AUDIENCES: dict[str, Any] = {
    GOOD: APP,
    "another app": "11111111-2222-4333-8444-555555555555",
    "two": [APP, "other"],
    "a list of one": [APP],
    "upper case": APP.upper(),
    "none": None,
}
TIMES: dict[str, dict[str, Any]] = {
    GOOD: {},
    "expired": {"exp": -3600},
    "just expired": {"exp": -301},
    "not yet": {"nbf": 3600},
    "issued later": {"iat": 3600},
    "no expiry": {"exp": None},
    "an expiry in words": {"exp": "never"},
}
KEYS: dict[str, str | None] = {
    GOOD: KID,
    "unknown": "another",
    "none": None,
    "of another kind": "other",
    "not endorsed for Teams": NO_ENDORSEMENT,
}
SERVICE_CLAIMS: dict[str, Any] = {
    GOOD: "{here}",
    "none": None,
    "another": "https://smba.trafficmanager.net/uk/",
    "a list": ["{here}"],
    "a slash less": "{less}",
}
SIGNATURES = (
    GOOD, "a stranger's key", "none", "None", "HS256, public key as PEM", "HS256, key as DER",
    "HS256, empty", "RS384", "RS512", "PS256", "ES256 said", "a bit flipped", "cut off",
    "claims changed after",
)  # fmt: skip
TENANTS: dict[str, dict[str, Any]] = {
    GOOD: {},
    "another": {"channelData": {"tenant": {"id": "tenant-2"}}, "conversation": {"tenantId": "t2"}},
    "another in one place": {"conversation": {"id": "a:1", "tenantId": "tenant-2"}},
    "another in the other": {"channelData": {"tenant": {"id": "tenant-2"}}},
    "none": {"channelData": {}, "conversation": {"id": "a:1"}},
    "a list": {"channelData": {"tenant": {"id": [TENANT]}}},
    "in words": {"channelData": TENANT, "conversation": TENANT},
}
CHANNELS = {GOOD: "msteams", "webchat": "webchat", "emulator": "emulator", "none": None}
SERVICE_URLS = {GOOD: "{here}", "none": None, "a list": ["{here}"], "other": "https://e.example/"}

HOSTS = (
    "evil.trafficmanager.net",
    "smba.trafficmanager.net.evil",
    "smba.trafficmanager.net.evil.example",
    "evilsmba.trafficmanager.net",
    "smba-trafficmanager.net",
    "smba.trafficmanager.net@evil.example",
    "user:word@smba.trafficmanager.net",
    "@smba.trafficmanager.net",
    "smba.trafficmanager.net:443",
    "smba.trafficmanager.net:8443",
    "smba.trafficmanager.net:",
    "smba.trafficmanager.net.",
    "SMBA.trafficmanager.net",
    "smba.trafficmanager.net\\@evil.example",
    "smba.trafficmanager.net\\",
    "smba.trafficmanager.net\n.evil.example",
    "smba.trafficmanager.net\t",
    " smba.trafficmanager.net",
    "smba.trafficmanager.net%2eevil.example",
    "smba.trafficmanager.net%00.evil.example",
    "smba.trafficmanager.net#@evil.example",
    "smba.trafficmanager.net?@evil.example",
    "smba.trafficmanager.net;evil.example",
    "smba.trafficmanager.net,evil.example",
    "smb\u0430.trafficmanager.net",
    "xn--smb-7cd.trafficmanager.net",
    "smba\u3002trafficmanager.net",
    "\uff53mba.trafficmanager.net",
    "smba.traf\ufb01cmanager.net",
    "smba.trafficmanager\u00ad.net",
    "52.113.0.1",
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "169.254.169.254",
    "metadata.google.internal",
    "",
)
SCHEMES = ("https://", "http://", "HTTPS://", "//", "https:/", "https:", "ftp://", "")
PATHS = ("/uk/", "", "/", "/uk", "/..;/", "/uk/?to=https://evil.example", "/uk/#x", "/%2e%2e/")


def strange_addresses(sink: str) -> Iterator[str]:
    """Every address that looks like Teams' and is not, and those of a server here."""
    for scheme, host, path in product(SCHEMES, HOSTS, PATHS):
        yield f"{scheme}{host}{path}"
    for path in ("?x=1", "#x", "/%2e%2e/", "/a b/", "/\\evil", "/\n", "/uk/\u202e"):
        yield f"https://smba.trafficmanager.net{path}"
    for scheme, path in product(
        ("http://smba.trafficmanager.net", "HTTPS://smba.trafficmanager.net"), PATHS
    ):
        yield scheme + path
    yield from (f"{sink}/uk/", sink, sink.replace("127.0.0.1", "localhost") + "/uk/")


class Writer:
    """Writes tokens as no library would: any claim, any header, any signature."""

    def __init__(self, fake: FakeConnector) -> None:
        self._fake = fake
        self._stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = fake.key.public_key()
        info = serialization.PublicFormat.SubjectPublicKeyInfo
        self._pem = public.public_bytes(serialization.Encoding.PEM, info)
        self._der = public.public_bytes(serialization.Encoding.DER, info)

    def claims(self, iss: str, aud: str, when: str, service: str) -> dict[str, Any]:
        now = int(time.time())
        moved = {
            name: now + value if isinstance(value, int) else value
            for name, value in TIMES[when].items()
        }
        claims = {
            "iss": ISSUERS[iss],
            "aud": AUDIENCES[aud],
            "exp": now + 3600,
            "nbf": now - 10,
            "serviceurl": _here(SERVICE_CLAIMS[service], self._fake),
            **moved,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, claims: Mapping[str, Any], kid: str, signature: str) -> str:
        said = {"PS256": "PS256", "none": "none", "None": "None", "ES256 said": "ES256"}
        algorithm = said.get(signature, signature.partition(",")[0])
        algorithm = (
            algorithm if algorithm in ("RS384", "RS512", "HS256", *said.values()) else "RS256"
        )
        header = {"alg": algorithm, "typ": "JWT", "kid": KEYS[kid]}
        told = _encoded({name: value for name, value in header.items() if value}), _encoded(claims)
        signed = b".".join(told)
        if signature == "claims changed after":
            told = told[0], _encoded({**claims, "more": 1})
        made = base64url_encode(self._sign(signed, signature))
        return b".".join((*told, made)).decode()

    def _sign(self, signed: bytes, how: str) -> bytes:
        key = self._stranger if how == "a stranger's key" else self._fake.key
        secrets = {"HS256, public key as PEM": self._pem, "HS256, key as DER": self._der}
        match how:
            case "none" | "None" | "cut off":
                return b""
            case "HS256, public key as PEM" | "HS256, key as DER" | "HS256, empty":
                return hmac.new(secrets.get(how, b""), signed, hashlib.sha256).digest()
            case "PS256":
                pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
                return key.sign(signed, pss, hashes.SHA256())
            case "RS384" | "RS512":
                digest = hashes.SHA384() if how == "RS384" else hashes.SHA512()
                return key.sign(signed, padding.PKCS1v15(), digest)
        made = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return bytes([made[0] ^ 1]) + made[1:] if how == "a bit flipped" else made


def _encoded(part: Mapping[str, Any]) -> bytes:
    return base64url_encode(json.dumps(part).encode())


def _here(value: Any, fake: FakeConnector) -> Any:
    if isinstance(value, list):
        return [_here(each, fake) for each in value]
    if not isinstance(value, str):
        return value
    return value.format(here=fake.service_url, less=fake.service_url.rstrip("/"))


Case = tuple[str, str, str, str, str, str, str, str, str]
"""Issuer, audience, times, service claim, key, signature, tenant, channel, service address."""

DIMENSIONS = (
    ISSUERS, AUDIENCES, TIMES, SERVICE_CLAIMS, KEYS, SIGNATURES, TENANTS, CHANNELS, SERVICE_URLS,
)  # fmt: skip
GENUINE: Case = (GOOD,) * 9


def matrix(dice: Random, more: int) -> Iterator[Case]:
    """Every combination of claims; every signature with every key, issuer and audience; every
    combination of what the body says; every two things wrong at once; and ``more`` at random."""
    for claims in product(ISSUERS, AUDIENCES, TIMES, SERVICE_CLAIMS):
        yield (*claims, *GENUINE[4:])
    for iss, aud, kid, signature in product(ISSUERS, AUDIENCES, KEYS, SIGNATURES):
        yield (iss, aud, GOOD, GOOD, kid, signature, *GENUINE[6:])
    for service, *body in product(SERVICE_CLAIMS, TENANTS, CHANNELS, SERVICE_URLS):
        yield (GOOD, GOOD, GOOD, service, GOOD, GOOD, *body)  # type: ignore[misc]
    for first, second in product(range(9), repeat=2):
        for one, two in product(DIMENSIONS[first], DIMENSIONS[second]):
            case = list(GENUINE)
            case[first], case[second] = one, two
            yield tuple(case)  # type: ignore[misc]
    for _ in range(more):
        yield tuple(dice.choice(list(each)) for each in DIMENSIONS)  # type: ignore[misc]


class Keys(FakeConnector):
    """Serves one key more, which may not sign for Teams."""

    async def _keys(self, request: web.Request) -> web.Response:
        await self._record(request)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        for_teams = {**public, "kid": KID, "use": "sig", "endorsements": ["msteams"]}
        for_others = {**public, "kid": NO_ENDORSEMENT, "endorsements": ["webchat"]}
        return web.json_response({"keys": [{"kty": "EC", "kid": "other"}, for_others, for_teams]})


async def strike(count: int, seed: int) -> Tally:
    tally, dice, written = Tally(), Random(seed), io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(written)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        async with scene(fake=Keys()) as here:
            cases = list(dict.fromkeys(matrix(dice, count)))
            if count < COUNT:
                cases = [GENUINE, *dice.sample(cases, count)]
            await _tokens(here, tally, cases)
            await _hosts(here, tally, dice, count)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    tally.count("bodies logged", written.getvalue().count(CANARY))
    tally.expect(CANARY not in written.getvalue(), "words of a body are in the log")
    tally.expect("bearer-" not in written.getvalue(), "our token is in the log")
    return tally


async def _tokens(here: Scene, tally: Tally, cases: list[Case]) -> None:
    writer = Writer(here.fake)
    for case in shown(cases, len(cases)):
        *claims, kid, signature, tenant, channel, service = case
        token = writer.token(writer.claims(*claims), kid, signature)
        url = _here(SERVICE_URLS[service], here.fake)
        typed = {"type": "message", "text": CANARY}
        body = {**here.stage.activity("amira"), **typed, **TENANTS[tenant]}
        body |= {"channelId": CHANNELS[channel], "serviceUrl": url}
        heard = len(here.door.heard)
        status, answer = await here.stage.send(body, {"Authorization": f"Bearer {token}"})
        if case == GENUINE:
            tally.count("genuine, heard")
            tally.expect(status == 201, f"a genuine message got {status}")
            continue
        tally.count("combinations")
        tally.counts[f"answered {status}"] += 1
        if len(here.door.heard) != heard or status not in (401, 403) or answer is not None:
            tally.count("accepted")
            tally.fault(f"{status} for {case}")
    tally.count("accepted", 0)


class Watched:
    """Every request the adapter sends, and who was given our token."""

    def __init__(self) -> None:
        self.sent, self.strangers = 0, list[str]()
        self.allowed: set[tuple[str, int | None]] = set()

    def trace(self) -> aiohttp.TraceConfig:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(self._sent)
        return trace

    async def _sent(
        self,
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        sent: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        self.sent += 1
        to = (str(sent.url.host), sent.url.port)
        if "Authorization" in sent.headers and to not in self.allowed:
            self.strangers.append(str(sent.url))


@asynccontextmanager
async def sink(into: list[str]) -> AsyncIterator[str]:
    """A server that takes anything and notes the tokens it was given."""

    async def take(request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            into.append(request.path)
        return web.json_response({"id": "stolen"})

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    async with TestServer(app, host="127.0.0.1") as server:
        yield f"http://127.0.0.1:{server.port}"


async def _hosts(here: Scene, tally: Tally, dice: Random, count: int) -> None:
    """Offer strange addresses: proven by a token, out of the database, and by a redirect."""
    watched, taken = Watched(), list[str]()
    adapter: Any = here.adapter
    origin = here.fake.origin
    watched.allowed.add(("127.0.0.1", int(origin.rpartition(":")[2])))
    await adapter._session.close()
    adapter._session = aiohttp.ClientSession(trace_configs=[watched.trace()])
    async with sink(taken) as elsewhere:
        addresses = list(dict.fromkeys(strange_addresses(elsewhere)))
        dice.shuffle(addresses)
        for address in islice(addresses, count):
            tally.count("strange addresses")
            token = here.fake.token(serviceurl=address)
            body = {**here.stage.activity("amira"), "type": "message", "text": CANARY}
            heard = len(here.door.heard)
            status, _ = await here.stage.send(
                {**body, "serviceUrl": address}, {"Authorization": f"Bearer {token}"}
            )
            tally.expect(
                status in (401, 403) and len(here.door.heard) == heard, f"{address!r}: {status}"
            )
            room = f"19:{tally.counts['strange addresses']}@thread.tacv2"
            here.door.store.put("teams", room, Reference(address, room).to_json())
            await _unreachable(tally, address, adapter.post(Destination("teams", room), *CARD))
        for status in (301, 302, 303, 307, 308):
            room = Destination("teams", "19:dsl@thread.tacv2")
            ways = {
                "POST": adapter.post(room, *CARD),
                "PUT": adapter.redraw(room, Receipt(room.address, "1", NOW), CARD[0], "n1"),
            }
            for method, way in ways.items():
                tally.count("redirects")
                target = {"Location": f"{elsewhere}/uk/v3/conversations"}
                here.fake.faults.append(Fault(method, status=status, headers=target))
                await _unreachable(tally, f"{method}, {status}", way)
        receipt = await here.adapter.post(
            Destination("teams", "19:ok@thread.tacv2"), Card("x"), "k"
        )
        tally.expect(bool(receipt.message), "the platform itself is not spoken to")
    tally.count("requests sent by the adapter", watched.sent)
    tally.count("tokens that left for a stranger", len(watched.strangers) + len(taken))
    tally.expect(watched.sent > 0, "the watch saw nothing")
    for address in (*watched.strangers, *taken):
        tally.fault(f"our token left for {address!r}")


async def _unreachable(tally: Tally, what: str, way: Awaitable[object]) -> None:
    try:
        await way
    except Unreachable:
        return
    tally.fault(f"a card was shown: {what!r}")


def measure(count: int, seed: int) -> Tally:
    return asyncio.run(strike(count, seed))


main = command(measure, COUNT, listens=True)
