"""Two weeks of reports through a Slack that fails most calls, on a clock that is moved."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import select

from adapters.slack.adapter import SlackAdapter
from bot.app import App, build
from bot.card import press
from bot.message import Inside, Message, Place
from bot.people import Identity
from bot.ports import Held
from bot.school_settings import PersonSection
from bot.settings import SchoolFile
from storage import tables
from tests.stages.slack import secrets
from tests.stages.stormy_slack import StormySlack
from tests.troupe import KEYS, TUESDAY, MovableClock, school

STAFF = 40
DAYS = 14
DEAD = timedelta(hours=2)
A_MINUTE = timedelta(minutes=1)
FAILING = 0.7


@dataclass
class Figures:
    """What is reported. ``urgent`` and ``other``: how long each of the notices that waited at the
    platform's recovery took from then, in simulated seconds, the quickest first."""

    reports: int = 0
    notices: int = 0
    calls: int = 0
    undelivered: int = 0
    urgent: Sequence[float] = ()
    other: Sequence[float] = ()
    longest_queue: int = 0
    too_early: int = 0
    doubles: int = 0
    unmarked: int = 0
    within_a_minute: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether every promise of the run was kept."""
        return (
            self.undelivered == self.too_early == self.unmarked == 0
            and self.last_urgent <= 300
            and self.last_other <= self.longest_queue + 300
        )

    @property
    def last_urgent(self) -> float:
        return max(self.urgent, default=0.0)

    @property
    def last_other(self) -> float:
        return max(self.other, default=0.0)


@dataclass
class Delivering:
    """One run: ``failing`` of the calls fail, all of them for some time from the middle of it;
    with ``burst`` from the beginning, so that everything comes at once at the end."""

    folder: Path
    seed: int
    reports: int
    days: float = DAYS
    url: str = ""
    failing: float = FAILING
    burst: bool = False
    clock: MovableClock = field(default_factory=MovableClock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.events: list[tuple[datetime, int, str, str]] = []
        lasts = timedelta(days=self.days)
        dead_from = TUESDAY if self.burst else TUESDAY + lasts / 2
        self.slack = StormySlack(
            self.clock,
            self.chance,
            self.failing,
            dead_from,
            dead_from + (lasts if self.burst else min(DEAD, lasts / 8)),
            frozenset({"DBROOK", "DSTAFF0"}),
            ("UKHAN", "UOKORO", "ULINDQVIST"),
        )
        self.watched: set[str] = set()

    async def run(self) -> Figures:
        """Live through it all, and then until everything is delivered (a simulated day at most)."""
        app = build(
            _school(),
            secrets(),
            platforms=("slack",),
            url=self.url or f"sqlite:///{self.folder / 'lanyard.db'}",
            keys=KEYS,
            now=self.clock,
            options={"slack": {"api_url": "https://slack.invalid/api/", "now": self.clock}},
        )
        # The seam: the session alone is replaced.
        cast(SlackAdapter, app.adapters["slack"])._api._session = self.slack  # type: ignore[assignment]
        with closing(app):
            for number in range(self.reports):
                at = TUESDAY + timedelta(days=self.days) * self.chance.random()
                if not number:
                    # However few there are, one comes while the platform is dead.
                    at = self.slack.dead_from
                self._plan(at, "report", str(number))
            await self._live(app)
            return self._figures(app)

    def _plan(self, at: datetime, what: str, about: str) -> None:
        heapq.heappush(self.events, (at, len(self.events), what, about))

    async def _live(self, app: App) -> None:
        end = TUESDAY + timedelta(days=self.days + 1)
        ticked = TUESDAY - A_MINUTE
        while self.clock.at < end:
            with app.store.work() as work:
                due = work.notices.next_due()
            moments = [ticked + A_MINUTE, *([self.events[0][0]] if self.events else [])]
            if due is None and not self.events:
                break
            self.clock.at = max(self.clock.at, min([*moments, *([due] if due else [])]))
            while self.events and self.events[0][0] <= self.clock.at:
                _, _, what, about = heapq.heappop(self.events)
                self._do(app, what, about)
            if self.clock.at - ticked >= A_MINUTE:
                ticked = self.clock.at
                await app.crossing.run(app.ticker.tick, ticked)
            await app.courier.deliver_due()

    def _do(self, app: App, what: str, about: str) -> None:
        """A report is made; it is opened and taken some minutes later; then the reporter is spoken
        to, and some hours later the case is closed."""
        if what == "report":
            form = "website" if int(about) % 5 < 2 else "child"
            person = f"staff{int(about) % STAFF}"
            with app.store.work() as work:
                work.holds.put(Held(f"held{about}", person, "what was typed", self.clock.at))
                work.commit()
            reply = self._hear(app, person, press("tell", form, f"held{about}"))
            ref = reply.cards[0].title.split("Reference ")[1].rstrip(".")
            self._plan(self._soon(1, 4), "take", ref)
        elif what == "take":
            if not self._shown(app, about):
                self._plan(self._soon(1, 5), "take", about)
                return
            # Nobody takes what they have not opened.
            self._hear(app, "khan", press("open", about))
            self._hear(app, "khan", press("take", about))
            self._plan(self._soon(1, 5), "spoke", about)
        elif what == "spoke":
            self._hear(app, "khan", press("spoke", about))
            self._plan(self._soon(30, 300), "close", about)
        else:
            with app.store.work() as work:
                escalation = work.escalations.get(about)
                assert escalation is not None
                work.escalations.put(replace(escalation, closed_at=self.clock.at), None)
                work.incidents.close(about, self.clock.at, "no-further-action")
                work.notices.redraw(about, self.clock.at)
                work.commit()

    def _hear(self, app: App, person: str, pressed: object) -> object:
        key = f"slack/{self.chance.getrandbits(64)}"
        account = f"T1/U{person.upper()}"
        message = Message(
            key,
            Identity("slack", account),
            Place("slack", account),
            press=pressed,  # type: ignore[arg-type]
            name=person,
            inside=Inside(frozenset({"CDSLOAK"}), frozenset()),
        )
        return app.bot.hear(message)

    def _soon(self, least: float, most: float) -> datetime:
        return self.clock.at + timedelta(minutes=self.chance.uniform(least, most))

    def _shown(self, app: App, ref: str) -> bool:
        with app.store.work() as work:
            return any(n.kind == "case" and n.receipt for n in work.notices.about(ref))

    def _figures(self, app: App) -> Figures:
        with app.store.database.connect() as connection:
            rows = connection.execute(select(tables.notices)).all()
            incidents = connection.execute(select(tables.incidents.c.ref)).all()
        owed = [each for each in rows if each.fault != "nothing-to-show" or each.receipt_at]
        recovered = self.slack.dead_until
        waited = [
            each
            for each in owed
            if each.owed_at < recovered and (each.receipt_at is None or each.receipt_at > recovered)
        ]

        def after_recovery(lane: str) -> list[float]:
            moments = [e.receipt_at for e in waited if e.lane == lane and e.receipt_at is not None]
            return sorted((moment - recovered).total_seconds() for moment in moments)

        doubles, unmarked = self.slack.doubles()
        shown = [each for each in owed if each.receipt_at is not None]
        quick = sum(each.receipt_at - each.owed_at <= A_MINUTE for each in shown)
        queues = Counter(each.destination for each in waited)
        return Figures(
            reports=len(incidents),
            notices=len(rows),
            calls=self.slack.calls,
            undelivered=sum(each.receipt_at is None for each in owed),
            urgent=after_recovery("urgent"),
            other=after_recovery("normal"),
            longest_queue=max(queues.values(), default=0),
            too_early=self.slack.too_early,
            doubles=doubles,
            unmarked=unmarked,
            within_a_minute=quick / max(len(shown), 1),
        )


def _school() -> SchoolFile:
    """The fictional school with forty more members of staff."""
    known = school()
    return known.model_copy(update={"people": [*known.people, *_staff()]})


def _staff() -> Iterator[PersonSection]:
    for number in range(STAFF):
        account = {"slack": f"T1/USTAFF{number}"}
        yield PersonSection(
            id=f"staff{number}", name=f"Colleague {number}", centre="oak", accounts=account
        )
