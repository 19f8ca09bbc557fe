"""Keeps the last question of each person and who was shown what, until it is forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.answers import GAP, LAST_FOR, Judged, LastRead, Shown
from bot.incident import Unreadable
from storage.answer_tables import answers, asked, judgements, last_reads
from storage.audit import AuditKey
from storage.rows import put
from storage.sealing import Sealer

_ANSWERED_BY = (
    update(asked)
    .where(asked.c.number == bindparam("asking"), asked.c.clause == "")
    .values(clause=bindparam("clause"))
)


class SqlLastReads:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def of(self, person: str, now: datetime) -> LastRead | None:
        mine = select(last_reads).where(
            last_reads.c.person == person, last_reads.c.at >= now - LAST_FOR
        )
        row = self._connection.execute(mine).one_or_none()
        if row is None:
            return None
        try:
            plain = self._sealer.unseal("last_reads", person, "said", row.said)
        except Unreadable:
            return None
        said = json.loads(plain)
        return LastRead(person, row.number, said["words"], said["reading"], row.at)

    def put(self, last: LastRead) -> None:
        said = json.dumps({"words": last.words, "reading": dict(last.reading)}).encode()
        values = {
            "number": last.number,
            "at": last.at,
            "said": self._sealer.seal("last_reads", last.person, "said", said),
        }
        put(self._connection, last_reads, {"person": last.person}, values)

    def forget(self, before: datetime) -> None:
        old = delete(last_reads).where(last_reads.c.at < before).returning(last_reads.c.person)
        for person in self._connection.execute(old).scalars().all():
            self._sealer.erase("last_reads", person)


class SqlAnswers:
    def __init__(self, connection: Connection, sealer: Sealer, key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, key

    def add(self, number: str, person: str, shown: Shown) -> None:
        values = {
            "at": shown.at,
            "asker": self._key.pseudonym(person),
            "subject": shown.subject,
            "verdict": shown.verdict,
            "edition": shown.edition,
            "person": self._sealer.seal("answers", number, "person", person.encode()),
        }
        put(self._connection, answers, {"number": number}, values)
        if not shown.subject.startswith(GAP):
            # A near tie is counted before anybody knows which clause will answer it.
            self._connection.execute(
                _ANSWERED_BY, {"asking": int(number[1:]), "clause": shown.subject}
            )

    def get(self, number: str) -> Shown | None:
        row = self._connection.execute(
            select(answers).where(answers.c.number == number)
        ).one_or_none()
        if row is None:
            return None
        return Shown(row.number, row.subject, row.verdict, row.edition, row.at)

    def was_shown(self, number: str, person: str) -> bool:
        mine = select(answers.c.number).where(
            answers.c.number == number, answers.c.asker == self._key.pseudonym(person)
        )
        return self._connection.execute(mine).first() is not None

    def people(self, subjects: Sequence[str], since: datetime) -> tuple[str, ...]:
        found = (
            select(answers)
            .where(answers.c.subject.in_(subjects), answers.c.at >= since)
            .order_by(answers.c.at)
        )
        one_each = {row.asker: row for row in self._connection.execute(found)}
        rows = list(one_each.values())
        self._sealer.fetch("answers", [row.number for row in rows])
        return tuple(person for row in rows if (person := self._person(row)))

    def subjects(self, person: str, since: datetime, until: datetime) -> frozenset[str]:
        mine = select(answers.c.subject).where(
            answers.c.asker == self._key.pseudonym(person),
            answers.c.at >= since,
            answers.c.at <= until,
        )
        return frozenset(self._connection.execute(mine).scalars())

    def move(self, subjects: Mapping[str, str]) -> None:
        old = select(answers.c.number, answers.c.subject).where(answers.c.subject.in_(subjects))
        # All are read before any is written: two clauses may have changed places.
        for number, subject in self._connection.execute(old).all():
            self._connection.execute(
                update(answers).where(answers.c.number == number).values(subject=subjects[subject])
            )

    def forget(self, before: datetime) -> None:
        old = delete(answers).where(answers.c.at < before).returning(answers.c.number)
        for number in self._connection.execute(old).scalars().all():
            self._sealer.erase("answers", number)
        self._connection.execute(
            update(asked).where(asked.c.at < before, asked.c.asker != "").values(asker="")
        )

    def judge(self, number: str, how: Judged, at: datetime) -> None:
        put(self._connection, judgements, {"number": number}, {"how": how, "at": at})

    def judged(self, start: datetime, end: datetime) -> Mapping[Judged, int]:
        row = judgements.c
        counts = (
            select(row.how, func.count()).where(row.at >= start, row.at < end).group_by(row.how)
        )
        return {Judged(how): count for how, count in self._connection.execute(counts)}

    def _person(self, row: Any) -> str:
        """The person's id, or nothing where it cannot be read: the others are told all the same."""
        try:
            return self._sealer.unseal("answers", row.number, "person", row.person).decode()
        except Unreadable:
            return ""
