"""Dialogs and cards drawn for one reader, with the real bot behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.ports import Unavailable
from tests.stages.fake_connector import Posted
from tests.stages.teams import TeamsStage, actions
from tests.troupe import Troupe, troupe

NUMBER, WHERE = "What number can we ring you on now?", "Where is the child now?"
ROOM = "dsl-oak"


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("teams", tmp_path) as made:
        yield made


def stage_of(actors: Troupe) -> TeamsStage:
    return cast(TeamsStage, actors.stage)


async def begun(actors: Troupe) -> TeamsStage:
    """Amira has raised an alarm and filled in two fields of a dialog."""
    stage = stage_of(actors)
    await stage.choose_shortcut("amira", "report")
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro", room="form")
    await stage.fill("amira", NUMBER, "ext 214")
    await stage.fill("amira", WHERE, "in the medical room")
    return stage


def stop_the_database(actors: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> None:
        raise Unavailable

    monkeypatch.setattr(actors.app.store, "work", unavailable)


async def test_with_the_database_down_everything_typed_stays_in_the_dialog(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await begun(actors)
    with monkeypatch.context() as stopped:
        stop_the_database(actors, stopped)
        await stage.send_form("amira")
        (form,) = stage.form("amira")
        assert "NOT SENT. These answers are not saved." in form.words
        assert "Ms Khan (DSL), 01632 960001" in form.words
        assert {f"{NUMBER}: ext 214", f"{WHERE}: in the medical room"} <= set(form.lines)
        await stage.send_form("amira")
        assert f"{NUMBER}: ext 214" in stage.form("amira")[0].lines
    await stage.send_form("amira")
    assert "part 2 of 4" in stage.form("amira")[0].words


async def test_the_alarm_in_a_dialog_says_when_it_was_not_sent(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(actors)
    await stage.choose_shortcut("amira", "report-message", about="x")
    await stage.fill("amira", "What worries you?", "He asks her for photographs.")
    stop_the_database(actors, monkeypatch)
    await stage.send_form("amira")
    (form,) = stage.form("amira")
    assert "NOT SENT" in form.words and "01632 960001" in form.words
    assert "What worries you?: He asks her for photographs." in form.lines


async def test_a_page_delivered_twice_is_kept_once(actors: Troupe) -> None:
    stage = await begun(actors)
    dialog = stage.dialogs["amira"]
    value = {**dialog.about, "data": dialog.sends(dialog.card["actions"][0])}
    activity = {**stage.activity("amira"), "type": "invoke", "value": value}
    activity["name"] = "composeExtension/submitAction"
    first = await stage.send(activity)
    assert await stage.send(activity) == first
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by("amira")
        steps = [entry.step for entry in work.incidents.entries(incident.ref)]
    assert sorted(steps) == ["child_now", "number"]


async def test_a_forged_dialog_changes_and_shows_nothing(actors: Troupe) -> None:
    stage = await begun(actors)
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by("amira")
    ref = incident.ref
    data: Any
    for data in (
        None,
        [],
        {"press": 7},
        {"press": ""},
        {"press": f"open {ref}"},
        {"press": f"send child {ref} now", "number": "ext 999", "asks": 7},
        {"press": f"page child {ref} now", "asks": {"a": 3}, "live": {}},
        {"press": "send " + "x" * 500},
    ):
        for name in ("task/fetch", "task/submit"):
            activity = {**stage.activity("bryn"), "type": "invoke", "name": name}
            status, answer = await stage.send({**activity, "value": {"data": data}})
            assert status == 200
            assert "medical" not in str(answer) and "ext 214" not in str(answer)
    with actors.app.store.work() as work:
        assert [each.step for each in work.incidents.entries(ref)] == []


async def in_the_room(actors: Troupe) -> tuple[TeamsStage, Posted]:
    """A case nobody has taken, in the DSL channel; everybody there has it drawn for them."""
    stage = await begun(actors)
    await stage.close_form("amira")
    await actors.settle()
    await actors.later(timedelta(minutes=6))
    (posted,) = [p for p in stage._seen("khan", ROOM) if p.by == "bot"][-1:]
    for person in ("khan", "okoro", "tan"):
        await stage.look(person, ROOM)
    return stage, posted


def labels(posted: Posted, person: str) -> list[str]:
    return [action["title"] for action in actions(posted.seen_by(person).activity)]


async def test_each_reader_of_a_room_sees_what_they_may_do(actors: Troupe) -> None:
    stage, posted = await in_the_room(actors)
    assert labels(posted, "khan") == labels(posted, "okoro") == ["Open", "I have got this"]
    # IT may not know of a child's case, whoever let them into the room.
    assert labels(posted, "tan") == [] and "There is nothing here" in str(posted.views["tan"])
    await stage.press("khan", "Open", room=ROOM)
    await stage.press("khan", "I have got this", room="form")
    await actors.settle()
    assert posted.redrawn and posted.views == {}
    for person in ("khan", "okoro"):
        await stage.look(person, ROOM)
    assert labels(posted, "khan") == ["Open", "I spoke to the reporter", "Hand over"]
    assert labels(posted, "okoro") == ["Open", "Take it over"]
    assert labels(posted, "somebody else") == ["Open"]


async def test_the_room_and_the_readers_own_chats_see_nothing_of_a_dialog(actors: Troupe) -> None:
    stage, _ = await in_the_room(actors)
    await stage.press("khan", "Open", room=ROOM)
    assert "medical room" in stage.form("khan")[0].words
    assert b"medical room" not in b"".join(stage.fake.traffic.sent)


async def test_a_look_records_nothing_and_needs_no_answer(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, posted = await in_the_room(actors)
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by("amira")
        acts = {act for _, _, act in work.audit.acts(incident.ref)}
    assert "open" not in acts and "refused" not in acts
    refresh = posted.activity["attachments"][0]["content"]["refresh"]["action"]
    stop_the_database(actors, monkeypatch)
    value = {"action": refresh, "trigger": "automatic"}
    activity = {**stage.activity("khan", ROOM), "type": "invoke", "name": "adaptiveCard/action"}
    status, answer = await stage.send({**activity, "value": value})
    assert status == 200 and answer["statusCode"] == 400


async def test_somebody_of_another_tenant_sees_no_more_than_the_room(actors: Troupe) -> None:
    stage, posted = await in_the_room(actors)
    stage.join("stranger", "aad-stranger", role="guest")
    refresh = posted.activity["attachments"][0]["content"]["refresh"]["action"]
    activity = {**stage.activity("stranger", ROOM), "type": "invoke"}
    activity |= {"name": "adaptiveCard/action", "value": {"action": refresh}}
    status, answer = await stage.send(activity)
    assert status == 200 and "I have got this" not in str(answer)
