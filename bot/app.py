"""Composition: puts one process together out of every folder."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from bot import clock
from bot.bot import Bot
from bot.card import Card
from bot.courier import Courier
from bot.crossing import Crossing
from bot.daily_check import DailyCheck
from bot.door import Adapter, Door
from bot.loop import Loop
from bot.notice import Notice
from bot.platforms import ADAPTERS, MAIL, ROUTES, TEXT
from bot.ports import Conflict, Unavailable, Work
from bot.rooms import Rooms
from bot.second_route import reroute
from bot.seed import seed
from bot.set_up import SetUp
from bot.settings import SchoolFile, Secrets, SettingsFault, key_bytes
from bot.tally import Tally
from bot.tick import Ticker
from bot.turn import School
from bot.views.drawing import draw
from bot.vitals import Vitals
from bot.watch.beat import Beat
from bot.watch.heartbeat import Heartbeat
from bot.watch.watchdog import Watchdog
from intents.forms import CASE, REPORTS
from intents.forms.centre import asking_the_centre
from intents.new_names import NewNames
from intents.policy import PolicyDesk
from intents.register import intents
from storage.engine import Engine
from storage.store import SqlStore

log = logging.getLogger(__name__)

DISAGREES = (
    "The people of lanyard.toml could not be brought into the database: something else was "
    "writing the same people. Nothing was changed. Start it again."
)


@dataclass(frozen=True)
class Keys:
    """The keys of one installation: key-encryption keys newest first, and the audit's own."""

    kek: Mapping[str, bytes]
    audit: bytes


@dataclass(frozen=True)
class App:
    """Everything of one process, put together."""

    bot: Bot
    store: SqlStore
    door: Door
    crossing: Crossing
    adapters: Mapping[str, Adapter]
    courier: Courier
    ticker: Ticker
    beat: Beat
    daily: DailyCheck
    loop: Loop
    desk: PolicyDesk
    engine: Engine | None
    now: Callable[[], datetime]
    tally: Tally
    vitals: Vitals

    async def work(self, *, signals: bool = True) -> None:
        """Be a worker on PostgreSQL until stopped: deliveries when woken, clocks on the tick.

        ``signals``: stop gracefully on SIGTERM, which only a process of its own may ask for.
        """
        if self.engine is None:
            raise RuntimeError("only PostgreSQL has workers")
        try:
            await self.engine.run_worker(
                self.courier.deliver_due, self._tick, install_signal_handlers=signals
            )
        finally:
            await self.daily.stop()

    async def _tick(self) -> None:
        self.daily.begin(self.now())
        await self.crossing.run_between(self.beat.tick, self.now())

    async def work_once(self) -> None:
        """Do a worker's work once: climb, then deliver."""
        await self.crossing.run_between(self.ticker.tick, self.now())
        await self.courier.deliver_due()

    def watchdog(self, heartbeat: Heartbeat) -> Watchdog:
        """The watchdog of this school; it speaks on the same platforms, and hears nobody."""
        return Watchdog(
            self.store,
            self.bot.refresh,
            self.bot.school,
            self.crossing,
            heartbeat,
            self.work_once,
            self.now,
        )

    def close(self) -> None:
        """Let the turn under way end, then let go of the database."""
        self.crossing.close()
        self.store.close()


def build(
    school_file: SchoolFile,
    secrets: Secrets,
    *,
    platforms: tuple[str, ...],
    url: str,
    keys: Keys,
    now: Callable[[], datetime] = clock.now,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> App:
    """Put an application together.

    ``platforms`` are those to be opened; ``url`` the database; ``options`` extra arguments for
    an adapter, by platform (tests point them at servers of their own). People are seeded from
    ``school_file``, which may raise :class:`SettingsFault`. With the database stopped it starts
    all the same: the act-now card and the numbers to ring must be there.
    """
    engine = Engine(url) if url.startswith("postgres") else None
    store = SqlStore.open(
        url, kek=keys.kek, audit_key=keys.audit, defer=engine.defer if engine else None
    )
    directory = school_file.directory()
    school = School(
        forms={form.name: asking_the_centre(form, directory.centres.values()) for form in REPORTS},
        case_forms={form.name: form for form in CASE},
        platforms=(*platforms, *school_file.routes),
        terms=school_file.calendar(),
        second_route_after=timedelta(minutes=school_file.delivery.second_route_after_minutes),
        trained_on=school_file.school.trained_on,
        privacy_notice=school_file.school.privacy_notice,
    )
    desk = PolicyDesk.open()
    store.before_use(lambda: prepare(store, school_file, now()))
    try:
        with store.work() as work:
            desk.follow(work)
    except Unavailable:
        log.error("started without a database", extra={"action": "start"})
    except Conflict:
        raise SettingsFault(DISAGREES) from None
    tally = Tally()
    bot = Bot(store, intents(desk), school, directory, now, desk.follow, tally)
    crossing = Crossing()
    door = Door(bot, store, crossing)
    adapters: dict[str, Adapter] = {
        platform: import_module(ADAPTERS[platform]).open_adapter(
            secrets, door, **(options or {}).get(platform, {})
        )
        for platform in platforms
    }
    if platforms:
        adapters |= _routes(school_file, secrets, door, options or {})
    rooms = door.rooms = Rooms(adapters, now)
    daily = DailyCheck(
        store,
        bot.refresh,
        school,
        lambda people: SetUp(
            school_file, secrets, people, tuple(school.forms.values()), desk.policy.review_due
        ),
        rooms,
        crossing,
    )
    courier = Courier(
        store,
        adapters,
        partial(_draw, bot, school, desk, rooms, daily),
        now,
        crossing,
        lambda late, work, at: reroute(late, work, bot.directory(), school, at),
        rooms.look,
    )
    names = NewNames(school)

    def refresh(work: Work, moment: datetime) -> None:
        names.look(work, bot.refresh(work, moment), moment)

    ticker = Ticker(store, bot.directory, school, refresh)
    beat = Beat(store, ticker)
    return App(
        bot=bot,
        store=store,
        door=door,
        crossing=crossing,
        adapters=adapters,
        courier=courier,
        ticker=ticker,
        beat=beat,
        daily=daily,
        loop=Loop(store, courier, beat, daily, crossing, now),
        desk=desk,
        engine=engine,
        now=now,
        tally=tally,
        vitals=Vitals(store, tally, now),
    )


def _routes(
    school_file: SchoolFile,
    secrets: Secrets,
    door: Door,
    options: Mapping[str, Mapping[str, Any]],
) -> dict[str, Adapter]:
    """The ways outside the chat that the settings name."""
    sections = {MAIL: school_file.mail, TEXT: school_file.text}
    return {
        route: import_module(ROUTES[route]).open_adapter(
            secrets, door, settings=sections[route], **options.get(route, {})
        )
        for route in school_file.routes
    }


def prepare(store: SqlStore, school_file: SchoolFile, now: datetime) -> None:
    """Bring the database to this version, prove the keys, and make the school's people known.

    Done before the first use that finds the database there, so that a process started while it
    was stopped recovers by itself.
    """
    store.upgrade()
    seed(store, school_file, now)


def keys_from(secrets: Secrets) -> Keys | None:
    """The keys in the environment, or ``None`` when they are not set."""
    found = secrets.encryption_keys
    if not found or secrets.lanyard_audit_key is None:
        return None
    ring = {key_name(key): key for key in found}
    # The first databases called their only key “1”.
    return Keys({**ring, "1": found[-1]}, key_bytes(secrets.lanyard_audit_key))


def key_name(key: bytes) -> str:
    """What a key is called where it was used: nobody learns anything of the key by it."""
    return hashlib.sha256(b"lanyard key name" + key).hexdigest()[:8]


def _draw(
    bot: Bot,
    school: School,
    desk: PolicyDesk,
    rooms: Rooms,
    daily: DailyCheck,
    notice: Notice,
    work: Work,
    now: datetime,
) -> Card | None:
    directory = bot.refresh(work, now)
    members = rooms.members(notice.to.platform, notice.to.address)
    line = desk.edition_line(now)
    return draw(notice, work, directory, school, now, line, members, daily.faults)
