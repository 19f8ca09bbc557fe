"""Kills processes at named points of their work, and at random, and says what became of promises.

Each run forks the processes that a school would have (on SQLite one that hears and delivers, on
PostgreSQL one that hears and one that delivers), lets them work at full load, and ends them with
SIGKILL: one of them by itself, at the n-th passing of a named point, or all at a random moment.
What they promised was written to a file before they went on, and is looked for in the database.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import bot.app
from bot.app import App, build
from bot.card import Card, Press
from bot.message import Inside, Message, Place
from bot.notice import Destination, Receipt
from bot.people import Identity
from bot.ports import Unavailable
from bot.settings import Secrets
from intents.policy import PolicyDesk
from storage.audit import SqlAudit
from storage.ladders import SqlEscalations
from storage.outbox import SqlNotices
from storage.reports import SqlIncidents
from storage.store import SqlStore
from storage.talk import SqlConversations, SqlHeard
from storage.work import SqlWork
from tests.troupe import KEYS, school

HEARING = (
    (SqlHeard, "reply_to"),
    (SqlIncidents, "add"),
    (SqlIncidents, "append"),
    (SqlConversations, "save"),
    (SqlEscalations, "put"),
    (SqlEscalations, "take"),
    (SqlNotices, "add"),
    (SqlAudit, "record"),
    (SqlHeard, "add"),
    (SqlAudit, "write"),
    (SqlWork, "commit"),
)
DELIVERING = (
    (SqlNotices, "claim"),
    (SqlNotices, "delivered"),
    (SqlNotices, "redraw"),
    (SqlWork, "commit"),
)
POINTS = (
    *(f"{cls.__name__}.{name} {when}" for cls, name in HEARING for when in ("before", "after")),
    *(f"worker {cls.__name__}.{n} {w}" for cls, n in DELIVERING for w in ("before", "after")),
    *(f"worker post {when}" for when in ("before", "after")),
)
"""Where a process may end: around every write of a turn, of a delivery, and around a send."""

PATIENCE = 60.0
"""Seconds for a process to come to its point: on a busy machine the twelfth passing takes some."""

SECOND_COPY = "second copy"


class Board:
    """A platform in a file: what was posted stays posted, whoever dies; its history can be read."""

    platform = "web"

    def __init__(self, path: Path) -> None:
        self._path = path

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        await asyncio.sleep(0.002)
        said = json.dumps([key, to.lane, SECOND_COPY in str(card), card.title])
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{said}\n".encode())
        os.close(handle)
        return Receipt(to.address, key, bot.app.clock.now())

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        return receipt

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        found = any(posted[0] == key for posted in self.posted())
        return Receipt(to.address, key, bot.app.clock.now()) if found else None

    async def members(self, room: str) -> frozenset[str] | None:
        return None

    def posted(self) -> list[list[Any]]:
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]


@dataclass
class Figures:
    """What a series of kills came to."""

    kills: int = 0
    reports: int = 0
    receipts: int = 0
    lost: list[str] = field(default_factory=list)
    no_ladder: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    at: Counter[str] = field(default_factory=Counter)
    not_reached: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.no_ladder, *self.doubles, *self.unsent]


class Crashes:
    """A database, its promises and its platform, through any number of kills."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url, self.figures = url, Figures()
        self._promises, self._board = folder / "promises", Board(folder / "board")
        self._chance = random.Random(seed)
        self._desk = PolicyDesk.open()
        self._alone = url.startswith("sqlite")
        self._next, self._checked = 0, 0
        with closing(self._app()) as app:
            app.bot.directory()

    def kill(self, point: str = "") -> None:
        """One kill: at ``point``, or of everybody at a random moment."""
        roles = ["both"] if self._alone else ["web", "worker"]
        nth = self._chance.randint(1, 12)
        children = [self._fork(role, point, nth) for role in roles]
        patience = PATIENCE if point else self._chance.uniform(0.05, 1.0)
        end = time.monotonic() + patience
        while time.monotonic() < end and not any(_over(child) for child in children):
            time.sleep(0.005)
        struck = any(_over(child) for child in children)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        self.figures.kills += 1
        if point and not struck:
            self.figures.not_reached.append(f"{point}, passing {nth}")
        self.figures.at[("at its point" if struck else "not reached") if point else "random"] += 1
        self._after()

    def finish(self) -> Figures:
        """Deliver all that is owed, in peace, and check every promise once more."""
        app = self._app()
        try:
            for _ in range(200):
                app.ticker.tick(app.now())
                app.store.end_leases()
                with suppress(Unavailable):
                    asyncio.run(app.courier.deliver_due())
                with app.store.work() as work:
                    late = work.notices.undelivered(app.now())
                if not late:
                    break
            self.figures.unsent += [notice.about for notice in late]
        finally:
            app.close()
        self._checked = 0
        self._after()
        copies: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for key, lane, marked, _ in self._board.posted():
            copies[key, lane].append(marked)
        self.figures.doubles += [
            f"{lane}: {len(marks)} copies"
            for (_, lane), marks in copies.items()
            if marks.count(False) > 1
        ]
        return self.figures

    # The processes

    def _fork(self, role: str, point: str, nth: int) -> int:
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if point.startswith("worker ") == (role == "worker") or role == "both":
                _arm(point.removeprefix("worker "), nth)
            if role in ("worker", "both"):
                self._board = _Armed(self._board, point, nth)
            app = self._app()
            if role == "web":
                self._hear(app)
            else:
                asyncio.run(self._deliver(app, hearing=role == "both"))
        finally:
            os._exit(1)

    def _app(self) -> App:
        opened = bot.app.PolicyDesk.open
        bot.app.PolicyDesk.open = lambda: self._desk  # type: ignore[method-assign]
        try:
            app = build(school(), Secrets(), platforms=("web",), url=self.url, keys=KEYS)
        finally:
            bot.app.PolicyDesk.open = opened  # type: ignore[method-assign]
        app.courier._channels = {"web": self._board}  # type: ignore[dict-item]
        return app

    def _hear(self, app: App) -> None:
        for number in range(self._next, self._next + 10_000):
            for what, message in submissions(number):
                self._promise(app, number, what, message)

    async def _deliver(self, app: App, *, hearing: bool) -> None:
        async def hear() -> None:
            for number in range(self._next, self._next + 10_000):
                for what, message in submissions(number):
                    await app.crossing.run(self._promise, app, number, what, message)

        talking = asyncio.create_task(hear()) if hearing else None
        while True:
            with suppress(Unavailable):
                await app.courier.deliver_due()
                await app.crossing.run(app.ticker.tick, app.now())
            await asyncio.sleep(0.005)
            if talking is not None and talking.done():
                talking.result()

    def _promise(self, app: App, number: int, what: str, message: Callable[[str], Message]) -> None:
        """Hear one submission until it is answered; what the answer promises is written down."""
        ref = self._ref(number)
        for _ in range(200):
            reply = app.bot.hear(message(ref))
            words = json.dumps(reply.to_json())
            if "NOT SENT" not in words and "went wrong" not in words:
                break
        if what == "press":
            ref = next(
                card.title.removesuffix(".").split()[-1]
                for card in reply.cards
                if card.title.startswith("Alarm raised")
            )
        handle = os.open(self._promises, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{number} {what} {ref}\n".encode())
        os.close(handle)

    # What became of it

    def _promised(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = defaultdict(dict)
        if self._promises.exists():
            for line in self._promises.read_text("utf-8").splitlines():
                number, what, ref = line.split()
                found[int(number)][what] = ref
        return found

    def _ref(self, number: int) -> str:
        return self._promised().get(number, {}).get("press", "")

    def _after(self) -> None:
        """Look for what was promised since the last look; a minute passes for leases cut short."""
        with closing(_store(self.url)) as store:
            store.end_leases()
            promised = self._promised()
            with store.work() as work:
                known = {incident.ref for incident in work.incidents.open()}
                for number in range(self._checked, max(promised, default=-1) + 1):
                    self._look(work, number, promised.get(number, {}))
                self.figures.no_ladder += [
                    ref for ref in known if work.escalations.get(ref) is None
                ]
            self.figures.reports = len(known)
            self.figures.receipts = sum(len(acts) for acts in promised.values())
            if len(known) > len(promised) + 1:
                self.figures.doubles.append(f"{len(known)} reports of {len(promised)} promised")
        done = [number for number, acts in promised.items() if len(acts) == len(STEPS)]
        self._checked = max(0, max(done, default=0) - 1)
        self._next = max(done, default=-1) + 1

    def _look(self, work: Any, number: int, promised: dict[str, str]) -> None:
        if not promised:
            return
        ref = promised["press"]
        incident = work.incidents.get(ref)
        if incident is None:
            self.figures.lost.append(f"{number}: {ref} is not there")
            return
        said = [entry.words.open() for entry in work.incidents.entries(ref)]
        if "answer" in promised and said.count(_words(number)) != 1:
            self.figures.lost.append(f"{ref}: its words stand {said.count(_words(number))} times")
        taken = work.escalations.get(ref)
        if "take" in promised and (taken is None or taken.taken is None):
            self.figures.lost.append(f"{ref}: nobody has it, who was told they had")


def _words(number: int) -> str:
    return f"extension 2{number:04}, case {number}x"


def _message(number: int, what: str, person: str, **said: Any) -> Message:
    identity, place = Identity("web", person), Place("web", f"dm:{person}")
    inside = Inside(frozenset({"dsl-oak", "dsl-ash"}))
    return Message(f"{what}-{number}", identity, place, inside=inside, **said)


STEPS = ("press", "answer", "open", "take", "spoke")


def submissions(number: int) -> Iterator[tuple[str, Callable[[str], Message]]]:
    """One report: raised, written up, opened, taken, and the reporter spoken to."""
    # A hold of its own: pressed twice in a minute, the same empty card is one alarm.
    press = Press("tell", ("child", f"hold{number}"))
    yield "press", lambda _: _message(number, "press", "amira", press=press)
    yield "answer", lambda _: _message(number, "answer", "amira", text=_words(number))
    for verb in STEPS[2:]:
        yield verb, functools.partial(_of_the_dsl, number, verb)


def _of_the_dsl(number: int, verb: str, ref: str) -> Message:
    return _message(number, verb, "khan", press=Press(verb, (ref,)))


class _Armed(Board):
    """The platform, with a point before and after each send."""

    def __init__(self, board: Board, point: str, nth: int) -> None:
        super().__init__(board._path)
        self._point, self._left = point, nth

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        self._left -= 1
        if self._left == 0 and self._point == "worker post before":
            os.kill(os.getpid(), signal.SIGKILL)
        receipt = await super().post(to, card, key)
        if self._left == 0 and self._point == "worker post after":
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt


def _arm(point: str, nth: int) -> None:
    """Have this process end itself at the ``nth`` passing of ``point``."""
    for cls, name in {*HEARING, *DELIVERING}:
        for when in ("before", "after"):
            if point == f"{cls.__name__}.{name} {when}":
                setattr(cls, name, _ending(getattr(cls, name), when, nth))


def _ending(method: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    left = nth

    @functools.wraps(method)
    def ending(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return ending


def _over(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _store(url: str) -> SqlStore:
    return SqlStore.open(url, kek=KEYS.kek, audit_key=KEYS.audit)
