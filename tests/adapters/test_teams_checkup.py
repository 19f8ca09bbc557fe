"""What a look at a tenant finds: each thing that can be amiss, and the exact place to mend it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from adapters.teams.adapter import open_adapter
from bot.door import Adapter
from bot.finding import Finding
from bot.people import Directory
from tests.adapters.teams_scene import StubDoor, secrets
from tests.stages.fake_connector import TENANT, FakeConnector, Fault
from tests.troupe import school

OAK = "Oak Centre, the DSL's channel"
DIRECTORY = school().directory()


def account(person: str, **more: str) -> dict[str, str]:
    known = {"id": f"29:{person}", "objectId": f"aad-{person}", "tenantId": TENANT}
    return {**known, "userRole": "user", "name": person, **more}


@pytest.fixture
async def fake() -> AsyncIterator[FakeConnector]:
    """A tenant where all is well, and where nobody has spoken to Lanyard yet."""
    async with FakeConnector() as made:
        made.rosters[""] = [account(person) for person in DIRECTORY.people]
        rooms = {
            "19:dsl-oak@thread.tacv2": ("khan", "okoro", "lindqvist", "farrow"),
            "19:dsl-ash@thread.tacv2": ("lindqvist", "brook"),
            "19:it@thread.tacv2": ("tan",),
        }
        for room, inside in rooms.items():
            made.rosters[room] = [account(person) for person in inside]
        yield made


async def look(
    fake: FakeConnector, directory: Directory = DIRECTORY, **changed: Any
) -> tuple[Finding, ...]:
    door = StubDoor()
    options = {**fake.options, **changed}
    adapter: Adapter = open_adapter(secrets(), cast(Any, door), **options)
    try:
        return await adapter.check(directory)
    finally:
        await adapter.stop()
        door.crossing.close()


def amiss(found: tuple[Finding, ...]) -> list[str]:
    return [str(finding) for finding in found if finding.what]


async def test_where_all_is_well_it_says_what_it_looked_at(fake: FakeConnector) -> None:
    found = await look(fake)
    assert amiss(found) == []
    about = [finding.about for finding in found]
    assert about[:3] == ["the app", "Microsoft's signing keys", OAK]
    assert {"Ms Khan", "Mrs Penrose"} <= set(about)
    # Chats were opened, and nothing was said in them.
    assert not any(fake.conversations.values())


@pytest.mark.parametrize(
    ("code", "said", "where"),
    [
        (7000215, "TEAMS_APP_SECRET is not its secret", "Certificates & secrets"),
        (7000222, "TEAMS_APP_SECRET has expired", "Certificates & secrets"),
        (700016, "the tenant knows no app with TEAMS_APP_ID", "Application (client) ID"),
        (90002, "there is no tenant TEAMS_TENANT", "Tenant ID"),
        (12345, "does not let it in (token-401-12345)", "App registrations → Lanyard"),
        (None, "does not let it in (token-401)", "App registrations → Lanyard"),
    ],
)
async def test_where_the_app_is_not_let_in_that_is_all_it_says(
    fake: FakeConnector, code: int | None, said: str, where: str
) -> None:
    body = json.dumps({"error": "invalid_client", "error_codes": [code]} if code else {})
    fake.faults.append(Fault("/token", 401, body=body.encode()))
    (found,) = amiss(await look(fake))
    assert said in found and where in found.split("Mend it:")[1]


async def test_where_microsoft_cannot_be_reached(fake: FakeConnector) -> None:
    fake.faults.append(Fault("/token", 503))
    (found,) = amiss(await look(fake))
    assert "cannot be reached (token-503)" in found and "login.microsoftonline.com" in found


async def test_without_the_signing_keys_nobody_is_believed(fake: FakeConnector) -> None:
    fake.faults.append(Fault("/openid", 404))
    (found,) = amiss(await look(fake))
    assert "everything that Teams sends is refused" in found
    assert "login.botframework.com" in found


Change = Callable[[FakeConnector], object]
ROOM = "19:dsl-oak@thread.tacv2"


@pytest.mark.parametrize(
    ("change", "said", "where"),
    [
        (lambda f: f.rosters.pop(ROOM), "Lanyard is not in it", "Manage channel → Apps"),
        (lambda f: f.rosters[ROOM].pop(0), "Ms Khan is not in it", "Members"),
        (lambda f: f.rosters[ROOM].append(account("bryn")), "not of it: Bryn Moss", "Members"),
        (lambda f: f.rosters[ROOM].append(account("x")), "1 without a role", "Members"),
        (
            lambda f: f.rosters[ROOM][0].update(userRole="guest"),
            "there are guests in it",
            "Members",
        ),
    ],
)
async def test_a_channel(fake: FakeConnector, change: Change, said: str, where: str) -> None:
    change(fake)
    (found,) = amiss(await look(fake))
    assert found.startswith(OAK) and said in found
    assert where in found.split("Mend it:")[1]


async def test_somebody_whom_lanyard_cannot_write_to_first(fake: FakeConnector) -> None:
    fake.not_installed.add("aad-khan")
    (found,) = amiss(await look(fake))
    assert found.startswith("Ms Khan: Lanyard cannot write to them first")
    assert "ask Ms Khan to open Lanyard in Teams once, or Teams admin center" in found
    assert "aad-khan" not in found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"userRole": "guest"}, "guest"),
        ({"tenantId": "tenant-2"}, "another organisation's"),
    ],
)
async def test_a_person(fake: FakeConnector, more: dict[str, str], said: str) -> None:
    next(each for each in fake.rosters[""] if each["id"] == "29:penrose").update(more)
    (found,) = amiss(await look(fake))
    assert found.startswith("Mrs Penrose: ") and said in found
    assert "Users → All users → the person" in found


async def test_where_the_roster_is_silent_nobody_is_blamed(fake: FakeConnector) -> None:
    fake.rosters[""].clear()
    assert amiss(await look(fake)) == []


async def test_an_account_in_another_tenant_or_none_that_teams_knows(fake: FakeConnector) -> None:
    people = school().model_copy(deep=True).people
    by_id = {each.id: each for each in people}
    by_id["khan"].accounts["teams"] = "elsewhere/aad-khan"
    there = school().model_copy(update={"people": people}).directory()
    fake.faults.append(Fault("POST /uk/v3/conversations", 400))
    found = [each for each in amiss(await look(fake, there)) if "[[people]]" in each]
    assert "Ms Khan: that account is in another tenant." in found[0]
    assert "Mr Okoro: Teams knows no such account." in found[1]
    assert all("Object ID" in each for each in found)
