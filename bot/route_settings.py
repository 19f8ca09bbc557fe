"""Settings of the ways outside the chat: mail, text messages, and when they are taken."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from bot.school_settings import Strict, mail_address

NOTIFY_KEY = re.compile(r".*[0-9a-f-]{36}-[0-9a-f-]{36}")
"""A name, the id of the service and the secret."""


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


class MailSection(Strict):
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


class TextSection(Strict):
    """GOV.UK Notify: the id of a text template whose body is ((message)). NOTIFY_KEY comes from
    the environment."""

    template: Annotated[str, BeforeValidator(_template_id)]


class DeliverySection(Strict):
    """When to take another way for a report that cannot be shown."""

    second_route_after_minutes: int = Field(3, ge=1, le=30)
