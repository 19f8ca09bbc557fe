"""Modals, the Home tab and the assistant pane on Slack, with the real bot behind them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.incident import Concern
from bot.ports import Unavailable
from tests.stages.fake_slack import Trouble
from tests.stages.slack import SlackStage
from tests.troupe import Troupe, troupe

NUMBER, WHERE = "What number can we ring you on now?", "Where is the child now?"


@pytest.fixture
async def actors(tmp_path: Path) -> AsyncIterator[Troupe]:
    async with troupe("slack", tmp_path) as made:
        yield made


def stage_of(actors: Troupe) -> SlackStage:
    return cast(SlackStage, actors.stage)


def homes(actors: Troupe) -> SlackAdapter:
    return cast(SlackAdapter, actors.app.adapters["slack"])


def titles(actors: Troupe, person: str) -> list[str]:
    return [s.lines[0] for s in actors.stage.screen(person) if s.by == "bot"]


def listed(actors: Troupe, person: str) -> int:
    """How often ``person`` is recorded to have seen a list of cases."""
    with actors.app.store.work() as work:
        return sum(actor == person and act == "list" for _, actor, act in work.audit.acts(""))


async def begun(actors: Troupe) -> SlackStage:
    """Amira has raised an alarm in the modal and filled in a field of the first page."""
    stage = stage_of(actors)
    await stage.say("amira", "", command="report")
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro", room="form")
    await stage.fill("amira", NUMBER, "ext 214")
    await stage.fill("amira", WHERE, "in the medical room")
    return stage


def stop_the_database(actors: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> None:
        raise Unavailable

    monkeypatch.setattr(actors.app.store, "work", unavailable)


async def test_with_the_database_down_the_modal_stays_with_everything_typed(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await begun(actors)
    with monkeypatch.context() as stopped:
        stop_the_database(actors, stopped)
        await stage.send_form("amira")
    (form,) = stage.form("amira")
    assert "NOT SENT. These answers are not saved." in form.words
    assert "stands" in form.words and "Ms Khan (DSL), 01632 960001" in form.words
    assert f"{NUMBER}: ext 214" in form.lines
    await stage.send_form("amira")
    assert "part 2 of 4" in stage.form("amira")[0].words


async def test_whoever_is_mentioned_in_a_field_is_named(actors: Troupe) -> None:
    stage = await begun(actors)
    await stage.fill("amira", WHERE, "<@UOKORO> has her in his office")
    await stage.send_form("amira")
    with actors.app.store.work() as work:
        (incident,) = work.incidents.open()
        kept = [entry.words.open() for entry in work.incidents.entries(incident.ref)]
    assert "Mr Okoro has her in his office" in kept
    assert dict(incident.concerns) == {"okoro": Concern.NAMED}


async def test_the_alarm_in_the_modal_says_when_it_was_not_sent(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(actors)
    await stage.say("amira", "", command="report")
    stop_the_database(actors, monkeypatch)
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro", room="form")
    (form,) = stage.form("amira")
    assert "NOT SENT" in form.words and "01632 960001" in form.words


async def test_with_the_database_down_report_still_shows_whom_to_ring(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(actors)
    stop_the_database(actors, monkeypatch)
    await stage.say("amira", "a secret", command="report")
    (form,) = stage.form("amira")
    assert "Ring 999" in form.words and "NOT SENT" in form.words
    assert "URGENT: If a child may be at risk, act now" in titles(actors, "amira")


async def test_a_page_sent_twice_is_kept_once(actors: Troupe) -> None:
    stage = await begun(actors)
    view = stage._modal("amira")
    payload = stage._view_payload("amira", view, "view_submission")
    first = await stage.interact(payload)
    again = payload | {"trigger_id": stage.fake.trigger("UAMIRA")}
    assert await stage.interact(again) == first
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by("amira")
        steps = [entry.step for entry in work.incidents.entries(incident.ref)]
    assert sorted(steps) == ["child_now", "number"]


async def test_an_older_drawing_does_not_replace_a_newer_one(actors: Troupe) -> None:
    stage = await begun(actors)
    await stage.send_form("amira")
    view = stage._modal("amira")
    view.hash = "156772938.999999"
    before = view.view
    payload = stage._view_payload("amira", replace(view, hash="156772938.000001"), "block_actions")
    chosen = {"type": "radio_buttons", "action_id": "source", "block_id": "source"}
    payload |= {"container": {"type": "view", "view_id": view.id}}
    payload |= {"actions": [{**chosen, "action_ts": "1.1"}]}
    assert (await stage.interact(payload))[0] == 200
    await homes(actors).answered()
    assert stage._modal("amira").view is before


async def test_a_forged_form_changes_nothing(actors: Troupe) -> None:
    stage = await begun(actors)
    view = stage._modal("amira")
    for metadata in ("", "[]", "{", '{"send": 7}', '{"send": "open ZZZZ2"}', '{"send": ""}'):
        payload = stage._view_payload("bryn", view, "view_submission")
        payload["view"]["private_metadata"] = metadata
        status, answer = await stage.interact(payload)
        assert status == 200
        assert "child" not in answer.lower() or "There is nothing here" in answer
    payload = stage._view_payload("bryn", view, "view_submission")
    status, answer = await stage.interact(payload)
    assert status == 200 and "nothing to go on with" in answer
    payload["team"]["id"] = "T2"
    payload["user"]["team_id"] = "T2"
    assert "own staff" in (await stage.interact(payload))[1]


async def test_what_is_too_long_for_a_box_is_kept_and_said(actors: Troupe) -> None:
    stage = await begun(actors)
    await stage.send_form("amira")
    await stage.close_form("amira", told=False)
    assert "Closed. What you sent is kept." in titles(actors, "amira")
    await stage.say("amira", "resume")
    await stage.press("amira", "Skip")
    long = "She said it again and again. " * 150
    await stage.say("amira", long)
    await stage.press("amira", "Back")
    await stage.say("amira", long)
    await stage.press("amira", "Answer in a form")
    (form,) = stage.form("amira")
    assert f"Your answer of {len(long):,} characters is kept." in form.words
    assert "What happened? The facts, in order.:" not in form.words
    await stage.send_form("amira")
    with actors.app.store.work() as work:
        (incident,) = work.incidents.by("amira")
        kept = {entry.step: entry.words.open() for entry in work.incidents.entries(incident.ref)}
    assert kept["what_happened"] == long


async def test_a_decision_is_recorded_in_a_modal_from_the_channel(actors: Troupe) -> None:
    stage = stage_of(actors)
    await begun(actors)
    await stage.close_form("amira")
    await actors.settle()
    await stage.press("khan", "Open", room="dsl-oak")
    await stage.press("khan", "I have got this", room="dsl-oak")
    await actors.settle()
    assert any(
        "Ms Khan has had this since" in s.words for s in stage.screen("okoro", room="dsl-oak")
    )
    await stage.press("khan", "Close", room="dsl-oak")
    await stage.fill("khan", "What was decided?", "Early help")
    await stage.fill("khan", "Why?", "Her mother asked for it.")
    await stage.fill("khan", "What came of it?", "Support in place")
    await stage.send_form("khan")
    (form,) = stage.form("khan")
    assert "is closed." in form.words
    assert stage.form("okoro") == []


async def test_home_is_drawn_again_when_a_case_is_taken_and_cleared_with_the_role(
    actors: Troupe,
) -> None:
    stage, adapter = stage_of(actors), homes(actors)
    await begun(actors)
    await stage.open_home("khan")
    assert listed(actors, "khan") == 1, "who opens a list of cases is recorded"
    assert any("NOBODY HAS THIS" in card.words for card in stage.home("khan"))
    await actors.settle()
    await stage.press("okoro", "Open")
    await stage.press("okoro", "I have got this")
    await adapter.homes.sweep()
    assert listed(actors, "khan") == 1
    assert any("Mr Okoro has this" in card.words for card in stage.home("khan"))
    published = len(stage.fake.called("views.publish"))
    await adapter.homes.sweep()
    assert len(stage.fake.called("views.publish")) == published, "nothing changed"
    with actors.app.store.work() as work:
        khan = next(person for person in work.people.all() if person.id == "khan")
        work.people.put(replace(khan, holdings=()))
        work.commit()
    # Days later, in another process, which has never drawn it.
    await actors.restart()
    actors.clock.at += timedelta(days=2)
    await actors.settle()
    await homes(actors).homes.sweep()
    words = "\n".join(card.words for card in stage.home("khan"))
    assert "Open cases" not in words and "Rota" not in words
    assert "Worried about a child or an adult?" in words


async def test_a_guest_has_the_act_now_card_at_home_and_nothing_else(actors: Troupe) -> None:
    stage = stage_of(actors)
    stage.fake.person("UGUEST", "A Guest", is_restricted=True)
    await stage.open_home("UGUEST")
    assert [card.lines[0] for card in stage.home("UGUEST")] == [
        "URGENT: If a child may be at risk, act now"
    ]
    await stage.press("UGUEST", "Ring me", room="home")
    assert "Alarm raised." in stage.form("UGUEST")[0].words


async def test_home_without_a_database_says_whom_to_ring(
    actors: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(actors)
    stop_the_database(actors, monkeypatch)
    await stage.open_home("khan")
    assert "999" in stage.home("khan")[0].words


async def test_home_of_another_workspace_is_not_drawn(actors: Troupe) -> None:
    stage = stage_of(actors)
    event = {"type": "app_home_opened", "user": "UKHAN", "channel": "DKHAN", "tab": "home"}
    assert (await stage.event(event, team_id="T2"))[0] == 200
    await homes(actors).answered()
    assert stage.home("khan") == []


async def test_the_assistant_pane_offers_the_alarm_first_and_shows_it_is_working(
    actors: Troupe,
) -> None:
    stage = stage_of(actors)
    thread = await stage.open_assistant("amira")
    offered = stage.fake.prompts["DAMIRA", thread]
    assert offered[0]["title"] == "Report a worry"
    event = stage.message("amira", "DAMIRA", offered[0]["message"], thread_ts=thread)
    assert (await stage.event(event))[0] == 200
    await homes(actors).answered()
    assert stage.fake.statuses == [(thread, "is looking it up…")]
    (posted,) = stage.fake.called("chat.postMessage")
    assert posted["thread_ts"] == thread
    assert "act now" in json.dumps(posted["blocks"])


async def test_every_prompt_gets_an_answer_that_fits_it(actors: Troupe) -> None:
    stage = stage_of(actors)
    thread = await stage.open_assistant("amira")
    titles = []
    for offered in stage.fake.prompts["DAMIRA", thread]:
        await stage.say("amira", offered["message"])
        titles.append(stage.screen("amira")[-1].lines[0])
    assert titles == [
        "URGENT: If a child may be at risk, act now",
        "No.",
        titles[2],
        "You have made no reports here.",
    ]
    assert "does not say" not in titles[2]


async def test_a_modal_that_cannot_be_drawn_again_is_answered_by_message(actors: Troupe) -> None:
    stage = await begun(actors)
    stage.fake.trouble("views.update", Trouble(status=500))
    await stage.say("amira", "", command="report")
    await stage.press("amira", "Child: tell Ms Khan and Mr Okoro", room="form")
    assert any("Alarm raised" in title for title in titles(actors, "amira"))


async def test_nothing_a_modal_shows_is_in_a_channel(actors: Troupe) -> None:
    stage = await begun(actors)
    await stage.send_form("amira")
    for name, call in stage.fake.calls:
        if name.startswith("chat."):
            assert "medical room" not in json.dumps(call)
