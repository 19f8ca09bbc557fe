"""Speaking to the Bot Connector: the SDK's client on a transport that guards our token."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationParameters
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AuthenticateRequestResult, ClaimsIdentity
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import (
    BotFrameworkConnectorConfiguration,
)
from msrest.authentication import Authentication
from msrest.pipeline.universal import RawDeserializer

from adapters.teams.faults import refusal
from adapters.teams.references import Reference
from adapters.teams.tokens import Tokens
from adapters.teams.trust import Origins
from bot.channel import Unreachable, ensure_lease

CARD = "application/vnd.microsoft.card.adaptive"
CALL = aiohttp.ClientTimeout(total=10, connect=4)
LONGEST_ANSWER = 4 * 1024 * 1024
PAGE = 200
MOST_PAGES = 50


@dataclass(frozen=True)
class Member:
    """One account of a room's roster; ``id`` is how this bot knows it (``29:…``)."""

    id: str
    account: str
    tenant: str
    role: str
    principal: str


@dataclass
class _Answer:
    """What the SDK's generated operations read of a response."""

    status_code: int
    headers: Mapping[str, str]
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Run:
    http_response: _Answer
    context: dict[str, Any]


class Transport:
    """In place of the SDK's pipeline, which fetches tokens by blocking calls, follows redirects
    with them, asks no one about the host and can log bodies."""

    def __init__(
        self, origins: Origins, tokens: Tokens, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._origins, self._tokens, self._session = origins, tokens, session

    async def run(self, request: Any, **_: Any) -> _Run:
        """Send one request; whatever is not a success is raised as :class:`Unreachable`."""
        if not self._origins.allow_request(request.url):
            raise Unreachable("strange-host", gone=True)
        answer, data = await self._send(request)
        return _Run(answer, {RawDeserializer.CONTEXT_NAME: data})

    async def _send(self, request: Any) -> tuple[_Answer, Any]:
        token = await self._tokens.get()
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        ensure_lease()
        try:
            async with self._session().request(
                request.method,
                request.url,
                data=request.data,
                headers=headers,
                allow_redirects=False,
                timeout=CALL,
            ) as response:
                if response.status == 401:
                    self._tokens.forget(token)
                if not 200 <= response.status < 300:
                    raise refusal(response.status, response.headers)
                raw = await response.content.read(LONGEST_ANSWER)
                return _Answer(response.status, response.headers), _parsed(raw)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unreachable("teams-no-connection", unanswered=True) from None
        except TimeoutError:
            raise Unreachable("teams-timeout", doubt=True) from None
        except aiohttp.ClientError as fault:
            raise Unreachable(f"teams-{type(fault).__name__}", doubt=True) from None


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw.strip() else None
    except (ValueError, RecursionError):
        raise Unreachable("teams-garbage", doubt=True) from None


class Connector(ConnectorFactory):  # type: ignore[misc]
    """What Lanyard asks of the Bot Connector. Only an id in its answer counts as success."""

    def __init__(self, transport: Transport, app_id: str, tenant: str) -> None:
        self._transport, self._app_id, self._tenant = transport, app_id, tenant
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """The SDK's client for one service address (its contract: :class:`ConnectorFactory`)."""
        if service_url not in self._clients:
            self._clients[service_url] = ConnectorClient(
                Authentication(),
                custom_configuration=BotFrameworkConnectorConfiguration(
                    Authentication(), service_url, pipeline_type=lambda _: self._transport
                ),
            )
        return self._clients[service_url]

    def authenticated(self, claims: Mapping[str, Any]) -> AuthenticateRequestResult:
        """What the SDK wants to know of a request that we have checked ourselves."""
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), True)
        result.connector_factory = self
        return result

    async def post(self, to: Reference, activity: Activity) -> str:
        """Post in a conversation; returns the new message's id."""
        client = await self.create(to.service_url)
        return await _made(client.conversations.send_to_conversation(to.conversation, activity))

    async def update(self, to: Reference, message: str, activity: Activity) -> str:
        """Replace a message; returns its id."""
        client = await self.create(to.service_url)
        activity.id = message
        return await _made(client.conversations.update_activity(to.conversation, message, activity))

    async def open_chat(self, service_url: str, user: str) -> str:
        """The one-to-one conversation with ``user``, made if there is none; returns its id."""
        client = await self.create(service_url)
        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=f"28:{self._app_id}"),
            members=[ChannelAccount(id=user)],
            tenant_id=self._tenant,
            channel_data={"tenant": {"id": self._tenant}},
        )
        return await _made(client.conversations.create_conversation(wanted))

    async def member(self, of: Reference, user: str) -> Member:
        """One account as the roster has it."""
        client = await self.create(of.service_url)
        asked = client.conversations.get_conversation_member(of.conversation, user)
        return _member(await _understood(asked))

    async def members(self, of: Reference) -> list[Member] | None:
        """The whole roster, ``None`` if it does not end."""
        client = await self.create(of.service_url)
        found: list[Member] = []
        token = None
        for _ in range(MOST_PAGES):
            page = await _understood(
                client.conversations.get_conversation_paged_members(
                    of.conversation, page_size=PAGE, continuation_token=token
                )
            )
            if page is None:
                return None
            found += [_member(account) for account in page.members or ()]
            token = page.continuation_token
            if not token:
                return found
        return None


def _member(account: ChannelAccount) -> Member:
    """The SDK's plain account model drops what Teams adds to it into additional properties."""
    extra = account.additional_properties if account else {}
    return Member(
        id=str(account.id or "") if account else "",
        account=str(getattr(account, "aad_object_id", None) or extra.get("objectId") or ""),
        tenant=str(extra.get("tenantId") or ""),
        role=str(extra.get("userRole") or ""),
        principal=str(extra.get("userPrincipalName") or ""),
    )


async def _made(call: Awaitable[Any]) -> str:
    made = await _understood(call)
    if made is None or not made.id:
        raise Unreachable("teams-no-receipt", doubt=True)
    return str(made.id)


async def _understood(call: Awaitable[Any]) -> Any:
    """What the SDK read in the answer; whatever it could not read leaves doubt."""
    try:
        return await call
    except Unreachable:
        raise
    except Exception as fault:
        raise Unreachable(f"teams-{type(fault).__name__}", doubt=True) from None


def message_activity(
    card: Mapping[str, Any] | None = None,
    *,
    summary: str = "",
    text: str = "",
    urgent: bool = False,
) -> Activity:
    """One message: a card, of which a notification shows only ``summary``, or a line of text."""
    attachments = [Attachment(content_type=CARD, content=card)] if card else None
    return Activity(
        type="message",
        attachments=attachments,
        summary=summary or None,
        text=text or None,
        text_format="plain" if text else None,
        importance="high" if urgent else None,
        channel_data={"notification": {"alert": True}} if urgent else None,
    )
