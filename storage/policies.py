"""Keeps the documents the school has adopted, sealed: they name people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage import tables
from storage.sealing import Sealer


class SqlPolicies:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def adopt(self, name: str, content: bytes, at: datetime) -> None:
        number = self.number() + 1
        sealed = self._sealer.seal("policies", str(number), "content", content)
        values = {"number": number, "name": name, "adopted_at": at, "content": sealed}
        self._connection.execute(tables.policies.insert().values(values))

    def in_force(self) -> tuple[int, str, bytes] | None:
        table = tables.policies
        latest = select(table).order_by(table.c.number.desc()).limit(1)
        row = self._connection.execute(latest).one_or_none()
        if row is None:
            return None
        content = self._sealer.unseal("policies", str(row.number), "content", row.content)
        return row.number, row.name, content

    def number(self) -> int:
        latest = select(func.max(tables.policies.c.number))
        return self._connection.execute(latest).scalar_one() or 0
