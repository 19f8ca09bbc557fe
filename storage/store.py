"""The door to the database: opens it, hands out transactions, proves keys and the audit."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from time import sleep
from typing import Self

from sqlalchemy import Connection, Engine, select, update

from bot import ports
from bot.incident import Unreadable
from storage import audit, tables
from storage.audit import AuditKey
from storage.connect import READING, connect, in_memory
from storage.faults import translated
from storage.rows import insert_new
from storage.sealing import BadKey, Keyring, Sealer
from storage.upgrade import upgrade
from storage.work import Defer, SqlWork

log = logging.getLogger(__name__)

BUSY_SECONDS = 1.0
BUSY_TRIES = 100
PROOF = b"Lanyard was begun with these keys."


class SqlStore(ports.Store):
    """Everything Lanyard keeps, in SQLite or PostgreSQL."""

    def __init__(
        self, database: Engine, keyring: Keyring, audit_key: AuditKey, defer: Defer | None = None
    ) -> None:
        self.database = database
        self._keyring, self._audit_key, self._defer = keyring, audit_key, defer
        self._wakes: list[Callable[[], None]] = []
        self._prepare: Callable[[], None] | None = None
        self._alone = Lock() if in_memory(database) else None

    @classmethod
    def open(
        cls,
        url: str,
        *,
        kek: Mapping[str, bytes],
        audit_key: bytes,
        defer: Defer | None = None,
    ) -> Self:
        """A store for ``url``; ``kek`` are the key-encryption keys by id, newest first.

        Connects to nothing yet, so it succeeds with the database stopped. Raises
        :class:`~storage.sealing.BadKey` for a key that cannot be one.
        """
        return cls(connect(url), Keyring(kek), AuditKey(audit_key), defer)

    def upgrade(self) -> None:
        """Bring the database to the present shape, all or nothing, and prove the keys."""
        with translated():
            upgrade(self.database)
        self.prove_keys()

    def prove_keys(self) -> None:
        """Raise :class:`~storage.sealing.BadKey` unless the keys are those it was begun with.

        Without this, a mistyped key would seal new reports that the right key cannot open.
        """
        with self._transaction() as connection:
            sealer = Sealer(connection, self._keyring)
            meta = tables.meta
            kept = {row.name: row.value for row in connection.execute(select(meta))}
            self._prove_audit_key(connection, kept.get("audit"))
            if "proof" not in kept:
                sealed = sealer.seal("meta", "proof", "value", PROOF)
                insert_new(connection, meta, {"name": "proof", "value": sealed})
            else:
                try:
                    sealer.unseal("meta", "proof", "value", kept["proof"])
                except Unreadable:
                    raise BadKey(
                        "The encryption key is not the one this database was begun with. "
                        "Nothing was changed. Set the right key; after a rotation, set the old "
                        "one as well, behind the new one."
                    ) from None
            self._prove_every_key(sealer)
            connection.commit()

    def before_use(self, prepare: Callable[[], None]) -> None:
        """Run ``prepare`` once, before the first work that finds the database there."""
        self._prepare = prepare

    @contextmanager
    def work(self) -> Iterator[ports.Work]:
        self._prepared()
        left_due = False
        try:
            with self._transaction() as connection:
                work = SqlWork(connection, self._keyring, self._audit_key, self._defer)
                try:
                    yield work
                finally:
                    left_due = work.committed and bool(work.due)
        finally:
            if left_due:
                self._wake()

    @contextmanager
    def reading(self) -> Iterator[ports.Work]:
        self._prepared()
        with self._transaction(reading=True) as connection:
            yield SqlWork(connection, self._keyring, self._audit_key, None)

    def _prepared(self) -> None:
        prepare, self._prepare = self._prepare, None
        if prepare is None:
            return
        try:
            prepare()
        except (ports.Unavailable, ports.Conflict):
            self._prepare = prepare
            raise

    def on_due(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def close(self) -> None:
        self.database.dispose()

    def end_leases(self) -> None:
        """Whatever a dead process was sending may be sent again now. Only where no other process
        could still be at it: in the embedded default, and in a copy that is restored."""
        with self._transaction() as connection:
            connection.execute(
                update(tables.notices)
                .where(tables.notices.c.lease_until.is_not(None))
                .values(lease_until=None)
            )
            connection.commit()

    def checkpoint(self, register: str = "") -> str:
        """A token for how far the register's audit has come, opaque without the key."""
        with self._transaction() as connection:
            return audit.checkpoint(connection, self._audit_key, register)

    def verify(self, checkpoints: Mapping[str, str] | None = None) -> list[str]:
        """What is wrong with the audit, naming the first broken entry of each register."""
        with self._transaction() as connection:
            return audit.verify(connection, self._audit_key, checkpoints or {})

    def verify_tokens(self, tokens: Iterable[str]) -> list[str]:
        """As :meth:`verify`, with tokens as they stand in digests, of any register."""
        faults: list[str] = []
        with self._transaction() as connection:
            for token in tokens:
                register = audit.register_of(self._audit_key, token)
                if register is None:
                    faults.append(f"“{token[:12]}…” is not a token of this installation.")
                else:
                    faults += audit.verify(connection, self._audit_key, {register: token})
            faults += audit.verify(connection, self._audit_key, {})
        return list(dict.fromkeys(faults))

    def rewrap(self, most: int = 500) -> int:
        """Lock up to ``most`` data keys with the newest key, as one transaction.

        Each key is locked either with the old one or with the new one at any moment, so it may
        be killed and run again, and reports may be written meanwhile.
        """
        with self._transaction() as connection:
            done = Sealer(connection, self._keyring).rewrap(most)
            connection.commit()
        return done

    def rotate(self, progress: Callable[[int], object], most: int = 500) -> int:
        """Lock every data key with the newest key, a batch at a time, while others write; returns
        how many cannot be opened with any key and stay as they are.

        ``progress`` is called with the size of each batch. Raises
        :class:`~bot.ports.Unavailable` when the database is not to be had for long.
        """
        busy, begun = 0, False
        while True:
            try:
                if not begun:
                    self._try_damaged_again()
                    begun = True
                if not self.on_older_keys():
                    return self.damaged_keys()
                done = self.rewrap(most)
            except (ports.Unavailable, ports.Conflict):
                busy += 1
                if busy == BUSY_TRIES:
                    raise
                done = 0
            if done:
                busy = 0
                progress(done)
            else:
                # The rest is being written in this moment: it is ours when that has ended.
                sleep(BUSY_SECONDS / 20)

    def on_older_keys(self) -> int:
        """How many data keys are not locked with the newest key, without the damaged."""
        with self._transaction() as connection:
            standing = Sealer(connection, self._keyring).standing()
        return sum(n for kek, n in standing.items() if kek != self._keyring.current)

    def damaged_keys(self) -> int:
        """How many data keys could be opened with no key at the last rotation."""
        with self._transaction() as connection:
            return Sealer(connection, self._keyring).damaged()

    def opens(self, kek: str) -> bool:
        """Whether the encryption key of this name is one of those set."""
        return self._keyring.opens(kek)

    def key_standing(self) -> dict[str, int]:
        """How many data keys are locked with each encryption key, by the key's id."""
        with self._transaction() as connection:
            return Sealer(connection, self._keyring).standing()

    def _try_damaged_again(self) -> None:
        with self._transaction() as connection:
            Sealer(connection, self._keyring).try_damaged_again()
            connection.commit()

    @contextmanager
    def _transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        with self._waiting_its_turn(), translated(), self.database.connect() as connection:
            connection.execution_options(**{READING: reading}).begin()
            yield connection

    def _waiting_its_turn(self) -> AbstractContextManager[object]:
        """A database in memory has one connection: two threads must not share a transaction."""
        return _held(self._alone) if self._alone is not None else nullcontext()

    def _prove_audit_key(self, connection: Connection, kept: bytes | None) -> None:
        proof = self._audit_key.of("proof")
        if kept is None:
            insert_new(connection, tables.meta, {"name": "audit", "value": proof})
        elif not hmac.compare_digest(kept, proof):
            raise BadKey(
                "The audit key is not the one this database was begun with. "
                "Nothing was changed. Set the right key."
            )

    def _prove_every_key(self, sealer: Sealer) -> None:
        missing = {k: n for k, n in sealer.standing().items() if not self._keyring.opens(k)}
        if missing:
            which = ", ".join(f"{number} with “{kek}”" for kek, number in missing.items())
            raise BadKey(
                "Some records are locked with an encryption key that is not set "
                f"({which}). Nothing was changed. Set it in LANYARD_OLD_KEYS, then run: "
                "python -m bot keys rotate"
            )

    def _wake(self) -> None:
        for wake in self._wakes:
            try:
                wake()
            except Exception:
                # What was committed stays committed; the sweep will find it.
                log.exception("wake failed", extra={"action": "wake"})


@contextmanager
def _held(lock: Lock) -> Iterator[None]:
    if not lock.acquire(timeout=BUSY_SECONDS):
        raise ports.Unavailable("busy")
    try:
        yield
    finally:
        lock.release()
