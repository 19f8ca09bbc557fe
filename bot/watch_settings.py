"""Settings of the watchdog: where its heartbeat goes."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import BeforeValidator, model_validator

from bot.school_settings import Strict

FAIL = "/fail"
"""What dead-man services add to an address for "not well" (Healthchecks and those like it)."""


def heartbeat_address(value: object) -> object:
    """An address that may be asked: https, or http on this machine; raises :class:`ValueError`."""
    if not isinstance(value, str) or not value:
        return value
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or any(sign.isspace() or not sign.isprintable() for sign in value):
        raise ValueError("is not an address; write one like https://hc.example/ping/your-own-code")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must be an address alone: no user, no password, no #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _here(host)):
        raise ValueError("must begin with https:// (http:// is for this machine only)")
    return value


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Address = Annotated[str, BeforeValidator(heartbeat_address)]


class WatchSection(Strict):
    """The watchdog's heartbeat. ``address`` is asked for once a minute while nothing is stuck;
    ``fail`` when something is (without it: ``address`` with ``/fail``). ``file`` is renewed
    while nothing is stuck; an empty one is none, and so is a missing one beside a PostgreSQL."""

    address: Address = ""
    fail: Address = ""
    file: str | None = None

    @model_validator(mode="after")
    def fail_of_something(self) -> WatchSection:
        if self.fail and not self.address:
            raise ValueError("fail is set and address is not: then nobody would miss anything")
        return self

    @property
    def ill(self) -> str:
        """The address that says that something is stuck."""
        if self.fail or not self.address:
            return self.fail
        parts = urlsplit(self.address)
        return urlunsplit(parts._replace(path=parts.path.rstrip("/") + FAIL))

    def heartbeat_file(self, usual: Path | None) -> Path | None:
        """The file to renew; ``usual`` is the one where nothing is said."""
        return usual if self.file is None else (Path(self.file) if self.file else None)
