"""The message extension is for staff wherever they write, also where Lanyard is no member."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from bot.message import CLAUSES
from tests.stages.fake_connector import ELSEWHERE, TENANT, Fault
from tests.stages.stage import Shown
from tests.stages.teams import TeamsStage
from tests.troupe import Troupe, troupe

NEW = "aad-rowan"
"""Staff who have not yet written to Lanyard."""
ALARM = "Child: tell Ms Khan and Mr Okoro"


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("teams", tmp_path) as made:
        stage_of(made).join("rowan", NEW)
        yield made


def stage_of(actors: Troupe) -> TeamsStage:
    return cast(TeamsStage, actors.stage)


async def search(stage: TeamsStage, person: str) -> tuple[str, str]:
    """What the search of clauses brings elsewhere: the kind of answer, and what it says."""
    value = {"commandId": CLAUSES, "parameters": [{"name": "q", "value": "texting parents"}]}
    activity = {**stage.activity(person, ELSEWHERE), "type": "invoke", "value": value}
    status, answer = await stage.send({**activity, "name": "composeExtension/query"})
    assert status == 200
    found = answer["composeExtension"]
    return found["type"], found.get("text", "")


async def report(actors: Troupe, person: str) -> str:
    """The alarm by an action of a message elsewhere; returns what stands in the dialog then."""
    stage = stage_of(actors)
    await stage.choose_shortcut(person, "report-message", about="hello")
    await stage.fill(person, "What worries you?", "He asks her for photographs.")
    await stage.send_form(person)
    await actors.settle()
    return stage.form(person)[0].words


def called(actors: Troupe) -> Shown:
    return stage_of(actors).screen("khan")[-1]


async def test_new_staff_search_clauses_and_report_where_lanyard_is_not(actors: Troupe) -> None:
    stage = stage_of(actors)
    assert (await search(stage, "rowan"))[0] == "result"
    assert "What number can we ring you on now?" in await report(actors, "rowan")
    assert "URGENT" in called(actors).words and "Identity" not in called(actors).words
    # The chat is opened once; what its roster says holds for a minute.
    opened = [sent.json for sent in stage.fake.calls("POST") if sent.path.endswith("conversations")]
    assert [made["members"] for made in opened].count([{"id": NEW}]) == 1
    assert len(stage.fake.calls("GET", "members/29:rowan")) == 2


async def test_somebody_for_whom_no_chat_can_be_opened_is_asked_on(actors: Troupe) -> None:
    stage = stage_of(actors)
    stage.fake.not_installed |= {"29:rowan", NEW}
    kind, said = await search(stage, "rowan")
    assert kind == "message" and "could not check your account" in said
    assert "What number can we ring you on now?" in await report(actors, "rowan")
    await stage.fill("rowan", "What number can we ring you on now?", "07700 900123")
    await stage.send_form("rowan")
    assert stage.form("rowan")
    assert "Identity: not checked yet" in called(actors).words


@pytest.mark.parametrize("how", [{"role": "guest"}, {"role": "anonymous"}, {"tenant": "tenant-2"}])
async def test_guests_and_outsiders_get_no_further_there(
    actors: Troupe, how: dict[str, Any]
) -> None:
    stage = stage_of(actors)
    stage.join("visitor", "aad-visitor", **how)
    kind, said = await search(stage, "visitor")
    assert kind == "message" and "There is nothing here" in said
    assert "What number" not in await report(actors, "visitor")
    assert "Identity: unchecked: not a staff account" in called(actors).words


async def test_silence_is_no_reason_to_ask_elsewhere(actors: Troupe) -> None:
    stage = stage_of(actors)
    stage.fake.faults.append(Fault("members/29", status=503))
    kind, said = await search(stage, "rowan")
    assert kind == "message" and "could not check your account" in said
    assert not stage.fake.calls("POST", "/v3/conversations")


async def test_a_chat_of_two_colleagues_is_not_taken_for_the_persons_own(actors: Troupe) -> None:
    stage = stage_of(actors)
    activity = {**stage.activity("khan", ELSEWHERE), "type": "invoke"}
    activity["conversation"] |= {"conversationType": "personal"}
    activity["name"] = "composeExtension/fetchTask"
    status, answer = await stage.send({**activity, "value": {"commandId": "report"}})
    assert status == 200 and "act now" in str(answer)
    await report(actors, "amira")
    assert "URGENT" in called(actors).words
    with actors.app.store.work() as work:
        kept = work.references.get("teams", f"{TENANT}/aad-khan")
        where = work.references.get("teams", ELSEWHERE)
    assert kept is not None and ELSEWHERE not in kept
    # With whom somebody writes is nothing to keep.
    assert where is None
