"""The app package: valid by the published schema, and nothing in it that is not needed."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from adapters.teams.package import (
    EVERYWHERE,
    PERSONAL,
    SCOPES,
    Publisher,
    manifest,
    package,
    reasons,
)
from adapters.teams.tasks import REPORT, REPORT_MESSAGE
from bot.__main__ import main
from bot.message import CLAUSES
from tests.nodejs import check, needs_node
from tests.stages.fake_connector import APP, ELSEWHERE
from tests.stages.stage import Shown
from tests.stages.teams import TeamsStage
from tests.troupe import Troupe, troupe

SITE = "https://school.example"
SCHOOL = Publisher("Larkhill School", SITE, f"{SITE}/privacy", f"{SITE}/terms")


QUESTION = "can I use my phone for a trip photo?"
WORRY = "a child in my form told me her uncle hurts her"
Journey = Callable[[Troupe, TeamsStage], Awaitable[bool]]


def told(stage: TeamsStage, person: str, words: str, room: str = "") -> bool:
    return any(words in each.words for each in stage.screen(person, room=room) if each.by == "bot")


async def alarm(actors: Troupe, stage: TeamsStage) -> None:
    await stage.say("amira", WORRY)
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
    await actors.settle()


async def personal(actors: Troupe, stage: TeamsStage) -> bool:
    """Staff ask in their own chat, and the DSL is told first in hers."""
    await stage.say("amira", QUESTION)
    await alarm(actors, stage)
    return told(stage, "amira", "6.2.4") and told(stage, "khan", "URGENT, child, Oak Centre")


async def team(actors: Troupe, stage: TeamsStage) -> bool:
    """The DSL's private channel shows the alarm."""
    await alarm(actors, stage)
    return told(stage, "khan", "URGENT, child, Oak Centre", room="dsl-oak")


async def group(_: Troupe, stage: TeamsStage) -> bool:
    """Somebody mentions it in a group chat and is answered in their own."""
    await stage.say("amira", QUESTION, room="group")
    return told(stage, "amira", "6.2.4")


NEEDED: dict[str, Journey] = {"personal": personal, "team": team, "groupChat": group}


async def works(journey: Journey, folder: Path, *, scope: str = "", channels: bool = True) -> bool:
    """Whether a journey of the whole bot works without a ``scope``, or without the declaration
    that lets an app into private ``channels``."""
    async with troupe("teams", folder) as actors:
        stage = cast(TeamsStage, actors.stage)
        stage.fake.private_channels = channels
        stage.fake.scopes.discard(scope)
        try:
            return await journey(actors, stage)
        except LookupError:
            return False


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_journey_needs_each_scope(tmp_path: Path, scope: str) -> None:
    assert await works(NEEDED[scope], tmp_path)
    again = tmp_path / "without"
    again.mkdir()
    assert not await works(NEEDED[scope], again, scope=scope)


async def test_the_dsls_private_channel_needs_channel_features(tmp_path: Path) -> None:
    assert not await works(team, tmp_path, channels=False)


def test_it_asks_for_nothing_else() -> None:
    made = manifest(APP, SCHOOL)
    assert set(NEEDED) == set(SCOPES) == set(made["bots"][0]["scopes"])
    assert not {"permissions", "authorization", "webApplicationInfo", "validDomains"} & set(made)
    assert made["bots"][0]["supportsFiles"] is False
    # From 1.25 on Teams refuses an app for teams without it; the schema does not say so.
    assert made["supportsChannelFeatures"] == "tier1"
    assert all(why.strip() for _, why in reasons())


@needs_node
def test_the_manifest_is_valid_by_the_published_schema() -> None:
    made = manifest(APP, SCHOOL, "Our Lanyard")
    broken = {**made, "name": {"short": "x" * 40, "full": "x"}}
    found = check(manifests={"made": made, "broken": broken})
    assert list(found) == ["broken"]


def test_the_package_holds_the_manifest_and_two_icons_and_is_always_the_same() -> None:
    made = package(APP, SCHOOL)
    assert made == package(APP, SCHOOL)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest(APP, SCHOOL)
        for name, side, channels in (("color.png", 192, 2), ("outline.png", 32, 6)):
            png = archive.read(name)
            assert png.startswith(b"\x89PNG\r\n\x1a\n")
            width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
            assert (width, height, depth, kind) == (side, side, 8, channels)


def test_the_command_writes_it_and_says_where_it_goes(tmp_path: Path) -> None:
    out = tmp_path / "lanyard.zip"
    command = ["teams", "package", "--app-id", APP, "--out", str(out)]
    run = CliRunner().invoke(main, [*command, "--website", SITE, "--reasons"])
    assert run.exit_code == 0, run.output
    assert "Manage apps" in run.stdout and "groupChat" in run.stderr
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("manifest.json"))["bots"][0]["botId"] == APP
    for wrong, said in (
        (["--website", "http://school.example"], "https"),
        (["--website", SITE, "--app-id", "nonsense"], "application id"),
        (["--website", SITE, "--name", "x" * 31], "30 characters"),
        (["--website", SITE, "--out", str(tmp_path / "no" / "x.zip")], "cannot be written"),
    ):
        refused = CliRunner().invoke(main, [*command, *wrong])
        assert refused.exit_code == 2 and said in refused.stderr, refused.output


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("teams", tmp_path) as made:
        yield made


async def test_every_command_offered_gets_an_answer_that_fits_it(actors: Troupe) -> None:
    expected = {
        "report": "act now",
        "home": "Worried about a child or an adult?",
        "my reports": "You have made no reports here.",
        "open cases": "No open cases",
        "rota": "Who is here",
        "find clauses about": "Clause 6.2.4",
        "help": "What I can do",
    }
    assert set(expected) == {title for title, _ in (*PERSONAL, *EVERYWHERE)}
    for title, words in expected.items():
        before = len(actors.stage.screen("khan"))
        typed = f"{title} phones and photographs" if title.startswith("find") else title
        await actors.stage.say("khan", typed)
        shown: list[Shown] = actors.stage.screen("khan")[before:]
        assert any(words in each.words for each in shown if each.by == "bot"), title
    for title, description in (*PERSONAL, *EVERYWHERE):
        assert len(title) <= 32 and len(description) <= 128


async def extension(actors: Troupe, name: str, **value: Any) -> dict[str, Any]:
    stage: Any = actors.stage
    activity = {**stage.activity("amira", ELSEWHERE), "type": "invoke", "value": value}
    status, answer = await stage.send({**activity, "name": f"composeExtension/{name}"})
    assert status == 200
    found: dict[str, Any] = answer
    return found


def query(words: object) -> dict[str, Any]:
    return {"commandId": CLAUSES, "parameters": [{"name": "query", "value": words}]}


async def test_each_command_of_the_message_extension_is_answered(actors: Troupe) -> None:
    commands = manifest(APP, SCHOOL)["composeExtensions"][0]["commands"]
    assert [each["id"] for each in commands] == [REPORT_MESSAGE, REPORT, CLAUSES]
    for each in commands[:2]:
        answer = await extension(actors, "fetchTask", commandId=each["id"])
        assert "act now" in str(answer["task"]["value"])
    found = (await extension(actors, "query", **query("texting parents")))["composeExtension"]
    assert found["type"] == "result"
    titles = [each["preview"]["content"]["title"] for each in found["attachments"]]
    assert "Clause 6.2.3" in titles and len(titles) > 3
    # What is put into a message carries no buttons and nobody's number.
    assert "Action." not in str(found) and "01632" not in str(found)


async def test_a_search_that_is_no_search_is_answered_in_words(actors: Troupe) -> None:
    for words, said in (
        ("", "Type a few words"),
        ("a child told me her uncle hurts her", "act now Child in danger now? Ring 999."),
        (7, "Type a few words"),
    ):
        found = (await extension(actors, "query", **query(words)))["composeExtension"]
        assert found["type"] == "message" and said in found["text"]
    odd = await extension(actors, "query", commandId=CLAUSES)
    assert odd["composeExtension"]["type"] == "message"
    unknown = await extension(actors, "fetchTask", commandId="nonsense")
    assert unknown["task"]["type"] == "message"
