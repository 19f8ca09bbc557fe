"""Bolt's application: which of Slack's payloads means what, however it was carried."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import ephemeral
from adapters.slack.assistant import Assistant
from adapters.slack.filled import done_in_view, put_away, sent
from adapters.slack.homes import Homes
from adapters.slack.listening import Listener
from adapters.slack.submission import (
    Body,
    Submission,
    commanded,
    key_of,
    pressed,
    said,
    shortcut,
)

log = logging.getLogger(__name__)

ANY = re.compile(r".*", re.DOTALL)


def open_wire(
    listener: Listener, homes: Homes, assistant: Assistant, team: str, quiet: logging.Logger
) -> AsyncApp:
    """An application that acknowledges only after the bot has heard, so that what was not heard
    is sent again by Slack.

    Its own signature check is off (it logs bodies; ours comes first), and so is everything by
    which it would call Slack before answering: hearing needs nothing but the door.
    """
    app = AsyncApp(
        name=quiet.name,
        logger=quiet,
        client=AsyncWebClient(logger=quiet, retry_handlers=[]),
        authorize=_authorized,
        signing_secret="",
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def hear(submission: Submission | None) -> None:
        if submission is not None:
            await listener.hear(submission)

    async def event(body: Body, ack: AsyncAck) -> BoltResponse:
        submission = said(body)
        if submission is not None:
            assistant.working(submission.origin)
        await hear(submission)
        return await ack()

    async def command(body: Body, request: AsyncBoltRequest, ack: AsyncAck) -> BoltResponse:
        stamp = request.headers.get("x-slack-request-timestamp", [""])[0]
        page = await listener.hear_at_once(commanded(body, stamp))
        return await (ack() if page is None else ack(ephemeral(page)))

    async def action(body: Body, ack: AsyncAck) -> BoltResponse:
        await hear(done_in_view(body) if body.get("view") else pressed(body))
        return await ack()

    async def view_sent(body: Body, ack: AsyncAck) -> BoltResponse:
        submission = sent(body)
        if submission is None:
            return await ack()
        answer = await listener.hear_sent(submission, body["view"])
        return BoltResponse(status=200, body=json.dumps(answer) if answer else "")

    async def view_closed(body: Body, ack: AsyncAck) -> BoltResponse:
        await hear(put_away(body))
        return await ack()

    async def home_opened(body: Body, ack: AsyncAck) -> BoltResponse:
        """Nobody waits for it to be kept, so Slack is answered first and the tab drawn after."""
        event = body.get("event") or {}
        if event.get("tab") == "home" and body.get("team_id") == team:
            homes.opened(event["user"], key_of("home", body.get("event_id")))
        return await ack()

    async def assistant_opened(body: Body, ack: AsyncAck) -> BoltResponse:
        if body.get("team_id") == team:
            assistant.opened((body.get("event") or {}).get("assistant_thread") or {})
        return await ack()

    async def from_menu(body: Body, ack: AsyncAck) -> BoltResponse:
        await hear(shortcut(body))
        return await ack()

    async def ignored(ack: AsyncAck) -> BoltResponse:
        return await ack()

    async def failed(error: Exception) -> BoltResponse:
        log.error("not heard", extra={"action": "hear", "fault": type(error).__name__})
        return BoltResponse(status=500, body="")

    app.event("message")(event)
    app.event("app_mention")(event)
    app.event("app_home_opened")(home_opened)
    app.event("assistant_thread_started")(assistant_opened)
    app.event(ANY)(ignored)
    app.command(ANY)(command)
    app.action(ANY)(action)
    app.view(ANY)(view_sent)
    app.view_closed(ANY)(view_closed)
    app.shortcut("report")(from_menu)
    app.shortcut("report-message")(from_menu)
    app.shortcut(ANY)(ignored)
    app.error(failed)
    return app


async def _authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Bolt asks who the bot is; nothing here depends on it, so Slack is not asked."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="unused")


async def dispatch(app: AsyncApp, body: str, headers: dict[str, Any]) -> BoltResponse:
    """Bolt's answer to a signed request; raises for a body that cannot be read."""
    return await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
