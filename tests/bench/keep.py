"""Backups, migrations, keys and power cuts: ``python -m tests.bench keep [--restores 200 ...]``."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click
from sqlalchemy import event, text

from bot.incident import Unreadable
from bot.ports import Conflict, Unavailable
from storage.backup import back_up, restore
from storage.connect import connect
from storage.store import SqlStore
from storage.upgrade import upgrade
from tests.bench.databases import KINDS, databases, empty, server
from tests.bench.tally import SEED
from tests.storage.making import KEK, NOW, kept, open_store, report

NEW = {"new": b"n" * 32}
FIRST = "0001"


@contextmanager
def writing(url: str, **keys: object) -> Iterator[list[str]]:
    """Somebody writes reports for as long as this lasts; those that were promised."""
    stop, written = threading.Event(), list[str]()

    def write() -> None:
        with closing(open_store(url, **keys)) as store:
            number = 0
            while not stop.is_set():
                ref = f"W{number}"
                with suppress(Unavailable, Conflict):
                    report(store, ref, words=ref)
                    with kept(store) as work:
                        work.audit.record(NOW, "khan", "open", ref)
                    written.append(ref)
                    number += 1
                stop.wait(0.003)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def restores(url: str, count: int) -> tuple[int, int]:
    """Backups under load, each restored; how many reports were promised, and how many faults."""
    faults = 0
    with tempfile.TemporaryDirectory() as name, writing(url) as written:
        folder = Path(name)
        with closing(open_store(url)) as store:
            for number in range(count):
                token = _token(store)
                promised = list(written)
                file, place = folder / "b.db", folder / f"{number}.db"
                back_up(store.database, file, NOW)
                restore(file, connect(f"sqlite:///{place}"), open_store, NOW, tokens=[token])
                with closing(open_store(f"sqlite:///{place}")) as again, again.work() as work:
                    there = {incident.ref for incident in work.incidents.open()}
                    faults += len(set(promised) - there)
                    faults += sum(_unread(work, ref) for ref in promised[-20:])
                place.unlink()
                for path in (file, *folder.glob(f"{number}.db-*")):
                    path.unlink()
    return len(written), faults


def _token(store: SqlStore) -> str:
    while True:
        with suppress(Unavailable):
            return store.checkpoint()


def _unread(work, ref: str) -> int:  # type: ignore[no-untyped-def]
    try:
        return int([e.words.open() for e in work.incidents.entries(ref)] != [ref])
    except Unreadable:
        return 1


def migrations(urls: Sequence[str], seed: int) -> tuple[int, int]:
    """A process is killed at a random statement of the migrations of each database, and then
    they are run in peace; how many were cut, and how many came to neither old nor new."""
    chance, cut, faults = random.Random(seed), 0, 0
    for url in urls:
        engine = connect(url)
        upgrade(engine, FIRST)
        with engine.begin() as connection:
            before = _shape(connection)
        engine.dispose()
        child = os.fork()
        if not child:
            _upgrade_and_die(url, chance.randint(1, 30))
        _, status = os.waitpid(child, 0)
        cut += os.WIFSIGNALED(status)
        with engine.begin() as connection:
            after = _shape(connection)
        with closing(open_store(url)) as store:
            store.upgrade()
            with store.database.begin() as connection:
                whole = _shape(connection)
        faults += after not in (before, whole) or before == whole
        engine.dispose()
    return cut, faults


def _upgrade_and_die(url: str, nth: int) -> None:
    engine, left = connect(url), nth

    def die(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", die)
    try:
        upgrade(engine)
    finally:
        os._exit(0)


def _shape(connection) -> list[object]:  # type: ignore[no-untyped-def]
    """Everything the database says of its own shape."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name, sql FROM sqlite_master ORDER BY name"
    else:
        found = (
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION "
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            "ORDER BY 1, 2"
        )
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return [version, *(tuple(row) for row in connection.execute(text(found)))]


def power_cuts(count: int, seed: int) -> tuple[int, int]:
    """The write-ahead log cut at random bytes; how many reports there were, and how many cuts
    left anything but a whole number of the first reports."""
    chance, faults, reports = random.Random(seed), 0, 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'a.db'}"
        with closing(open_store(url)) as store:
            store.upgrade()
        with closing(open_store(url)) as store:
            with store.database.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
                connection.exec_driver_sql("BEGIN")
            for number in range(reports):
                report(store, f"R{number:03}", words=f"words {number}")
            base, log = (folder / "a.db").read_bytes(), (folder / "a.db-wal").read_bytes()
        for _ in range(count):
            (folder / "b.db").write_bytes(base)
            (folder / "b.db-wal").write_bytes(log[: chance.randrange(len(log) + 1)])
            (folder / "b.db-shm").unlink(missing_ok=True)
            faults += not _is_prefix(folder / "b.db")
    return reports, faults


def _is_prefix(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as raw:
        whole = raw.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        lists = [
            [ref for (ref,) in raw.execute(f"SELECT ref FROM {table} ORDER BY ref")]
            for table in ("incidents", "entries", "escalations")
        ]
    first = [f"R{number:03}" for number in range(len(lists[0]))]
    return whole and all(found == first for found in lists)


def rotation(url: str, count: int) -> tuple[int, int, int]:
    """Keys rotated while reports are written; how many records, how many unreadable without the
    old key, and how many still on it."""
    with closing(open_store(url)) as store:
        for number in range(count // 100):
            with kept(store) as work:
                for each in range(100):
                    work.references.put("teams", f"{number}-{each}", f"{number}-{each}")
    with writing(url, kek=NEW | KEK) as written, closing(_both(url)) as store:
        store.rotate(lambda done: None)
    with closing(_both(url)) as store:
        standing = store.key_standing()
    unreadable = 0
    with closing(open_store(url, kek=NEW)) as store, store.work() as work:
        for number in range(count // 100):
            for each in range(100):
                with suppress(Unreadable):
                    if work.references.get("teams", f"{number}-{each}"):
                        continue
                unreadable += 1
        unreadable += sum(_unread(work, ref) for ref in written)
    return sum(standing.values()), unreadable, sum(n for k, n in standing.items() if k != "new")


def _both(url: str) -> SqlStore:
    return open_store(url, kek=NEW | KEK)


@click.command()
@click.option("--restores", "restore_count", default=10, help="Backups under load, restored.")
@click.option("--migrations", "migration_count", default=10, help="Migrations killed.")
@click.option("--cuts", default=500, help="Cuts of the write-ahead log.")
@click.option("--rotated", default=1000, help="Records whose keys are rotated under writing.")
@SEED
@click.option("--database", type=click.Choice([*KINDS, "both"]), default="both")
def main(
    restore_count: int,
    migration_count: int,
    cuts: int,
    rotated: int,
    seed: int,
    database: str,
) -> None:
    """Exit 1 when anything was lost, unreadable, or neither old nor new."""
    click.echo(f"seed {seed}")
    faults, kinds = 0, KINDS if database == "both" else (database,)
    if cuts and "sqlite" in kinds:
        reports, bad = power_cuts(cuts, seed)
        click.echo(f"sqlite: log of {reports} reports cut {cuts} times, {bad} not a prefix")
        faults += bad
    with databases(kinds) as urls:
        for kind in kinds:
            with closing(open_store(urls[kind])) as store:
                store.upgrade()
            if restore_count:
                promised, bad = restores(urls[kind], restore_count)
                click.echo(
                    f"{kind}: {restore_count} restores, {promised} reports written, {bad} wrong"
                )
                faults += bad
            if rotated:
                records, unreadable, old = rotation(urls[kind], rotated)
                click.echo(
                    f"{kind}: {records} records rotated under writing, {unreadable} unreadable, "
                    f"{old} on the old key"
                )
                faults += unreadable + old
    if migration_count:
        with tempfile.TemporaryDirectory() as folder, server() as address:
            for kind in kinds:
                made = [
                    f"sqlite:///{folder}/{n}.db" if kind == "sqlite" else empty(address)
                    for n in range(migration_count)
                ]
                cut, bad = migrations(made, seed)
                click.echo(f"{kind}: {migration_count} migrations, {cut} killed, {bad} torn")
                faults += bad
    raise SystemExit(1 if faults else 0)
