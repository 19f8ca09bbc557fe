"""The job engine on PostgreSQL: says "now would be good" to every worker, and ticks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue
from sqlalchemy import Connection, make_url

from bot.ports import Unavailable

log = logging.getLogger(__name__)

DELIVER, TICK = "deliver", "tick"
EVERY_FIFTEEN_SECONDS = "* * * * * */15"
STALLED_SECONDS = 30
AT_ONCE = 8

Later = Callable[[], Awaitable[object]]

app = App(
    connector=PsycopgConnector(),
    worker_defaults={"concurrency": AT_ONCE, "delete_jobs": "always", "name": "lanyard"},
)


@app.task(name=DELIVER, pass_context=True)
async def deliver(context: JobContext, notice: str) -> None:
    """Somebody committed ``notice``: send whatever is due. The row, not the job, is the truth."""
    await _unless_unavailable(context.additional_context["deliver_due"], DELIVER)


@app.periodic(cron=EVERY_FIFTEEN_SECONDS)
@app.task(name=TICK, pass_context=True, queueing_lock=TICK, priority=10)
async def tick(context: JobContext, timestamp: int) -> None:
    """Do what time brings about, send what was missed, take over from workers that died."""
    await _unless_unavailable(context.additional_context["tick"], TICK)
    await _unless_unavailable(context.additional_context["deliver_due"], TICK)
    await take_over_stalled(app.job_manager)


async def take_over_stalled(jobs: JobManager) -> None:
    """Queue again the deliveries of workers without a heartbeat; the next tick comes anyway."""
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.task_name == TICK:
            await jobs.finish_job(job, Status.FAILED, delete_job=True)
        else:
            await jobs.retry_job(job)


class Engine:
    """Defers jobs inside the business transaction, and runs a worker for them."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        # Deferring needs no connection of its own: it writes on the one it is given.
        self._jobs = JobManager(SyncPsycopgConnector())

    def defer(self, connection: Connection, due: Mapping[str, datetime | None]) -> None:
        """A job for each notice id, in ``connection``'s transaction: committed with it, or not
        at all. ``None`` is at once; raises :class:`~bot.ports.Unavailable`."""
        moments: dict[datetime | None, list[dict[str, JSONValue]]] = {}
        for notice, at in due.items():
            moments.setdefault(at, []).append({"notice": notice})
        driver = connection.connection.driver_connection
        try:
            for at, jobs in moments.items():
                configure_task(
                    name=DELIVER, job_manager=self._jobs, schedule_at=at, connection=driver
                ).batch_defer(*jobs)
        except ConnectorException:
            raise Unavailable("defer") from None

    async def run_worker(
        self, deliver_due: Later, tick: Later, *, install_signal_handlers: bool = True
    ) -> None:
        """Work until stopped or cancelled; jobs under way are finished first."""
        conninfo = self._url.render_as_string(hide_password=False)
        connector = PsycopgConnector(conninfo=conninfo, kwargs={"connect_timeout": 2})
        with app.replace_connector(connector):
            async with app.open_async():
                await app.run_worker_async(
                    additional_context={"deliver_due": deliver_due, "tick": tick},
                    install_signal_handlers=install_signal_handlers,
                    fetch_job_polling_interval=1.0,
                    stalled_worker_timeout=STALLED_SECONDS,
                )


async def _unless_unavailable(work: Later, action: str) -> None:
    """Run it; without a database now, the next tick finds what was missed."""
    try:
        await work()
    except Unavailable:
        log.error("no database", extra={"action": action})
