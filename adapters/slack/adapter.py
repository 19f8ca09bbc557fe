"""Slack, put together: requests or a socket in, cards out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.accounts import Accounts
from adapters.slack.answers import Answers
from adapters.slack.api import SlackApi
from adapters.slack.assistant import Assistant
from adapters.slack.channel import SlackChannel
from adapters.slack.checkup import Checkup
from adapters.slack.homes import Homes
from adapters.slack.listening import Listener
from adapters.slack.modals import Modals
from adapters.slack.quiet import still
from adapters.slack.verify import Gate
from adapters.slack.wire import dispatch, open_wire
from bot import clock
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.people import Directory
from bot.settings import Secrets

SLACK = "https://slack.com"
PATH = "/slack/events"
LARGEST = 256 * 1024
READ_SECONDS = 5.0
"""Slack sends a body at once; a stranger who dribbles one is not waited for."""


def open_adapter(
    secrets: Secrets,
    door: Door,
    *,
    api_url: str = "",
    now: Callable[[], datetime] = clock.now,
) -> Adapter:
    """Slack for the workspace that ``secrets`` names, and for no other; ``api_url`` and the
    settings' stand-in point rehearsals at a server of their own."""
    at = api_url or f"{secrets.slack_stand_in or SLACK}/api/"
    return SlackAdapter(secrets, door, at, now)


class SlackAdapter(SlackChannel):
    """Signed HTTP when there is a signing secret, else Socket Mode."""

    def __init__(
        self, secrets: Secrets, door: Door, api_url: str, now: Callable[[], datetime]
    ) -> None:
        self._quiet = still()
        bot, app, signing = (
            secret.get_secret_value() if secret is not None else ""
            for secret in (
                secrets.slack_bot_token,
                secrets.slack_app_token,
                secrets.slack_signing_secret,
            )
        )
        api = SlackApi(bot, api_url, now)
        super().__init__(api, secrets.slack_team)
        self._answers = Answers(api, self)
        accounts = Accounts(api, secrets.slack_team, now)
        team = secrets.slack_team
        self.homes = Homes(api, door, accounts, self._answers, team, now)
        modals = Modals(api, self._answers)
        listener = Listener(door, accounts, self._answers, modals, self.homes, team, now)
        assistant = Assistant(api, self._answers)
        socket = SlackApi(app, api_url, now) if app and not signing else None
        self._checkup = Checkup(api, socket, team, self.members)
        self._app = open_wire(listener, self.homes, assistant, team, self._quiet)
        self._sweeping: asyncio.Task[None] | None = None
        self._api_url, self._app_token = api_url, app
        self._gate = Gate(signing, now) if signing else None
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None

    def mount(self, routes: web.Application) -> None:
        """``POST /slack/events`` takes everything: events, commands, presses and shortcuts."""
        if self._gate is not None:
            routes.router.add_post(PATH, self._take)

    async def start(self) -> None:
        """Open the socket, if that is how Slack is heard; it opens itself again when it drops."""
        self._sweeping = asyncio.create_task(self.homes.keep_true())
        if self._gate is None and self._app_token:
            client = AsyncWebClient(
                self._app_token, self._api_url, logger=self._quiet, retry_handlers=[]
            )
            self._socket = AsyncSocketModeHandler(
                self._app, self._app_token, logger=self._quiet, web_client=client
            )
            connected = self._socket.connect_async()  # type: ignore[no-untyped-call]
            self._connecting = asyncio.create_task(connected)

    async def stop(self) -> None:
        """Let answers under way end, then close every connection."""
        for task in (self._sweeping, self._connecting):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        await self._answers.stop()
        await self._checkup.close()
        await self._api.close()

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """What a look at the workspace finds."""
        return await self._checkup.findings(directory)

    async def answered(self) -> None:
        """Returns when every answer begun has been shown or given up."""
        await self._answers.all_given()

    async def _take(self, request: web.Request) -> web.Response:
        body = await self._admitted(request)
        if body is None:
            return web.Response(status=401)
        headers = {name: request.headers.getall(name) for name in request.headers}
        try:
            response = await dispatch(self._app, body, headers)
        except Exception:
            return web.Response(status=401)
        kind = "application/json" if response.body.startswith("{") else "text/plain"
        return web.Response(status=response.status, text=response.body, content_type=kind)

    async def _admitted(self, request: web.Request) -> str | None:
        """The body, if Slack signed it and it can be read at all."""
        if self._gate is None or not self._gate.may_be_ours(request.headers):
            return None
        if (request.content_length or 0) > LARGEST or "Content-Encoding" in request.headers:
            return None
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
            return body.decode() if self._gate.admits(request.headers, body) else None
        except Exception:
            # Whatever is wrong with how a body was sent: it is a stranger's.
            return None
