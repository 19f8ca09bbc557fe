"""A server of the tests' own on 127.0.0.1."""

from __future__ import annotations

import socket
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer


class Served:
    """Whoever is one gives its routes, and is served while somebody is ``async with`` it."""

    def __init__(self, routes: web.Application) -> None:
        self._server = TestServer(routes, host="127.0.0.1")

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
