"""The act-now card with nothing working behind it: ``python -m tests.bench act_now``.

Signed `/report` commands over HTTP to the real adapter and the real bot, while neither the
database nor Slack's own interface can be reached. Every one must be answered with 999 and a number.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from random import Random
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.adapter import PATH
from bot.app import build
from tests.bench.slack_wire import FORM, STAMP
from tests.bench.tally import Tally, command, shown
from tests.stages.slack import secrets, signature
from tests.troupe import KEYS, TUESDAY, school

COUNT = 10_000
SAID = ("", "a child told me her uncle hurts her", "help", "x" * 3000)


def closed_port() -> int:
    """A port of this machine at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def signed(text: str, number: int) -> tuple[bytes, dict[str, str]]:
    form = {
        "team_id": "T1",
        "channel_id": "CSTAFF",
        "user_id": "UAMIRA",
        "user_name": "amira",
        "command": "/report",
        "text": text,
        "trigger_id": f"{number}.T1.x",
        "token": "verification",
    }
    body, stamp = urlencode(form).encode(), str(int(TUESDAY.timestamp()))
    headers = {"Content-Type": FORM, STAMP: stamp, "X-Slack-Signature": signature(body, stamp)}
    return body, headers


async def strike(count: int, seed: int) -> Tally:
    tally, dice, took = Tally(), Random(seed), list[float]()
    dead: dict[str, Any] = {"api_url": f"http://127.0.0.1:{closed_port()}/api/"}
    app = build(
        school(),
        secrets(),
        platforms=("slack",),
        url=f"postgresql://127.0.0.1:{closed_port()}/lanyard",
        keys=KEYS,
        now=lambda: TUESDAY,
        options={"slack": {**dead, "now": lambda: TUESDAY}},
    )
    adapter, routes = app.adapters["slack"], web.Application()
    adapter.mount(routes)
    await adapter.start()
    try:
        async with (
            TestServer(routes, host="127.0.0.1") as server,
            aiohttp.ClientSession() as session,
        ):
            for number in shown(range(count), count):
                body, headers = signed(dice.choice(SAID), number)
                began, url = time.perf_counter(), server.make_url(PATH)
                async with session.post(url, data=body, headers=headers) as answer:
                    words = await answer.text()
                took.append(time.perf_counter() - began)
                _judge(tally, answer.status, words)
    finally:
        await adapter.stop()
        app.close()
    took.sort()
    tally.note("ms, half of them within", f"{took[len(took) // 2] * 1000:.1f}")
    tally.note("ms, 99 of 100 within", f"{took[int(len(took) * 0.99)] * 1000:.1f}")
    tally.note("ms, the slowest", f"{took[-1] * 1000:.1f}")
    return tally


def _judge(tally: Tally, status: int, words: str) -> None:
    tally.count("asked for")
    payload = json.loads(words) if status == 200 and words else {}
    told = json.dumps(payload.get("blocks", []))
    if "Ring 999" in told and "NOT S" in told and payload["response_type"] == "ephemeral":
        tally.count("shown")
    else:
        tally.fault(f"{status}: {words[:80]!r}")


def measure(count: int, seed: int) -> Tally:
    return asyncio.run(strike(count, seed))


main = command(measure, COUNT)
