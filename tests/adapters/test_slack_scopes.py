"""Each scope and each event of the manifest is needed: without it, something staff do fails."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import yaml
from click.testing import CliRunner

from adapters.slack.manifest import EVENTS, PROMPTS, SCOPES, manifest
from bot.__main__ import main
from bot.channel import HistoryUnreadable, Unreachable
from bot.message import Standing
from bot.notice import Destination
from tests.adapters.slack_double import CASE, Scene, scene

DSL, KHAN = Destination("slack", "CDSLOAK"), Destination("slack", "T1/UKHAN", "khan")


@pytest.fixture
async def slack() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


async def mention(slack: Scene) -> bool:
    await slack.stage.say("amira", "can I?", room="staff")
    return bool(slack.bot.heard)


async def assistant(slack: Scene) -> bool:
    await slack.stage.open_assistant("amira")
    return bool(slack.fake.prompts)


async def shared_channel(slack: Scene) -> bool:
    slack.fake.rooms["CSTAFF"].shared = True
    await slack.stage.say("amira", "a worry", room="staff", command="report")
    return not slack.bot.heard


async def answer(slack: Scene) -> bool:
    await slack.stage.say("amira", "a worry")
    return any(shown.by == "bot" for shown in slack.stage.screen("amira"))


async def command(slack: Scene) -> bool:
    await slack.stage.say("amira", "", command="report")
    return bool(slack.bot.heard)


async def found_in(slack: Scene, to: Destination) -> bool:
    receipt = await slack.adapter.post(to, CASE, "n1")
    return await slack.adapter.find(to, "n1", receipt.at) is not None


async def found_in_room(slack: Scene) -> bool:
    return await found_in(slack, DSL)


async def members(slack: Scene) -> bool:
    return await slack.adapter.members("CDSLOAK") is not None


async def message(slack: Scene) -> bool:
    await slack.stage.say("amira", "a worry")
    return bool(slack.bot.heard)


async def reaches_a_person(slack: Scene) -> bool:
    return bool(await slack.adapter.post(KHAN, CASE, "n1"))


async def knows_staff(slack: Scene) -> bool:
    await slack.stage.say("amira", "a worry")
    return slack.bot.heard[0].standing is Standing.MEMBER


async def home(slack: Scene) -> bool:
    if not slack.fake.delivers("app_home_opened"):
        raise LookupError
    return True


NEEDED: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "app_mentions:read": mention,
    "assistant:write": assistant,
    "channels:read": shared_channel,
    "chat:write": answer,
    "commands": command,
    "groups:history": found_in_room,
    "groups:read": members,
    "im:history": message,
    "im:write": reaches_a_person,
    "metadata.message:read": found_in_room,
    "users:read": knows_staff,
}
HEARD: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "app_home_opened": home,
    "app_mention": mention,
    "assistant_thread_started": assistant,
    "message.im": message,
}


async def works(act: Callable[[Scene], Awaitable[bool]], slack: Scene) -> bool:
    try:
        return await act(slack)
    except (LookupError, Unreachable, HistoryUnreadable):
        return False


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_scope_is_needed(slack: Scene, scope: str) -> None:
    assert await works(NEEDED[scope], slack)


@pytest.mark.parametrize("scope", SCOPES)
async def test_without_it_what_it_is_for_fails(slack: Scene, scope: str) -> None:
    slack.fake.scopes.discard(scope)
    assert not await works(NEEDED[scope], slack)


@pytest.mark.parametrize("event", EVENTS)
async def test_each_event_is_needed(slack: Scene, event: str) -> None:
    assert await works(HEARD[event], slack)
    slack.fake.subscribed.discard(event)
    slack.bot.heard.clear()
    slack.fake.prompts.clear()
    assert not await works(HEARD[event], slack)


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
