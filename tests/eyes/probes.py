"""What somebody tries who would like to know, and what may be seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.card import Press, press
from tests.eyes.world import World


@dataclass(frozen=True)
class Probe:
    """One surface, tried one way. ``named``: it asks for the report by its reference, so it
    must be refused and the audit must say so."""

    surface: str
    what: str | Press
    command: str = ""
    in_room: bool = False
    named: bool = False


CASE_VERBS = ("open", "take", "takeover", "spoke", "hand", "question", "note", "decide", "close")
OWN_VERBS = ("add", "asked", "about", "mistake", "real", "else", "write")
CASE_FORMS = ("handover", "question", "note", "decision", "closing", "addition")


def probes(ref: str) -> Iterator[Probe]:
    """Every way in there is, with the reference known to whoever tries."""
    for verb in CASE_VERBS:
        yield Probe(f"press {verb}", press(verb, ref), named=True)
        yield Probe(f"press {verb} in the room", press(verb, ref), in_room=True, named=True)
        yield Probe(f"typed {verb}", f"{verb} {ref.lower()}", named=True)
    for verb in OWN_VERBS:
        yield Probe(f"press {verb}", press(verb, ref), named=True)
    yield Probe("press part", press("part", ref, "khan", "yes"), named=True)
    for form in ("child", "adult", "website", *CASE_FORMS):
        for verb in ("resume", "finish", "back"):
            yield Probe(f"{verb} {form}", press(verb, form, ref), named=True)
        yield Probe(f"worry again from {form}", press("anew", form, ref, "number"))
    yield Probe("list", "open cases")
    yield Probe("list", press("cases"))
    yield Probe("list in the room", press("cases"), in_room=True)
    yield Probe("list", "", command="dsl")
    yield Probe("own reports", "my reports")
    yield Probe("digest", "last week")
    yield Probe("term", "termly report")
    yield Probe("term", press("send-term", "2026-autumn"))
    yield Probe("help", "help")
    yield Probe("resume", "resume")
    yield Probe("undo", "undo")
    yield Probe("search", ref)
    yield Probe("search", f"show me report {ref}")
    yield Probe("search", "has anybody reported me?")
    yield Probe("search", "show me the reports about me")
    yield Probe("act-now", "", command="report")


async def try_all(world: World, person: str, ref: str) -> Iterator[tuple[Probe, str]]:
    """Let ``person`` try everything; returns each probe with what they were shown."""
    found = []
    room = next(iter(sorted(world.recorder.inside)), "")
    for probe in probes(ref):
        before = len(world.said.get(person, ()))
        await world.do(
            person, probe.what, command=probe.command, room=room if probe.in_room else ""
        )
        found.append((probe, "\n".join(world.said[person][before:])))
    return iter(found)
