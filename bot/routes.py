"""The ways to one person: where they chat, and by mail or text message where that does not do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.notice import Destination, Kind, Notice
from bot.people import Person
from bot.platforms import MAIL, ROUTES, TEXT
from bot.terms import Terms


def to_person(person: Person, platforms: Collection[str]) -> tuple[Destination, ...]:
    """The person's own messages on every chat platform in use; for somebody without any, such
    as a chair of governors, their other routes."""
    chats = tuple(
        Destination(platform, identity.user, person.id)
        for platform in platforms
        for identity in person.identities
        if identity.platform == platform and platform not in ROUTES
    )
    return chats or otherwise_to(person, platforms)


def otherwise_to(person: Person, platforms: Collection[str]) -> tuple[Destination, ...]:
    """By mail and by text message. The outbox keeps the person's id in place of the address,
    which is looked up when it is sent: an address is sealed wherever it is kept."""
    have = {MAIL: person.mail, TEXT: person.mobile}
    return tuple(
        Destination(route, person.id, person.id)
        for route in ROUTES
        if route in platforms and have[route]
    )


def wakes(person: Person, platforms: Collection[str]) -> tuple[Destination, ...]:
    """What may wake them at night: chat and mail do not."""
    return tuple(to for to in otherwise_to(person, platforms) if to.platform == TEXT)


def asleep_until(
    people: Iterable[Person], platforms: Collection[str], terms: Terms, now: datetime
) -> datetime | None:
    """When somebody of ``people`` may look at the earliest: ``None`` while the school is open, or
    when one of them can be woken."""
    if terms.is_open(now) or any(wakes(person, platforms) for person in people):
        return None
    return terms.opens_again(now)


def in_chat(notice: Notice) -> bool:
    """Whether it calls somebody to a report where it can be opened."""
    return notice.kind is Kind.CASE and notice.to.platform not in ROUTES
