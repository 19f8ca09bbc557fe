"""Reports about people who could read them: who those are, how it becomes known, who is away."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.card import press
from bot.message import Standing
from bot.people import Directory, Holding, Person, Role
from tests.eyes.world import GUEST, PLATFORMS, STRANGER, World, button

REPORTER, OTHER = "amira", "bryn"
REF = "7KQ2M"
CANARY = "zephyrquillwort"
"""A word of the report that stands nowhere else."""

NAMED = {
    "khan": (
        *("Ms Khan", "khan", "mrs kahn", "Ms K", "Sana", "Miss K", "the safeguarding lead"),
        *("our head of safeguarding", "the safegaurding manager", "the d.s.l"),
    ),
    "okoro": ("Mr Okoro", "okoros lot", "mr okorro", "Mr O", "Obi"),
    "lindqvist": ("Mx Lindqvist", "lindkvist", "Linquist", "mx l", "Kaja"),
    "brook": ("Ms Brook", "brook", "ms broook", "ms B.", "nell"),
    "farrow": (
        *("Dr Farrow", "farrow", "farow", "Dr F", "Ruth", "the head", "our headteacher"),
        *("the principle", "the princpal", "the head-teacher", "Head of School", "the HT"),
        *("the executive head", "our Principle"),
    ),
    "penrose": (
        *("Mrs Penrose", "penrose", "mrs penros", "edna", "the chair of governors"),
        *("chairman of governors", "the chair of govs", "our chairwoman"),
    ),
    "tan": ("Sam Tan", "mr tan", "Sam", "the IT technician", "our IT guy", "the it manager"),
}
"""How staff write of somebody."""

SUBJECTS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in NAMED),
    ("khan", "okoro"),
    ("khan", "farrow"),
    ("farrow", "penrose"),
    ("khan", "okoro", "lindqvist"),
    ("khan", "okoro", "lindqvist", "farrow"),
    tuple(NAMED),
)
HOWS = (
    "named", "named-yes", "about", "said-later", "added-later", "taken", "role-later", "renamed",
)  # fmt: skip
"""How it becomes known that they are part of it."""

PRESSED = {"pressed-dsl": ("khan", "okoro", "lindqvist"), "pressed-principal": ("farrow",)}
"""What the reporter's very first press says."""

ABSENCES = ("nobody", "away", "no-dsl", "no-principal", "no-chair", "only-subjects", "unreachable")
ROUTES = ("child", "adult", "website")
ROOMS = ("known", "silent", "guest-inside", "subject-inside")
"""What the platform says of who is in the private rooms."""


@dataclass(frozen=True)
class Scene:
    """One combination."""

    route: str
    subjects: tuple[str, ...]
    how: str
    absence: str
    platform: str
    rooms: str

    @property
    def at_once(self) -> bool:
        """Whether they are kept out from the first press on."""
        return self.how in ("named", "named-yes", *PRESSED)


def scenes() -> Iterator[Scene]:
    """Every combination there is."""
    for absence, platform, rooms in itertools.product(ABSENCES, PLATFORMS, ROOMS):
        for how, pressed in PRESSED.items():
            yield Scene("adult", pressed, how, absence, platform, rooms)
        for route, subjects, how in itertools.product(ROUTES, SUBJECTS, HOWS):
            yield Scene(route, subjects, how, absence, platform, rooms)


async def act(world: World, scene: Scene, chance: random.Random) -> str:
    """Play ``scene`` until nothing more is to be learnt; returns the reference."""
    _prepare(world, scene)
    await world.settle()
    words = _words(scene, chance)
    shown = await world.do(REPORTER, f"{words} and she cried {CANARY}", command="report")
    target = {"pressed-dsl": "dsl-involved", "pressed-principal": "principal-involved"}
    wanted = target.get(scene.how, scene.route)
    alarm = button(shown.cards, f"tell {wanted}", "tell child")
    alarm = replace(alarm, args=(wanted, *alarm.args[1:]))
    await world.do(REPORTER, alarm)
    await world.settle()
    await _becomes_known(world, scene, chance)
    await world.settle(minutes=12)
    return REF


def _prepare(world: World, scene: Scene) -> None:
    """Who is away, who holds no role any more, and who is in the rooms."""
    people = {p.id: p for p in world.app.bot.directory().people.values()}
    gone = {
        "no-dsl": {"khan"},
        "no-principal": {"farrow"},
        "no-chair": {"penrose"},
        "only-subjects": set(NAMED) - set(scene.subjects),
    }.get(scene.absence, set())
    changed = {name: replace(people[name], holdings=()) for name in gone - set(scene.subjects)}
    if scene.absence == "away":
        until = world.clock() + timedelta(days=2)
        changed |= {n: replace(people[n], away_until=until) for n in ("khan", "okoro")}
    if scene.absence == "unreachable":
        world.recorder.down = True
    if scene.how == "role-later":
        changed |= {name: replace(people[name], holdings=()) for name in scene.subjects}
    if scene.how == "renamed":
        changed |= {
            name: replace(changed.get(name, people[name]), name=f"Quibble Xander{n}")
            for n, name in enumerate(scene.subjects)
        }
    world.change(*changed.values())
    rooms = world.recorder.inside
    if scene.rooms == "silent":
        rooms.clear()
    extra = {"guest-inside": GUEST, "subject-inside": scene.subjects[0]}.get(scene.rooms)
    if extra is not None:
        account = world.account(extra).user
        for room in rooms:
            rooms[room] |= {account}


def _words(scene: Scene, chance: random.Random) -> str:
    if scene.how in ("named", "named-yes", "renamed", "role-later"):
        who = " and ".join(_name(scene, subject, chance) for subject in scene.subjects)
    else:
        who = "a grown-up"
    return f"{who} grabbed a year 8 by the neck"


def _name(scene: Scene, subject: str, chance: random.Random) -> str:
    written = NAMED[subject]
    if scene.how in ("renamed", "role-later"):
        # A name, not the role they did not have yet (or a short form of another name).
        written = written[:2]
    return chance.choice(written)


async def _becomes_known(world: World, scene: Scene, chance: random.Random) -> None:
    who = " and ".join(chance.choice(NAMED[subject]) for subject in scene.subjects)
    match scene.how:
        case "named-yes":
            for subject in scene.subjects:
                await world.do(REPORTER, press("part", REF, subject, "yes"))
        case "about" | "taken":
            if scene.how == "taken":
                for subject in scene.subjects:
                    await world.do(subject, press("open", REF))
                    await world.do(subject, press("take", REF))
                await world.settle()
            await world.do(REPORTER, press("about", REF))
            for subject in scene.subjects:
                await world.do(REPORTER, press("part", REF, subject, "yes"))
        case "said-later":
            await world.do(REPORTER, f"i should say that it was {who} who did it")
        case "added-later":
            await world.do(REPORTER, press("add", REF))
            await world.do(REPORTER, f"i should say that it was {who} who did it")
            await world.do(REPORTER, press("finish", "addition", REF))
        case "role-later" | "renamed":
            await world.settle(minutes=1)
            world.change(*(_as_in_file(world, subject) for subject in scene.subjects))
    # What they saw before anybody could know is no leak.
    world.said.clear()


def _as_in_file(world: World, name: str) -> Person:
    from tests.eyes.world import SCHOOL

    found = SCHOOL.directory().person(name)
    assert found is not None
    return replace(found, away_until=world.person(name).away_until)


# Who may know: written out again, so that the rules are not asked about themselves


def concerned(world: World, scene: Scene) -> set[str]:
    """Whom the report must be kept from because of what it says."""
    directory = world.app.bot.directory()
    found = set(scene.subjects)
    yes = scene.how in ("named-yes", "about", "taken")
    group = _holding(directory, Role.DSL, "oak") | _holding(directory, Role.DEPUTY, "oak")
    if yes and found & group:
        found |= group
    return found


def may_know(world: World, scene: Scene) -> set[str]:
    """Who may know that there is such a report, apart from its reporter."""
    directory = world.app.bot.directory()
    without = concerned(world, scene)
    found = _holding(directory, Role.PRINCIPAL)
    if scene.route != "adult":
        found |= _holding(directory, Role.DSL, "oak") | _holding(directory, Role.DEPUTY, "oak")
    found -= without
    found = found or _holding(directory, Role.CHAIR) - without
    if scene.route == "website":
        found |= _holding(directory, Role.IT) - without
    return found


def may_read(world: World, scene: Scene) -> set[str]:
    """Who may read its words."""
    it = _holding(world.app.bot.directory(), Role.IT)
    return {p for p in may_know(world, scene) if scene.route != "website" or p not in it}


def outsiders(world: World, scene: Scene) -> list[str]:
    """Everybody who may not know."""
    everyone = [*world.app.bot.directory().people, GUEST, STRANGER]
    known = {REPORTER, *may_know(world, scene)}
    return list(dict.fromkeys(p for p in everyone if p not in known and len(p) < 12))


def _holding(directory: Directory, role: Role, centre: str | None = None) -> set[str]:
    return {
        person.id
        for person in directory.people.values()
        for held in person.holdings
        if held.role is role and (centre is None or held.centre in (None, centre))
    }


__all__ = ["CANARY", "REF", "Holding", "Scene", "Standing", "act", "scenes"]
