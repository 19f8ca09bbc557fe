"""Who works here, which role they hold where, and how a platform knows them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """A duty somebody holds, for one centre or (centre ``None``) for the whole school."""

    DSL = "dsl"
    DEPUTY = "deputy"
    HEAD = "head_of_centre"
    PRINCIPAL = "principal"
    CHAIR = "chair"
    IT = "it"
    GOVERNOR = "governor"
    ON_CALL = "on_call"


ROLE_NAMES = {
    Role.DSL: "Designated Safeguarding Lead",
    Role.DEPUTY: "deputy DSL",
    Role.HEAD: "Head of Centre",
    Role.PRINCIPAL: "Principal",
    Role.CHAIR: "chair of governors",
    Role.IT: "IT support",
    Role.GOVERNOR: "safeguarding governor",
    Role.ON_CALL: "on call",
}


TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir"})


@dataclass(frozen=True)
class Identity:
    """One person on one platform: ``Identity("slack", "T1/U2")``."""

    platform: str
    user: str


FORMERLY = "lanyard"
"""The platform of an identity that is only what somebody was called here before two people turned
out to be one: the audit and older buttons still say it."""


@dataclass(frozen=True)
class Holding:
    """A role held; ``centre`` is ``None`` for a role that covers every centre."""

    role: Role
    centre: str | None = None


@dataclass(frozen=True)
class Person:
    """One human, with identities on several platforms, and the ways to reach them outside those:
    ``mail`` and ``mobile``, which may wake them. ``unvouched``: no platform has said yet whether
    they are staff. ``also_called`` are other names that staff use."""

    id: str
    name: str
    centre: str
    holdings: tuple[Holding, ...] = ()
    identities: tuple[Identity, ...] = ()
    phone: str | None = None
    away_until: datetime | None = None
    guest: bool = False
    unvouched: bool = False
    mail: str | None = None
    mobile: str | None = None
    also_called: tuple[str, ...] = ()

    def holds(self, role: Role, centre: str | None = None) -> bool:
        """Whether they hold ``role`` at ``centre`` (any centre when ``None``)."""
        return any(
            held.role is role and (centre is None or held.centre in (None, centre))
            for held in self.holdings
        )

    def goes_by(self, person_id: str) -> bool:
        """Whether they are called so here, or were before two people turned out to be one."""
        return person_id == self.id or Identity(FORMERLY, person_id) in self.identities

    def away(self, now: datetime) -> bool:
        return self.away_until is not None and now < self.away_until


def unlisted_id() -> str:
    """What somebody is called here who wrote and is not in ``lanyard.toml``."""
    return secrets.token_hex(6)


def is_unlisted(person_id: str) -> bool:
    """Whether :func:`unlisted_id` made it."""
    return re.fullmatch("[0-9a-f]{12}", person_id) is not None


@dataclass(frozen=True)
class Centre:
    """One site of the school, and the private rooms of its DSL and its IT on each platform."""

    id: str
    name: str
    dsl_rooms: Mapping[str, str] = field(default_factory=dict)
    it_rooms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """A telephone number outside the people, with the day somebody last rang it to check."""

    name: str
    number: str
    verified_on: date | None = None


@dataclass(frozen=True)
class Numbers:
    """The numbers every act-now card carries besides 999; none is ever printed from memory."""

    front_door: Number
    officer: Number
    on_call: Number | None = None
    whistleblowing: Number | None = None


@dataclass(frozen=True)
class Directory:
    """The people, centres and numbers last known: held in memory, so that it needs no database.

    ``also_called`` are the other names that the settings give somebody, by id and by account:
    whoever wrote before they were listed has another id.
    """

    school: str
    zone: ZoneInfo
    people: Mapping[str, Person]
    centres: Mapping[str, Centre]
    numbers: Numbers
    also_called: Mapping[str | Identity, tuple[str, ...]] = field(default_factory=dict)

    def person(self, person_id: str) -> Person | None:
        """By their id, or by one they had before two people turned out to be one."""
        return self.people.get(person_id) or self.known_as(Identity(FORMERLY, person_id))

    def known_as(self, identity: Identity) -> Person | None:
        """The person behind a platform's account, or ``None`` for a stranger."""
        return self._by_identity.get(identity)

    @cached_property
    def _by_identity(self) -> dict[Identity, Person]:
        return {i: person for person in self.people.values() for i in person.identities}

    def holders(
        self, role: Role, centre: str | None = None, *, without: Iterable[str] = ()
    ) -> tuple[Person, ...]:
        """Everyone who holds ``role`` at ``centre``, except the ids in ``without``."""
        excluded = set(without)
        return tuple(
            person
            for person in self._with_roles
            if person.holds(role, centre) and person.id not in excluded and not person.guest
        )

    def first(
        self, role: Role, centre: str | None = None, *, without: Iterable[str] = ()
    ) -> Person | None:
        return next(iter(self.holders(role, centre, without=without)), None)

    def role_holders(self) -> tuple[Person, ...]:
        return self._with_roles

    @cached_property
    def _with_roles(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people.values() if person.holdings)

    def with_people(self, people: Iterable[Person]) -> Directory:
        """The same with other people; role-holders keep the names that the settings give them."""
        return replace(self, people={person.id: self._as_called(person) for person in people})

    def _as_called(self, person: Person) -> Person:
        if not person.holdings:
            return person
        keys: tuple[str | Identity, ...] = (person.id, *person.identities)
        called = next((self.also_called[key] for key in keys if key in self.also_called), ())
        return replace(person, also_called=called) if called else person


def without_title(name: str) -> tuple[str, ...]:
    """The words of a name but for titles: “Ms Khan” has one."""
    return tuple(word for word in name.split() if word.strip(".").lower() not in TITLES)
