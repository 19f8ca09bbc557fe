"""Seals words with a key per record: a copied database tells no words, and erasure is real."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.incident import Sealed, Unreadable
from bot.ports import Conflict
from storage import tables
from storage.rows import insert_new

VERSION = 1
KEY_BYTES = 32
ID_BYTES = 16
NONCE_BYTES = 12
_KEY = select(tables.data_keys).where(tables.data_keys.c.record == bindparam("record"))
DAMAGED = "damaged "
"""Before the name of a key-encryption key: a data key that could not be opened when all were last
locked anew. It stays as it is, and whether its key-encryption key is there is asked no more."""
UNREADABLE = "(These words cannot be read: the key is wrong, or the record was changed.)"
"""Stands in for words in a list, where one bad row must not hide the others."""


WHOLE = ~tables.data_keys.c.kek.startswith(DAMAGED)


class BadKey(ValueError):
    """A key that cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Wrapped:
    """The data key of one record, as it is stored: locked with a key-encryption key."""

    record: str
    id: bytes
    kek: str
    blob: bytes


class Keyring:
    """The key-encryption keys by id: the first locks, all of them open."""

    def __init__(self, keks: Mapping[str, bytes]) -> None:
        if not keks:
            raise BadKey(
                "No encryption key is set. Make one with `python -m bot keys new` and set it."
            )
        for name, key in keks.items():
            if len(key) != KEY_BYTES:
                raise BadKey(
                    f"The encryption key “{name}” has {len(key)} bytes; it needs exactly "
                    f"{KEY_BYTES}. Set the key this database was begun with, or a new one."
                )
        self._keks = {name: AESGCM(key) for name, key in keks.items()}
        self.current = next(iter(self._keks))

    @property
    def older(self) -> tuple[str, ...]:
        """The ids of all keys but the current one."""
        return tuple(name for name in self._keks if name != self.current)

    def opens(self, kek: str) -> bool:
        """Whether the key with this id is on the ring."""
        return kek in self._keks

    def wrap(self, record: str, key_id: bytes, key: bytes) -> Wrapped:
        """Lock a record's data key with the current key-encryption key."""
        bound = _bound("data_keys", record, self.current, key_id.hex())
        return Wrapped(record, key_id, self.current, _lock(self._keks[self.current], bound, key))

    def unwrap(self, wrapped: Wrapped) -> AESGCM:
        """The data key, ready to use; raises :class:`Unreadable`."""
        return AESGCM(self._unlocked(wrapped))

    def rewrap(self, wrapped: Wrapped) -> Wrapped:
        """The same data key, locked with the current key-encryption key."""
        return self.wrap(wrapped.record, wrapped.id, self._unlocked(wrapped))

    def _unlocked(self, wrapped: Wrapped) -> bytes:
        name = wrapped.kek.removeprefix(DAMAGED)
        kek = self._keks.get(name)
        if kek is None:
            raise Unreadable("the key-encryption key is not on the key ring")
        bound = _bound("data_keys", wrapped.record, name, wrapped.id.hex())
        return _unlock(kek, bound, wrapped.blob)


class Sealer:
    """Seals and unseals fields within one transaction.

    A sealed field is ``version | data key id | nonce | ciphertext and tag``. What it is bound
    to, table, row, field and version, is authenticated: a blob moved anywhere else is refused.
    ``record`` names whose data key it is under, when several rows share one.
    """

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring
        self._found: dict[str, Wrapped | None] = {}

    def seal(self, table: str, row: str, field: str, plain: bytes, *, record: str = "") -> bytes:
        """``plain`` sealed; the record's data key is made when it has none yet."""
        wrapped = self._key_for(record or record_of(table, row))
        key = self._keyring.unwrap(wrapped)
        header = bytes([VERSION]) + wrapped.id
        return header + _lock(key, _bound(table, row, field, str(VERSION)), plain)

    def unseal(self, table: str, row: str, field: str, blob: bytes, *, record: str = "") -> bytes:
        """What was sealed; raises :class:`Unreadable` for anything else, in any way."""
        return self._opening(table, row, field, blob, record)()

    def words(self, table: str, row: str, field: str, blob: bytes, *, record: str = "") -> Sealed:
        """The words behind ``blob``, opened when somebody looks, even after the transaction."""
        opening = self._opening(table, row, field, blob, record)
        return Sealed(lambda: opening().decode())

    def fetch(self, table: str, rows: Iterable[str]) -> None:
        """Read the data keys of many records at once, before a list of them is unsealed."""
        wanted = {record_of(table, row) for row in rows} - self._found.keys()
        keys = tables.data_keys
        for some in _batches(sorted(wanted), 500):
            self._found.update(dict.fromkeys(some))
            for row in self._connection.execute(select(keys).where(keys.c.record.in_(some))):
                self._found[row.record] = Wrapped(row.record, row.id, row.kek, row.wrapped)

    def erase(self, table: str, row: str) -> None:
        """Delete a record's data key: whatever was sealed under it is gone, wherever copied."""
        record = record_of(table, row)
        keys = tables.data_keys
        self._connection.execute(delete(keys).where(keys.c.record == record))
        self._found[record] = None

    def erase_all(self, table: str, rows: Iterable[str]) -> None:
        """Delete the data keys of many records."""
        keys = tables.data_keys
        records = [record_of(table, row) for row in rows]
        for some in _batches(records, 500):
            self._connection.execute(delete(keys).where(keys.c.record.in_(some)))
        self._found.update(dict.fromkeys(records))

    def kek_of(self, table: str, row: str) -> str:
        """The id of the key-encryption key a record's data key is locked with; empty if none."""
        found = self._look_up(record_of(table, row))
        return found.kek.removeprefix(DAMAGED) if found is not None else ""

    def standing(self) -> dict[str, int]:
        """How many data keys are locked with each key-encryption key, without the damaged."""
        kek = tables.data_keys.c.kek
        counts = select(kek, func.count()).where(WHOLE).group_by(kek).order_by(kek)
        return {name: number for name, number in self._connection.execute(counts)}

    def damaged(self) -> int:
        """How many data keys could not be opened when all were last locked anew."""
        counted = select(func.count()).select_from(tables.data_keys).where(~WHOLE)
        return self._connection.execute(counted).scalar_one()

    def try_damaged_again(self) -> None:
        """Count those as whole that a key of the ring may open by now."""
        keys = tables.data_keys
        for name in self._keyring.older:
            marked = update(keys).where(keys.c.kek == DAMAGED + name)
            self._connection.execute(marked.values(kek=name))

    def rewrap(self, most: int) -> int:
        """Lock up to ``most`` data keys that are under an older key with the current one; one
        that cannot be opened is marked as damaged, so that it holds up no other."""
        keys = tables.data_keys
        old = select(keys).where(keys.c.kek != self._keyring.current, WHOLE).limit(most)
        rows = self._connection.execute(old.with_for_update(skip_locked=True)).all()
        for row in rows:
            values: dict[str, str | bytes]
            try:
                new = self._keyring.rewrap(Wrapped(row.record, row.id, row.kek, row.wrapped))
                values = {"kek": new.kek, "wrapped": new.blob}
            except Unreadable:
                values = {"kek": DAMAGED + row.kek}
            self._connection.execute(update(keys).where(keys.c.record == row.record).values(values))
        return len(rows)

    def _opening(self, table: str, row: str, field: str, blob: bytes, record: str) -> _Opening:
        record = record or record_of(table, row)
        if record not in self._found:
            self._look_up(record)
        bound = _bound(table, row, field, str(VERSION))
        return _Opening(self._keyring, self._found[record], bound, blob)

    def _key_for(self, record: str) -> Wrapped:
        """Most of what is sealed is new, so a key is made first and one looked for after."""
        found = self._found.get(record) or self._new_key(record) or self._look_up(record)
        if found is None:
            # Another process has deleted it in this moment.
            raise Conflict
        return found

    def _new_key(self, record: str) -> Wrapped | None:
        key_id, key = secrets.token_bytes(ID_BYTES), secrets.token_bytes(KEY_BYTES)
        made = self._keyring.wrap(record, key_id, key)
        row = {"record": record, "id": made.id, "kek": made.kek, "wrapped": made.blob}
        if not insert_new(self._connection, tables.data_keys, row):
            return None
        self._found[record] = made
        return made

    def _look_up(self, record: str) -> Wrapped | None:
        row = self._connection.execute(_KEY, {"record": record}).one_or_none()
        found = Wrapped(row.record, row.id, row.kek, row.wrapped) if row is not None else None
        self._found[record] = found
        return found


@dataclass(frozen=True)
class _Opening:
    """All that is needed to open one field, without the database."""

    keyring: Keyring
    wrapped: Wrapped | None
    bound: bytes
    blob: bytes

    def __call__(self) -> bytes:
        if self.wrapped is None:
            raise Unreadable("the record's key was deleted")
        header = bytes([VERSION]) + self.wrapped.id
        if not isinstance(self.blob, bytes) or not self.blob.startswith(header):
            raise Unreadable("sealed under another key or in another version")
        return _unlock(self.keyring.unwrap(self.wrapped), self.bound, self.blob[len(header) :])


def record_of(table: str, row: str) -> str:
    """What a record's data key is kept under."""
    return f"{table}:{row}"


def _bound(*parts: str) -> bytes:
    """``table | row | field | version``, written so that no two lists of parts look alike."""
    return json.dumps(parts).encode()


def _lock(key: AESGCM, bound: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, bound)


def _unlock(key: AESGCM, bound: bytes, locked: bytes) -> bytes:
    try:
        return key.decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Unreadable("the seal does not hold") from None


def _batches(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
