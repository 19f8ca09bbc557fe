"""What people do in Slack is heard as what it was, once, and answered to them alone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.card import Press, Quote, Reply, say
from bot.message import Place, Standing
from bot.notice import Destination
from bot.people import Identity
from tests.adapters.slack_double import ALARM, CASE, NOW, OPENED, Scene, scene
from tests.stages.fake_slack import Trouble
from tests.stages.slack import Seen, actions, socket_secrets

DSL = Destination("slack", "CDSLOAK")


@pytest.fixture
async def slack() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


def titles(slack: Scene, person: str, room: str = "") -> list[str]:
    return [s.lines[0] for s in slack.stage.screen(person, room=room) if s.by == "bot"]


async def test_a_direct_message_is_heard_and_answered_there(slack: Scene) -> None:
    await slack.stage.say("amira", "is R&D <ok> at a@b.uk?")
    (heard,) = slack.bot.heard
    assert heard.text == "is R&D <ok> at a@b.uk?"
    assert heard.identity == Identity("slack", "T1/UAMIRA")
    assert heard.place == Place("slack", "DAMIRA", private=True)
    assert (heard.standing, heard.name) == (Standing.MEMBER, "Amira")
    assert heard.sent_at is not None and abs(heard.sent_at - NOW) < timedelta(seconds=1)
    theirs, ours = slack.stage.screen("amira")
    assert (theirs.by, theirs.words) == ("amira", "is R&D <ok> at a@b.uk?")
    assert ours.lines == (
        "URGENT: If a child may be at risk, act now",
        "Child in danger now? Ring 999.",
    )
    assert ours.buttons == ("Child: tell Ms Khan",)


async def test_a_press_in_messages_changes_the_card_that_was_pressed(slack: Scene) -> None:
    await slack.stage.say("amira", "a worry")
    await slack.stage.press("amira", "Child: tell Ms Khan")
    assert slack.bot.heard[-1].press == Press("tell", ("child", "-"))
    shown = [s for s in slack.stage.screen("amira") if s.by == "bot"]
    assert [(s.lines[0], s.redrawn) for s in shown] == [
        ("DONE: Alarm raised. Reference 7KQ2.", True),
        ("What number can we ring you on now?", False),
    ]
    with pytest.raises(LookupError, match="no button"):
        await slack.stage.press("amira", "Child: tell Ms Khan")


async def test_a_card_that_was_deleted_is_answered_below(slack: Scene) -> None:
    await slack.stage.say("amira", "a worry")
    seen = slack.stage.pressed("amira", *shown_button(slack, "DAMIRA"))
    slack.fake.rooms["DAMIRA"].messages[-1].gone = True
    assert (await slack.stage.interact(seen))[0] == 200
    await slack.adapter.answered()
    assert "DONE: Alarm raised. Reference 7KQ2." in titles(slack, "amira")


@pytest.mark.parametrize("room", ["", "staff"])
@pytest.mark.parametrize("command", ["ask", "report", "dsl"])
async def test_a_command_is_answered_to_the_person_alone(
    slack: Scene, command: str, room: str
) -> None:
    await slack.stage.say("amira", "secret-words", room=room, command=command)
    (heard,) = slack.bot.heard
    assert (heard.command, heard.text) == (command, "secret-words")
    assert heard.place.private is False
    (card,) = slack.stage.screen("amira", room=room)
    assert card.lines[0] == "URGENT: If a child may be at risk, act now"
    assert not slack.stage.screen("okoro", room="staff")
    assert not any(b"secret-words" in sent for sent in slack.fake.traffic.sent)


async def test_a_command_is_answered_even_when_slack_can_be_told_nothing(slack: Scene) -> None:
    slack.fake.trouble("*", *[Trouble(status=503)] * 20)
    await slack.stage.say("amira", "", room="staff", command="report")
    assert titles(slack, "amira", "staff") == ["URGENT: If a child may be at risk, act now"]


async def test_a_mention_is_answered_to_the_asker_alone(slack: Scene) -> None:
    await slack.stage.say("amira", "can I use my phone?", room="staff")
    assert slack.bot.heard[0].text == "can I use my phone?"
    assert slack.bot.heard[0].place == Place("slack", "CSTAFF", private=False)
    assert titles(slack, "amira", "staff") == ["URGENT: If a child may be at risk, act now"]
    assert titles(slack, "okoro", "staff") == []
    assert slack.fake.called("chat.postMessage") == []


async def test_where_nothing_can_be_shown_alone_the_answer_comes_by_message(slack: Scene) -> None:
    slack.fake.rooms["CSTAFF"].joined = False
    await slack.stage.say("amira", "can I use my phone?", room="staff")
    assert titles(slack, "amira") == ["URGENT: If a child may be at risk, act now"]
    assert {call["channel"] for call in slack.fake.called("chat.postMessage")} == {"DAMIRA"}


async def test_a_press_in_the_dsl_channel_is_answered_to_the_presser_alone(slack: Scene) -> None:
    await slack.adapter.post(DSL, CASE, "n1")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    assert titles(slack, "khan", "dsl-oak")[-1] == "Report 7KQ2"
    assert titles(slack, "okoro", "dsl-oak") == [CASE.title]
    (card, *_) = slack.stage.screen("okoro", room="dsl-oak")
    assert card.redrawn is False
    # The answer to an answer stays with the same person, in its place.
    await slack.stage.press("khan", "I have got this", room="dsl-oak")
    assert titles(slack, "khan", "dsl-oak") == [CASE.title, "DONE: You have 7KQ2."]
    assert titles(slack, "okoro", "dsl-oak") == [CASE.title]
    assert not any("in_channel" in json.dumps(call) for _, call in slack.fake.calls)


async def test_somebody_no_longer_in_the_channel_is_answered_by_message(slack: Scene) -> None:
    await slack.adapter.post(DSL, CASE, "n1")
    slack.fake.rooms["CDSLOAK"].members.discard("UKHAN")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    assert titles(slack, "khan", "dsl-oak") == [CASE.title]
    assert titles(slack, "khan") == ["Report 7KQ2"]


async def test_a_report_never_goes_to_a_response_url(slack: Scene) -> None:
    await slack.adapter.post(DSL, CASE, "n1")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    long = replace(OPENED, quotes=tuple(Quote(str(n), "He hits me. " * 250) for n in range(9)))
    slack.bot.answer = lambda message: Reply((long,), replaces=True, asked_again=True)
    await slack.stage.press("khan", "I have got this", room="dsl-oak")
    slack.fake.rooms["CDSLOAK"].members.discard("UKHAN")
    await slack.stage.press("khan", "I have got this", room="dsl-oak")
    await slack.stage.say("khan", "", room="dsl-oak", command="dsl")
    await slack.stage.say("khan", "", command="dsl")
    assert slack.fake.called("response_url") == []
    shown = [s.words for s in slack.stage.screen("khan") if s.by == "bot"]
    assert sum("He hits me." in words for words in shown) >= 9
    assert titles(slack, "okoro", "dsl-oak") == [CASE.title]


async def test_what_begins_with_a_command_in_messages_goes_on_there(slack: Scene) -> None:
    await slack.stage.say("amira", "", command="report")
    await slack.stage.press("amira", "Child: tell Ms Khan")
    room = slack.fake.rooms["DAMIRA"]
    assert [bool(m.only) for m in room.messages] == [True, False]
    assert titles(slack, "amira") == [
        "DONE: Alarm raised. Reference 7KQ2.",
        "What number can we ring you on now?",
    ]


async def test_what_begins_in_messages_with_a_colleague_is_shown_to_nobody_else(
    slack: Scene,
) -> None:
    slack.fake.room("DCOLLEAGUES", "UAMIRA", "UOKORO").joined = False
    await slack.stage.say("amira", "", room="DCOLLEAGUES", command="report")
    await slack.stage.press("amira", "Child: tell Ms Khan", room="DCOLLEAGUES")
    assert titles(slack, "amira", "DCOLLEAGUES") == [
        "DONE: Alarm raised. Reference 7KQ2.",
        "What number can we ring you on now?",
    ]
    assert titles(slack, "okoro", "DCOLLEAGUES") == []


async def test_the_shortcut_is_the_command_answered_in_a_modal(slack: Scene) -> None:
    await slack.stage.choose_shortcut("amira", "report")
    assert slack.bot.heard[0].command == "report"
    assert slack.stage.form("amira")[0].lines[1] == "URGENT: If a child may be at risk, act now"
    assert titles(slack, "amira") == []
    await slack.stage.choose_shortcut("amira", "something-else")
    assert len(slack.bot.heard) == 1


async def test_where_no_modal_opens_the_shortcut_is_answered_by_message(slack: Scene) -> None:
    slack.fake.trouble("views.open", Trouble(error="expired_trigger_id"))
    await slack.stage.choose_shortcut("amira", "report")
    assert slack.stage.form("amira") == []
    assert titles(slack, "amira") == ["URGENT: If a child may be at risk, act now"]


async def test_pictures_are_flagged_and_never_fetched(slack: Scene) -> None:
    url = f"{slack.fake.origin}/files-pri/T1-F1/picture.png"
    picture = {"id": "F1", "mimetype": "image/png", "url_private": url}
    event = slack.stage.message("amira", "DAMIRA", "look", subtype="file_share", files=[picture])
    await slack.stage.event(event)
    forwarded: list[dict[str, Any]] = [{"is_share": True, "files": [picture]}]
    await slack.stage.event(slack.stage.message("amira", "DAMIRA", "", attachments=forwarded))
    await slack.stage.say("amira", "only words")
    assert [m.attachments for m in slack.bot.heard] == [True, True, False]
    await slack.adapter.answered()
    assert not any("picture.png" in sent.decode() for sent in slack.fake.traffic.sent)


async def test_retries_are_heard_once_and_answered_once(slack: Scene) -> None:
    envelope = slack.stage.envelope(slack.stage.message("amira", "DAMIRA", "a worry"))
    for attempt in range(4):
        slack.clock.at += timedelta(seconds=60)
        headers = {"X-Slack-Retry-Num": str(attempt)} if attempt else {}
        assert (await slack.stage.post(json.dumps(envelope).encode(), headers=headers))[0] == 200
    await slack.adapter.answered()
    assert len(slack.bot.heard) == 1
    assert len(titles(slack, "amira")) == 1


async def test_a_retry_brings_the_answer_that_came_too_late_the_first_time(slack: Scene) -> None:
    slack.bot.slow = 2.3
    body = json.dumps(
        slack.stage.envelope(slack.stage.message("amira", "DAMIRA", "a worry"))
    ).encode()
    began = time.monotonic()
    assert (await slack.stage.post(body))[0] == 200
    assert time.monotonic() - began < 2.9
    assert (await slack.stage.post(body, headers={"X-Slack-Retry-Num": "1"}))[0] == 200
    await slack.adapter.answered()
    assert titles(slack, "amira") == [
        "URGENT: If a child may be at risk, act now",
        "NOT SENT.",
        "URGENT: If a child may be at risk, act now",
    ]
    assert len(slack.bot.heard) == 1


async def test_each_submission_has_a_key_of_its_own(slack: Scene) -> None:
    for _ in range(2):
        await slack.stage.say("amira", "the same words")
        await slack.stage.say("amira", "the same words", command="ask")
        await slack.stage.choose_shortcut("amira", "report")
        await slack.stage.say("amira", "a worry", room="staff")
    await slack.adapter.post(DSL, CASE, "n1")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    await slack.stage.press("okoro", "Open", room="dsl-oak")
    keys = [m.key for m in slack.bot.heard]
    assert len(keys) == len(set(keys)) == 11
    assert all(key.startswith("slack:") and len(key) < 64 for key in keys)


async def test_not_heard_what_nobody_just_said(slack: Scene) -> None:
    for more in (
        {"subtype": "message_changed", "message": {"text": "x"}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B1", "user": "UBOT"},
        {"subtype": "channel_join"},
        {"user": "USLACKBOT"},
        {"channel": "CSTAFF", "channel_type": "channel"},
        {"channel": "GGROUP", "channel_type": "mpim"},
    ):
        event = {**slack.stage.message("amira", "DAMIRA", "x"), **more}
        assert (await slack.stage.event(event))[0] == 200
    await slack.adapter.answered()
    assert not slack.bot.heard
    assert not slack.fake.rooms["DAMIRA"].messages


async def test_a_robot_gets_no_answer(slack: Scene) -> None:
    slack.fake.person("UROBOT", is_bot=True)
    slack.bot.answer = lambda message: Reply() if message.standing is Standing.BOT else say(ALARM)
    await slack.stage.say("UROBOT", "hello")
    assert titles(slack, "UROBOT") == []


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.OUTSIDE),
        ({"team_id": "T9"}, Standing.OUTSIDE),
        ({"deleted": True}, Standing.OUTSIDE),
    ],
)
async def test_guests_are_marked(slack: Scene, more: dict[str, Any], standing: Standing) -> None:
    slack.fake.person("UNEW", "New Person", **more)
    await slack.stage.say("UNEW", "hello")
    assert (slack.bot.heard[0].standing, slack.bot.heard[0].name) == (standing, "New Person")


async def test_standing_is_asked_again_after_a_minute(slack: Scene) -> None:
    await slack.stage.say("amira", "one")
    slack.fake.users["UAMIRA"]["is_restricted"] = True
    await slack.stage.say("amira", "two")
    slack.clock.at += timedelta(seconds=61)
    await slack.stage.say("amira", "three")
    standings = [m.standing for m in slack.bot.heard]
    assert standings == [Standing.MEMBER, Standing.MEMBER, Standing.GUEST]
    assert len(slack.fake.called("users.info")) == 2


async def test_an_account_slack_is_silent_about_is_not_vouched_for(slack: Scene) -> None:
    slack.fake.trouble("users.info", Trouble(slow=1.5))
    began = time.monotonic()
    await slack.stage.say("amira", "hello")
    assert time.monotonic() - began < 1.2
    assert slack.bot.heard[0].standing is Standing.UNKNOWN


async def test_whoever_is_mentioned_is_called_by_name(slack: Scene) -> None:
    slack.fake.person("USANA", "Sana Okafor")
    await slack.stage.say("amira", "@khan slapped a girl")
    await slack.stage.say("amira", "@khan slapped a girl", command="report")
    await slack.stage.say("amira", "was it @khan or @nobody?", room="staff")
    words = "<@UKHAN|sana.k> hit him, <@USANA> saw it, <@UGONE|jo> or <@UNONE> did not"
    await slack.stage.event({**slack.stage.message("amira", "DAMIRA", ""), "text": words})
    assert [heard.text for heard in slack.bot.heard] == [
        "Ms Khan slapped a girl",
        "Ms Khan slapped a girl",
        "was it Ms Khan or @nobody?",
        "Ms Khan hit him, @Sana Okafor saw it, @jo or @UNONE did not",
    ]


async def test_a_retry_is_told_the_same_names(slack: Scene) -> None:
    slack.fake.person("USANA", "Sana Okafor")
    event = {**slack.stage.message("amira", "DAMIRA", ""), "text": "<@USANA> hit him"}
    for real_name in ("Sana Okafor", "Sana Okafor-Reid"):
        slack.fake.person("USANA", real_name)
        await slack.stage.event(event, event_id="Ev1")
        slack.clock.at += timedelta(seconds=61)
        slack.bot.replies.clear()
    first, second = slack.bot.heard
    assert first.submission == second.submission


FOREIGN = "Lanyard is for this school's own staff"


async def test_another_workspace_is_refused_privately(slack: Scene) -> None:
    event = slack.stage.message("amira", "CSTAFF", "hello", team="T9", user_team="T9")
    await slack.stage.event(event)
    await slack.stage.event(slack.stage.message("amira", "DAMIRA", "hello"), team_id="T9")
    form = {**slack.stage.command("amira", "x", "CSTAFF", "ask"), "team_id": "T9"}
    _, answer = await slack.stage.post(urlencode(form).encode(), form=True)
    assert json.loads(answer)["response_type"] == "ephemeral"
    assert FOREIGN in answer and "999" in answer
    await slack.adapter.post(DSL, CASE, "n1")
    pressed = slack.stage.pressed("khan", *shown_button(slack, "CDSLOAK"))
    for changed in ({"team": {"id": "T9"}}, {"user": {"id": "UKHAN", "team_id": "T9"}}):
        assert (await slack.stage.interact(pressed | changed))[0] == 200
    await slack.adapter.answered()
    assert not slack.bot.heard
    assert titles(slack, "okoro", "staff") == []
    assert titles(slack, "amira", "staff") == [f"WARNING: {FOREIGN}"]
    assert titles(slack, "okoro", "dsl-oak") == [CASE.title]


async def test_a_submission_that_names_no_workspace_is_refused(slack: Scene) -> None:
    form = slack.stage.command("amira", "x", "CSTAFF", "ask")
    del form["team_id"]
    _, answer = await slack.stage.post(urlencode(form).encode(), form=True)
    assert FOREIGN in answer
    assert not slack.bot.heard


async def test_a_channel_shared_with_others_is_refused_privately(slack: Scene) -> None:
    slack.fake.rooms["CSTAFF"].shared = True
    event = slack.stage.message("amira", "CSTAFF", "hello")
    await slack.stage.event(event, is_ext_shared_channel=True)
    await slack.adapter.answered()
    await slack.stage.say("amira", "words", room="staff", command="report")
    assert not slack.bot.heard
    refused = "WARNING: Not here: people outside the school are in this channel"
    assert titles(slack, "amira", "staff") == [refused, refused]
    assert titles(slack, "okoro", "staff") == []


async def test_answers_to_one_person_come_in_the_order_of_their_words(slack: Scene) -> None:
    slack.bot.answer = lambda message: say(ALARM, CASE) if message.text == "1" else say(CASE)
    slack.fake.trouble("chat.postMessage", Trouble(slow=0.3, done=True))
    for number in "12":
        await slack.stage.event(slack.stage.message("amira", "DAMIRA", number))
    await slack.adapter.answered()
    assert titles(slack, "amira") == [f"URGENT: {ALARM.title}", CASE.title, CASE.title]


async def test_an_answer_slack_could_not_take_is_given_again(slack: Scene) -> None:
    slack.fake.trouble("chat.postMessage", Trouble(status=429, retry_after="0"), Trouble(lost=True))
    await slack.stage.say("amira", "a worry")
    assert titles(slack, "amira") == ["URGENT: If a child may be at risk, act now"]


async def test_threads_are_answered_in_the_thread(slack: Scene) -> None:
    await slack.stage.event(slack.stage.message("amira", "DAMIRA", "x", thread_ts="1.5"))
    await slack.adapter.answered()
    assert slack.fake.called("chat.postMessage")[0]["thread_ts"] == "1.5"


async def test_socket_mode_hears_the_same() -> None:
    async with scene(socket_secrets()) as slack:
        for _ in range(100):
            if slack.fake.sockets:
                break
            await asyncio.sleep(0.05)
        (socket,) = slack.fake.sockets
        event = slack.stage.envelope(slack.stage.message("amira", "DAMIRA", "a worry"))
        await socket.send_json(
            {
                "type": "events_api",
                "envelope_id": "e1",
                "payload": event,
                "accepts_response_payload": False,
            }
        )
        assert (await slack.fake.socket_answers.get())["envelope_id"] == "e1"
        form = slack.stage.command("amira", "words", "CSTAFF", "ask")
        await socket.send_json(
            {
                "type": "slash_commands",
                "envelope_id": "e2",
                "payload": form,
                "accepts_response_payload": True,
            }
        )
        answer = await slack.fake.socket_answers.get()
        assert answer["envelope_id"] == "e2"
        assert answer["payload"]["response_type"] == "ephemeral"
        await slack.adapter.answered()
        assert titles(slack, "amira") == ["URGENT: If a child may be at risk, act now"]
        assert [m.command for m in slack.bot.heard] == ["", "ask"]
        assert (await slack.stage.post(b"{}"))[0] == 404


def shown_button(slack: Scene, room: str) -> tuple[Any, Any]:
    posted = slack.fake.rooms[room].messages[-1]
    return Seen(room, posted), next(actions(posted))


async def test_who_is_refused_before_being_heard_is_in_the_audit(slack: Scene) -> None:
    event = slack.stage.message("amira", "CSTAFF", "<@UBOT> help") | {"type": "app_mention"}
    await slack.stage.event(event, is_ext_shared_channel=True)
    event = slack.stage.message("amira", "DAMIRA", "help")
    await slack.stage.event(event | {"team": "T9"})
    await slack.adapter.answered()
    slack.fake.users["UKHAN"]["is_bot"] = True
    slack.bot.answer = lambda message: Reply()
    await slack.stage.say("khan", "beep")
    assert slack.bot.refused == ["shared-channel", "another-workspace", "bot"]


async def test_a_channel_slack_is_silent_about_vouches_for_nobody(slack: Scene) -> None:
    slack.fake.trouble("conversations.info", Trouble(status=500))
    await slack.stage.say("amira", "", room="staff", command="ask")
    assert slack.bot.heard[-1].standing is Standing.UNKNOWN
