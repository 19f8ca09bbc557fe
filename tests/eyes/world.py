"""One school in one process, on recorders in place of the platforms, with a clock one can move."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text

from adapters.web.rooms import STAFF_ROOM, rooms
from bot.app import App, build
from bot.card import Card, Press, Reply
from bot.message import Message, Place, Standing
from bot.people import Directory, Holding, Identity, Person
from bot.settings import Secrets
from intents.policy import PolicyDesk
from tests.eyes.recorder import Message as Shown
from tests.eyes.recorder import Recorder, drawn
from tests.troupe import KEYS, MovableClock, school

PLATFORMS = ("slack", "teams", "web")
SCHOOL = school()
GUEST, STRANGER = "guest", "stranger"
"""Accounts behind which nobody of the school is."""


@dataclass
class World:
    """A school whose people all act on ``platform``. ``refs`` are what reports will be called."""

    platform: str
    app: App
    clock: MovableClock
    recorder: Recorder
    _count: Iterator[int] = field(default_factory=itertools.count)
    said: dict[str, list[str]] = field(default_factory=dict)

    def account(self, person: str) -> Identity:
        known = self.app.bot.directory().person(person)
        if known is not None:
            return next(i for i in known.identities if i.platform == self.platform)
        return Identity(self.platform, f"elsewhere/{person}")

    async def do(
        self,
        person: str,
        what: str | Press,
        *,
        room: str = "",
        command: str = "",
        standing: Standing | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Reply:
        """``person`` types or presses; what they are shown is kept as their platform draws it."""
        identity = self.account(person)
        if standing is None:
            standing = Standing.GUEST if person in (GUEST, STRANGER) else Standing.MEMBER
        message = Message(
            key=f"{person}/{next(self._count)}",
            identity=identity,
            place=Place(self.platform, room or identity.user, private=not room),
            text="" if isinstance(what, Press) else what,
            name=person.title(),
            press=what if isinstance(what, Press) else None,
            command=command,
            standing=standing,
            fields=fields or {},
        )
        reply = await self.app.door.hear(message)
        kept = self.said.setdefault(person, [])
        kept += [drawn(self.platform, card) for card in reply.cards]
        return reply

    async def settle(self, minutes: int = 0) -> None:
        """Let everything happen that is owed now and in the next ``minutes``."""
        for minute in range(minutes + 1):
            if minute:
                self.clock.at += timedelta(minutes=1)
            await self.app.crossing.run(self.app.ticker.tick, self.clock())
            await self.app.courier.deliver_due()

    def messages(self, person: str) -> list[Shown]:
        """What stands in somebody's own messages, and in every room they are in, now."""
        account = self.account(person).user
        mine = {room for room, inside in self.recorder.inside.items() if account in inside}
        return [
            shown
            for shown in self.recorder.shown.values()
            if shown.to.person == person or (not shown.to.person and shown.to.address in mine)
        ]

    def sees(self, person: str) -> list[str]:
        """All that somebody was ever answered, and all that stands on their screens now."""
        standing = [drawn(self.platform, shown.card) for shown in self.messages(person)]
        return [*self.said.get(person, ()), *standing]

    def change(self, *people: Person) -> None:
        """The role list changes, as by the command line or in another process; every process
        knows within ten seconds."""
        with self.app.store.work() as work:
            for person in people:
                work.people.put(person)
            work.commit()
        self.clock.at += timedelta(seconds=10)

    def person(self, name: str) -> Person:
        found = self.app.bot.directory().person(name)
        assert found is not None, name
        return found

    def without_role(self, name: str) -> Person:
        return replace(self.person(name), holdings=())

    def with_role(self, name: str, *holdings: Holding) -> Person:
        return replace(self.person(name), holdings=holdings)

    def refusals(self) -> int:
        """How many refused attempts the audit holds."""
        with self.app.store.database.connect() as connection:
            counted = text("SELECT count(*) FROM audit WHERE act = 'refused'")
            return int(connection.execute(counted).scalar_one())

    def plain_columns(self) -> str:
        """Everything in the audit, as it can be read without a key."""
        with self.app.store.database.connect() as connection:
            rows = connection.execute(text("SELECT actor, act, ref, detail FROM audit")).all()
            return "\n".join("|".join(row) for row in rows)


class Worlds:
    """Makes worlds quickly: the database is prepared once and copied, the policy read once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, itertools.count()
        self._desk = PolicyDesk.open()
        self._template = folder / "template.db"
        with self._patched("web"):
            app = self._build(self._template, "web", MovableClock())
            with app.store.work() as work:
                work.people.all()
            app.close()

    @contextmanager
    def world(
        self, platform: str, refs: Sequence[str] = (), members: str = "known"
    ) -> Iterator[World]:
        """A new school on ``platform``; ``refs`` are the references that come first; ``members``
        is ``silent`` where the platform does not say who is in its rooms."""
        path = self._folder / f"{next(self._made)}.db"
        shutil.copy(self._template, path)
        clock = MovableClock()
        names = itertools.chain(refs, (f"2{n:04}".replace("0", "A") for n in itertools.count(2)))
        with self._patched(platform), patch("bot.intake.new_ref", lambda: next(names)):
            app = self._build(path, platform, clock)
            recorder = app.adapters[platform]
            assert isinstance(recorder, Recorder)
            world = World(platform, app, clock, recorder)
            if members == "known":
                recorder.inside = inside(SCHOOL.directory(), platform)
            try:
                yield world
            finally:
                app.close()
                for leftover in self._folder.glob(f"{path.name}*"):
                    leftover.unlink()

    @contextmanager
    def _patched(self, platform: str) -> Iterator[None]:
        recorders = {name: "tests.eyes.recorder" for name in PLATFORMS}
        with (
            patch("bot.app.ADAPTERS", recorders),
            patch("bot.app.PolicyDesk.open", lambda: self._desk),
            # A machine that is busy with something else is not what is looked at here.
            patch("bot.door.ANSWER_SECONDS", 120.0),
        ):
            yield

    def _build(self, path: Path, platform: str, clock: MovableClock) -> App:
        return build(
            SCHOOL,
            Secrets(),
            platforms=(platform,),
            url=f"sqlite:///{path}",
            keys=KEYS,
            now=clock,
            options={platform: {"platform": platform}},
        )


def inside(directory: Directory, platform: str) -> dict[str, frozenset[str]]:
    """Who is in each private room on ``platform``: those whose role belongs there."""
    found = {}
    for name, room in rooms(directory).items():
        if room.own or name == STAFF_ROOM:
            continue
        address = next(
            each[platform]
            for centre in directory.centres.values()
            for each in (centre.dsl_rooms, centre.it_rooms)
            if each["web"] == name
        )
        found[address] = frozenset(
            identity.user
            for person in room.members.values()
            for identity in person.identities
            if identity.platform == platform
        )
    return found


def button(cards: Sequence[Card], *starts: str) -> Press:
    """The press of the first button whose sentence starts with one of ``starts``."""
    presses = [each.press for card in cards for each in card.buttons]
    return next(p for start in starts for p in presses if str(p).startswith(start))
