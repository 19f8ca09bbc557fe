"""What counts as an answer when a school is set up: each reading returns the value, or says what
would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from datetime import date, datetime
from typing import TypeVar

from bot.checks import read_day
from bot.route_settings import TextSection
from bot.school_settings import SchoolSection, mail_address, mobile_number

T = TypeVar("T")
Read = Callable[[str], T]
"""Reads what was typed; raises :class:`ValueError` with a sentence."""


def maybe(read: Read[T]) -> Read[T | None]:
    """As ``read``, and nothing typed is ``None``."""
    return lambda typed: read(typed) if typed else None


def words(typed: str) -> str:
    if not 1 <= len(typed) <= 80:
        raise ValueError("Write 1 to 80 characters.")
    return typed


def notice(typed: str) -> str:
    try:
        return SchoolSection(name="x", privacy_notice=typed).privacy_notice
    except ValueError:
        raise ValueError("Write at most 300 characters.") from None


def names(typed: str) -> list[str]:
    """Names with commas between them."""
    found = [name.strip() for name in typed.split(",")]
    if not all(2 <= len(name) <= 80 for name in found):
        raise ValueError("Write names with commas between them, such as: Sana, Miss K.")
    return found


def zone(typed: str) -> str:
    try:
        return SchoolSection(name="x", time_zone=typed).time_zone
    except ValueError:
        raise ValueError("That is no time zone. Write one like Europe/London.") from None


def hour(after: int = -1) -> Read[int]:
    """An hour of the day, later than ``after``."""

    def read(typed: str) -> int:
        if not re.fullmatch(r"\d{1,2}", typed) or not after < int(typed) <= 23:
            raise ValueError(f"Write an hour from {after + 1} to 23.")
        return int(typed)

    return read


def phone(typed: str) -> str:
    if sum(c.isdigit() for c in typed) < 3 or len(typed) > 40:
        raise ValueError("Write a telephone number or an extension.")
    return typed


def mail(typed: str) -> str:
    try:
        return str(mail_address(typed))
    except ValueError:
        raise ValueError("Write a mail address, such as office@school.example.") from None


def mobile(typed: str) -> str:
    try:
        return str(mobile_number(typed))
    except ValueError:
        raise ValueError(
            "Write a mobile number, such as 07700 900123 or +44 7700 900123."
        ) from None


def template(typed: str) -> str:
    try:
        return TextSection(template=typed).template
    except ValueError:
        raise ValueError(
            "A template's id looks like 11111111-2222-3333-4444-555555555555. At GOV.UK Notify: "
            "Templates, the template, Copy template ID to clipboard."
        ) from None


def day(now: datetime) -> Read[date]:
    """A day, in the ways people write them."""

    def read(typed: str) -> date:
        found = read_day(typed.lower(), now)
        if found is None:
            raise ValueError("Write a day like 2 September 2026, or 2026-09-02.")
        return found

    return read


def past(now: datetime) -> Read[date]:
    """A day that has come."""

    def read(typed: str) -> date:
        found = day(now)(typed)
        if found > now.date():
            raise ValueError("That day has not come yet. On which day did somebody ring it?")
        return found

    return read


def last_day(first: date, now: datetime) -> Read[date]:
    """The last day of a term that begins on ``first``."""

    def read(typed: str) -> date:
        found = day(now)(typed)
        if found < first:
            raise ValueError(f"The term begins on {first}. Its last day comes after that.")
        return found

    return read


def slug(name: str, taken: Container[str]) -> str:
    """A short id out of ``name`` that is not in ``taken``."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x"
    number, free = 2, plain
    while free in taken:
        free, number = f"{plain}-{number}", number + 1
    return free
