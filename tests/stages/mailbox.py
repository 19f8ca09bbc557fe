"""A real SMTP server on 127.0.0.1 that keeps what it is handed, and refuses as it is told to."""

from __future__ import annotations

import asyncio
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from bot.route_settings import MailSection


class Mailbox:
    """``refuse_recipient`` and ``refuse_message`` hold replies for the next commands; ``drop``:
    the connection breaks once the message was taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse_recipient: deque[str] = deque()
        self.refuse_message: deque[str] = deque()
        self.drop = False
        self._server: asyncio.Server

    async def __aenter__(self) -> Mailbox:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="mail.invalid", loop=loop), "127.0.0.1", 0
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def settings(self) -> MailSection:
        """What ``[mail]`` says of this server."""
        port = self._server.sockets[0].getsockname()[1]
        return MailSection(
            host="127.0.0.1", port=port, sender="lanyard@larkhill.example", tls="none"
        )

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, _: object
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.refuse_message:
            return self.refuse_message.popleft()
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.drop:
            server.transport.abort()
        return "250 accepted"
