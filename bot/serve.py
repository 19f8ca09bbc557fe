"""Serves over HTTP: every adapter's routes, health, and on SQLite the loop in the same process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from aiohttp import web

from bot.ports import Unavailable

if TYPE_CHECKING:
    from bot.app import App

BODY_LIMIT = 256 * 1024


def web_app(app: App, *, with_loop: bool) -> web.Application:
    """The web application of ``app``; ``with_loop`` also runs deliveries and the clock here."""
    routes = web.Application(client_max_size=BODY_LIMIT)
    for adapter in app.adapters.values():
        adapter.mount(routes)
    routes.router.add_get("/health", _health)

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        for adapter in app.adapters.values():
            await adapter.start()
        if with_loop:
            with contextlib.suppress(Unavailable):
                app.store.end_leases()
        running = asyncio.create_task(app.loop.run()) if with_loop else None
        yield
        if running is not None:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        for adapter in app.adapters.values():
            await adapter.stop()

    routes.cleanup_ctx.append(lifetime)
    return routes


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "up"})
