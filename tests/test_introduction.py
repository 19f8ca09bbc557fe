"""What becomes of what staff type: each of them reads it once, and never beside a worry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from bot.settings import SchoolFile
from tests.play import Play
from tests.stages.fake_connector import Fault
from tests.stages.slack import SlackStage
from tests.stages.teams import TeamsStage
from tests.troupe import Troupe, school, troupe

NOTICE = "Please read this once"
WHERE = "https://intranet.larkhill.example/lanyard"

BELOW_THE_FIRST_ANSWER = """
Amira: can I use my phone for a trip photo?
Bot to Amira: No.
Bot to Amira: Please read this once
  Ring 999
  you must not promise a child that either
  All of it: https://intranet.larkhill.example/lanyard
Amira: can I use my phone for a trip photo?
Bot to Amira: No.
Restart
Amira: help
Bot to Amira: What I can do
Bryn: hello
Bot to Bryn: Hello. Ask me about the policy, or tell me what worries you.
And so on to Bryn
"""

NEVER_BESIDE_A_WORRY = """
Amira: a child in my form just told me her uncle hurts her
Bot to Amira: If a child may be at risk, act now
Amira: can I use my phone for a trip photo?
Bot to Amira: No.
Amira: [Child: tell Ms Khan and Mr Okoro]
Bot again to Amira: Alarm raised. Reference {ref}.
Bot to Amira: What number can we ring you on now?
Bot to Amira: Delivered
Amira: [Pause]
And so on to Amira
And so on in dsl-oak
And so on to Khan
And so on to Okoro
And so on to Lindqvist
Amira: can I use my phone for a trip photo?
Bot to Amira: No.
Bot to Amira: Please read this once
"""

ON_INSTALLATION = """
Bot to Amira: Please read this once
  All of it: https://intranet.larkhill.example/lanyard
Amira: can I use my phone for a trip photo?
Bot to Amira: No.
Restart
Amira: hello
Bot to Amira: Hello. Ask me about the policy, or tell me what worries you.
"""


def with_notice() -> SchoolFile:
    made = school()
    told = made.school.model_copy(update={"privacy_notice": WHERE})
    return made.model_copy(update={"school": told})


@asynccontextmanager
async def informed(platform: str, folder: Path) -> AsyncIterator[Troupe]:
    """A school that says where its privacy notice is."""
    async with troupe(platform, folder, of=with_notice()) as actors:
        yield actors


def shown(actors: Troupe, person: str) -> int:
    return sum(each.lines[0] == NOTICE for each in actors.stage.screen(person))


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.door.ANSWER_SECONDS", 60.0)


@pytest.mark.parametrize("play", [BELOW_THE_FIRST_ANSWER, NEVER_BESIDE_A_WORRY])
@pytest.mark.parametrize("platform", ["web", "slack"])
async def test_it_stands_below_the_first_answer(platform: str, play: str, tmp_path: Path) -> None:
    async with informed(platform, tmp_path) as actors:
        await Play(actors).act(play)


async def test_in_teams_it_is_shown_to_whoever_is_given_lanyard(tmp_path: Path) -> None:
    async with informed("teams", tmp_path) as actors:
        await Play(actors).act(ON_INSTALLATION)
        stage = cast(TeamsStage, actors.stage)
        again = {**stage.activity("amira"), "type": "installationUpdate", "action": "add"}
        assert (await stage.send(again))[0] < 300
        assert shown(actors, "amira") == 1, "adding it again does not show it again"


async def test_in_teams_whoever_could_not_be_shown_it_then_has_it_with_the_first_answer(
    tmp_path: Path,
) -> None:
    async with informed("teams", tmp_path) as actors:
        stage = cast(TeamsStage, actors.stage)
        stage.join("noor", "aad-noor")
        given = {**stage.activity("noor"), "type": "installationUpdate", "action": "add"}
        stage.fake.faults.append(Fault("POST", 403))
        assert (await stage.send(given))[0] < 300
        assert shown(actors, "noor") == 0
        with actors.app.store.work() as work:
            known = {each.id for each in work.people.all()}
        assert known == {p.id for p in actors.school.people}, "nothing was asked of Lanyard yet"
        await stage.say("noor", "can I use my phone for a trip photo?")
        assert [each.lines[0] for each in stage.screen("noor")][-2:] == ["No.", NOTICE]
        await stage.say("noor", "hello")
        assert shown(actors, "noor") == 1


async def test_in_slack_it_stands_on_home_as_well(tmp_path: Path) -> None:
    async with informed("slack", tmp_path) as actors:
        stage = cast(SlackStage, actors.stage)
        await stage.open_home("amira")
        (card,) = [card for card in stage.home("amira") if card.lines[0] == NOTICE]
        assert WHERE in card.words


async def test_whoever_was_shown_it_on_one_platform_is_not_shown_it_on_another(
    tmp_path: Path,
) -> None:
    async with informed("teams", tmp_path) as actors:
        assert shown(actors, "khan") == 1
    async with informed("slack", tmp_path) as actors:
        await actors.stage.say("khan", "can I use my phone for a trip photo?")
        assert shown(actors, "khan") == 0


async def test_a_school_that_does_not_say_where_it_is_shows_none(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        await actors.stage.say("amira", "can I use my phone for a trip photo?")
        assert shown(actors, "amira") == 0
