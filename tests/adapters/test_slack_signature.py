"""Only genuine, fresh, unreplayed requests are heard, and nothing of the others is kept."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from tests.adapters.slack_double import NOW, Scene, scene
from tests.stages.slack import SlackStage, signature

CANARY = "canary-7f3a-he-hurts-me"
STAMP = str(int(NOW.timestamp()))


@pytest.fixture
async def slack() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    for name in ("slack_bolt", "slack_sdk", "adapters.slack", "aiohttp"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield
    assert CANARY not in caplog.text


def body_of(stage: SlackStage) -> bytes:
    return json.dumps(stage.envelope(stage.message("amira", "DAMIRA", CANARY))).encode()


def raw(
    slack: Scene, headers: list[tuple[str, bytes]], body: bytes, claimed: int | None = None
) -> tuple[int, bytes]:
    """A request with exactly these headers, twice if they are there twice; its body is
    ``claimed`` to be longer than it is."""
    connection = http.client.HTTPConnection("127.0.0.1", slack.stage.port, timeout=5)
    connection.putrequest("POST", "/slack/events")
    length = str(len(body) if claimed is None else claimed).encode()
    for name, value in [*headers, ("Content-Length", length)]:
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def odd_headers(body: bytes) -> dict[str, list[tuple[str, bytes]]]:
    """The headers of every kind of bad request with this body."""
    good = signature(body, STAMP).encode()
    stamp, signed = ("X-Slack-Request-Timestamp", STAMP.encode()), ("X-Slack-Signature", good)
    return {
        "no signature": [stamp],
        "no stamp": [signed],
        "neither": [],
        "another secret": [stamp, (signed[0], signature(body, STAMP, "stranger").encode())],
        "another body": [stamp, (signed[0], signature(b"{}", STAMP).encode())],
        "another version": [stamp, (signed[0], good.replace(b"v0=", b"v1="))],
        "upper case": [stamp, (signed[0], good.upper())],
        "short": [stamp, (signed[0], good[:-1])],
        "empty": [stamp, (signed[0], b"")],
        "not ASCII": [stamp, (signed[0], "v0=é".encode() + good[5:])],
        "not UTF-8": [stamp, (signed[0], b"v0=\xff\xfe")],
        "signature twice": [stamp, signed, signed],
        "stamp twice": [stamp, stamp, signed],
        "stamp of words": [("X-Slack-Request-Timestamp", b"now"), signed],
        "stamp of other digits": [("X-Slack-Request-Timestamp", "١٢٣".encode()), signed],
        "stamp with a sign": [("X-Slack-Request-Timestamp", b"+" + STAMP.encode()), signed],
        "huge stamp": [("X-Slack-Request-Timestamp", b"9" * 400), signed],
        "negative stamp": [("X-Slack-Request-Timestamp", b"-1"), signed],
    }


@pytest.mark.parametrize("name", odd_headers(b""))
async def test_an_odd_request_gets_401_and_nothing_else(slack: Scene, name: str) -> None:
    body = body_of(slack.stage)
    answer = await asyncio.to_thread(raw, slack, odd_headers(body)[name], body)
    assert answer == (401, b"")
    assert not slack.bot.heard


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 401), (-300, 200), (-299, 200), (0, 200), (300, 200), (301, 401)]
)
async def test_five_minutes_either_way(slack: Scene, seconds: int, status: int) -> None:
    body = body_of(slack.stage)
    stamp = str(int(NOW.timestamp()) + seconds)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(body, stamp)}
    assert (await slack.stage.post(body, headers=headers))[0] == status
    assert len(slack.bot.heard) == (status == 200)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe{}",
        b"{",
        b"[1, 2]",
        b'"words"',
        b"null",
        b"[" * 100_000,
        b'{"event": "words"}',
        b'{"event": {"type": "message", "user": 7, "channel": 9}}',
        b'{"type": "event_callback", "event": null}',
        b"",
    ],
)
async def test_a_signed_body_that_cannot_be_read_does_nothing(slack: Scene, body: bytes) -> None:
    status, _ = await slack.stage.post(body)
    assert status != 500
    assert not slack.bot.heard


async def test_any_flipped_bit_is_refused(slack: Scene) -> None:
    dice = random.Random(7)
    body = body_of(slack.stage)
    good = {"X-Slack-Request-Timestamp": STAMP, "X-Slack-Signature": signature(body, STAMP)}
    for _ in range(300):
        at = dice.randrange(len(body))
        flipped = body[:at] + bytes([body[at] ^ (1 << dice.randrange(8))]) + body[at + 1 :]
        assert await slack.stage.post(flipped, headers=good) == (401, "")
    assert not slack.bot.heard
    assert (await slack.stage.post(body, headers=good))[0] == 200


async def test_a_replay_is_refused_for_ten_minutes_but_a_retry_of_slack_is_heard_once(
    slack: Scene,
) -> None:
    body = body_of(slack.stage)
    assert (await slack.stage.post(body))[0] == 200
    assert await slack.stage.post(body) == (401, "")
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await slack.stage.post(body, headers=retry))[0] == 200
    assert await slack.stage.post(body, headers={"X-Slack-Retry-Num": "soon"}) == (401, "")
    slack.clock.at += timedelta(seconds=299)
    stale = {"X-Slack-Request-Timestamp": STAMP, "X-Slack-Signature": signature(body, STAMP)}
    assert await slack.stage.post(body, headers=stale) == (401, "")
    await slack.adapter.answered()
    assert len(slack.bot.heard) == 1
    assert len(slack.fake.called("chat.postMessage")) == 1


async def test_a_large_body_is_refused_unread(slack: Scene) -> None:
    stamp = ("X-Slack-Request-Timestamp", STAMP.encode())
    signed = ("X-Slack-Signature", signature(b"", STAMP).encode())
    answer = await asyncio.to_thread(raw, slack, [stamp, signed], b"", 2 << 20)
    assert answer == (401, b"")


async def test_slack_may_check_the_address(slack: Scene) -> None:
    question = b'{"type": "url_verification", "token": "t", "challenge": "3eZbrw"}'
    status, answer = await slack.stage.post(question)
    assert (status, json.loads(answer)) == (200, {"challenge": "3eZbrw"})
    # The same without a signature is a stranger's.
    unsigned = {"X-Slack-Signature": ""}
    assert await slack.stage.post(question, headers=unsigned) == (401, "")


async def test_nothing_of_a_heard_body_is_logged_either(slack: Scene) -> None:
    await slack.stage.say("amira", CANARY)
    slack.bot.answer = lambda message: 1 // 0  # type: ignore[return-value,assignment]
    status, _ = await slack.stage.event(slack.stage.message("amira", "DAMIRA", CANARY))
    assert status == 500
    odd = {"type": "view_submission", "team": {"id": "T1"}, "view": {"title": CANARY}}
    await slack.stage.interact(odd)
    strange = {"type": "reaction_added", "user": "UAMIRA", "reaction": CANARY}
    await slack.stage.post(json.dumps(slack.stage.envelope(strange)).encode())
