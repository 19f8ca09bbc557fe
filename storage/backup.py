"""Backs up while others write, and restores only what was verified: one file for both databases.

A backup is a SQLite file with every row as it is stored, words sealed, data keys locked with the
key-encryption key of the day; it needs the keys of the environment to be of use, and none is in it.

**Erasure.** A backup made before a report was erased still holds that report and its locked data
key. Two things make the erasure true there as well: :func:`restore` erases again whatever has a
certificate, in the backup, in the database it replaces, or in a list given to it; and once the
key-encryption key was rotated (``keys rotate``) and the old one destroyed, no older backup opens
for anybody. Until that is done a thief with an old backup *and* the old key could read it; the
``retention`` command says which certificates still wait for it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, delete, func, inspect, select, update

from bot import put_back
from bot.ports.keeping import Certificate
from bot.put_back import PutBack
from storage import keeping_tables, tables
from storage.answer_tables import asked
from storage.connect import connect, in_memory
from storage.faults import translated
from storage.pouring import Progress, copy_rows, pour, take_the_time_it_needs
from storage.retention import certificates_in
from storage.rows import insert_new
from storage.store import SqlStore
from storage.upgrade import config, upgrade

MADE_AT = "backup-made-at"


class BadBackup(ValueError):
    """A backup that must not be restored, or a place it must not go; the message says why."""


@dataclass(frozen=True)
class Restored:
    """What came of a restore: how many reports, how many were erased again, when it was made (if
    it says so), and between which moments what was reported is missing."""

    reports: int
    erased_again: int
    made_at: datetime | None
    put_back: PutBack


@translated()
def back_up(database: Engine, path: Path, at: datetime, progress: Progress = str) -> None:
    """Write a backup of ``database`` as it is at one moment to ``path``; others go on writing.

    ``progress`` is called with the name of each table. The file appears whole or not at all.
    Raises :class:`BadBackup` where there cannot be one, and :class:`~bot.ports.Unavailable`.
    """
    if in_memory(database):
        raise BadBackup("A database in memory cannot be backed up.")
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    # Made first and empty, so that nobody else can read it at any moment.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if database.dialect.name == "sqlite":
            _vacuum_into(database, part)
        else:
            _copy_into(database, part, progress)
        with _engine(part) as engine, engine.begin() as connection:
            mark = {"name": MADE_AT, "value": at.isoformat().encode()}
            insert_new(connection, tables.meta, mark)
        _one_file(part)
        _to_disk(part)
        part.replace(path)
        _to_disk(path.parent)
    finally:
        part.unlink(missing_ok=True)


@translated()
def restore(
    path: Path,
    target: Engine,
    opened: Callable[[str], SqlStore],
    at: datetime,
    *,
    tokens: Sequence[str] = (),
    certificates: Iterable[Certificate] = (),
    replace: bool = False,
) -> Restored:
    """Verify the backup at ``path``, apply the erasures made since, and put it into ``target``.

    ``opened`` opens a store with the keys of the environment; ``tokens`` are checkpoints that
    the backup's audit must agree with; ``certificates`` erasures known from elsewhere. Raises
    :class:`BadBackup`, with ``target`` as it was, for a backup that is damaged, of other keys, or
    newer than this version; where Lanyard is running on ``target``; where ``target`` cannot be
    read; and where it holds anything, unless ``replace``. Raises :class:`~bot.ports.Unavailable`
    where it cannot be reached.
    """
    known = [*certificates, *_look_at(target, replace)]
    with TemporaryDirectory(prefix="lanyard-restore-", dir=_beside(target)) as folder:
        copy = Path(shutil.copyfile(path, Path(folder) / "copy.db"))
        _whole(copy)
        with closing(opened(f"sqlite:///{copy}")) as store:
            store.upgrade()
            if faults := store.verify_tokens(tokens):
                raise BadBackup("The audit of this backup is not whole. " + " ".join(faults))
            restored = _made_ready(store, known, at)
        _one_file(copy)
        if target.dialect.name == "sqlite":
            _take_the_place(copy, target)
        else:
            with _engine(copy) as source:
                pour(source, target)
    return restored


def _made_ready(store: SqlStore, known: list[Certificate], at: datetime) -> Restored:
    """Erase again, record the restore and what it leaves out, and have every send in doubt looked
    for first."""
    meta, notices = tables.meta, tables.notices
    with store.database.begin() as connection:
        mark = delete(meta).where(meta.c.name == MADE_AT).returning(meta.c.value)
        found = connection.execute(mark).scalar_one_or_none()
        made_at = datetime.fromisoformat(found.decode()) if found else None
        missing = PutBack(made_at or _last_done(connection) or at, at)
        # What was due then may have been sent since: it is looked for before it is sent again.
        in_doubt = notices.c.due_at.is_not(None) & notices.c.begun_at.is_(None)
        connection.execute(update(notices).where(in_doubt).values(begun_at=missing.to))
    store.end_leases()
    with store.work() as work:
        again = work.retention.apply(known)
        put_back.note(work, missing)
        work.audit.record(at, "command-line", "restore")
        reports = len(work.retention.kept())
        work.commit()
    return Restored(reports, again, made_at, missing)


def _last_done(connection: Connection) -> datetime | None:
    """The last thing that a copy knows was done: it was made then, or later."""
    last: datetime | None = connection.execute(select(func.max(tables.audit.c.at))).scalar_one()
    return last


def _look_at(target: Engine, replace: bool) -> tuple[Certificate, ...]:
    """The certificates in ``target``; raises :class:`BadBackup` where nothing may be put."""
    if target.dialect.name == "sqlite" and not _file(target).exists():
        return ()
    if _in_use(target):
        raise BadBackup(
            "Lanyard is running on this database. Stop every process of it first (web, worker, "
            "watchdog), then restore."
        )
    with target.connect() as connection:
        there = set(inspect(connection).get_table_names())
        kept = (tables.incidents, tables.conversations, tables.heard, asked, tables.policies)
        used = any(
            connection.execute(select(*table.primary_key).limit(1)).first()
            for table in kept
            if table.name in there
        )
        if used and not replace:
            raise BadBackup(
                "This database is not empty. Back it up, then restore with --replace to put the "
                "backup in its place."
            )
        return certificates_in(connection) if keeping_tables.certificates.name in there else ()


def _in_use(target: Engine) -> bool:
    if target.dialect.name == "sqlite":
        try:
            with closing(sqlite3.connect(_file(target), timeout=0.5)) as raw:
                # Only the one connection there is may leave WAL; it takes the log in first.
                mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
                return str(mode) != "delete"
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            raise BadBackup(
                "What is in this database's place is damaged, or is no database. Move the file "
                "away and keep it, then restore."
            ) from None
    with target.connect() as connection:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'lanyard' AND pid <> pg_backend_pid()"
        )
        return bool(connection.exec_driver_sql(others).scalar_one())


def _whole(copy: Path) -> None:
    """Raise :class:`BadBackup` unless the file is a whole backup of this version or an older."""
    try:
        with closing(sqlite3.connect(copy)) as raw:
            found = raw.execute("PRAGMA integrity_check").fetchall()
            revision = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        raise BadBackup("This file is not a backup of Lanyard, or it was cut short.") from None
    if found != [("ok",)]:
        raise BadBackup("This backup is damaged: its pages do not agree with each other.")
    known = {each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision is None or revision[0] not in known:
        raise BadBackup("This backup was made by a newer version of Lanyard. Install that first.")


def _vacuum_into(database: Engine, part: Path) -> None:
    # Reads one moment of the database, and leaves behind what was deleted from it.
    try:
        with closing(sqlite3.connect(_file(database), timeout=30)) as raw:
            raw.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.DatabaseError as fault:
        raise BadBackup(f"The database cannot be copied: {fault}. There is no backup.") from None


def _copy_into(database: Engine, part: Path, progress: Progress) -> None:
    with _engine(part) as copy:
        upgrade(copy)
        moment = database.connect().execution_options(isolation_level="REPEATABLE READ")
        with moment as source, copy.begin() as into:
            take_the_time_it_needs(source)
            copy_rows(source, into, progress)


def _take_the_place(copy: Path, target: Engine) -> None:
    target.dispose()
    place = _file(target)
    copy.chmod(0o600)
    _to_disk(copy)
    for log in ("-wal", "-shm", "-journal"):
        place.with_name(place.name + log).unlink(missing_ok=True)
    copy.replace(place)
    _to_disk(place.parent)


@contextmanager
def _engine(path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def _one_file(path: Path) -> None:
    """Take the write-ahead log in, so that the file alone is the whole of it."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file(database: Engine) -> Path:
    return Path(database.url.database or "")


def _beside(target: Engine) -> Path | None:
    """Where the copy can take the file's place in one step; anywhere, for a server."""
    if target.dialect.name != "sqlite":
        return None
    folder = _file(target).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
