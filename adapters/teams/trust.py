"""Whom to believe: the token on a request, the tenant and service address it speaks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from adapters.teams.keys import SigningKeys

ISSUER = "https://api.botframework.com"
"""The Bot Connector. Tokens of the emulator and of other bots ("skills") name other issuers."""
CHANNEL = "msteams"
CLOCK_SKEW = 300
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
PATH = r"(/[A-Za-z0-9._~-]+)*/?"


class Refused(PermissionError):
    """Not let in. The message is a code for the log; nothing of it is told to the sender."""

    def __init__(self, code: str, status: int = 401) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class Origins:
    """The only addresses our bearer token is ever sent to.

    Hosts are compared whole (``*.trafficmanager.net`` is open to anyone), by ``https`` on its own
    port. The whole address must match one strict pattern, so that no two parsers can disagree
    about it. ``loopback`` is one ``http://127.0.0.1:port`` for tests.
    """

    def __init__(self, hosts: Iterable[str], loopback: str = "") -> None:
        names = tuple(hosts)
        if bad := [name for name in names if not HOST.fullmatch(name)]:
            raise ValueError(f"not the name of a host: {', '.join(bad)}")
        if loopback and not re.fullmatch(r"http://127\.0\.0\.1:\d{1,5}", loopback):
            raise ValueError("only a port of 127.0.0.1 may stand in for Teams")
        starts = [f"https://{name}" for name in names] + ([loopback] if loopback else [])
        self._pattern = re.compile("(" + "|".join(map(re.escape, starts)) + ")" + PATH)

    def allow(self, service_url: str) -> bool:
        """Whether ``service_url`` is one of ours to answer at."""
        return self._pattern.fullmatch(service_url) is not None

    def allow_request(self, url: str) -> bool:
        """Whether a whole request address, query included, goes to an allowed origin."""
        parts = urlsplit(url)
        return self.allow(f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True)
class Proof:
    """What a genuine token says, before the (unsigned) body has been read."""

    claims: Mapping[str, Any]
    endorsements: frozenset[str]


class Doorkeeper:
    """Lets in only activities of Teams itself, for this app, from this tenant."""

    def __init__(self, app_id: str, tenant: str, origins: Origins, keys: SigningKeys) -> None:
        if not app_id or not tenant:
            raise ValueError("without an app id and a tenant anybody could pose as Teams")
        self._app_id, self._tenant, self._origins, self._keys = app_id, tenant, origins, keys

    async def check_token(self, headers: list[str]) -> Proof:
        """The proof in the Authorization header; raises :class:`Refused`, whatever is odd."""
        if len(headers) != 1 or not headers[0].startswith("Bearer "):
            raise Refused("no-token")
        token = headers[0].removeprefix("Bearer ")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
                raise Refused("algorithm")
            key = await self._keys.find(header["kid"])
            if key is None:
                raise Refused("unknown-key")
            claims = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iss", "aud"], "strict_aud": True},
            )
        except Refused:
            raise
        except Exception as fault:
            raise Refused(type(fault).__name__) from None
        return Proof(claims, key.endorsements)

    def admit(self, proof: Proof, body: Mapping[str, Any]) -> None:
        """Raise :class:`Refused` unless the unsigned body agrees with the proof and is ours."""
        service_url = body.get("serviceUrl")
        if not isinstance(service_url, str) or proof.claims.get("serviceurl") != service_url:
            raise Refused("service-url-not-proven")
        if not self._origins.allow(service_url):
            raise Refused("service-url-strange", 403)
        if body.get("channelId") != CHANNEL:
            raise Refused("channel", 403)
        if proof.endorsements and CHANNEL not in proof.endorsements:
            raise Refused("endorsement")
        named = [
            at(body, "channelData", "tenant", "id"),
            at(body, "conversation", "tenantId"),
        ]
        if any(tenant not in (None, self._tenant) for tenant in named) or named == [None, None]:
            raise Refused("tenant", 403)


def at(body: object, *path: str) -> Any:
    """What lies at ``path`` in JSON, ``None`` where the path breaks off."""
    for name in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body
