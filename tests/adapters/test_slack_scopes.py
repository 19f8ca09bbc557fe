"""Each scope and each event of the manifest is needed: without it, a journey of staff fails."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import yaml
from click.testing import CliRunner

from adapters.slack.manifest import EVENTS, PROMPTS, SCOPES, manifest
from bot.__main__ import main
from tests.stages.fake_slack import BOT, Trouble
from tests.stages.slack import SlackStage
from tests.troupe import Troupe, troupe

RETRIED = timedelta(minutes=1)
QUESTION = "can I use my phone for a trip photo?"
WORRY = "a child in my form told me her uncle hurts her"
ALARM = "Child: tell Ms Khan and Mr Okoro"
Journey = Callable[[Troupe, SlackStage], Awaitable[bool]]


def shown(stage: SlackStage, person: str, words: str, room: str = "") -> bool:
    return any(words in each.words for each in stage.screen(person, room=room) if each.by == "bot")


async def alarm(actors: Troupe, stage: SlackStage) -> None:
    """By a command, which needs nothing to be heard but itself."""
    await stage.say("amira", WORRY, command="report")
    await stage.press("amira", ALARM)
    await actors.settle()


async def asks_in_their_own_messages(_: Troupe, stage: SlackStage) -> bool:
    await stage.say("amira", QUESTION)
    return shown(stage, "amira", "6.2.4")


async def asks_in_a_channel(_: Troupe, stage: SlackStage) -> bool:
    await stage.say("amira", QUESTION, room="staff")
    return shown(stage, "amira", "6.2.4")


async def is_warned_that_outsiders_are_in_a_channel(_: Troupe, stage: SlackStage) -> bool:
    stage.fake.rooms["CSTAFF"].shared = True
    await stage.say("amira", WORRY, room="staff", command="report")
    return shown(stage, "amira", "people outside the school are in this channel")


async def reports_by_a_command(actors: Troupe, stage: SlackStage) -> bool:
    await alarm(actors, stage)
    return shown(stage, "amira", "Alarm raised. Reference")


async def opens_the_assistant(_: Troupe, stage: SlackStage) -> bool:
    thread = await stage.open_assistant("amira")
    return thread in [stamp for _, stamp in stage.fake.prompts]


async def the_dsls_channel_shows_the_alarm(actors: Troupe, stage: SlackStage) -> bool:
    await alarm(actors, stage)
    return shown(stage, "khan", "URGENT, child, Oak Centre", room="dsl-oak")


async def the_dsl_reads_the_report(actors: Troupe, stage: SlackStage) -> bool:
    await alarm(actors, stage)
    await stage.press("khan", "Open")
    return shown(stage, "khan", WORRY)


async def the_dsl_is_written_to_first(actors: Troupe, stage: SlackStage) -> bool:
    await alarm(actors, stage)
    return shown(stage, "khan", "URGENT, child, Oak Centre")


async def an_alarm_whose_answer_was_lost_is_found_again(actors: Troupe, stage: SlackStage) -> bool:
    """Nothing is posted twice in the DSL's channel."""
    await stage.say("amira", WORRY, command="report")
    await stage.press("amira", ALARM)
    stage.fake.trouble("chat.postMessage", *[Trouble(lost=True, done=True)] * 10)
    await actors.settle()
    stage.fake.troubles.clear()
    for _ in range(3):
        actors.clock.at += RETRIED
        await actors.settle()
    posted = stage.fake.rooms["CDSLOAK"].messages
    assert posted, "the alarm is lost"
    return len([each for each in posted if each.user == BOT]) == 1


async def opens_the_home_tab(_: Troupe, stage: SlackStage) -> bool:
    await stage.open_home("amira")
    return bool(stage.home("amira"))


NEEDED: dict[str, Journey] = {
    "app_mentions:read": asks_in_a_channel,
    "assistant:write": opens_the_assistant,
    "channels:read": is_warned_that_outsiders_are_in_a_channel,
    "chat:write": asks_in_their_own_messages,
    "commands": reports_by_a_command,
    "groups:history": an_alarm_whose_answer_was_lost_is_found_again,
    "groups:read": the_dsls_channel_shows_the_alarm,
    "im:history": asks_in_their_own_messages,
    "im:write": the_dsl_is_written_to_first,
    "metadata.message:read": an_alarm_whose_answer_was_lost_is_found_again,
    "users:read": the_dsl_reads_the_report,
}
HEARD: dict[str, Journey] = {
    "app_home_opened": opens_the_home_tab,
    "app_mention": asks_in_a_channel,
    "assistant_thread_started": opens_the_assistant,
    "message.im": asks_in_their_own_messages,
}

JOURNEYS = list(dict.fromkeys([*NEEDED.values(), *HEARD.values()]))


async def works(journey: Journey, folder: Path, *, scope: str = "", event: str = "") -> bool:
    """Whether a journey of the whole bot works without a ``scope`` or an ``event``."""
    async with troupe("slack", folder) as actors:
        stage = cast(SlackStage, actors.stage)
        stage.fake.scopes.discard(scope)
        stage.fake.subscribed.discard(event)
        try:
            return await journey(actors, stage)
        except LookupError:
            return False


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda each: each.__name__)
async def test_with_all_of_them_each_journey_works(tmp_path: Path, journey: Journey) -> None:
    assert await works(journey, tmp_path)


@pytest.mark.parametrize("scope", SCOPES)
async def test_without_the_scope_it_does_not(tmp_path: Path, scope: str) -> None:
    assert not await works(NEEDED[scope], tmp_path, scope=scope)


@pytest.mark.parametrize("event", EVENTS)
async def test_without_the_event_it_does_not(tmp_path: Path, event: str) -> None:
    assert not await works(HEARD[event], tmp_path, event=event)


def test_no_scope_reaches_files_or_more_than_is_named() -> None:
    assert not [scope for scope in SCOPES if scope.startswith("files")]
    assert set(NEEDED) == set(SCOPES)
    assert all(why.strip() for why in (*SCOPES.values(), *EVENTS.values()))


def test_the_manifest_is_within_slacks_limits() -> None:
    for made in (manifest(), manifest("https://lanyard.example/slack/events", "Our Lanyard")):
        display, features = made["display_information"], made["features"]
        assert len(display["name"]) <= 35 and len(display["description"]) <= 140
        assert 174 <= len(display["long_description"]) <= 4000
        for command in features["slash_commands"]:
            assert len(command["command"]) <= 32 and len(command["description"]) <= 2000
        for shortcut in features["shortcuts"]:
            assert len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150
        assert len(features["assistant_view"]["assistant_description"]) <= 300
        assert len(PROMPTS) <= 4
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(manifest())


def test_the_command_prints_the_manifest_and_nothing_else() -> None:
    run = CliRunner().invoke(
        main, ["slack", "manifest", "--url", "https://x.example/", "--reasons"]
    )
    made = json.loads(run.stdout)
    assert made["settings"]["interactivity"]["request_url"] == "https://x.example/slack/events"
    assert "groups:history" in run.stderr
    as_yaml = CliRunner().invoke(main, ["slack", "manifest", "--yaml"])
    assert yaml.safe_load(as_yaml.stdout) == manifest()
    refused = CliRunner().invoke(main, ["slack", "manifest", "--url", "http://x.example"])
    assert refused.exit_code == 2 and "https" in refused.stderr
