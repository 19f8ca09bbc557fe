"""A school with one report that goes well, and every way there is to make it, or Lanyard, stuck.

States that no code path makes are made with SQL, as a fault of ours or of a database would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from unittest.mock import patch

from sqlalchemy import text

from bot.app import Keys, build
from bot.card import Press, press
from bot.climb import notice
from bot.daily_check import Checked, write
from bot.message import Message, Place, Standing
from bot.notice import Destination, Kind, Lane
from bot.people import Identity
from bot.ports import Held
from bot.recipients import entitled
from bot.settings import Secrets
from bot.watch.beat import leave
from bot.watch.heartbeat import Heartbeat
from bot.watch.stuck import Stuck, Why
from intents.policy import PolicyDesk
from tests.troupe import MovableClock, school

WORRY = "a child in my form told me her uncle hurts her"
FAR = datetime(2099, 1, 1, tzinfo=UTC)
SCHOOL = school()
_desk = cache(PolicyDesk.open)


class Scene:
    """One school on the local page, at a Tuesday morning in term."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.clock = MovableClock()
        desk = _desk()
        with patch("bot.app.PolicyDesk.open", lambda: desk):
            self.app = build(
                SCHOOL, Secrets(), platforms=("web",), url=url, keys=keys, now=self.clock
            )
        self._said = 0
        self.mark()
        self.beats: list[bool] = []

        class Noted(Heartbeat):
            async def beat(heart, well: bool, now: datetime) -> None:
                self.beats.append(well)

        self.watchdog = self.app.watchdog(Noted(None))

    @property
    def now(self) -> datetime:
        return self.clock()

    def do(self, person: str, what: str | Press, command: str = "") -> list[Press]:
        """``person`` types or presses; the presses they are offered then."""
        self._said += 1
        message = Message(
            f"m{self._said}",
            Identity("web", person),
            Place("web", person),
            "" if isinstance(what, Press) else what,
            press=what if isinstance(what, Press) else None,
            command=command,
            standing=Standing.MEMBER,
        )
        # A machine that is busy with something else is not what is looked at here.
        with patch("bot.door.ANSWER_SECONDS", 120.0):
            said = asyncio.run(self.app.door.hear(message))
        return [button.press for card in said.cards for button in card.buttons]

    def report(self, words: str = WORRY, to: str = "child", by: str = "amira") -> str:
        """Somebody reports; the reference."""
        offered = self.do(by, words, "report")
        alarm = next(each for each in offered if each.verb == "tell")
        self.do(by, replace(alarm, args=(to, *alarm.args[1:])))
        self.settle()
        with self.app.store.work() as work:
            return work.incidents.by(by)[0].ref

    def settle(self) -> None:
        """Everything owed now is done, by a worker that is there."""
        asyncio.run(self.app.work_once())
        self.mark()

    def mark(self) -> None:
        """A worker leaves its mark, whatever it has done."""
        with self.app.store.work() as work:
            leave(work, self.now)
            work.commit()

    def watch(self) -> tuple[Stuck, ...]:
        found = asyncio.run(self.watchdog.round())
        assert found is not None
        return found

    def sql(self, statement: str, **values: object) -> None:
        """Do what no code path does. Moments are written as this database keeps them."""
        sqlite = self.app.store.database.dialect.name == "sqlite"
        written = {
            name: value.replace(tzinfo=None).isoformat(" ", "microseconds")
            if sqlite and isinstance(value, datetime)
            else value
            for name, value in values.items()
        }
        with self.app.store.database.begin() as connection:
            connection.execute(text(statement), written)

    def escalation(self, ref: str, **values: object) -> None:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        self.sql(f"UPDATE escalations SET {sets} WHERE ref = :ref", ref=ref, **values)

    def notices(self, kind: Kind, sets: str, **values: object) -> None:
        self.sql(f"UPDATE notices SET {sets} WHERE kind = :kind", kind=str(kind), **values)

    def owe(self, kind: Kind, about: str, to: Destination) -> None:
        """Owe somebody a message, as the code would."""
        with self.app.store.work() as work:
            work.notices.add(notice(kind, about, to, self.now, lane=Lane.URGENT, nth=999))
            work.commit()

    def block(self, destination: str) -> None:
        """A destination is left alone for ever, as after an absurd Retry-After."""
        self.sql(
            "INSERT INTO lanes (destination, platform, failures, rest_until) "
            "VALUES (:to, 'web', 9, :far)",
            to=destination,
            far=FAR,
        )

    def told(self) -> dict[str, int]:
        """Who was owed a list of what is stuck, and how many."""
        found: dict[str, int] = {}
        with self.app.store.work() as work:
            for person in self.app.bot.directory().people:
                lists = [n for n in work.notices.about(f"web:{person}") if n.kind is Kind.STUCK]
                if lists:
                    found[person] = len(lists)
        return found

    def shown(self, person: str) -> str:
        """All that stands on somebody's page."""
        with self.app.store.work() as work:
            return "\n".join(str(posted.card) for posted in work.pages.room(f"dm:{person}"))


UNSHOWN = "receipt_at = NULL, receipt_room = NULL, receipt_message = NULL"


@dataclass(frozen=True)
class State:
    """One way to be stuck. ``make`` makes it of the report and returns what must be found;
    ``heals``: a worker would put it right at once, so the one there is does nothing but mark."""

    make: Callable[[Scene, str], Stuck]
    heals: bool = False


def _ladder(why: Why, **values: object) -> State:
    def make(scene: Scene, ref: str) -> Stuck:
        scene.escalation(ref, **values)
        return Stuck(why, ref)

    return State(make)


def _sql(why: Why, statement: str, *, heals: bool = False) -> State:
    """``statement`` may use ``:ref``, ``:now``, ``:far`` and ``:past`` (ten minutes ago)."""

    def make(scene: Scene, ref: str) -> Stuck:
        known = {
            "ref": ref,
            "now": scene.now,
            "far": FAR,
            "past": scene.now - timedelta(minutes=10),
        }
        used = {name: value for name, value in known.items() if f":{name}" in statement}
        scene.sql(statement, **used)
        about = "" if why in GENERAL else ref
        return Stuck(why, about)

    return State(make, heals)


GENERAL = {
    Why.UNREADABLE,
    Why.HELD_TOO_LONG,
    Why.NOT_NUDGED,
    Why.DIGEST_OWED,
    Why.DIGEST_LOST,
    Why.GAP_UNTOLD,
    Why.CHECK_OWED,
    Why.WORKER,
    Why.LIST,
}


def _taken(scene: Scene, ref: str, by: str = "khan") -> None:
    scene.do(by, press("open", ref))
    scene.do(by, press("take", ref))
    scene.settle()


def _no_role_any_more(scene: Scene, ref: str) -> Stuck:
    _taken(scene, ref)
    scene.sql("DELETE FROM holdings WHERE person = 'khan'")
    return Stuck(Why.LOST_OWNER, ref)


def _nobody_known(scene: Scene, ref: str) -> Stuck:
    _taken(scene, ref)
    scene.escalation(ref, taken_by="nobody")
    return Stuck(Why.LOST_OWNER, ref)


def _owner_away(scene: Scene, ref: str) -> Stuck:
    _taken(scene, ref)
    scene.sql("UPDATE people SET away_until = :far WHERE id = 'khan'", far=FAR)
    return Stuck(Why.OWNER_AWAY, ref)


def _late_told_nobody(scene: Scene, ref: str) -> Stuck:
    """The Principal was to hear that it is late, and there was nothing to show them."""
    _taken(scene, ref)
    scene.owe(Kind.OVERDUE, ref, Destination("web", "farrow", "farrow"))
    scene.notices(Kind.OVERDUE, f"{UNSHOWN}, due_at = NULL, fault = 'nothing-to-show'")
    return Stuck(Why.LATE_UNTOLD, ref)


def _offer(scene: Scene, ref: str, to: str, at: datetime) -> None:
    _taken(scene, ref)
    scene.escalation(ref, offered_to=to, offered_at=at)


def _offer_untold(scene: Scene, ref: str) -> Stuck:
    _offer(scene, ref, "okoro", scene.now)
    return Stuck(Why.OFFER_UNTOLD, ref)


def _offer_to_nobody(scene: Scene, ref: str) -> Stuck:
    _offer(scene, ref, "bryn", scene.now)
    scene.owe(Kind.OFFER, ref, Destination("web", "bryn", "bryn"))
    return Stuck(Why.OFFER_OPEN, ref)


def _offer_forgotten(scene: Scene, ref: str) -> Stuck:
    """Reminded four times, and nobody is reminded any more."""
    at = scene.now - timedelta(minutes=75)
    _offer(scene, ref, "okoro", at)
    climbed = f'{{"dsl": 1, "offer@{at.timestamp():.0f}": 4}}'
    scene.escalation(ref, climbed=climbed)
    scene.owe(Kind.OFFER, ref, Destination("web", "okoro", "okoro"))
    return Stuck(Why.OFFER_OPEN, ref)


def _only_by_mail(scene: Scene, ref: str) -> Stuck:
    hour = scene.now - timedelta(minutes=61)
    scene.notices(Kind.CASE, "platform = 'mail', receipt_at = :hour", hour=hour)
    return Stuck(Why.UNOPENED, ref)


def _nobody_left(scene: Scene, ref: str) -> Stuck:
    for position, person in enumerate(scene.app.bot.directory().role_holders()):
        scene.sql(
            "INSERT INTO concerns (ref, person, position, how) VALUES (:ref, :who, :at, 'subject')",
            ref=ref,
            who=person.id,
            at=position,
        )
    return Stuck(Why.NOBODY_MAY, ref)


def _blocked(scene: Scene, ref: str) -> Stuck:
    scene.block("web:khan")
    scene.owe(Kind.CASE, ref, Destination("web", "khan", "khan"))
    return Stuck(Why.UNDELIVERED, ref)


def _no_such_platform(scene: Scene, ref: str) -> Stuck:
    scene.sql(
        "INSERT INTO identities (platform, account, person, position) "
        "VALUES ('fax', 'amira', 'amira', 9)"
    )
    scene.owe(Kind.QUESTION, ref, Destination("fax", "amira", "amira"))
    return Stuck(Why.UNDELIVERED, ref)


def _out_of_date(scene: Scene, ref: str) -> Stuck:
    scene.block("web:khan")
    scene.notices(Kind.CASE, "due_at = :now", now=scene.now)
    return Stuck(Why.NOT_REDRAWN, ref)


def _list_late(scene: Scene, ref: str) -> Stuck:
    scene.block("web:farrow")
    scene.owe(Kind.REMINDER, "web:farrow", Destination("web", "farrow", "farrow"))
    return Stuck(Why.LIST)


def _hold(scene: Scene, age: timedelta, nudges: int) -> None:
    with scene.app.store.work() as work:
        work.holds.put(Held("h", "bryn", "words", scene.now - age, nudges))
        work.commit()


def _held_too_long(scene: Scene, ref: str) -> Stuck:
    _hold(scene, timedelta(hours=24), 2)
    return Stuck(Why.HELD_TOO_LONG)


def _not_nudged(scene: Scene, ref: str) -> Stuck:
    _hold(scene, timedelta(minutes=10), 0)
    return Stuck(Why.NOT_NUDGED)


def _digest_owed(scene: Scene, ref: str) -> Stuck:
    scene.clock.at = datetime(2026, 11, 23, 7, 29, tzinfo=UTC)
    scene.settle()
    scene.clock.at += timedelta(minutes=1)
    return Stuck(Why.DIGEST_OWED)


def _digest_lost(scene: Scene, ref: str) -> Stuck:
    scene.clock.at = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    scene.settle()
    scene.sql("DELETE FROM notices WHERE kind = 'digest'")
    return Stuck(Why.DIGEST_LOST)


def _gap(scene: Scene, ref: str) -> Stuck:
    who = "('khan', 'okoro', 'lindqvist')"
    scene.sql(f"UPDATE people SET away_until = :far WHERE id IN {who}", far=FAR)
    return Stuck(Why.GAP_UNTOLD)


def _unchecked(scene: Scene, ref: str) -> Stuck:
    with scene.app.store.work() as work:
        write(work, Checked("2026-11-16"))
        work.commit()
    return Stuck(Why.CHECK_OWED)


def _part(scene: Scene, ref: str) -> Stuck:
    named = scene.report("Ms Khan shouted at a child in the corridor", by="bryn")
    scene.sql("DELETE FROM notices WHERE kind = 'part'")
    return Stuck(Why.PART_UNASKED, named)


STATES: dict[str, State] = {
    "no ladder": _sql(Why.NO_LADDER, "DELETE FROM escalations"),
    "a ladder without rungs": _ladder(Why.NO_RUNGS, rungs="[]", next_at=None),
    "a ladder that cannot be read": _ladder(Why.NO_RUNGS, rungs='[{"to": 1}]', next_at=None),
    "a ladder that has ended": _sql(
        Why.LADDER_CLOSED, "UPDATE escalations SET closed_at = :now, next_at = NULL"
    ),
    "a ladder that begins later": _ladder(
        Why.BEGINS_LATER, started_at=FAR, next_at=FAR, climbed="{}"
    ),
    "no time for the next call": _ladder(Why.NO_NEXT, next_at=None),
    "the next call set too late": _ladder(Why.NEXT_TOO_LATE, next_at=FAR),
    "the next call long due": _sql(
        Why.OVERDUE, "UPDATE escalations SET next_at = :now", heals=True
    ),
    "no more calls": _sql(
        Why.NO_MORE,
        'UPDATE escalations SET next_at = NULL, rungs = \'[{"name": "dsl", "to": "safeguarding",'
        ' "after": 0, "every": null, "school_time": false}]\'',
    ),
    "counts that mean nothing": _ladder(Why.UNPROVEN, climbed='{"dsl": "x"}', next_at=FAR),
    "nobody was called": _sql(Why.NEVER_CALLED, "DELETE FROM notices WHERE kind = 'case'"),
    "every call came to nothing": _sql(
        Why.NOBODY_SHOWN,
        f"UPDATE notices SET {UNSHOWN}, fault = 'nothing-to-show' WHERE kind = 'case'",
    ),
    "mail that nobody opens": State(_only_by_mail),
    "nobody is left who may know": State(_nobody_left),
    "a centre that is none": _sql(Why.NO_CENTRE, "UPDATE incidents SET centre = 'elm'"),
    "an owner nobody knows": State(_nobody_known),
    "an owner without a role": State(_no_role_any_more, heals=True),
    "an owner who is away": State(_owner_away),
    "late, and nobody was told": State(_late_told_nobody),
    "an offer nobody heard of": State(_offer_untold),
    "an offer to somebody who may not": State(_offer_to_nobody),
    "an offer that was forgotten": State(_offer_forgotten),
    "a name nobody was asked about": State(_part, heals=True),
    "no receipt": _sql(Why.NO_RECEIPT, "DELETE FROM notices WHERE kind = 'receipt'"),
    "a receipt that is not true": _sql(
        Why.RECEIPT_UNTRUE,
        f"UPDATE notices SET {UNSHOWN}, due_at = :far WHERE kind = 'case'",
        heals=True,
    ),
    "a broken seal": _sql(
        Why.DAMAGED, "UPDATE data_keys SET wrapped = id WHERE record LIKE 'incidents%'", heals=True
    ),
    "a destination held for ever": State(_blocked),
    "a platform that is not there": State(_no_such_platform),
    "no second route": _sql(
        Why.NO_OTHER_WAY,
        f"UPDATE notices SET {UNSHOWN}, due_at = :far, owed_at = :past WHERE kind = 'case'",
        heals=True,
    ),
    "a card out of date": State(_out_of_date),
    "a lease without end": _sql(
        Why.LEASE, "UPDATE notices SET lease_until = :far WHERE kind = 'receipt'"
    ),
    "a message never sent": _sql(
        Why.NO_RESULT, f"UPDATE notices SET {UNSHOWN} WHERE kind = 'receipt'"
    ),
    "a message of no known kind": _sql(
        Why.NOT_UNDERSTOOD,
        f"UPDATE notices SET {UNSHOWN}, due_at = :now, kind = 'mystery' WHERE person = 'okoro'",
    ),
    "a list that does not arrive": State(_list_late),
    "a report that cannot be read": _sql(Why.UNREADABLE, "UPDATE incidents SET route = 'nowhere'"),
    "words held for over a day": State(_held_too_long, heals=True),
    "words held, nobody reminded": State(_not_nudged, heals=True),
    "a digest that is owed": State(_digest_owed, heals=True),
    "a digest that was lost": State(_digest_lost),
    "a centre without anybody": State(_gap, heals=True),
    "a check nobody made": State(_unchecked),
    "no worker": State(lambda scene, ref: Stuck(Why.WORKER), heals=True),
}


ON_POSTGRES = (
    "a ladder that cannot be read",
    "counts that mean nothing",
    "an owner who is away",
    "a destination held for ever",
    "a card out of date",
    "a lease without end",
    "a message of no known kind",
    "a report that cannot be read",
    "a digest that was lost",
)
"""Those whose finding asks something of the database; ``python -m tests.bench stuck`` asks all."""

LIMIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Outcome:
    """What came of one state: what was to be found, after how long it was, after how long people
    were told, and whom."""

    wanted: Stuck
    found_after: timedelta | None
    told_after: timedelta | None
    told: frozenset[str]
    faults: tuple[str, ...]


def outcome(scene: Scene, state: State) -> Outcome:
    """Let a report go well, make ``state``, and watch for five minutes."""
    ref = scene.report()
    scene.clock.at += timedelta(minutes=6)
    scene.settle()
    faults = [f"stuck before: {each}" for each in scene.watch()]
    wanted, began = state.make(scene, ref), scene.now
    found_after = told_after = None
    while scene.now - began < LIMIT:
        scene.clock.at += timedelta(minutes=1)
        if not state.heals:
            scene.settle()
        elif wanted.why is not Why.WORKER:
            scene.mark()
        if wanted in scene.watch():
            found_after = found_after or scene.now - began
        if scene.told():
            told_after = told_after or scene.now - began
    told, expected = frozenset(scene.told()), to_be_told(scene, wanted)
    if found_after is None:
        faults.append("not found")
    if told != expected:
        faults.append(f"told {sorted(told)}, not {sorted(expected)}")
    if scene.beats[0] is not True or scene.beats[-1] is not False:
        faults.append(f"the heartbeat said {scene.beats}")
    return Outcome(wanted, found_after, told_after, told, tuple(faults))


def to_be_told(scene: Scene, wanted: Stuck) -> frozenset[str]:
    """The rule, said a second time."""
    if wanted.why in (Why.LIST, Why.NOBODY_MAY):
        return frozenset()
    if not wanted.about:
        return frozenset({"khan", "lindqvist", "farrow"})
    with scene.app.store.work() as work:
        incident = work.incidents.get(wanted.about)
        assert incident is not None
        return frozenset(p.id for p in entitled(incident, scene.app.bot.directory()))
