"""The one HTTP route: proves a request genuine, hands it to the SDK, answers in its codes."""

from __future__ import annotations

import asyncio
import json
import logging
from http import HTTPStatus
from typing import Any

from aiohttp import web
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthentication

from adapters.teams.answering import Answering
from adapters.teams.connector import Connector
from adapters.teams.reading import Incoming
from adapters.teams.trust import Doorkeeper, Refused
from bot.channel import Unreachable

log = logging.getLogger(__name__)

LARGEST = 256 * 1024
"""Teams' own messages end at about 100 KB."""
READ_SECONDS = 5.0


class _Checked(BotFrameworkAuthentication):  # type: ignore[misc]
    """Requests reach the SDK already authenticated: it is asked for nothing but its clients."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def authenticate_request(self, activity: Activity, auth_header: str) -> Any:
        raise PermissionError("authenticated by the doorkeeper only")

    async def authenticate_streaming_request(self, auth_header: str, channel_id: str) -> Any:
        raise PermissionError("authenticated by the doorkeeper only")

    def create_connector_factory(self, claims_identity: Any) -> Connector:
        return self._connector

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """People's own tokens are never asked for."""


class Endpoint(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter behind a route of ours."""

    def __init__(self, doorkeeper: Doorkeeper, connector: Connector, answering: Answering) -> None:
        super().__init__(_Checked(connector))
        self._doorkeeper, self._connector, self._answering = doorkeeper, connector, answering

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one POST. Refusals have no body, and nothing of the request's is logged."""
        try:
            proof = await self._doorkeeper.check_token(request.headers.getall("Authorization", []))
            raw = await _read(request)
            if raw is None:
                return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body = _parsed(raw)
            if body is None or not isinstance(body.get("type"), str) or not body["type"]:
                return web.Response(status=HTTPStatus.BAD_REQUEST)
            self._doorkeeper.admit(proof, body)
        except Refused as fault:
            log.warning("refused", extra={"action": "teams-refuse", "fault": fault.code})
            return web.Response(status=fault.status)
        try:
            activity = Activity().deserialize(body)
        except Exception:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return await self._turn(
            Incoming(body), activity, self._connector.authenticated(proof.claims)
        )

    async def _turn(self, incoming: Incoming, activity: Activity, caller: Any) -> web.Response:
        async def logic(context: TurnContext) -> None:
            answer = await self._answering.take(incoming)
            if answer is not None:
                value = InvokeResponse(status=int(HTTPStatus.OK), body=answer)
                await context.send_activity(Activity(type="invokeResponse", value=value))

        try:
            response = await self.process_activity(caller, activity, logic)
        except Unreachable as fault:
            log.warning("turn not shown", extra={"action": "teams-turn", "fault": fault.fault})
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        except Exception as fault:
            # The message of an unforeseen fault may quote what was typed: only its kind is kept.
            log.error("turn failed", extra={"action": "teams-turn", "fault": type(fault).__name__})
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        if response is None:
            return web.Response(status=HTTPStatus.CREATED)
        if response.body is None:
            return web.Response(status=int(response.status))
        return web.json_response(response.body, status=int(response.status))


async def _read(request: web.Request) -> bytes | None:
    """The body, ``None`` when it is larger than anything Teams sends."""
    if (request.content_length or 0) > LARGEST:
        return None
    raw = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_chunked(64 * 1024):
                raw += chunk
                if len(raw) > LARGEST:
                    return None
    except TimeoutError:
        raise Refused("slow-body", HTTPStatus.REQUEST_TIMEOUT) from None
    except Exception as fault:
        raise Refused(type(fault).__name__, HTTPStatus.BAD_REQUEST) from None
    return bytes(raw)


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
