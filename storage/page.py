"""Keeps the local page's messages and what a platform needs to speak first, both sealed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from bot.card import Card
from bot.incident import Unreadable
from bot.ports import Posted
from storage.delivery_tables import page_messages, references
from storage.rows import insert_new, put
from storage.sealing import UNREADABLE, Sealer

LEFT = "left"
"""Under which it is kept who has left, and since when."""

TABLE = "page_messages"


class SqlPages:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def add(self, posted: Posted, key: str) -> Posted:
        standing = self.find(posted.room, key)
        if standing is not None:
            return standing
        said = json.dumps([posted.author, posted.text]).encode()
        values = {
            "id": posted.id,
            "room": posted.room,
            "key": key,
            "at": posted.at,
            "said": self._sealer.seal(TABLE, posted.id, "said", said),
            "card": posted.card and self._seal_card(posted.id, posted.card),
        }
        if not insert_new(self._connection, page_messages, values):
            return self.find(posted.room, key) or posted
        return posted

    def redraw(self, message: str, card: Card, at: datetime) -> None:
        self._connection.execute(
            update(page_messages)
            .where(page_messages.c.id == message)
            .values(card=self._seal_card(message, card), redrawn_at=at)
        )

    def find(self, room: str, key: str) -> Posted | None:
        return self._one(page_messages.c.room == room, page_messages.c.key == key)

    def get(self, message: str) -> Posted | None:
        return self._one(page_messages.c.id == message)

    def room(self, room: str) -> tuple[Posted, ...]:
        row = page_messages.c
        oldest_first = select(page_messages).where(row.room == room).order_by(row.serial)
        rows = self._connection.execute(oldest_first).all()
        self._sealer.fetch(TABLE, [row.id for row in rows])
        return tuple(map(self._posted, rows))

    def _one(self, *where: Any) -> Posted | None:
        found = select(page_messages).where(*where)
        row = self._connection.execute(found).one_or_none()
        return self._posted(row) if row is not None else None

    def _posted(self, row: Row[Any]) -> Posted:
        try:
            author, text = json.loads(self._sealer.unseal(TABLE, row.id, "said", row.said))
            card = row.card and self._unseal_card(row.id, row.card)
        except Unreadable:
            author, text, card = "", UNREADABLE, None
        return Posted(row.id, row.room, row.at, author, text, card)

    def _seal_card(self, message: str, card: Card) -> bytes:
        return self._sealer.seal(TABLE, message, "card", json.dumps(card.to_json()).encode())

    def _unseal_card(self, message: str, blob: bytes) -> Card:
        return Card.from_json(json.loads(self._sealer.unseal(TABLE, message, "card", blob)))


class SqlReferences:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def put(self, platform: str, address: str, reference: str) -> None:
        row = json.dumps([platform, address])
        sealed = self._sealer.seal("platform_references", row, "reference", reference.encode())
        key = {"platform": platform, "address": address}
        put(self._connection, references, key, {"reference": sealed})

    def get(self, platform: str, address: str) -> str | None:
        table, row = references, json.dumps([platform, address])
        blob = self._connection.execute(
            select(table.c.reference).where(
                table.c.platform == platform, table.c.address == address
            )
        ).scalar_one_or_none()
        if blob is None:
            return None
        return self._sealer.unseal("platform_references", row, "reference", blob).decode()

    def forget(self, platform: str, address: str) -> None:
        self._forget(references.c.platform == platform, references.c.address == address)

    def forget_address(self, address: str) -> bool:
        """Delete what any platform said of an account; whether there was anything. That somebody
        has left is no platform's word, and an account may be spelled like their id."""
        return self._forget(references.c.address == address, references.c.platform != LEFT)

    def _forget(self, *where: ColumnElement[bool]) -> bool:
        gone = delete(references).where(*where)
        found = self._connection.execute(
            gone.returning(references.c.platform, references.c.address)
        )
        rows = [json.dumps([platform, address]) for platform, address in found.all()]
        self._sealer.erase_all("platform_references", rows)
        return bool(rows)
