"""Requests of hostile size at a served Lanyard: ``python -m tests.bench large [TIMES]``.

Each is sent so many times, signed as Slack signs where it is small enough to be read at all, to a
server in a process of its own: how long each answer takes, and how much more memory the process
holds afterwards (promise 50).
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from adapters.slack.adapter import PATH
from tests.bench.load import asked, commanded, server, users, workspace
from tests.bench.tally import Tally, command, shown
from tests.stages.slack import signature

COUNT = 50
MOST_SECONDS, MOST_MEGABYTES = 1.0, 50
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WARMING = 100
"""Ordinary questions beforehand: what the first answers load is no one's attack."""


Headers = dict[str, str]


def bodies(number: int) -> dict[str, tuple[bytes, Headers]]:
    """What is sent, by name, with the headers it needs; by ``number`` no two are the same."""
    user, mark = users()[0], f"{number:04} "
    actions = [{"type": "button", "action_id": str(each)} for each in range(5_000)]
    payload = {"type": "block_actions", "user": {"id": user}, "actions": actions, "mark": mark}
    fields = {f"f{each}": mark for each in range(10_000)}
    json_, form = {"Content-Type": JSON}, {"Content-Type": FORM}
    return {
        "a megabyte of words": (asked(user, mark + "word " * 200_000), json_),
        "200 kB of words": (asked(user, mark + "word " * 40_000), json_),
        "200 kB in a command": (commanded(user, "ask", mark + "x" * 200_000), form),
        "JSON 100,000 deep": (b"[" * (100_000 + number), json_),
        "5,000 actions": (urlencode({"payload": json.dumps(payload)}).encode(), form),
        "10,000 fields": (urlencode(fields).encode(), form),
        "a quarter of a gigabyte, packed": (PACKED, {**json_, "Content-Encoding": "gzip"}),
        "64 MB without a length": (b"", json_),
    }


PACKED = gzip.compress(bytes(2**28))


async def endless() -> AsyncIterator[bytes]:
    """Sixty-four megabytes whose length nobody was told."""
    for _ in range(1024):
        yield bytes(64 * 1024)


def held(process: int) -> float:
    """Megabytes of memory that a process holds now."""
    said = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", said)
    assert found is not None
    return int(found[1]) / 1024


async def strike(times: int) -> tuple[Tally, dict[str, float], float]:
    """What was answered, the slowest answer to each in seconds, and how many megabytes more."""
    tally = Tally()
    async with workspace() as fake:
        with (
            tempfile.TemporaryDirectory(prefix="lanyard-large-") as folder,
            server("lanyard", Path(folder), fake.api_url) as served,
        ):
            timeout = aiohttp.ClientTimeout(total=60)
            # Each on a connection of its own: none waits for what is left of the one before.
            alone = aiohttp.TCPConnector(force_close=True)
            async with aiohttp.ClientSession(timeout=timeout, connector=alone) as session:
                for number in range(WARMING):
                    body = asked(users()[number % 5], f"can I use my phone on trip {number}?")
                    await _one(session, served.port, body, {"Content-Type": JSON})
                before = held(served.pid)
                slowest: dict[str, float] = defaultdict(float)
                for number in shown(range(times), times):
                    for name, (body, headers) in bodies(number).items():
                        began = time.perf_counter()
                        status = await _one(session, served.port, body or endless(), headers)
                        slowest[name] = max(slowest[name], time.perf_counter() - began)
                        tally.count(f"{name}: answered {status}")
                        tally.expect(status < 500, f"{name}: {status}")
                return tally, slowest, held(served.pid) - before


async def _one(
    session: aiohttp.ClientSession,
    port: int,
    body: bytes | AsyncIterator[bytes],
    headers: Headers,
) -> int:
    """The status of the answer; 0 when the connection was closed instead."""
    stamp = str(int(time.time()))
    signed = signature(body, stamp) if isinstance(body, bytes) else "v0=" + "0" * 64
    sent = {**headers, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed}
    try:
        async with session.post(
            f"http://127.0.0.1:{port}{PATH}", data=body, headers=sent
        ) as answer:
            await answer.read()
            return answer.status
    except aiohttp.ClientError:
        return 0


def measure(times: int, seed: int) -> Tally:
    """``times`` of each; nothing is left to chance."""
    tally, slowest, more = asyncio.run(strike(times))
    for name, took in slowest.items():
        tally.note(f"s, the slowest answer to {name}", f"{took:.2f}")
        tally.expect(took <= MOST_SECONDS, f"{name}: {took:.2f} s")
    tally.note("MB more memory after all of them", f"{more:.0f}")
    tally.expect(more <= MOST_MEGABYTES, f"{more:.0f} MB more")
    return tally


main = command(measure, COUNT)
