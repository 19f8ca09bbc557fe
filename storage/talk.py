"""Keeps what was heard, the dialogues under way, and the words held until a press."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select, update

from bot.card import Reply
from bot.conversation import Conversation, Stage
from bot.incident import Unreadable
from bot.notice import Kind
from bot.ports import Conflict, Held
from storage import tables
from storage.audit import AuditKey
from storage.rows import insert_new, put
from storage.sealing import UNREADABLE, Sealer

log = logging.getLogger(__name__)

FIRST_HEARD = "first-heard"


def _latest_first(*where: Any) -> Any:
    table = tables.conversations
    return select(table).where(*where).order_by(table.c.touched_at.desc(), table.c.touch.desc())


# Every turn asks these two.
_REPLY = select(tables.heard.c.reply).where(tables.heard.c.key == bindparam("submission"))
_ACTIVE = _latest_first(
    tables.conversations.c.person == bindparam("whose"), tables.conversations.c.stage == Stage.OPEN
).limit(1)


class SqlHeard:
    """A submission is known by a keyed code: nobody without the key can guess words by it."""

    def __init__(self, connection: Connection, sealer: Sealer, audit_key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, audit_key.of("heard")

    def reply_to(self, submission: str) -> Reply | None:
        key = self._code(submission)
        blob = self._connection.execute(_REPLY, {"submission": key}).scalar_one_or_none()
        if blob is None:
            return None
        try:
            reply = self._sealer.unseal("heard", key, "reply", blob)
        except Unreadable:
            # It was heard, and must not be heard twice, whatever became of the answer.
            log.error("unreadable", extra={"action": "unseal", "record": "heard"})
            return Reply()
        return Reply.from_json(json.loads(reply))

    def add(self, submission: str, reply: Reply, at: datetime) -> None:
        key = self._code(submission)
        sealed = self._sealer.seal("heard", key, "reply", json.dumps(reply.to_json()).encode())
        if not insert_new(self._connection, tables.heard, {"key": key, "at": at, "reply": sealed}):
            raise Conflict

    def forget(self, before: datetime) -> None:
        heard = tables.heard
        first = self._connection.execute(select(func.min(heard.c.at))).scalar_one()
        if first is None or first >= before:
            return
        # The first digest is owed from the first day on, and that may be forgotten before it.
        mark = {"name": FIRST_HEARD, "value": first.isoformat().encode()}
        insert_new(self._connection, tables.meta, mark)
        old = delete(heard).where(heard.c.at < before).returning(heard.c.key)
        self._sealer.erase_all("heard", self._connection.execute(old).scalars().all())

    def _code(self, submission: str) -> str:
        return hmac.digest(self._key, submission.encode(), hashlib.sha256).hex()


def first_heard(connection: Connection) -> datetime | None:
    """When the first submission was heard, if that has been forgotten since."""
    meta = tables.meta
    mark = select(meta.c.value).where(meta.c.name == FIRST_HEARD)
    found = connection.execute(mark).scalar_one_or_none()
    return datetime.fromisoformat(found.decode()) if found is not None else None


class SqlConversations:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def active(self, person: str) -> Conversation | None:
        row = self._connection.execute(_ACTIVE, {"whose": person}).one_or_none()
        return self._conversation(row) if row is not None else None

    def latest(self, person: str) -> Conversation | None:
        return self._first(tables.conversations.c.person == person)

    def find(self, person: str, form: str, ref: str) -> Conversation | None:
        row = tables.conversations.c
        return self._first(row.person == person, row.form == form, row.ref == ref)

    def save(self, conversation: Conversation, now: datetime) -> Conversation:
        saved = replace(conversation, version=conversation.version + 1, touched_at=now)
        values = {
            "person": saved.person,
            "form": saved.form,
            "ref": saved.ref,
            "stage": saved.stage,
            "version": saved.version,
            "touched_at": now,
            "touch": self._next_touch(saved.person),
            "answers": self._seal(saved.id, saved.answers),
        }
        table = tables.conversations
        if conversation.version == 0:
            written = insert_new(self._connection, table, {"id": saved.id, **values})
        else:
            old = update(table).where(
                table.c.id == saved.id, table.c.version == conversation.version
            )
            written = self._connection.execute(old.values(values)).rowcount == 1
        if not written:
            raise Conflict
        return saved

    def unfinished(self, before: datetime) -> tuple[Conversation, ...]:
        row, notice = tables.conversations.c, tables.notices.c
        stages = row.stage.in_([Stage.OPEN, Stage.PAUSED])
        reminded = exists().where(notice.kind == Kind.UNFINISHED, notice.about == row.ref)
        return self._all(row.ref != "", stages, row.touched_at < before, ~reminded)

    def _next_touch(self, person: str) -> int:
        row = tables.conversations.c
        last = self._connection.execute(
            select(func.max(row.touch)).where(row.person == person)
        ).scalar_one()
        return (last or 0) + 1

    def _first(self, *where: Any) -> Conversation | None:
        found = _latest_first(*where).limit(1)
        row = self._connection.execute(found).one_or_none()
        return self._conversation(row) if row is not None else None

    def _all(self, *where: Any) -> tuple[Conversation, ...]:
        rows = self._connection.execute(_latest_first(*where)).all()
        self._sealer.fetch("conversations", [row.id for row in rows])
        return tuple(map(self._conversation, rows))

    def _conversation(self, row: Row[Any]) -> Conversation:
        return Conversation(
            id=row.id,
            person=row.person,
            form=row.form,
            ref=row.ref,
            answers=self._unseal(row.id, row.answers),
            stage=Stage(row.stage),
            version=row.version,
            touched_at=row.touched_at,
        )

    def _seal(self, conversation: str, answers: Mapping[str, str]) -> bytes:
        plain = json.dumps(dict(answers)).encode()
        return self._sealer.seal("conversations", conversation, "answers", plain)

    def _unseal(self, conversation: str, blob: bytes) -> Mapping[str, str]:
        """The answers, or none: a draft with a broken seal must not silence its writer."""
        try:
            plain = self._sealer.unseal("conversations", conversation, "answers", blob)
        except Unreadable:
            log.error("unreadable", extra={"action": "unseal", "conversation": conversation})
            return {}
        answers: dict[str, str] = json.loads(plain)
        return answers


class SqlHolds:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def get(self, hold: str) -> Held | None:
        table = tables.holds
        row = self._connection.execute(select(table).where(table.c.id == hold)).one_or_none()
        return next(iter(self._readable([row])), None) if row is not None else None

    def of(self, person: str) -> Held | None:
        table = tables.holds
        mine = select(table).where(table.c.person == person, table.c.ref == "")
        latest = mine.order_by(table.c.at.desc(), table.c.serial.desc()).limit(1)
        row = self._connection.execute(latest).one_or_none()
        return next(iter(self._readable([row])), None) if row is not None else None

    def put(self, held: Held) -> None:
        values = {"person": held.person, "at": held.at, "nudges": held.nudges, "ref": held.ref}
        table = tables.holds
        if held.words == UNREADABLE:
            # Counting a nudge must not replace what somebody may still recover.
            self._connection.execute(update(table).where(table.c.id == held.id).values(values))
            return
        sealed = self._sealer.seal("holds", held.id, "words", held.words.encode())
        put(self._connection, table, {"id": held.id}, {**values, "words": sealed})

    def waiting(self) -> tuple[Held, ...]:
        table = tables.holds
        oldest_first = select(table).where(table.c.ref == "").order_by(table.c.at, table.c.serial)
        rows = self._connection.execute(oldest_first).all()
        self._sealer.fetch("holds", [row.id for row in rows])
        return tuple(self._readable(rows))

    def forget(self, hold: str) -> None:
        self._connection.execute(delete(tables.holds).where(tables.holds.c.id == hold))
        self._sealer.erase("holds", hold)

    def _readable(self, rows: Iterable[Row[Any]]) -> Iterable[Held]:
        for row in rows:
            try:
                yield self._held(row)
            except Unreadable:
                log.error("unreadable", extra={"action": "unseal", "hold": row.id})
                yield Held(row.id, row.person, UNREADABLE, row.at, row.nudges, row.ref)

    def _held(self, row: Row[Any]) -> Held:
        words = self._sealer.unseal("holds", row.id, "words", row.words).decode()
        return Held(row.id, row.person, words, row.at, row.nudges, row.ref)
