"""Keeps how long each report stays, and erases: the key first, then every row that tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from bot.incident import Unreadable
from bot.ports.keeping import Certificate, Kept
from bot.retention import Facts, Sort
from storage import tables
from storage.keeping_tables import certificates, retention
from storage.rows import insert_new, put
from storage.sealing import Sealer, record_of

TABLE = "retention"


class SqlRetention:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def kept(self) -> tuple[Kept, ...]:
        report, entry = tables.incidents.c, tables.entries.c
        last = (
            select(entry.ref, func.max(entry.at).label("at")).group_by(entry.ref).subquery("last")
        )
        found = (
            select(report.ref, report.reported_at, report.closed_at, last.c.at)
            .add_columns(retention.c.held, retention.c.facts)
            .select_from(
                tables.incidents.outerjoin(last, last.c.ref == report.ref).outerjoin(
                    retention, retention.c.ref == report.ref
                )
            )
            .where(~report.drill)
            .order_by(report.reported_at, report.serial)
        )
        return tuple(map(self._kept, self._connection.execute(found).all()))

    def say(self, ref: str, facts: Facts) -> None:
        plain = json.dumps(
            [facts.sort, facts.born and str(facts.born), facts.left and str(facts.left)]
        ).encode()
        record = record_of("incidents", ref)
        sealed = self._sealer.seal(TABLE, ref, "facts", plain, record=record)
        put(self._connection, retention, {"ref": ref}, {"facts": sealed}, keep={"held": False})

    def hold(self, ref: str, held: bool) -> None:
        put(self._connection, retention, {"ref": ref}, {"held": held})

    def erase(self, ref: str, role: str, at: datetime) -> Certificate:
        """As promised by the port; raises :class:`LookupError` where there is nothing to erase.

        Backups keep a copy of the data key, locked with the key-encryption key of their day:
        they are useless for this report once that key was rotated (``keys rotate``) and
        destroyed, which is why the certificate names it. Until then a restore erases it again.
        """
        report = select(tables.incidents.c.ref).where(tables.incidents.c.ref == ref)
        if self._connection.execute(report.with_for_update()).one_or_none() is None:
            raise LookupError(f"there is no report {ref}")
        certificate = Certificate(ref, at, role, self._sealer.kek_of("incidents", ref))
        self._erase(certificate)
        return certificate

    def apply(self, given: Iterable[Certificate]) -> int:
        refs = set(self._connection.execute(select(tables.incidents.c.ref)).scalars())
        again = 0
        for certificate in given:
            again += certificate.ref in refs
            self._erase(certificate)
        return again

    def certificates(self) -> tuple[Certificate, ...]:
        return certificates_in(self._connection)

    def _erase(self, certificate: Certificate) -> None:
        ref = certificate.ref
        row = {"ref": ref, "at": certificate.at, "role": certificate.role, "kek": certificate.kek}
        insert_new(self._connection, certificates, row)
        self._sealer.erase("incidents", ref)
        drafts, holds = tables.conversations, tables.holds
        for table in (drafts, holds):
            gone = delete(table).where(table.c.ref == ref).returning(table.c.id)
            for each in self._connection.execute(gone).scalars().all():
                self._sealer.erase(table.name, each)
        for about in (
            tables.notices.c.about,
            tables.entries.c.ref,
            tables.escalations.c.ref,
            tables.concerns.c.ref,
            tables.links.c.ref,
            tables.links.c.other,
            retention.c.ref,
            tables.incidents.c.ref,
        ):
            self._connection.execute(delete(about.table).where(about == ref))

    def _kept(self, row: Row[Any]) -> Kept:
        facts, readable = Facts(), True
        if row.facts is not None:
            try:
                record = record_of("incidents", row.ref)
                facts = _facts(
                    self._sealer.unseal(TABLE, row.ref, "facts", row.facts, record=record)
                )
            except Unreadable:
                readable = False
        moments = (row.reported_at, row.closed_at, row.at)
        return Kept(
            row.ref,
            max(moment for moment in moments if moment is not None),
            row.closed_at is not None,
            facts,
            bool(row.held),
            readable,
        )


def certificates_in(connection: Connection) -> tuple[Certificate, ...]:
    """What was erased from this database, oldest first."""
    rows = select(certificates).order_by(certificates.c.at, certificates.c.ref)
    return tuple(
        Certificate(row.ref, row.at, row.role, row.kek) for row in connection.execute(rows)
    )


def _facts(plain: bytes) -> Facts:
    sort, born, left = json.loads(plain)
    return Facts(
        Sort(sort) if sort else None,
        date.fromisoformat(born) if born else None,
        date.fromisoformat(left) if left else None,
    )
