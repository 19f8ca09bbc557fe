"""Only genuine activities of our tenant get in, and our token goes nowhere else."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.utils import base64url_encode

from adapters.teams.adapter import open_adapter
from adapters.teams.references import Reference
from adapters.teams.trust import Origins
from bot.card import Card
from bot.channel import Unreachable
from bot.notice import Destination
from tests.adapters.teams_scene import Scene, StubDoor, scene, secrets
from tests.stages.fake_connector import APP, KID, TENANT, FakeConnector, Fault

CANARY = "zanzibar-canary"
HOURS = 3600
STRANGE_ADDRESSES = [
    "https://evil.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net.evil/uk/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evilsmba.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://user:word@smba.trafficmanager.net/uk/",
    "https://@smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net:443/uk/",
    "https://smba.trafficmanager.net:8443/uk/",
    "http://smba.trafficmanager.net/uk/",
    "HTTPS://smba.trafficmanager.net/uk/",
    "https://SMBA.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net./uk/",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net\n.evil.example/",
    "https://smba.trafficmanager.net /",
    "https://smba.trafficmanager.net/uk?to=https://evil.example",
    "https://smba.trafficmanager.net/uk#x",
    "https://smba.trafficmanager.net/%2e%2e/",
    "https://smb\u0430.trafficmanager.net/",
    "https://xn--smb-7cd.trafficmanager.net/",
    "https://52.113.0.1/",
    "https://127.0.0.1/",
    "http://127.0.0.1:1/",
    "//smba.trafficmanager.net/",
    "smba.trafficmanager.net",
    "file:///etc/passwd",
    "",
]


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as opened:
        yield opened


def message(here: Scene, **changed: Any) -> dict[str, Any]:
    typed = {"type": "message", "text": f"a child told me {CANARY}"}
    return {**here.stage.activity("amira"), **typed, **changed}


async def refused(here: Scene, activity: Any, token: str | None, *codes: int) -> None:
    """The request is refused with an empty body, and the bot hears nothing of it."""
    before, sent = len(here.door.heard), len(here.fake.calls("POST", "/v3/"))
    headers = {} if token is None else {"Authorization": token}
    status, answer = await here.stage.send(activity, headers)
    assert status in (codes or (401,))
    assert answer is None
    assert len(here.door.heard) == before
    assert len(here.fake.calls("POST", "/v3/")) == sent


async def test_a_genuine_message_is_heard(here: Scene) -> None:
    status, _ = await here.stage.send(message(here))
    assert status == 201
    assert CANARY in here.last.text


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://api.botframework.evil"},
    "the emulator, v1": {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
    "a skill, v2": {
        "iss": "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"
    },
    "no issuer": {"iss": None},
    "another app": {"aud": "11111111-2222-4333-8444-555555555555"},
    "two audiences": {"aud": [APP, "other"]},
    "no audience": {"aud": None},
    "no expiry": {"exp": None},
    "an expiry in words": {"exp": "never"},
    "no service address": {"serviceurl": None},
    "another service address": {"serviceurl": "https://smba.trafficmanager.net/uk/"},
}


@pytest.mark.parametrize("changed", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
async def test_wrong_claims(
    here: Scene, changed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await refused(here, message(here), f"Bearer {here.fake.token(**changed)}")
    assert CANARY not in caplog.text


async def test_expired_or_not_yet_good(here: Scene) -> None:
    now = here.fake.claims()["nbf"]
    for changed in ({"exp": now - HOURS}, {"nbf": now + HOURS}, {"iat": now + HOURS}):
        await refused(here, message(here), f"Bearer {here.fake.token(**changed)}")
    # Clocks differ: what the SDK allows, we allow.
    status, _ = await here.stage.send(
        message(here), {"Authorization": f"Bearer {here.fake.token(exp=now - 60)}"}
    )
    assert status == 201


def with_public_key_as_secret(here: Scene) -> str:
    """The classic confusion, which PyJWT itself refuses to write."""
    secret = here.fake.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    told = [{"alg": "HS256", "typ": "JWT", "kid": KID}, here.fake.claims()]
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in told)
    signature = hmac.new(secret, signed, hashlib.sha256).digest()
    return (signed + b"." + base64url_encode(signature)).decode()


async def test_wrong_signatures(here: Scene, caplog: pytest.LogCaptureFixture) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    genuine = here.fake.token()
    head, claims, signature = genuine.split(".")
    flipped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    tokens = {
        "another key": here.fake.token(key=stranger),
        "none": jwt.encode(here.fake.claims(), None, algorithm="none", headers={"kid": KID}),
        "HS256 with the public key": with_public_key_as_secret(here),
        "RS384": here.fake.token(alg="RS384"),
        "PS256": here.fake.token(alg="PS256"),
        "unknown kid": here.fake.token(kid="another"),
        "no kid": here.fake.token(kid=None),
        "a key of another kind": here.fake.token(kid="other"),
        "bit flip": f"{head}.{claims}.{flipped}",
        "no signature": f"{head}.{claims}.",
        "garbage": "garbage",
        "empty": "",
    }
    with caplog.at_level(logging.DEBUG):
        for name, token in tokens.items():
            assert token != genuine, name
            await refused(here, message(here), f"Bearer {token}")
        for header in (None, "", "Bearer", f"bearer {genuine}", f"Basic {genuine}", genuine):
            await refused(here, message(here), header)
    assert CANARY not in caplog.text
    assert genuine not in caplog.text


async def test_unknown_keys_make_us_ask_at_most_once_a_minute(here: Scene) -> None:
    await here.stage.say("amira", "hello")
    asked = len(here.fake.calls("GET", "/keys"))
    for number in range(20):
        await refused(here, message(here), f"Bearer {here.fake.token(kid=f'junk-{number}')}")
    assert len(here.fake.calls("GET", "/keys")) <= asked + 1


async def test_a_key_that_is_not_endorsed_for_teams() -> None:
    async with scene() as here:
        await here.stage.say("amira", "hello")
    fake = FakeConnector()
    fake.endorsements = ["webchat"]
    async with scene(people={}, fake=fake) as here:
        here.stage.join("amira", "aad-amira")
        await refused(here, message(here), f"Bearer {here.fake.token()}")


WRONG_BODIES: dict[str, dict[str, Any]] = {
    "another tenant": {"channelData": {"tenant": {"id": "tenant-2"}}},
    "another tenant in one place": {"conversation": {"id": "a:1", "tenantId": "tenant-2"}},
    "no tenant": {"channelData": {}, "conversation": {"id": "a:1"}},
    "channel data in words": {"channelData": "tenant-1", "conversation": "tenant-1"},
    "a tenant list": {"channelData": {"tenant": {"id": [TENANT]}}},
    "another channel": {"channelId": "webchat"},
    "the emulator": {"channelId": "emulator"},
    "no channel": {"channelId": None},
    "no service address": {"serviceUrl": None},
    "a service address list": {"serviceUrl": ["x"]},
}


@pytest.mark.parametrize("changed", WRONG_BODIES.values(), ids=WRONG_BODIES.keys())
async def test_wrong_bodies(
    here: Scene, changed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await refused(here, message(here, **changed), f"Bearer {here.fake.token()}", 401, 403)
    assert CANARY not in caplog.text


@pytest.mark.parametrize("address", STRANGE_ADDRESSES)
async def test_a_signed_but_strange_service_address(here: Scene, address: str) -> None:
    token = here.fake.token(serviceurl=address)
    await refused(here, message(here, serviceUrl=address), f"Bearer {token}", 401, 403)


async def test_bad_json_and_missing_type(here: Scene) -> None:
    headers = {"Authorization": f"Bearer {here.fake.token()}"}
    assert here.stage._session is not None
    url = f"http://127.0.0.1:{here.stage._server.port}/api/messages"
    bodies = [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"type": ""}',
        b"{}",
    ]
    for raw in bodies:
        async with here.stage._session.post(url, data=raw, headers=headers) as response:
            assert (response.status, await response.read()) == (400, b""), raw[:20]
    large = b'{"type": "message", "text": "' + b"x" * 300_000 + b'"}'
    async with here.stage._session.post(url, data=large, headers=headers) as response:
        assert response.status == 413
    status, _ = await here.stage.send(message(here, timestamp="soon"))
    assert status == 400


async def test_no_app_id_no_tenant_no_secret() -> None:
    for changed in ({"teams_app_id": ""}, {"teams_tenant": ""}, {"teams_app_secret": None}):
        with pytest.raises(ValueError):
            open_adapter(secrets(**changed), StubDoor())  # type: ignore[arg-type]


def test_hosts_are_named_whole_and_only_this_machine_stands_in() -> None:
    for hosts, loopback in (
        (("*.trafficmanager.net",), ""),
        (("smba.trafficmanager.net/x",), ""),
        ((), "http://10.0.0.1:80"),
        ((), "http://127.0.0.1.evil:80"),
        ((), "https://evil.example"),
    ):
        with pytest.raises(ValueError):
            Origins(hosts, loopback)


ORIGINS = Origins(("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"))


def test_the_addresses_teams_really_uses() -> None:
    for address in (
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/emea",
        "https://smba.trafficmanager.net/uk/7e7e7e7e-1111-4111-8111-000000000001/",
        "https://smba.infra.gcc.teams.microsoft.com/teams",
    ):
        assert ORIGINS.allow(address)
        assert ORIGINS.allow_request(
            f"{address.rstrip('/')}/v3/conversations/19%3Ax/activities?a=b"
        )


@pytest.mark.parametrize("address", STRANGE_ADDRESSES)
def test_no_strange_address_is_allowed(address: str) -> None:
    assert not ORIGINS.allow(address)


@given(st.text(max_size=40), st.sampled_from(["https://", "http://", "", "https:/", "//"]))
def test_no_made_up_host_is_allowed(host: str, scheme: str) -> None:
    allowed = ORIGINS.allow(f"{scheme}{host}")
    assert not allowed
    assert not ORIGINS.allow(f"https://smba.trafficmanager.net{host}") or host[:1] in ("", "/")


async def test_our_token_does_not_follow_a_redirect(here: Scene) -> None:
    await here.stage.say("amira", "hello")
    other = f"{here.fake.origin}/elsewhere"
    here.fake.faults.append(Fault("POST", status=307, headers={"Location": other}))
    status, _ = await here.stage.send(message(here))
    assert status == 502
    assert not here.fake.calls("POST", "/elsewhere")


async def test_a_stored_reference_to_a_strange_host_is_never_called(here: Scene) -> None:
    stored = Reference("https://evil.trafficmanager.net/", "19:x@thread.tacv2").to_json()
    here.door.store.put("teams", "19:x@thread.tacv2", stored)
    with pytest.raises(Unreachable, match="strange-host"):
        await here.adapter.post(Destination("teams", "19:x@thread.tacv2"), Card("x"), "k")
