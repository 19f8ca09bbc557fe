"""The audit: a chain of what was done, each row sealing the one before it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select, update

from bot.ports import Done
from storage import tables
from storage.rows import insert_new
from storage.sealing import KEY_BYTES, BadKey

Codes = tuple[str, str, str, str]
"""Who did it, what, to which case, and any detail."""

REGISTERS = ("", "adult")
START = bytes(32)
NONCE_BYTES = 12
COUNT_BYTES = 8


class AuditKey:
    """The audit's own secret, from which each of its uses gets a key of its own."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise BadKey(
                f"The audit key has {len(secret)} bytes; it needs exactly {KEY_BYTES}. "
                "Set the key this database was begun with."
            )
        self._secret = secret

    def of(self, use: str) -> bytes:
        """A key for one use only."""
        return hmac.digest(self._secret, f"lanyard {use}".encode(), hashlib.sha256)

    def link(self, register: str, number: int, fields: tuple[str, ...], before: bytes) -> bytes:
        """The code that seals one entry to the one before it."""
        row = json.dumps([register, number, *fields, before.hex()]).encode()
        return hmac.digest(self.of("audit"), row, hashlib.sha256)

    def pseudonym(self, person: str) -> str:
        """The same for the same person, and nothing to find them by without the key."""
        return hmac.digest(self.of("asker"), person.encode(), hashlib.sha256).hex()[:24]


class SqlAudit:
    """Appends to the chains; one transaction's acts are written together just before its end.

    So the head of a chain is locked for a moment only, and always last: two turns can wait for
    each other's chain, never in a circle.
    """

    def __init__(self, connection: Connection, key: AuditKey) -> None:
        self._connection, self._key = connection, key
        self._waiting: list[tuple[str, datetime, Codes]] = []

    def record(
        self,
        at: datetime,
        actor: str,
        act: str,
        ref: str = "",
        detail: str = "",
        register: str = "",
    ) -> None:
        self._waiting.append((register, at, (actor, act, ref, detail)))

    def acts(self, ref: str) -> tuple[tuple[datetime, str, str], ...]:
        return tuple((done.at, done.actor, done.act) for done in self.about(ref))

    def about(self, ref: str) -> tuple[Done, ...]:
        row = tables.audit.c
        found = select(row.at, row.actor, row.act, row.detail, row.number).where(row.ref == ref)
        rows = self._connection.execute(found.order_by(row.at, row.register, row.number))
        waiting = [
            Done(at, actor, act, detail, 0)
            for _, at, (actor, act, about, detail) in self._waiting
            if about == ref
        ]
        return (*(Done(*each) for each in rows), *waiting)

    def checkpoint(self, register: str, week: str) -> str:
        return checkpoint(self._connection, self._key, register, week)

    def whole(self) -> bool:
        return not verify(self._connection, self._key, {})

    def write(self) -> None:
        """Append what was recorded, register by register in a fixed order."""
        waiting, self._waiting = self._waiting, []
        for register in sorted({register for register, _, _ in waiting}):
            self._append(
                register, [(at, codes) for where, at, codes in waiting if where == register]
            )

    def _append(self, register: str, acts: list[tuple[datetime, Codes]]) -> None:
        count, mac = self._lock_head(register)
        rows = []
        for at, codes in acts:
            count += 1
            mac = self._key.link(register, count, (_written(at), *codes), mac)
            actor, act, ref, detail = codes
            rows.append(
                {
                    "register": register,
                    "number": count,
                    "at": at,
                    "actor": actor,
                    "act": act,
                    "ref": ref,
                    "detail": detail,
                    "mac": mac,
                }
            )
        self._connection.execute(tables.audit.insert(), rows)
        heads = tables.audit_heads
        self._connection.execute(
            update(heads).where(heads.c.register == register).values(length=count, mac=mac)
        )

    def _lock_head(self, register: str) -> tuple[int, bytes]:
        heads = tables.audit_heads
        insert_new(self._connection, heads, {"register": register, "length": 0, "mac": START})
        head = select(heads.c.length, heads.c.mac).where(heads.c.register == register)
        count, mac = self._connection.execute(head.with_for_update()).one()
        return count, mac


def checkpoint(connection: Connection, key: AuditKey, register: str = "", week: str = "") -> str:
    """A token that remembers how long a chain is and how it ends.

    It tells nothing, not even the count, to anyone without the key; kept where the writer of
    the database cannot edit it, it makes a shortened or rewritten chain show. The token of a
    ``week`` is the same each time it is drawn of the same chain, so that a message with it can
    be drawn twice; two weeks never have the same one, even when nothing was done between them.
    """
    heads = tables.audit_heads
    head = connection.execute(select(heads).where(heads.c.register == register)).one_or_none()
    count, mac = (head.length, head.mac) if head is not None else (0, START)
    plain = count.to_bytes(COUNT_BYTES, "big") + mac
    nonce = secrets.token_bytes(NONCE_BYTES)
    if week:
        drawn = json.dumps([register, week, plain.hex()]).encode()
        nonce = hmac.digest(key.of("checkpoint nonce"), drawn, hashlib.sha256)[:NONCE_BYTES]
    sealed = AESGCM(key.of("checkpoint")).encrypt(nonce, plain, register.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def verify(connection: Connection, key: AuditKey, checkpoints: Mapping[str, str]) -> list[str]:
    """What is wrong with the audit, in plain English; nothing wrong is an empty list.

    ``checkpoints`` holds a token per register. Without one, a chain that was cut short together
    with its head cannot be told from one that was never longer.
    """
    registers = set(connection.execute(select(tables.audit.c.register).distinct()).scalars())
    registers |= set(connection.execute(select(tables.audit_heads.c.register)).scalars())
    registers |= checkpoints.keys()
    return [
        fault
        for register in sorted(registers)
        for fault in _faults(connection, key, register, checkpoints.get(register))
    ]


def _faults(connection: Connection, key: AuditKey, register: str, token: str | None) -> list[str]:
    name = f"the {register or 'main'} register"
    seen = _read_checkpoint(key, register, token) if token is not None else None
    if token is not None and seen is None:
        return [f"The checkpoint given for {name} is not one of ours."]
    row = tables.audit
    last, before = 0, START
    chain = select(row).where(row.c.register == register).order_by(row.c.number)
    with connection.execute(chain.execution_options(yield_per=1000)) as entries:
        for entry in entries:
            if entry.number != last + 1:
                return [f"Entry {last + 1} of {name} is missing."]
            fields = (_written(entry.at), entry.actor, entry.act, entry.ref, entry.detail)
            mac = key.link(register, entry.number, fields, before)
            if not hmac.compare_digest(mac, entry.mac):
                return [f"Entry {entry.number} of {name} was changed after it was written."]
            last, before = entry.number, mac
            if seen is not None and seen[0] == last and seen[1] != mac:
                return [f"Entry {last} of {name} is not the one the checkpoint saw."]
    if seen is not None and seen[0] > last:
        return [f"Entry {last + 1} of {name} is missing: the checkpoint saw {seen[0]} entries."]
    heads = tables.audit_heads
    head = connection.execute(select(heads).where(heads.c.register == register)).one_or_none()
    if (head.length, head.mac) != (last, before) if head is not None else last > 0:
        return [f"Entry {last + 1} of {name} is missing, or the note of its end was changed."]
    return []


def register_of(key: AuditKey, token: str) -> str | None:
    """Which register a token was made of; ``None`` when it is not one of ours."""
    known = (register for register in REGISTERS if _read_checkpoint(key, register, token))
    return next(known, None)


def _read_checkpoint(key: AuditKey, register: str, token: str) -> tuple[int, bytes] | None:
    try:
        raw = base64.urlsafe_b64decode(token)
        nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        plain = AESGCM(key.of("checkpoint")).decrypt(nonce, sealed, register.encode())
    except (InvalidTag, ValueError):
        return None
    return int.from_bytes(plain[:COUNT_BYTES], "big"), plain[COUNT_BYTES:]


def _written(at: datetime) -> str:
    """The moment as it is sealed: the same text on every database."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
