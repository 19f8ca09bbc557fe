"""Requests that Slack did not send, or not so, or not now: ``python -m tests.bench slack_wire``.

Each is a genuine request with something done to it, sent over a real connection to the real
adapter. None may be heard, none may break anything, and nothing of a body may be logged.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import urlencode

from tests.adapters.slack_double import NOW, Scene, scene
from tests.bench.tally import Tally, command, shown
from tests.stages.fake_slack import BOT, Posted
from tests.stages.slack import Seen, signature

COUNT = 100_000
CONNECTIONS = 8
CANARY = "zq7wren-he-hurts-me"
REFUSALS = frozenset({400, 401, 404, 405, 408, 413})
STAMP, SIGNATURE, RETRY = "X-Slack-Request-Timestamp", "X-Slack-Signature", "X-Slack-Retry-Num"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """One request as bytes on the wire; ``framing`` is what it says of its length."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    method: bytes = b"POST"
    framing: bytes = b""

    def header(self, name: str) -> bytes:
        return next(value for each, value in self.headers if each == name.encode())

    def with_header(self, name: str, *values: bytes) -> Request:
        """The header ``name`` replaced by as many as there are ``values``."""
        kept = tuple(each for each in self.headers if each[0] != name.encode())
        return replace(self, headers=kept + tuple((name.encode(), value) for value in values))

    def wire(self) -> bytes:
        framing = self.framing or b"Content-Length: %d" % len(self.body)
        lines = [self.method + b" /slack/events HTTP/1.1", b"Host: lanyard.example", framing]
        lines += [name + b": " + value for name, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def genuine(body: bytes, kind: str, seconds: int = 0) -> Request:
    """``body`` as Slack would send it ``seconds`` from now."""
    stamp = str(int(NOW.timestamp()) + seconds)
    headers = {"Content-Type": kind, STAMP: stamp, SIGNATURE: signature(body, stamp)}
    return Request(body, tuple((n.encode(), v.encode()) for n, v in headers.items()))


@dataclass
class Source:
    """Genuine bodies of every kind, none of which has been sent."""

    slack: Scene
    dice: Random
    number: int = field(default=0)

    def body(self) -> tuple[bytes, str]:
        self.number += 1
        stage, words = self.slack.stage, f"{CANARY} {self.number}"
        match self.dice.randrange(3):
            case 0:
                event = stage.message("amira", "DAMIRA", words)
                return json.dumps(stage.envelope(event)).encode(), JSON
            case 1:
                form = stage.command("amira", words, "DAMIRA", "report")
                return urlencode(form).encode(), FORM
            case _:
                card = Seen("DAMIRA", Posted(stage.fake.stamp(), BOT, {}))
                value = f"tell child {self.number}"
                text = {"type": "plain_text", "text": CANARY}
                button = {"type": "button", "action_id": "press-0-0", "block_id": "b1"}
                pressed = stage.pressed("amira", card, {**button, "value": value, "text": text})
                return urlencode({"payload": json.dumps(pressed)}).encode(), FORM

    def request(self, seconds: int = 0) -> Request:
        return genuine(*self.body(), seconds)


Mutation = Callable[[Request, Random], Request]


def flipped(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def _flip_body(request: Request, dice: Random) -> Request:
    return replace(request, body=flipped(request.body, dice))


def _flip_header(name: str) -> Mutation:
    def flip(request: Request, dice: Random) -> Request:
        return request.with_header(name, flipped(request.header(name), dice))

    return flip


def _cut_body(request: Request, dice: Random) -> Request:
    return replace(request, body=request.body[: dice.randrange(len(request.body))])


def _longer_body(request: Request, dice: Random) -> Request:
    return replace(request, body=request.body + dice.choice([b" ", b"\0", b"&x=1", b"}", b"\n"]))


def _another_time(request: Request, dice: Random) -> Request:
    seconds = dice.choice([-301, -300, -299, -1, 1, 299, 300, 301])
    return request.with_header(STAMP, str(int(NOW.timestamp()) + seconds).encode())


def _odd_stamp(request: Request, dice: Random) -> Request:
    stamp = request.header(STAMP)
    odd = [b"", b"now", b"-" + stamp, b"+" + stamp, stamp + b".0", b"0x1", b"9" * 400, b"1e9"]
    odd += [stamp + b"\x0b", "١٢٣٤".encode(), b"\xff\xfe", b"0" + stamp, b"\t" + stamp + b"\tx"]
    return request.with_header(STAMP, dice.choice(odd))


def _odd_signature(request: Request, dice: Random) -> Request:
    good = request.header(SIGNATURE)
    odd = [b"", b"v0=", good[:-1], good + b"0", good.upper(), good.replace(b"v0", b"v1"), good[3:]]
    odd += [
        b"v0=" + "é".encode() + good[5:],
        b"v0=\xff\xfe",
        good + b"," + good,
        b"v0=" + b"0" * 64,
    ]
    odd += [good.replace(b"=", b"= "), b'"' + good + b'"', signature(b"", "0").encode()]
    return request.with_header(SIGNATURE, dice.choice(odd))


def _headers_twice(request: Request, dice: Random) -> Request:
    name = dice.choice([STAMP, SIGNATURE])
    value = request.header(name)
    return request.with_header(name, value, dice.choice([value, flipped(value, dice)]))


def _no_header(request: Request, dice: Random) -> Request:
    return request.with_header(dice.choice([STAMP, SIGNATURE]))


def _not_utf8(request: Request, dice: Random) -> Request:
    return replace(request, body=request.body + dice.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"]))


def _another_secret(request: Request, dice: Random) -> Request:
    stamp, secret = request.header(STAMP).decode(), dice.randbytes(8).hex()
    return request.with_header(SIGNATURE, signature(request.body, stamp, secret).encode())


def _another_body(request: Request, dice: Random) -> Request:
    other = dice.choice([b"{}", b"[" * 50_000, b'{"a":' * 20_000, b"", b"payload=%7B", b"null"])
    return replace(request, body=other)


def _odd_method(request: Request, dice: Random) -> Request:
    return replace(request, method=dice.choice([b"GET", b"PUT", b"HEAD", b"PATCH", b"post"]))


def _compressed(request: Request, dice: Random) -> Request:
    body = gzip.compress(dice.choice([request.body, b"\0" * 5_000_000]), 1)
    return replace(request, body=body).with_header("Content-Encoding", b"gzip")


def _odd_framing(request: Request, dice: Random) -> Request:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body) + 1, request.body + b" ")
    odd = [(b"Transfer-Encoding: chunked", chunks), (b"Transfer-Encoding: chunked", b"zz\r\n")]
    odd += [(b"Content-Length: 2097152", b""), (b"Content-Length: -1", b"x")]
    framing, body = dice.choice(odd)
    return replace(request, framing=framing, body=body)


def _pretended_retry(request: Request, dice: Random) -> Request:
    value = dice.choice([b"1", b"2", b"3", b"99", b"x", b""])
    return _flip_body(request.with_header(RETRY, value), dice)


MUTATIONS: dict[str, tuple[float, Mutation]] = {
    "a bit of the body": (20, _flip_body),
    "a bit of the signature": (20, _flip_header(SIGNATURE)),
    "a bit of the time stamp": (15, _flip_header(STAMP)),
    "body cut": (5, _cut_body),
    "body longer": (5, _longer_body),
    "another time, old signature": (8, _another_time),
    "odd time stamp": (5, _odd_stamp),
    "odd signature": (5, _odd_signature),
    "header twice": (4, _headers_twice),
    "header missing": (2, _no_header),
    "not UTF-8": (3, _not_utf8),
    "another secret": (5, _another_secret),
    "another body": (2, _another_body),
    "odd method": (2, _odd_method),
    "pretended retry": (3, _pretended_retry),
    "compressed": (0.3, _compressed),
    "odd framing": (0.3, _odd_framing),
}


class Line:
    """One connection, opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: Request) -> int:
        """The status it is answered with; 0 when the connection was closed without a word."""
        for fresh in (False, True):
            if self._writer is None or fresh:
                await self.close()
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            assert self._reader is not None
            try:
                self._writer.write(request.wire())
                status = await self._answer(self._reader, request.method)
                if request.framing:
                    # What the server still waits for would be taken from the next request.
                    await self.close()
                return status
            except (ConnectionError, asyncio.IncompleteReadError):
                continue
        return 0

    async def _answer(self, reader: asyncio.StreamReader, method: bytes) -> int:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if method != b"HEAD":
            await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close" or lines[0].startswith("http/1.0"):
            await self.close()
        return int(lines[0].split()[1])

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


async def strike(count: int, seed: int) -> Tally:
    tally, dice, written = Tally(), Random(seed), io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(written)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        async with scene() as slack:
            await _mutants(slack, tally, dice, count)
            await _times_and_replays(slack, tally, dice, max(20, count // 500))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    logged = written.getvalue()
    tally.count("lines logged", logged.count("\n"))
    tally.count("bodies logged", logged.count(CANARY))
    tally.expect(CANARY not in logged, "words of a body are in the log")
    return tally


async def _mutants(slack: Scene, tally: Tally, dice: Random, count: int) -> None:
    """Send ``count`` mutants, several at once; none may be heard."""
    source, waiting = Source(slack, dice), asyncio.Queue[tuple[str, Request]](64)
    names = list(MUTATIONS)
    weights = [weight for weight, _ in MUTATIONS.values()]

    def mutants() -> Iterator[tuple[str, Request]]:
        for name in dice.choices(names, weights, k=count):
            request = source.request()
            mutant = MUTATIONS[name][1](request, dice)
            while mutant == request:
                mutant = MUTATIONS[name][1](request, dice)
            yield name, mutant

    async def sender() -> None:
        line = Line(slack.stage.port or 0)
        try:
            while True:
                name, request = await waiting.get()
                await _one(line, name, request)
                waiting.task_done()
        finally:
            await line.close()

    async def _one(line: Line, name: str, request: Request) -> None:
        status = await asyncio.wait_for(line.send(request), 30)
        tally.count(name)
        tally.counts[f"answered {status}"] += 1
        tally.expect(status in REFUSALS or status == 0, f"{name}: {status}")

    senders = [asyncio.create_task(sender()) for _ in range(CONNECTIONS)]
    for mutant in shown(mutants(), count):
        await waiting.put(mutant)
        if any(each.done() for each in senders):
            break
    await waiting.join()
    for each in senders:
        each.cancel()
    for ended in await asyncio.gather(*senders, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            tally.fault(f"a sender ended: {ended!r}")
    tally.count("accepted", len(slack.bot.heard))
    tally.expect(not slack.bot.heard, f"{len(slack.bot.heard)} mutants were heard")


async def _times_and_replays(slack: Scene, tally: Tally, dice: Random, count: int) -> None:
    """Rightly signed requests: inside five minutes heard once, outside never, again never."""
    source, line = Source(slack, dice), Line(slack.stage.port or 0)
    for _ in range(count):
        for seconds in (-301, -300, -299, 0, 299, 300, 301):
            request, heard = source.request(seconds), len(slack.bot.heard)
            status = await line.send(request)
            within = abs(seconds) <= 300
            tally.count("genuine and fresh, heard" if within else "genuine and old, refused")
            tally.expect(status == (200 if within else 401), f"{seconds} s: {status}")
            tally.expect(len(slack.bot.heard) == heard + within, f"{seconds} s: heard wrongly")
            again = [request, *(request.with_header(RETRY, n) for n in (b"1", b"1", b"2", b"x"))]
            event = request.body.startswith(b"{")
            wanted = [401, 200, 401, 200, 401] if event and within else [401] * 5
            got = [await line.send(each) for each in again]
            tally.count("replays", len(again))
            tally.expect(got == wanted, f"replays after {seconds} s: {got}, not {wanted}")
            tally.expect(len(slack.bot.heard) == heard + within, "a replay was heard")
    await line.close()
    await slack.adapter.answered()


def measure(count: int, seed: int) -> Tally:
    return asyncio.run(strike(count, seed))


main = command(measure, COUNT, listens=True)
