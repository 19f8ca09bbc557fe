"""Speaks first by e-mail: hands a message to the school's mail server, and claims no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiosmtplib
from aiohttp import web

from adapters.mail.render import message
from bot import clock
from bot.card import Card
from bot.channel import HistoryUnreadable, Unreachable, ensure_lease
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.notice import Destination, Receipt
from bot.people import Directory
from bot.platforms import MAIL
from bot.route_settings import MailSection
from bot.settings import Secrets

SECONDS = 10.0


def open_adapter(
    secrets: Secrets,
    door: Door,
    *,
    settings: MailSection,
    now: Callable[[], datetime] = clock.now,
) -> Adapter:
    """The mail route through the server that ``settings`` name; user and password, if it wants
    them, come from ``secrets``."""
    return MailAdapter(secrets, door, settings, now)


class MailAdapter:
    """A channel that nobody can answer on. Addresses are people's ids."""

    platform = MAIL

    def __init__(
        self,
        secrets: Secrets,
        door: Door,
        settings: MailSection,
        now: Callable[[], datetime],
    ) -> None:
        self._door, self._settings, self._now = door, settings, now
        self._user = secrets.mail_user or None
        password = secrets.mail_password
        self._password = password.get_secret_value() if password is not None else None

    def mount(self, routes: web.Application) -> None:
        """Mail is not heard."""

    async def start(self) -> None:
        """Every message has a connection of its own."""

    async def stop(self) -> None:
        """Nothing is open."""

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        """Hand ``card`` over. The receipt says that the mail server accepted it, nothing more."""
        at = self._now()
        mail = message(card, key=key, sender=self._settings.sender, to=self._address(to), at=at)
        client = await self._connected()
        try:
            ensure_lease()
            await client.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            raise _refusal(fault.recipients[0].code, "recipient") from None
        except aiosmtplib.SMTPResponseException as fault:
            raise _refusal(fault.code, "message") from None
        except (aiosmtplib.SMTPException, OSError):
            # The connection broke: perhaps before the server had it, perhaps after.
            raise Unreachable("mail-connection-lost", doubt=True) from None
        finally:
            client.close()
        return Receipt(self._settings.host, mail["Message-ID"], at)

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        """What was mailed stays as it was; it says that it may be out of date."""
        return receipt

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        """Nobody can look into another's mailbox."""
        raise HistoryUnreadable

    async def members(self, room: str) -> frozenset[str] | None:
        """There are no rooms."""
        return None

    async def check(self, directory: Directory) -> tuple[Finding, ...]:
        """Whether the mail server lets Lanyard in; nothing is sent."""
        try:
            (await self._connected()).close()
        except Unreachable as fault:
            if fault.gone:
                what, mend = "it refuses the login.", "MAIL_USER and MAIL_PASSWORD"
            else:
                what, mend = "it cannot be reached.", "lanyard.toml → [mail] → host, port, tls"
            return (Finding("the mail server", what, mend),)
        return (Finding("the mail server"),)

    async def _connected(self) -> aiosmtplib.SMTP:
        """A client that is logged in."""
        client = aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            username=self._user,
            password=self._password,
            use_tls=self._settings.tls == "tls",
            start_tls=self._settings.tls == "starttls",
            timeout=SECONDS,
        )
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError:
            raise Unreachable("mail-login-refused", gone=True) from None
        except (aiosmtplib.SMTPException, OSError):
            client.close()
            raise Unreachable("mail-no-connection", unanswered=True) from None
        return client

    def _address(self, to: Destination) -> str:
        person = self._door.directory().person(to.person)
        if person is None or not person.mail:
            raise Unreachable("no-address", gone=True)
        return person.mail


def _refusal(code: int, what: str) -> Unreachable:
    """4xx is "later", 5xx "never" (RFC 5321, 4.2.1)."""
    return Unreachable(f"mail-{what}-{code}", gone=code >= 500, unanswered=code < 500)
