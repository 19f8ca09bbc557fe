"""One server for the load to fall on: Lanyard, or a Bolt app that only acknowledges."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.adapter import PATH
from bot.app import App, build
from bot.serve import OPTIONS, web_app
from tests.stages.fake_slack import BOT_TOKEN
from tests.stages.slack import SECRET, secrets
from tests.troupe import KEYS, school


def lanyard(folder: Path, api_url: str) -> tuple[web.Application, App]:
    """Lanyard as it is served on SQLite: web, deliveries and clocks in one process."""
    url = f"sqlite:///{folder / 'lanyard.db'}"
    app = build(
        school(),
        secrets(),
        platforms=("slack",),
        url=url,
        keys=KEYS,
        options={"slack": {"api_url": api_url}},
    )
    return web_app(app, with_loop=True), app


def echo() -> web.Application:
    """The empty Bolt app: signatures are checked, everything is acknowledged, and that is all."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=BOT_TOKEN)

    client = AsyncWebClient(BOT_TOKEN)
    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, client=client)

    async def acknowledged(ack: AsyncAck) -> BoltResponse:
        return await ack()

    bolt.event("message")(acknowledged)
    for command in ("/ask", "/report", "/dsl"):
        bolt.command(command)(acknowledged)
    # Bolt's own server is what a tutorial would start: its aiohttp application.
    return bolt.web_app(PATH)


async def serve(routes: web.Application) -> None:
    runner = web.AppRunner(routes, **OPTIONS)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main(kind: str, folder: str, api_url: str) -> None:
    """Print the port and serve until terminated."""
    if kind == "echo":
        asyncio.run(serve(echo()))
        return
    routes, app = lanyard(Path(folder), api_url)
    try:
        asyncio.run(serve(routes))
    finally:
        app.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
