"""Plays a scene, has everybody try everything, and says what was seen that should not have been."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

from click.testing import CliRunner

from bot.app import App
from bot.card import press
from bot.cli.cases import show as case_show
from bot.message import Standing
from bot.notice import Kind
from tests.eyes.probes import CASE_VERBS, try_all
from tests.eyes.recorder import drawn
from tests.eyes.scenes import (
    CANARY,
    OTHER,
    REF,
    REPORTER,
    Scene,
    act,
    concerned,
    may_know,
    may_read,
    outsiders,
)
from tests.eyes.world import GUEST, SCHOOL, STRANGER, World, Worlds

NOBODY = ("NOT DELIVERED", "Nobody has taken your report yet", "Nobody has ")
OPAQUE = re.compile(r"\b[0-9a-f]{12}\b|[\w-]{60,}=*")
"""The random name of a hold, and the week's proof of the audit, which says nothing without the
key: it holds the refusals of these very attempts, and those stand in another register."""

OUTSIDE = ("01632 960100", "01632 960101")


@dataclass
class Found:
    """What came of some scenes."""

    scenes: int = 0
    checks: int = 0
    attempts: int = 0
    leaks: list[str] = field(default_factory=list)
    dead_ends: list[str] = field(default_factory=list)
    unaudited: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [
            f"{kind}: {each}"
            for kind, found in (
                ("LEAK", self.leaks),
                ("DEAD END", self.dead_ends),
                ("NOT AUDITED", self.unaudited),
                ("DIFFERS", self.differing),
                ("ACCEPTED", self.accepted),
            )
            for each in found
        ]


async def look(worlds: Worlds, scene: Scene, seed: int, found: Found, most: int = 6) -> None:
    """Play ``scene`` and count what it shows into ``found``; ``most`` people try everything, those
    it concerns first."""
    chance = random.Random(f"{seed} {scene}")
    members = "silent" if scene.rooms == "silent" else "known"
    with worlds.world(scene.platform, [REF], members) as world:
        ref = await act(world, scene, chance)
        found.scenes += 1
        _somebody_or_a_number(world, scene, found)
        tried = outsiders(world, scene)
        concerned_first = [each for each in scene.subjects if each in tried][:2]
        others = [each for each in tried if each not in concerned_first]
        chance.shuffle(others)
        for person in [*concerned_first, *others][:most]:
            await _tries(world, scene, person, ref, found)
        _screens(world, scene, found)
        _command_line(world, scene, chance.choice(tried), found)
        if CANARY in world.plain_columns():
            found.leaks.append(f"the audit holds words: {scene}")


async def _tries(world: World, scene: Scene, person: str, ref: str, found: Found) -> None:
    before = world.refusals()
    named = 0
    for probe, shown in await try_all(world, person, ref):
        found.checks += 1
        named += probe.named
        if CANARY in shown or ref in shown:
            found.leaks.append(f"{person}, {probe.surface}: {scene}\n{shown[:1500]}")
    if world.refusals() - before < named:
        found.unaudited.append(f"{person}: {world.refusals() - before} of {named}: {scene}")


def _screens(world: World, scene: Scene, found: Found) -> None:
    """What stands on everybody's screens, rooms included: nothing of it before outsiders."""
    site_it = may_know(world, scene) - may_read(world, scene)
    for person in outsiders(world, scene):
        found.checks += 1
        for message in world.messages(person):
            words = drawn(world.platform, message.card)
            if REF in words or CANARY in words:
                found.leaks.append(f"{person}'s screen: {scene}\n{words[:600]}")
    for person in [*may_know(world, scene), *site_it]:
        found.checks += 1
        if any(CANARY in drawn(world.platform, m.card) for m in world.messages(person)):
            found.leaks.append(f"a card tells the story to {person}: {scene}")


def _somebody_or_a_number(world: World, scene: Scene, found: Found) -> None:
    """Somebody who may know was called, or the reporter was told whom outside to ring; nobody it
    concerns is ever the number to ring."""
    found.checks += 1
    with world.app.store.work() as work:
        notices = work.notices.about(REF)
    eligible = may_know(world, scene) - {REPORTER}
    called = {
        each.to.person for each in notices if each.kind is Kind.CASE and each.receipt is not None
    } & eligible
    mine = [m.card for m in world.messages(REPORTER) if not world.recorder.down]
    told = [
        drawn(world.platform, card)
        for card in mine
        if card.title.startswith(NOBODY) or any(name in card.title for name in NOBODY)
    ]
    if world.recorder.down:
        # Nothing can be shown: what the press itself answered has to have been enough.
        owed = [n for n in notices if n.kind is Kind.CASE and n.to.person in eligible]
        if not owed and not any(n.kind is Kind.PHONE for n in notices):
            found.dead_ends.append(f"nobody owed anything: {scene}")
        return
    if not called and not any(number in each for each in told for number in OUTSIDE):
        found.dead_ends.append(f"nobody called, no number told: {scene}")
    kept_from = concerned(world, scene)
    for name in kept_from:
        phone = SCHOOL.directory().people[name].phone or "none"
        for card in mine:
            if phone in drawn(world.platform, card) and REF in drawn(world.platform, card):
                found.dead_ends.append(f"the reporter is told to ring {name}: {scene}")


def _command_line(world: World, scene: Scene, person: str, found: Found) -> None:
    found.checks += 1
    with patch("bot.cli.start.application", lambda **_: _Open(world.app)):
        answer = CliRunner().invoke(case_show, [REF, "--as", person])
    if CANARY in answer.output or answer.exit_code != 3:
        found.leaks.append(f"case show as {person}: {scene}\n{answer.output}\n{answer.exception}")


class _Open:
    """The application for one command, which must not be closed under everybody else."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __getattr__(self, name: str) -> object:
        return getattr(self._app, name)

    def close(self) -> None: ...


async def same_without(
    worlds: Worlds, scene: Scene, seed: int, found: Found, most: int = 12
) -> None:
    """Compare, byte for byte, what outsiders see with and without the report: at most ``most`` of
    them, those it concerns first."""
    with_it = await _transcripts(worlds, scene, seed, most, report=True)
    without = await _transcripts(worlds, scene, seed, most, report=False)
    for person in with_it:
        found.checks += 1
        if with_it[person] != without[person]:
            pairs = zip(with_it[person], without[person], strict=False)
            first = next((f"{a}\n--- without:\n{b}" for a, b in pairs if a != b), "one has more")
            found.differing.append(f"{person}: {scene}\n{first[:1500]}")


async def _transcripts(
    worlds: Worlds, scene: Scene, seed: int, most: int, *, report: bool
) -> dict[str, list[str]]:
    """Everything each outsider is shown over a week with an ordinary report in it."""
    chance = random.Random(f"{seed} {scene}")
    members = "silent" if scene.rooms == "silent" else "known"
    with worlds.world(scene.platform, ["ACE42", REF], members) as world:
        shown = await world.do(OTHER, "a boy in year 9 showed me bruises", command="report")
        alarm = next(b.press for b in shown.cards[0].buttons if str(b.press).startswith("tell ch"))
        await world.do(OTHER, alarm)
        await world.settle()
        # Ordinary work goes on meanwhile, and has to look the same.
        await world.do("brook", press("open", "ACE42"))
        await world.do("brook", press("take", "ACE42"))
        await world.do("brook", press("spoke", "ACE42"))
        await world.settle()
        if report:
            await act(world, scene, chance)
        else:
            await _the_same_without(world, scene)
        # The chair is called in time; who is part of it only by somebody else's yes had a card.
        late = {"penrose"} if scene.route == "adult" else concerned(world, scene)
        unaware = [p for p in outsiders(world, scene) if p in scene.subjects or p not in late]
        watching = [p for p in unaware if p not in (REPORTER, OTHER)]
        watching = sorted(watching, key=lambda p: (p not in scene.subjects, p != "khan"))[:most]
        for person in watching:
            await try_all(world, person, REF)
        world.clock.at += timedelta(days=7)
        await world.settle()
        for person in watching:
            await world.do(person, "last week")
            await world.do(person, "open cases")
        return {p: [OPAQUE.sub("OPAQUE", each) for each in world.sees(p)] for p in watching}


async def _the_same_without(world: World, scene: Scene) -> None:
    """The same time and the same absences, and no report."""
    from tests.eyes import scenes

    scenes._prepare(world, scene)
    await world.settle()
    await world.settle()
    world.said.clear()
    await world.settle(minutes=12)


WAYS = (
    "role-ended",
    "left-the-room",
    "room-silent",
    "guest-now",
    "not-vouched",
    "stranger",
    "room",
)


async def revoked(
    worlds: Worlds, platform: str, way: str, chance: random.Random, found: Found
) -> None:
    """Somebody who could read a minute ago tries again with what they still have: old cards, open
    modals, forged values. Nothing may be accepted; everything must be in the audit."""
    with worlds.world(platform, [REF]) as world:
        shown = await world.do(REPORTER, f"a boy was hurt {CANARY}", command="report")
        alarm = next(b.press for b in shown.cards[0].buttons if str(b.press).startswith("tell ch"))
        await world.do(REPORTER, alarm)
        await world.settle()
        who = chance.choice(("khan", "okoro"))
        await world.do(who, press("open", REF))
        await world.do(who, press("take", REF))
        for verb in ("note", "decide", "close"):
            await world.do(who, press(verb, REF))
        await world.settle()
        standing = _revoke(world, who, way)
        await world.settle(minutes=1)
        world.said.clear()
        before = _state(world)
        attempts = _attempts(chance)
        refused = world.refusals()
        for verb, args, fields in attempts:
            found.attempts += 1
            room = next(iter(sorted(world.recorder.inside)), "") if way == "room" else ""
            actor = STRANGER if way == "stranger" else who
            await world.do(actor, press(verb, *args), standing=standing, fields=fields, room=room)
            after = world.refusals()
            if after <= refused:
                found.unaudited.append(f"{way} on {platform}: {verb} {args}")
            refused = after
        words = "\n".join(world.said.get(who, ()))
        if CANARY in words or REF in words or _state(world) != before:
            found.accepted.append(f"{way} on {platform} as {who}\n{words[:800]}")


def _revoke(world: World, who: str, way: str) -> Standing | None:
    account = world.account(who).user
    inside = world.recorder.inside
    match way:
        case "role-ended":
            world.change(world.without_role(who))
        case "left-the-room" | "room":
            for room in inside:
                inside[room] -= {account}
            world.clock.at += timedelta(seconds=61)
        case "room-silent":
            inside.clear()
            world.clock.at += timedelta(seconds=61)
        case "guest-now":
            return Standing.GUEST
        case "not-vouched":
            return Standing.UNKNOWN
    return None


def _attempts(chance: random.Random) -> list[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Old cards, open modals and forged values."""
    old = [(verb, (REF,), {}) for verb in CASE_VERBS]
    modals: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
        ("finish", ("note", REF, "note"), {"note": "let me in"}),
        ("finish", ("decision", REF), {"decision": "Monitor", "reason": "because I say so"}),
        ("answer", ("closing", REF, "decision", "0"), {}),
        ("finish", ("closing", REF), {}),
        ("resume", ("note", REF), {}),
    ]
    forged = [(chance.choice(CASE_VERBS), (_made_up(chance),), {}) for _ in range(6)] + [
        ("open", (f"{REF}' OR 1=1",), {}),
        ("take", ("../../etc",), {}),
        ("hand", ("Ms Khan",), {}),
    ]
    return [*old, *modals, *forged]


def _made_up(chance: random.Random) -> str:
    return "".join(chance.choice("23456789ABCDEFGHJKMNPQRTUVWXYZ") for _ in range(5))


def _state(world: World) -> tuple[object, ...]:
    with world.app.store.work() as work:
        incident = work.incidents.get(REF)
        assert incident is not None
        escalation = work.escalations.get(REF)
        taken = escalation.taken if escalation else None
        spoken = escalation.spoken_at if escalation else None
        acts = [act for _, _, act in work.audit.acts(REF) if act != "refused"]
        return (incident.closed_at, taken, spoken, len(work.incidents.entries(REF)), len(acts))


async def guessed(worlds: Worlds, count: int, chance: random.Random) -> int:
    """How often a member of staff gets anything of another's report by guessing ``count``
    references, one of which is right."""
    with worlds.world("slack", [REF]) as world:
        shown = await world.do(REPORTER, f"a boy was hurt {CANARY}", command="report")
        alarm = next(b.press for b in shown.cards[0].buttons if str(b.press).startswith("tell ch"))
        await world.do(REPORTER, alarm)
        await world.settle()
        return _guess(world, count, chance)


def _guess(world: World, count: int, chance: random.Random) -> int:
    from bot.intent import choose
    from bot.message import Message, Place
    from bot.turn import Turn

    bot = world.app.bot
    verbs = ("add", "asked", "about", "mistake", "real", "else", "write", "part", "open")
    hits = 0
    identity = world.account(OTHER)
    with world.app.store.work() as work:
        directory = bot.refresh(work, world.clock())
        person = directory.known_as(identity)
        assert person is not None
        for number in range(count):
            verb = verbs[number % len(verbs)]
            ref = REF if number % 97 == 0 else _made_up(chance)
            args = (ref, "khan", "yes") if verb == "part" else (ref,)
            place = Place("slack", identity.user)
            message = Message(f"g{number}", identity, place, press=press(verb, *args))
            turn = Turn(message, person, directory, bot.school, work, world.clock())
            intent, pressed = choose(bot._intents, turn)
            words = " ".join(str(card) for card in intent.answer(turn, pressed).cards)
            hits += REF in words or CANARY in words
    return hits


__all__ = ["GUEST", "WAYS", "Found", "guessed", "look", "revoked", "same_without"]
