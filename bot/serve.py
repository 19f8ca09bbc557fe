"""Serves over HTTP: every adapter's routes, health and metrics, and on SQLite the loop in the same
process."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import AsyncIterator, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from aiohttp import web
from pydantic import SecretStr

from bot import metrics
from bot.ports import Unavailable
from bot.tally import FaultCounter

if TYPE_CHECKING:
    from bot.app import App

BODY_LIMIT = 256 * 1024
OPTIONS: Mapping[str, Any] = {"access_log": None, "auto_decompress": False}
"""For whatever serves the application. No request is logged; and no body is unpacked, for no
platform packs one, and a stranger's few bytes could become what holds up everybody."""
THROUGH_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def web_app(
    app: App, *, with_loop: bool, metrics_token: SecretStr | None = None
) -> web.Application:
    """The web application of ``app``; ``with_loop`` also runs deliveries and the clock here.
    ``metrics_token``: who shows it may read the metrics; without one only this machine may."""
    routes = web.Application(client_max_size=BODY_LIMIT)
    for adapter in app.adapters.values():
        adapter.mount(routes)

    async def health(_: web.Request) -> web.Response:
        """Up, whatever the database does: a process that cannot save still shows whom to ring."""
        database = "up" if await app.vitals.database() else "away"
        return web.json_response({"status": "up", "database": database})

    async def read_metrics(request: web.Request) -> web.Response:
        if metrics_token is None and not _from_here(request):
            raise web.HTTPNotFound
        if metrics_token is not None and not _shows(request, metrics_token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        page = metrics.text(await app.vitals.metrics())
        headers = {"Content-Type": metrics.CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=page.encode(), headers=headers)

    routes.router.add_get("/health", health)
    routes.router.add_get("/metrics", read_metrics)

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        counter = FaultCounter(app.tally)
        logging.getLogger().addHandler(counter)
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
        logging.getLogger().removeHandler(counter)

    routes.cleanup_ctx.append(lifetime)
    return routes


def _shows(request: web.Request, token: SecretStr) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    wanted = token.get_secret_value().encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(
        shown.strip().encode(errors="replace"), wanted
    )


def _from_here(request: web.Request) -> bool:
    """Whether it was asked on this machine for this machine: not through a proxy here, and not by
    a page in a browser that some name server leads here."""
    if any(name in request.headers for name in THROUGH_A_PROXY):
        return False
    return _is_loopback(request.remote or "") and _is_loopback(_host(request))


def _host(request: web.Request) -> str:
    name = request.url.host or ""
    return "127.0.0.1" if name == "localhost" else name


def _is_loopback(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None)
    return (mapped or known).is_loopback
