"""Somebody has left the school: what is kept of them goes, as far as no report needs it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.people import Person
from bot.ports import Work


class Stays(ValueError):
    """They cannot be forgotten; the message says what must be done first."""


def leave(work: Work, person: Person, listed: Collection[str], by: str, now: datetime) -> None:
    """``person`` has left; ``listed`` are those in the school's settings. Raises :class:`Stays`.

    Nothing that can be seen of this depends on reports: whoever runs Lanyard is not to learn who
    made one, or whom one is about.
    """
    if person.holdings:
        raise Stays(f"{person.name} holds a role. End it first: python -m bot people end")
    if person.id in listed:
        raise Stays(
            f"{person.name} is in lanyard.toml. Take them out of it first: the next start would "
            "bring them back."
        )
    work.leavers.add(person.id, now)
    work.audit.record(now, by, "leave", detail=person.id)
    forget_leavers(work, now)


def forget_leavers(work: Work, now: datetime) -> None:
    """Delete what nothing needs any more of those who have left; recorded when nothing is left."""
    for person in work.leavers.forget():
        work.audit.record(now, "lanyard", "forget-person", detail=person)
