"""The same report, sent on the page, by Slack's signed requests and as Teams' activities, ends in
the same record: field by field, word for word, and with the same people called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.stages.opening import OPENINGS
from tests.troupe import Troupe, troupe

BASE = "web"
OTHERS = tuple(platform for platform in OPENINGS if platform != BASE)

HARD = 'he said <stop> & "dont tell"  *really* _now_ :eyes: 🦜 naïve é @all 1 < 2 &amp; 3'
"""Words that one platform or another escapes, marks up or folds."""

Line = tuple[str, str]
"""Who, and the words typed, ``/command words``, or ``[Label]`` (its beginning is enough)."""

REPORTS: dict[str, Sequence[Line]] = {
    "child": (
        ("amira", "a child in my form just told me her uncle hurts her, Mr Okoro saw her cry"),
        ("amira", "[Child: tell"),
        ("amira", "[No, only mentioned]"),
        ("amira", "ext 214"),
        ("amira", "[Oak Centre]"),
        ("amira", "in the medical room"),
        ("amira", "[Skip]"),
        ("amira", "a girl in year 8"),
        ("amira", "[Not sure]"),
        ("amira", "the child told me"),
        ("amira", HARD),
        ("amira", "first line\n\n  second line, indented\n- a third"),
        ("amira", "go back"),
        ("amira", "I only listened"),
        ("amira", "pause"),
        ("amira", "resume"),
        ("amira", "finish"),
        ("khan", "[Open]"),
        ("khan", "[I have got this]"),
        ("khan", "[I spoke to the reporter]"),
    ),
    "adult": (
        ("amira", "/report our lunchtime volunteer has been messaging one of the girls"),
        ("amira", "[About an adult here: tell"),
        ("amira", "07700 900123"),
        ("amira", "[Skip]"),
        ("amira", "[Skip]"),
        ("amira", HARD),
        ("amira", "[No]"),
        ("amira", "it was Sam Tan, I think"),
        ("amira", "[Yes]"),
        ("amira", "finish"),
    ),
    "website": (
        ("bryn", "report a website"),
        ("bryn", "[Website or filter: tell"),
        ("bryn", "ext 214"),
        ("bryn", "[Yes]"),
        ("bryn", "Gambling or scam"),
        ("bryn", "winbig dot example & co <x>"),
        ("bryn", "[Pause]"),
    ),
}


async def record(platform: str, folder: Path, lines: Sequence[Line]) -> dict[str, Any]:
    """Act ``lines`` on a platform; returns everything that is stored of the report."""
    folder.mkdir()
    async with troupe(platform, folder) as actors:
        for person, what in lines:
            await _act(actors, person, what)
            await actors.settle()
        return stored(actors, lines[0][0])


async def _act(actors: Troupe, person: str, what: str) -> None:
    stage = actors.stage
    if what.startswith("["):
        wanted = what.strip("[]")
        shown = [label for card in stage.screen(person) for label in card.buttons]
        fits = [each for each in shown if each.startswith(wanted)]
        assert fits, f"{person} has no “{wanted}”; there are: {shown}"
        await stage.press(person, fits[-1])
    elif what.startswith("/"):
        command, _, words = what[1:].partition(" ")
        await stage.say(person, words, command=command)
    else:
        await stage.say(person, what)


def stored(actors: Troupe, reporter: str) -> dict[str, Any]:
    """The report, its words, its ladder, its calls, its dialogue and what was done to it: all but
    the random reference, and what only one platform can know (its address, its time stamp)."""
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by(reporter)
        ref = incident.ref
        escalation = work.escalations.get(ref)
        conversation = work.conversations.find(reporter, incident.form, ref)
        assert escalation is not None
        assert conversation is not None
        return {
            "incident": {**asdict(incident), "ref": "", "sent_at": None},
            "entries": [
                (e.number, e.at, e.author, e.part, e.step, e.prompt.open(), e.words.open())
                for e in work.incidents.entries(ref)
            ],
            "ladder": {**asdict(escalation), "ref": ""},
            "dialogue": (conversation.answers, conversation.stage),
            "called": sorted(
                (n.kind, n.to.person or "room", n.lane, n.nth, n.receipt is not None)
                for n in work.notices.about(ref)
            ),
            "done": [(at, actor, act) for at, actor, act in work.audit.acts(ref)],
            "unsent words": work.holds.waiting(),
        }


@pytest.mark.parametrize("platform", OTHERS)
@pytest.mark.parametrize("form", REPORTS)
async def test_the_same_report_is_the_same_record(form: str, platform: str, tmp_path: Path) -> None:
    lines = REPORTS[form]
    expected = await record(BASE, tmp_path / BASE, lines)
    assert expected["incident"]["form"] == form
    found = await record(platform, tmp_path / platform, lines)
    for part in expected:
        assert found[part] == expected[part], part
    words = [entry[-1] for entry in found["entries"]]
    for _, typed in lines:
        kept = typed in (HARD, "I only listened") or typed.startswith(("winbig", "first line"))
        assert not kept or typed in words
