"""Keeps the questions that the policy does not cover, who wants to know, and the answers given."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.answers import Addressee, Asking, Gap
from bot.incident import Unreadable
from storage.answer_tables import askings, gaps
from storage.audit import AuditKey
from storage.rows import insert_new
from storage.sealing import UNREADABLE, Sealer

log = logging.getLogger(__name__)


class SqlGaps:
    def __init__(self, connection: Connection, sealer: Sealer, key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, key

    def add(self, gap: Gap) -> None:
        values = {
            "id": gap.id,
            "addressee": gap.to,
            "centre": gap.centre,
            "at": gap.at,
            "role": gap.role,
            "joins": gap.joins,
        }
        self._connection.execute(gaps.insert().values(values))

    def get(self, gap: str) -> Gap | None:
        row = self._connection.execute(select(gaps).where(gaps.c.id == gap)).one_or_none()
        return self._gap(row) if row is not None else None

    def open(self, to: Addressee) -> tuple[Gap, ...]:
        found = select(gaps).where(gaps.c.addressee == to, gaps.c.answered_at.is_(None))
        rows = self._connection.execute(found.order_by(gaps.c.serial)).all()
        return tuple(map(self._gap, rows))

    def joined(self) -> tuple[tuple[str, str], ...]:
        row = askings.c
        found = select(row.id, row.gap).where(row.joins).order_by(row.serial)
        return tuple((each.id, each.gap) for each in self._connection.execute(found))

    def ask(self, asking: Asking) -> bool:
        values = {
            "id": asking.id,
            "gap": asking.gap,
            "at": asking.at,
            "asker": self._key.pseudonym(asking.person),
            "consented": asking.consented,
            "joins": asking.joins,
            "words": self._sealer.seal("askings", asking.id, "words", asking.words.encode()),
            "person": self._sealer.seal("askers", asking.id, "person", asking.person.encode()),
        }
        return insert_new(self._connection, askings, values)

    def asked(self, gap: str) -> tuple[Asking, ...]:
        found = select(askings).where(askings.c.gap == gap).order_by(askings.c.serial)
        rows = self._connection.execute(found).all()
        for table in ("askings", "askers"):
            self._sealer.fetch(table, [row.id for row in rows])
        return tuple(map(self._asking, rows))

    def asking(self, asking: str) -> Asking | None:
        found = select(askings).where(askings.c.id == asking)
        row = self._connection.execute(found).one_or_none()
        return self._asking(row) if row is not None else None

    def answer(self, gap: Gap, joining: Sequence[str]) -> bool:
        sealed = self._sealer.seal("gaps", gap.id, "answer", gap.answer.encode())
        values = {
            "answered_at": gap.answered_at,
            "role": gap.role,
            "joins": gap.joins,
            "answer": sealed,
        }
        still_open = update(gaps).where(gaps.c.id == gap.id, gaps.c.answered_at.is_(None))
        if self._connection.execute(still_open.values(values)).rowcount != 1:
            return False
        chosen = askings.c.id.in_(joining)
        self._connection.execute(update(askings).where(chosen).values(joins=True))
        return True

    def forget(self, before: datetime) -> None:
        row = askings.c
        old = select(row.id).where(row.at < before, row.person.is_not(None))
        for asking in self._connection.execute(old).scalars().all():
            self._sealer.erase("askers", asking)
            self._connection.execute(
                update(askings).where(row.id == asking).values(person=None, asker=asking)
            )
        unanswered = select(gaps.c.id).where(gaps.c.answered_at.is_(None), gaps.c.at < before)
        useless = (row.at < before) & (row.gap.in_(unanswered) | ~row.joins)
        for asking in (
            self._connection.execute(delete(askings).where(useless).returning(row.id))
            .scalars()
            .all()
        ):
            self._sealer.erase("askings", asking)

    def _gap(self, row: Row[Any]) -> Gap:
        answer = ""
        if row.answer is not None:
            answer = self._words("gaps", row.id, "answer", row.answer, UNREADABLE)
        return Gap(
            id=row.id,
            to=Addressee(row.addressee),
            centre=row.centre,
            at=row.at,
            answered_at=row.answered_at,
            role=row.role,
            answer=answer,
            joins=row.joins,
        )

    def _asking(self, row: Row[Any]) -> Asking:
        person = row.person and self._words("askers", row.id, "person", row.person, "")
        return Asking(
            id=row.id,
            gap=row.gap,
            at=row.at,
            words=self._words("askings", row.id, "words", row.words, UNREADABLE),
            consented=row.consented,
            person=person or "",
            joins=row.joins,
        )

    def _words(self, table: str, row: str, field: str, blob: bytes, instead: str) -> str:
        try:
            return self._sealer.unseal(table, row, field, blob).decode()
        except Unreadable:
            log.error("unreadable", extra={"action": "unseal", "record": table})
            return instead
