"""Keeps what stands in place of answers, what new editions changed, and who wants no word of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.answers import Change, Correction, Remedy
from storage.answer_tables import changes, corrections, opt_outs
from storage.audit import AuditKey
from storage.rows import insert_new
from storage.sealing import Sealer

_IN_PLACE = (
    select(corrections)
    .where(corrections.c.subject == bindparam("about"), corrections.c.ended_at.is_(None))
    .order_by(corrections.c.serial.desc())
    .limit(1)
)


class SqlCorrections:
    def __init__(self, connection: Connection, sealer: Sealer, key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, key

    def add(self, correction: Correction) -> None:
        self.end(correction.subject, correction.at)
        words = json.dumps([correction.right, correction.next]).encode()
        values = {
            "id": correction.id,
            "subject": correction.subject,
            "remedy": correction.remedy,
            "role": correction.role,
            "at": correction.at,
            "words": self._sealer.seal("corrections", correction.id, "words", words),
        }
        self._connection.execute(corrections.insert().values(values))

    def get(self, correction: str) -> Correction | None:
        found = select(corrections).where(corrections.c.id == correction)
        row = self._connection.execute(found).one_or_none()
        return self._correction(row) if row is not None else None

    def of(self, subject: str) -> Correction | None:
        row = self._connection.execute(_IN_PLACE, {"about": subject}).one_or_none()
        return self._correction(row) if row is not None else None

    def end(self, subject: str, at: datetime) -> Correction | None:
        found = self.of(subject)
        if found is not None:
            self._connection.execute(
                update(corrections).where(corrections.c.id == found.id).values(ended_at=at)
            )
        return found

    def move(self, subjects: Mapping[str, str]) -> None:
        row = corrections.c
        old = select(row.id, row.subject).where(row.subject.in_(subjects), row.ended_at.is_(None))
        for found, subject in self._connection.execute(old).all():
            self._connection.execute(
                update(corrections).where(row.id == found).values(subject=subjects[subject])
            )

    def changed(self, edition: int, at: datetime, what: Mapping[str, Change]) -> None:
        for clause, how in what.items():
            self._connection.execute(
                changes.insert().values(edition=edition, clause=clause, at=at, how=how)
            )

    def changes(self, edition: int) -> tuple[datetime, Mapping[str, Change]] | None:
        rows = self._connection.execute(select(changes).where(changes.c.edition == edition)).all()
        if not rows:
            return None
        return rows[0].at, {row.clause: Change(row.how) for row in rows}

    def opt_out(self, person: str, out: bool) -> None:
        asker = self._key.pseudonym(person)
        if out:
            insert_new(self._connection, opt_outs, {"asker": asker})
        else:
            self._connection.execute(delete(opt_outs).where(opt_outs.c.asker == asker))

    def opted_out(self, person: str) -> bool:
        mine = select(opt_outs).where(opt_outs.c.asker == self._key.pseudonym(person))
        return self._connection.execute(mine).first() is not None

    def _correction(self, row: Row[Any]) -> Correction:
        # A correction that cannot be read must not let the old answer through: it is raised.
        right, following = json.loads(
            self._sealer.unseal("corrections", row.id, "words", row.words)
        )
        return Correction(
            id=row.id,
            subject=row.subject,
            remedy=Remedy(row.remedy),
            role=row.role,
            at=row.at,
            right=right,
            next=following,
            ended_at=row.ended_at,
        )
