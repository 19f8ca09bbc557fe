"""The job engine: a job for every committed notice and for no other, and workers that take over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager

from bot.ports import Unavailable
from storage.engine import Engine, app, take_over_stalled
from storage.store import SqlStore
from tests.storage.making import kept, notice, open_store


@pytest.fixture
def engine(postgres: str) -> Engine:
    return Engine(postgres)


@pytest.fixture
def store(postgres: str, engine: Engine) -> Iterator[SqlStore]:
    with closing(open_store(postgres, defer=engine.defer)) as opened:
        yield opened


def jobs(store: SqlStore) -> list[Any]:
    with store.database.connect() as connection:
        found = "SELECT task_name, args, scheduled_at, status FROM procrastinate_jobs ORDER BY id"
        return list(connection.exec_driver_sql(found))


def now() -> datetime:
    return datetime.now(UTC)


def add(store: SqlStore, address: str = "room") -> str:
    made = replace(notice(address), due_at=now(), created_at=now())
    with kept(store) as work:
        work.notices.add(made)
    return made.id


class Deliveries:
    """A courier that shows everything at once and notes what, and when it was called."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.shown: list[str] = []
        self.ticks = 0
        self.something = asyncio.Event()

    async def deliver_due(self) -> None:
        with kept(self.store) as work:
            self.shown += [each.id for each in work.notices.claim(now(), 60, 10)]
        if self.shown:
            self.something.set()

    async def tick(self) -> None:
        self.ticks += 1


@asynccontextmanager
async def working(engine: Engine, deliveries: Deliveries) -> AsyncIterator[None]:
    run = engine.run_worker(deliveries.deliver_due, deliveries.tick, install_signal_handlers=False)
    worker = asyncio.create_task(run)
    try:
        yield
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def test_a_job_carries_a_notice_id_and_nothing_else(store: SqlStore) -> None:
    added = add(store)
    ((name, args, scheduled_at, status),) = jobs(store)
    assert (name, args, scheduled_at, status) == ("deliver", {"notice": added}, None, "todo")


def test_rolled_back_there_is_neither_notice_nor_job(store: SqlStore) -> None:
    with store.work() as work:
        work.notices.add(notice())
    with pytest.raises(ZeroDivisionError), store.work() as work:
        work.notices.add(notice())
        raise ZeroDivisionError
    assert jobs(store) == []


def test_a_retry_is_scheduled_for_its_time(store: SqlStore) -> None:
    add(store)
    again_at = now() + timedelta(minutes=3)
    with kept(store) as work:
        (sent,) = work.notices.claim(now(), 60, 1)
        work.notices.failed(sent, "http-429", again_at)
    assert [job.scheduled_at for job in jobs(store)] == [None, again_at]


def test_without_the_engine_s_tables_nothing_is_kept(store: SqlStore) -> None:
    with store.database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE procrastinate_jobs CASCADE")
    with pytest.raises(Unavailable):
        add(store)
    with store.work() as work:
        assert work.notices.about("7KQ2X") == ()


async def test_a_commit_wakes_a_worker_within_a_second(store: SqlStore, engine: Engine) -> None:
    deliveries = Deliveries(store)
    async with working(engine, deliveries), asyncio.timeout(20):
        while not await asyncio.to_thread(has_worker, store):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        begun = monotonic()
        added = await asyncio.to_thread(add, store)
        await deliveries.something.wait()
        assert monotonic() - begun < 1
    assert deliveries.shown == [added]


async def test_a_worker_without_a_database_moment_goes_on(store: SqlStore, engine: Engine) -> None:
    deliveries = Deliveries(store)
    calls = 0

    async def unavailable_at_first() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("busy")
        await Deliveries.deliver_due(deliveries)

    deliveries.deliver_due = unavailable_at_first  # type: ignore[method-assign]
    add(store, "a")
    add(store, "b")
    async with working(engine, deliveries), asyncio.timeout(20):
        await deliveries.something.wait()
    assert len(deliveries.shown) == 2


async def test_the_jobs_of_a_dead_worker_are_taken_over(store: SqlStore, postgres: str) -> None:
    add(store)
    with store.database.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'tick')"
        )
        connection.exec_driver_sql(
            "UPDATE procrastinate_jobs SET status = 'doing', "
            "worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
    connector = PsycopgConnector(conninfo=postgres)
    await connector.open_async()
    await take_over_stalled(JobManager(connector))
    await connector.close_async()
    assert [(job.task_name, job.status) for job in jobs(store)] == [("deliver", "todo")]


def test_a_tick_comes_every_fifteen_seconds() -> None:
    (periodic,) = app.periodic_registry.periodic_tasks.values()
    first = periodic.croniter.get_next(start_time=0.0)
    assert periodic.croniter.get_next(start_time=first) - first == 15


def has_worker(store: SqlStore) -> bool:
    with store.database.connect() as connection:
        found = "SELECT count(*) FROM procrastinate_workers"
        return bool(connection.exec_driver_sql(found).scalar_one())
