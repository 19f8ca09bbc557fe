"""Deletes what is kept of people who have left: how to reach them first, their name last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, exists, select, update

from bot.people import Identity
from bot.platforms import ADAPTERS
from storage import tables
from storage.answer_tables import last_reads
from storage.delivery_tables import lanes, references
from storage.kept_out import SqlKeptOut
from storage.page import LEFT, SqlReferences
from storage.sealing import Sealer

GONE = "left"
"""The result of what was still to be shown to somebody who cannot be reached any more."""


class SqlLeavers:
    def __init__(
        self,
        connection: Connection,
        sealer: Sealer,
        references_: SqlReferences,
        kept_out: SqlKeptOut,
    ) -> None:
        self._connection, self._sealer, self._references = connection, sealer, references_
        self._kept_out = kept_out

    def add(self, person: str, at: datetime) -> None:
        self._references.put(LEFT, person, at.isoformat())

    def forget_account(self, account: str) -> bool:
        if self._any(tables.identities.c.account == account):
            return False
        return self._references.forget_address(account)

    def forget(self) -> tuple[str, ...]:
        left = select(references.c.address).where(references.c.platform == LEFT)
        people = self._connection.execute(left.order_by(references.c.address)).scalars().all()
        return tuple(person for person in people if self._forgotten(person))

    def _forgotten(self, person: str) -> bool:
        """Delete what may go; whether nothing is left."""
        if self._any(tables.holdings.c.person == person):
            self._references.forget(LEFT, person)
            return False
        known = self._known_as(person)
        if self._awaited(known):
            return False
        self._cut_off(person)
        if self._named(known):
            return False
        for column in (tables.identities.c.person, tables.people.c.id):
            self._connection.execute(delete(column.table).where(column == person))
        self._sealer.erase("people", person)
        self._references.forget(LEFT, person)
        return True

    def _known_as(self, person: str) -> set[str]:
        """Their id, and what is no account on any platform: ids they were known by before."""
        row = tables.identities.c
        before = select(row.account).where(row.person == person, row.platform.not_in(ADAPTERS))
        return {person, *self._connection.execute(before).scalars()}

    def _awaited(self, known: Collection[str]) -> bool:
        """Whether a report is open that they made, took, or are to take."""
        report, ladder = tables.incidents.c, tables.escalations.c
        theirs = select(ladder.ref).where(ladder.taken_by.in_(known) | ladder.offered_to.in_(known))
        mine = report.reporter.in_(known) | report.ref.in_(theirs)
        return self._any(report.closed_at.is_(None), ~report.drill, mine)

    def _named(self, known: Collection[str]) -> bool:
        """Whether a report that is kept names them; drills are about nobody."""
        kept = select(tables.incidents.c.ref).where(~tables.incidents.c.drill)
        return any(
            self._any(ref.in_(kept), named.in_(known))
            for ref, named in (
                (tables.incidents.c.ref, tables.incidents.c.reporter),
                (tables.entries.c.ref, tables.entries.c.author),
                (tables.concerns.c.ref, tables.concerns.c.person),
                (tables.escalations.c.ref, tables.escalations.c.taken_by),
                (tables.escalations.c.ref, tables.escalations.c.offered_to),
                (tables.links.c.ref, tables.links.c.by),
                (tables.links.c.ref, tables.links.c.ended_by),
                (tables.notices.c.about, tables.notices.c.person),
                (tables.conversations.c.ref, tables.conversations.c.person),
            )
        )

    def _cut_off(self, person: str) -> None:
        """Their accounts and numbers, what platforms said of them, and words not sent. What keeps
        a report from them is to hold when they come back: a code of the account stays with it."""
        row = tables.identities.c
        mine = select(row.platform, row.account).where(
            row.person == person, row.platform.in_(ADAPTERS)
        )
        accounts = self._connection.execute(mine).all()
        self._kept_out.remember(person, [Identity(*each) for each in accounts])
        for platform, account in accounts:
            self._unaddress(platform, account)
            self._references.forget_address(account)
            lane = lanes.c.destination == f"{platform}:{account}"
            self._connection.execute(delete(lanes).where(lane))
        self._connection.execute(
            delete(tables.identities).where(row.person == person, row.platform.in_(ADAPTERS))
        )
        ways = {"phone": None, "mail": None, "mobile": None, "away_until": None}
        self._connection.execute(
            update(tables.people).where(tables.people.c.id == person).values(ways)
        )
        for key, *which in (
            (tables.conversations.c.id, tables.conversations.c.person, tables.conversations.c.ref),
            (tables.holds.c.id, tables.holds.c.person, tables.holds.c.ref),
            (last_reads.c.person, last_reads.c.person),
        ):
            whose, *ref = which
            gone = delete(key.table).where(whose == person, *(each == "" for each in ref))
            found = self._connection.execute(gone.returning(key)).scalars().all()
            self._sealer.erase_all(key.table.name, found)

    def _unaddress(self, platform: str, account: str) -> None:
        """That they were told, and when, stays with a report; where, does not."""
        row = tables.notices.c
        to_them = (row.platform == platform, row.address == account)
        no_report = row.about.not_in(select(tables.incidents.c.ref))
        self._connection.execute(delete(tables.notices).where(*to_them, no_report))
        theirs = update(tables.notices).where(*to_them)
        never = row.receipt_at.is_(None) & (row.fault == "")
        self._connection.execute(
            theirs.values(
                address=row.id,
                destination=row.platform + ":" + row.id,
                due_at=None,
                receipt_room=case((row.receipt_at.is_(None), None), else_=""),
                receipt_message=case((row.receipt_at.is_(None), None), else_=""),
                fault=case((never, GONE), else_=row.fault),
            )
        )

    def _any(self, *where: ColumnElement[Any]) -> bool:
        return bool(self._connection.execute(select(exists().where(*where))).scalar_one())
