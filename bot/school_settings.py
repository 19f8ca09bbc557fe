"""The sections of ``lanyard.toml`` about the school: its hours, terms, centres and people."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.people import Role


class Strict(BaseModel):
    """Refuses what it does not know, so that a slip of spelling is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


def _zone(name: object) -> object:
    if isinstance(name, str) and name not in available_timezones():
        raise ValueError(f"“{name}” is not a time zone; write one like Europe/London")
    return name


class SchoolSection(Strict):
    """The school itself. ``opens`` and ``closes`` are hours of the day; ``trained_on`` is when
    all staff last had their safeguarding training, for the governor's report; ``privacy_notice``
    is a link or words: where staff find what becomes of what they type."""

    name: str
    time_zone: Annotated[str, BeforeValidator(_zone)] = "Europe/London"
    opens: int = Field(8, ge=0, le=23)
    closes: int = Field(16, ge=1, le=23)
    trained_on: date | None = None
    privacy_notice: str = Field("", max_length=300)

    @model_validator(mode="after")
    def opens_first(self) -> SchoolSection:
        if self.opens >= self.closes:
            raise ValueError("the school closes before it opens")
        return self


class TermSection(Strict):
    """One term, first and last day included."""

    first: date
    last: date

    @model_validator(mode="after")
    def in_order(self) -> TermSection:
        if self.last < self.first:
            raise ValueError("the last day of term is before the first")
        return self


class CentreSection(Strict):
    """One site, with the private rooms of its DSL and its IT on each platform."""

    name: str
    dsl_rooms: dict[str, str] = {}
    it_rooms: dict[str, str] = {}


class NumberSection(Strict):
    """An outside number and the day somebody rang it to check."""

    name: str
    number: str
    verified_on: date | None = None


class NumbersSection(Strict):
    front_door: NumberSection
    officer: NumberSection
    on_call: NumberSection | None = None
    whistleblowing: NumberSection | None = None


class HoldingSection(Strict):
    role: Role
    centre: str | None = None


class PersonSection(Strict):
    """One person. ``also_called`` is what else staff call them: a first name, a nickname.
    ``accounts`` maps a platform to the account's id there; ``mail`` and ``mobile`` (which may
    wake them) reach them when that does not do."""

    id: str
    name: str
    also_called: list[Annotated[str, Field(min_length=2, max_length=80)]] = []
    centre: str
    phone: str | None = None
    roles: list[HoldingSection] = []
    accounts: dict[str, str] = {}
    mail: Annotated[str, BeforeValidator(mail_address)] | None = None
    mobile: Annotated[str, BeforeValidator(mobile_number)] | None = None
