"""Keeps the people and their roles; names and telephone numbers are sealed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.incident import Unreadable
from bot.people import Holding, Identity, Person, Role
from bot.ports import Conflict
from storage import tables
from storage.audit import AuditKey
from storage.one_person import OnePerson
from storage.rows import put
from storage.sealing import Sealer

NAMELESS = "(name cannot be read)"
"""A role-holder is reached all the same: a broken seal must not take a person off the rota."""


class SqlPeople:
    def __init__(self, connection: Connection, sealer: Sealer, key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, key

    def all(self) -> tuple[Person, ...]:
        people = tables.people
        rows = self._connection.execute(select(people).order_by(people.c.serial)).all()
        self._sealer.fetch("people", [row.id for row in rows])
        identities, holdings = self._identities(), self._holdings()
        return tuple(
            self._person(row, tuple(holdings[row.id]), tuple(identities[row.id])) for row in rows
        )

    def put(self, person: Person) -> None:
        values = {
            "name": self._seal(person.id, "name", person.name),
            **{
                field: value and self._seal(person.id, field, value)
                for field, value in (
                    ("phone", person.phone),
                    ("mail", person.mail),
                    ("mobile", person.mobile),
                )
            },
            "centre": person.centre,
            "away_until": person.away_until,
            "guest": person.guest,
            "unvouched": person.unvouched,
        }
        put(self._connection, tables.people, {"id": person.id}, values)
        for table in (tables.identities, tables.holdings):
            self._connection.execute(delete(table).where(table.c.person == person.id))
        for position, identity in enumerate(person.identities):
            self._connection.execute(
                tables.identities.insert().values(
                    platform=identity.platform,
                    account=identity.user,
                    person=person.id,
                    position=position,
                )
            )
        for position, held in enumerate(person.holdings):
            self._connection.execute(
                tables.holdings.insert().values(
                    person=person.id, position=position, role=held.role, centre=held.centre
                )
            )

    def set_away(self, person: str, until: datetime | None) -> None:
        self._set(person, away_until=until)

    def set_standing(self, person: str, *, guest: bool, unvouched: bool) -> None:
        self._set(person, guest=guest, unvouched=unvouched)

    def merge(self, old: str, new: str) -> None:
        OnePerson(self._connection, self._sealer, self._key, old, new).merge()

    def _set(self, person: str, **values: Any) -> None:
        row = update(tables.people).where(tables.people.c.id == person)
        if self._connection.execute(row.values(**values)).rowcount != 1:
            raise Conflict("person")

    def _person(
        self,
        row: Row[tuple[object, ...]],
        holdings: tuple[Holding, ...],
        identities: tuple[Identity, ...],
    ) -> Person:
        return Person(
            id=row.id,
            name=self._unseal(row.id, "name", row.name, NAMELESS) or NAMELESS,
            centre=row.centre,
            holdings=holdings,
            identities=identities,
            phone=self._unseal(row.id, "phone", row.phone, None) if row.phone else None,
            mail=self._unseal(row.id, "mail", row.mail, None) if row.mail else None,
            mobile=self._unseal(row.id, "mobile", row.mobile, None) if row.mobile else None,
            away_until=row.away_until,
            guest=row.guest,
            unvouched=row.unvouched,
        )

    def _identities(self) -> dict[str, list[Identity]]:
        found: dict[str, list[Identity]] = defaultdict(list)
        identities = tables.identities
        for row in self._connection.execute(select(identities).order_by(identities.c.position)):
            found[row.person].append(Identity(row.platform, row.account))
        return found

    def _holdings(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = defaultdict(list)
        holdings = tables.holdings
        for row in self._connection.execute(select(holdings).order_by(holdings.c.position)):
            found[row.person].append(Holding(Role(row.role), row.centre))
        return found

    def _seal(self, person: str, field: str, words: str) -> bytes:
        return self._sealer.seal("people", person, field, words.encode())

    def _unseal(self, person: str, field: str, blob: bytes, instead: str | None) -> str | None:
        try:
            return self._sealer.unseal("people", person, field, blob).decode()
        except Unreadable:
            return instead
