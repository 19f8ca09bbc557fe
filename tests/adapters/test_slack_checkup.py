"""What a look at a workspace finds: whatever can be amiss, and the exact place to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import cast

import pytest

from adapters.slack.adapter import open_adapter
from adapters.slack.manifest import SCOPES
from bot.door import Adapter, Door
from bot.finding import Finding
from bot.people import Directory
from bot.settings import Secrets
from tests.stages.fake_slack import BOT, FakeSlack, Trouble
from tests.stages.slack import secrets, socket_secrets
from tests.troupe import school

OAK, ASH, IT = "Oak Centre, the DSL's channel", "Ash Centre, the DSL's channel", "CIT"
DIRECTORY = school().directory()


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    """A workspace where all is well."""
    async with FakeSlack() as made:
        for person in DIRECTORY.people:
            made.person(f"U{person.upper()}", person)
        made.room("CDSLOAK", BOT, "UKHAN", "UOKORO", "ULINDQVIST", "UFARROW")
        made.room("CDSLASH", BOT, "ULINDQVIST", "UBROOK")
        made.room("CIT", BOT, "UTAN")
        yield made


async def look(
    fake: FakeSlack, given: Secrets | None = None, directory: Directory = DIRECTORY
) -> tuple[Finding, ...]:
    adapter: Adapter = open_adapter(given or secrets(), cast(Door, None), api_url=fake.api_url)
    try:
        return await adapter.check(directory)
    finally:
        await adapter.stop()


def amiss(found: tuple[Finding, ...]) -> list[str]:
    return [str(finding) for finding in found if finding.what]


async def test_where_all_is_well_it_says_what_it_looked_at(fake: FakeSlack) -> None:
    found = await look(fake)
    assert amiss(found) == []
    about = [finding.about for finding in found]
    assert about[:3] == ["the app", "the app's scopes", OAK]
    assert {"Ms Khan", "Mx Lindqvist", "Mrs Penrose", "Sam Tan"} <= set(about)
    # Nobody is shown anything, and nothing is changed.
    assert {method for method, _ in fake.calls} <= {
        *("auth.test", "conversations.info", "conversations.members", "users.info"),
    }


Change = Callable[[FakeSlack], object]


@pytest.mark.parametrize(
    ("change", "said", "where"),
    [
        (lambda f: setattr(f.rooms["CDSLOAK"], "joined", False), "is not in it", "/invite"),
        (lambda f: f.rooms.pop("CDSLOAK"), "no such channel", "[centres.oak] → dsl_rooms"),
        (lambda f: setattr(f.rooms["CDSLOAK"], "archived", True), "archived", "Unarchive"),
        (lambda f: setattr(f.rooms["CDSLOAK"], "shared", True), "another organisation", "Settings"),
        (lambda f: setattr(f.rooms["CDSLOAK"], "private", False), "not private", "Settings"),
        (lambda f: f.rooms["CDSLOAK"].members.discard("UKHAN"), "Ms Khan is not in it", "Members"),
        (lambda f: f.room("CDSLOAK", "UAMIRA"), "not of it: Amira Teal", "Members"),
        (
            lambda f: f.room("CDSLOAK", "UAMIRA", "UODD", "UODD2"),
            "not of it: Amira Teal and 2 without a role",
            "Members",
        ),
    ],
)
async def test_a_channel(fake: FakeSlack, change: Change, said: str, where: str) -> None:
    change(fake)
    first = amiss(await look(fake))[0]
    assert first.startswith(OAK) and said in first
    assert where in first.split("Mend it:")[1]


@pytest.mark.parametrize(
    ("more", "said", "where"),
    [
        ({"deleted": True}, "deactivated", "Manage members"),
        ({"is_restricted": True}, "guest", "Manage members"),
        ({"is_ultra_restricted": True}, "guest", "Manage members"),
        ({"is_bot": True}, "an app's", "[[people]] khan → accounts"),
        ({"is_stranger": True}, "another organisation's", "[[people]] khan → accounts"),
        (None, "no such account", "Copy member ID"),
    ],
)
async def test_a_person(
    fake: FakeSlack, more: dict[str, object] | None, said: str, where: str
) -> None:
    if more is None:
        del fake.users["UKHAN"]
    else:
        fake.users["UKHAN"] |= more
    (found,) = amiss(await look(fake))
    assert found.startswith("Ms Khan: ") and said in found
    assert where in found.split("Mend it:")[1]
    assert "UKHAN" not in found


async def test_an_account_in_another_workspace(fake: FakeSlack) -> None:
    people = school().model_copy(deep=True).people
    khan = next(each for each in people if each.id == "khan")
    khan.accounts["slack"] = "T9/UKHAN"
    there = school().model_copy(update={"people": people}).directory()
    assert [each for each in amiss(await look(fake, directory=there)) if "Ms Khan: " in each] == [
        "Ms Khan: that account is in another workspace. Mend it: lanyard.toml → [[people]] khan → "
        "accounts, from Slack: the person's profile → the three dots → Copy member ID."
    ]


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_scope_that_was_not_granted(fake: FakeSlack, scope: str) -> None:
    fake.scopes.discard(scope)
    first = amiss(await look(fake))[0]
    assert first.startswith(f"the app's scopes: {scope} is missing")
    assert "OAuth & Permissions → Scopes" in first


async def test_a_scope_too_many(fake: FakeSlack) -> None:
    fake.scopes.add("files:read")
    (found,) = amiss(await look(fake))
    assert "more than it needs: files:read." in found


@pytest.mark.parametrize(
    ("given", "said", "where"),
    [
        ({"slack_bot_token": "xoxb-other"}, "does not take SLACK_BOT_TOKEN", "Bot User OAuth"),
        ({"slack_team": "T2"}, "SLACK_TEAM is T2, and the token is for T1", "SLACK_TEAM"),
    ],
)
async def test_where_the_app_is_not_let_in_that_is_all_it_says(
    fake: FakeSlack, given: dict[str, str], said: str, where: str
) -> None:
    (found,) = amiss(await look(fake, secrets(**given)))
    assert said in found and where in found.split("Mend it:")[1]


async def test_where_slack_cannot_be_reached(fake: FakeSlack) -> None:
    fake.trouble("auth.test", Trouble(status=503))
    (found,) = amiss(await look(fake))
    assert "cannot be reached (http-503)" in found


async def test_socket_mode_needs_its_own_token(fake: FakeSlack) -> None:
    assert amiss(await look(fake, socket_secrets())) == []
    wrong = Secrets(slack_bot_token="xoxb-fake", slack_app_token="xapp-old", slack_team="T1")
    (found,) = amiss(await look(fake, wrong))
    assert "SLACK_APP_TOKEN is not taken (invalid_auth)" in found and "App-Level Tokens" in found
