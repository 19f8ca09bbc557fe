"""A new edition reaches those who were answered from a clause that it changes, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from bot.answers import SHOWN_FOR, Change
from intents.editions import Adopted, adopt
from tests.stages.stage import Shown
from tests.troupe import Troupe, troupe

BUNDLED = (files("knowledge") / "editions" / "plain-english.md").read_text("utf-8")
BEFORE = "among them toilets, changing rooms and swimming pools: it is not permitted there."
AFTER = "among them toilets, changing rooms, swimming pools and the minibus: not permitted there."
CHANGED = BUNDLED.replace(BEFORE, AFTER)
GONE = "\n".join(line for line in BUNDLED.splitlines() if not line.startswith("- 6.1.4 "))

IN_CHANGING_ROOMS = "can i use my phone in the changing rooms"
TO_PARENTS = "can i text a parent from my phone"


def put_in_force(actors: Troupe, document: str) -> Adopted:
    app = actors.app
    with app.store.work() as work:
        done = adopt(
            work,
            app.desk,
            app.bot.directory(),
            app.bot.school,
            "policy.md",
            document.encode(),
            actors.clock(),
        )
        work.commit()
    return done


def told(actors: Troupe, person: str) -> list[Shown]:
    screen = actors.stage.screen(person)
    return [card for card in screen if card.lines[0].endswith("has changed since you asked")]


@pytest.fixture(params=["web", "slack", "teams"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_only_those_shown_the_clause_are_told_and_once(tmp_path: Path, platform: str) -> None:
    assert CHANGED != BUNDLED
    async with troupe(platform, tmp_path) as actors:
        assert put_in_force(actors, BUNDLED).told == 0
        for _ in range(2):
            await actors.stage.say("amira", IN_CHANGING_ROOMS)
        await actors.stage.say("bryn", TO_PARENTS)
        done = put_in_force(actors, CHANGED)
        assert (done.changed, done.removed, done.told) == (("6.1.4",), (), 1)
        await actors.settle()
        assert put_in_force(actors, CHANGED) == Adopted(False)
        await actors.settle()
        (card,) = told(actors, "amira")
        assert "You were shown clause 6.1.4, which reads otherwise now." in card.words
        assert not told(actors, "bryn")
        assert not told(actors, "khan")
        await actors.stage.press("amira", "Clause 6.1.4")
        assert "the minibus" in actors.stage.screen("amira")[-1].words


async def test_who_opted_out_or_asked_long_ago_is_not_told(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        put_in_force(actors, BUNDLED)
        await actors.stage.say("tan", IN_CHANGING_ROOMS)
        actors.clock.at += SHOWN_FOR + timedelta(days=1)
        await actors.stage.say("amira", IN_CHANGING_ROOMS)
        put_in_force(actors, CHANGED)
        await actors.settle()
        assert len(told(actors, "amira")) == 1
        assert not told(actors, "tan")
        await actors.stage.press("amira", "No more messages like this")
        await actors.stage.say("amira", IN_CHANGING_ROOMS)
        assert put_in_force(actors, BUNDLED).told == 0
        await actors.settle()
        assert len(told(actors, "amira")) == 1
        await actors.stage.press("amira", "Tell me again when clauses change")
        assert put_in_force(actors, CHANGED).told == 1


async def test_a_clause_that_is_gone_is_told_and_takes_its_correction_along(
    tmp_path: Path,
) -> None:
    async with troupe("web", tmp_path) as actors:
        put_in_force(actors, BUNDLED)
        await actors.stage.say("amira", IN_CHANGING_ROOMS)
        await actors.stage.say("khan", "withdraw A1")
        done = put_in_force(actors, GONE)
        assert done.removed == ("6.1.4",)
        await actors.settle()
        (card,) = told(actors, "amira")
        assert "You were shown clause 6.1.4, which is gone." in card.words
        with actors.app.store.work() as work:
            assert work.corrections.of("6.1.4") is None
            found = work.corrections.changes(2)
            assert found is not None
            assert found[1] == {"6.1.4": Change.REMOVED}
