"""A command is for staff wherever they write, also in a private channel without Lanyard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.stages.slack import SlackStage
from tests.troupe import Troupe, troupe

QUESTION = "can i use my own phone for a trip photo?"
HIDDEN = "private-talk"
"""A private channel of which Slack tells Lanyard nothing."""
UNCHECKED = "We could not check your account"


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("slack", tmp_path) as made:
        stage = stage_of(made)
        hide(stage, "CHIDDEN", "UROWAN", "UKHAN")
        newcomer(stage, "rowan", "UROWAN")
        yield made


def stage_of(actors: Troupe) -> SlackStage:
    return cast(SlackStage, actors.stage)


def newcomer(stage: SlackStage, person: str, account: str, **more: Any) -> None:
    stage.fake.person(account, person.title(), **more)
    stage._people[person] = account


def hide(stage: SlackStage, room: str, *inside: str) -> None:
    stage.fake.room(room, *inside).joined = False
    stage.fake.rooms[room].private = True
    stage._rooms[HIDDEN] = room


def answers(actors: Troupe, person: str) -> str:
    shown = stage_of(actors).screen(person, room=HIDDEN)
    return "\n".join(each.words for each in shown if each.by == "bot")


async def test_new_staff_are_answered_alone_where_lanyard_is_not(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.say("rowan", QUESTION, command="ask", room=HIDDEN)
    assert "You must use school equipment" in answers(actors, "rowan")
    assert UNCHECKED not in answers(actors, "rowan")
    # Who else is in there nobody knows: nothing is shown to them, nor offered to be.
    assert answers(actors, "khan") == ""
    buttons = [label for each in stage.screen("rowan", room=HIDDEN) for label in each.buttons]
    assert buttons and "Show everyone here" not in buttons
    assert stage.fake.rooms["CHIDDEN"].messages[-1].only == "UROWAN"


async def test_nothing_of_a_report_is_read_there(actors: Troupe) -> None:
    stage = stage_of(actors)
    await stage.say("khan", "open cases", command="dsl", room=HIDDEN)
    assert UNCHECKED in answers(actors, "khan")
    await stage.say("khan", QUESTION, command="ask", room=HIDDEN)
    assert "You must use school equipment" in answers(actors, "khan")


@pytest.mark.parametrize("how", [{"is_restricted": True}, {"is_stranger": True}, {"team_id": "T9"}])
async def test_guests_and_outsiders_get_no_further_there(
    actors: Troupe, how: dict[str, Any]
) -> None:
    stage = stage_of(actors)
    newcomer(stage, "visitor", "UVISITOR", **how)
    stage.fake.rooms["CHIDDEN"].members.add("UVISITOR")
    await stage.say("visitor", QUESTION, command="ask", room=HIDDEN)
    assert "act now" in answers(actors, "visitor")
    assert "You must use school equipment" not in answers(actors, "visitor")
