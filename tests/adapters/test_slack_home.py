"""A role-holder's Home tab says that an alarm is open, however long ago they opened it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.homes import MOST
from tests.stages.fake_slack import Trouble
from tests.stages.slack import SlackStage
from tests.troupe import Troupe, troupe


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("slack", tmp_path) as made:
        yield made


def stage_of(actors: Troupe) -> SlackStage:
    return cast(SlackStage, actors.stage)


def slack(actors: Troupe) -> SlackAdapter:
    return cast(SlackAdapter, actors.app.adapters["slack"])


def home(actors: Troupe, person: str) -> str:
    return "\n".join(card.words for card in stage_of(actors).home(person))


async def alarm(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.say("amira", "", command="report")
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro", room="form")
    await actors.settle()


async def swept(actors: Troupe) -> int:
    """Sweep; how many tabs that drew."""
    published = stage_of(actors).fake.called("views.publish")
    before = len(published)
    await slack(actors).homes.sweep()
    await slack(actors).answered()
    return len(stage_of(actors).fake.called("views.publish")) - before


async def test_a_dsl_who_leaves_home_open_all_week_sees_the_alarm(actors: Troupe) -> None:
    await stage_of(actors).open_home("khan")
    assert "No open cases" in home(actors, "khan")
    actors.clock.at += timedelta(days=6)
    assert await swept(actors) == 0, "nothing has changed"
    await alarm(actors)
    assert await swept(actors) == 1, "Amira's tab was never opened"
    assert "NOBODY HAS THIS" in home(actors, "khan")
    assert await swept(actors) == 0


async def test_however_many_others_open_theirs_the_dsl_s_stays_true(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.open_home("khan")
    for number in range(MOST + 10):
        stage.fake.person(f"USTAFF{number}", f"Staff {number}")
        slack(actors).homes.opened(f"USTAFF{number}", f"opened-{number}")
    await slack(actors).answered()
    await alarm(actors)
    await swept(actors)
    assert "NOBODY HAS THIS" in home(actors, "khan")


async def test_after_a_restart_the_dsl_s_home_is_still_true(actors: Troupe) -> None:
    await stage_of(actors).open_home("khan")
    await actors.restart()
    actors.clock.at += timedelta(days=2)
    await alarm(actors)
    await swept(actors)
    assert "NOBODY HAS THIS" in home(actors, "khan")
    assert stage_of(actors).home("okoro") == [], "nobody gets a tab who never opened it"


async def test_home_says_when_it_was_drawn(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.open_home("amira")
    drawn = "As of Tue 17 Nov 2026, 10:12 GMT. Opening Home draws it again."
    assert drawn in home(actors, "amira")
    actors.clock.at += timedelta(hours=3)
    assert await swept(actors) == 0
    assert drawn in home(actors, "amira"), "it is no newer for having been looked at"
    await stage.open_home("amira")
    assert "As of Tue 17 Nov 2026, 13:12 GMT." in home(actors, "amira")


async def test_staff_s_tabs_are_left_alone_after_an_hour(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.open_home("amira")
    await alarm(actors)
    assert await swept(actors) == 0, "what she did herself is drawn at once"
    actors.clock.at += timedelta(minutes=61)
    assert await swept(actors) == 0


async def test_an_account_that_is_closed_is_not_tried_for_ever(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.open_home("khan")
    await alarm(actors)
    stage.fake.trouble("views.publish", Trouble(error="user_not_found"))
    await swept(actors)
    assert await swept(actors) == 0
    assert "No open cases" in home(actors, "khan")
    await stage.press("okoro", "Open")
    await stage.press("okoro", "I have got this")
    assert await swept(actors) == 1
    assert "Mr Okoro has this" in home(actors, "khan")
