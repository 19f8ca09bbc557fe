"""Settings of the ways outside the chat: mail, text messages, and when they are taken."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    model_validator,
)

NOTIFY_KEY = re.compile(r".*[0-9a-f-]{36}-[0-9a-f-]{36}")
"""A name, the id of the service and the secret."""


def mail_address(value: object) -> object:
    """An e-mail address; raises :class:`ValueError`."""
    if isinstance(value, str) and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", value):
        raise ValueError("is not an e-mail address")
    return value


def mobile_number(value: object) -> object:
    """A UK mobile number, or one with its country code; kept without spaces."""
    if not isinstance(value, str):
        return value
    number = re.sub(r"[\s()-]", "", value)
    if not re.fullmatch(r"07\d{9}|\+[1-9]\d{7,14}", number):
        raise ValueError("is not a mobile number; write 07700 900123 or +44 7700 900123")
    return number


def _template_id(value: object) -> object:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise ValueError("is not the id of a template of GOV.UK Notify") from None


def _whole_key(value: SecretStr) -> SecretStr:
    if not NOTIFY_KEY.fullmatch(value.get_secret_value()):
        raise ValueError("is not a key of GOV.UK Notify; copy it whole, as it was shown")
    return value


NotifyKey = Annotated[SecretStr, AfterValidator(_whole_key)]


class MailSection(BaseModel, extra="forbid", frozen=True):
    """The mail server that carries mail for Lanyard, and whom it comes from. ``tls``: from the
    first byte (``tls``), after a greeting (``starttls``), or not at all (``none``, for a server
    on the same machine). MAIL_USER and MAIL_PASSWORD come from the environment."""

    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    sender: Annotated[str, BeforeValidator(mail_address)]
    tls: Literal["starttls", "tls", "none"] = "starttls"

    @model_validator(mode="after")
    def not_in_the_clear(self) -> MailSection:
        if self.tls == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("mail may leave this machine only with tls = starttls or tls")
        return self


class TextSection(BaseModel, extra="forbid", frozen=True):
    """GOV.UK Notify: the id of a text template whose body is ((message)). NOTIFY_KEY comes from
    the environment."""

    template: Annotated[str, BeforeValidator(_template_id)]


class DeliverySection(BaseModel, extra="forbid", frozen=True):
    """When to take another way for a report that cannot be shown."""

    second_route_after_minutes: int = Field(3, ge=1, le=30)
