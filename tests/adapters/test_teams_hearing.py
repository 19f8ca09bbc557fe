"""What people do in Teams reaches the bot as what they meant, and is answered where it may be."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.card import Button, Card, Press, Quote, Reply, press, say
from bot.message import Message, Place, Standing
from bot.people import Holding, Identity, Role
from tests.adapters.teams_scene import PEOPLE, ROOM, Scene, identity, scene
from tests.stages.fake_connector import TENANT, Fault, Posted
from tests.stages.teams import BOT, MENTION, shown

SECRET = "7KQ2X says the child is in the boot room"
CASE = Card("Child, Oak, 7KQ2X", buttons=(Button("Open", press("open", "7KQ2X"), True),))


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as opened:
        yield opened


async def test_a_question_in_the_own_chat(here: Scene) -> None:
    here.door.answer = lambda _: say(
        Card("No", text=("Use school equipment.",), summary="An answer.")
    )
    await here.stage.say("amira", "can I use my phone?")
    heard = here.last
    assert heard.text == "can I use my phone?"
    assert heard.identity == identity("amira") == Identity("teams", f"{TENANT}/aad-amira")
    assert heard.place == Place("teams", here.stage.chat("amira"), private=True)
    assert heard.sent_at == datetime(2026, 11, 20, 16, 12, 0, 123456, tzinfo=UTC)
    assert (heard.name, heard.standing, heard.press) == ("amira", Standing.MEMBER, None)
    asked, answered = here.stage.screen("amira")
    assert (asked.by, answered.lines) == ("amira", ("No", "Use school equipment."))
    sent = here.fake.calls("POST", "/activities")[-1].json
    assert sent["summary"] == "An answer."
    assert "text" not in sent


async def test_a_redelivery_has_the_same_key_and_another_message_another(here: Scene) -> None:
    activity = {**here.stage.activity("amira"), "type": "message", "text": "hello"}
    for _ in range(2):
        await here.stage.send(activity)
    await here.stage.send({**activity, "id": "f:1"})
    unnamed = {name: value for name, value in activity.items() if name != "id"}
    for _ in range(2):
        await here.stage.send(unnamed)
    await here.stage.send({**unnamed, "text": "other"})
    keys = [message.key for message in here.door.heard]
    assert keys[0] == keys[1]
    assert keys[3] == keys[4]
    assert len(set(keys)) == 4


async def test_slashes_files_and_other_peoples_names(here: Scene) -> None:
    await here.stage.say("amira", "a child told me", command="report")
    assert (here.last.command, here.last.text) == ("report", "a child told me")
    await here.stage.say("amira", "/reporting is hard")
    assert (here.last.command, here.last.text) == ("", "/reporting is hard")
    base = {**here.stage.activity("amira"), "type": "message", "text": "see"}
    html = {"contentType": "text/html", "content": "<p>see</p>"}
    for kind, expected in (
        ("image/png", True),
        ("application/vnd.microsoft.teams.file.download.info", True),
        ("video/mp4", True),
        ("messageReference", False),
        ("application/vnd.microsoft.card.thumbnail", False),
    ):
        await here.stage.send({**base, "attachments": [html, {"contentType": kind}]})
        assert here.last.attachments is expected, kind
    await here.stage.send({**base, "attachments": [html]})
    assert here.last.attachments is False
    other = {"type": "mention", "mentioned": {"id": "29:x"}, "text": "<at>Jo S</at>"}
    await here.stage.send({**base, "text": "ask <at>Jo S</at> < 3 & > 2", "entities": [other]})
    assert here.last.text == "ask Jo S < 3 & > 2"


async def test_whoever_is_mentioned_is_called_by_name(here: Scene) -> None:
    khan = replace(here.door.people["khan"], name="Ms Khan", holdings=(Holding(Role.DSL),))
    here.door.people["khan"] = khan
    base = {**here.stage.activity("amira"), "type": "message"}

    def mention(user: str, shown: str, **more: str) -> dict[str, Any]:
        known = {"id": user, **more}
        return {"type": "mention", "mentioned": known, "text": f"<at>{shown}</at>"}

    for entities, text, heard in (
        # The role-holder, whom Teams told us of, by a first name that is listed nowhere.
        ([mention("29:khan", "Sana")], "<at>Sana</at> hit him", "Ms Khan hit him"),
        # By the account's id of the directory.
        (
            [mention("29:other", "Sana", aadObjectId="aad-khan")],
            "<at>Sana</at> hit him",
            "Ms Khan hit him",
        ),
        # Two of one first name, in their order.
        (
            [mention("29:x", "Sana"), mention("29:khan", "Sana")],
            "<at>Sana</at> saw <at>Sana</at>",
            "Sana saw Ms Khan",
        ),
        # Whoever is not known is called by the whole of the name.
        ([mention("29:x", "Jo", name="Jo Teal-Price")], "ask <at>Jo</at>", "ask Jo Teal-Price"),
        ([{"type": "mention", "mentioned": {"id": [1]}, "text": "<at>J</at>"}], "<at>J</at>", "J"),
    ):
        await here.stage.send({**base, "id": f"f:{text}", "text": text, "entities": entities})
        assert here.last.text == heard


WORDS = "  “He said — \t it hurts”\n\n  6. <b>stop</b> &amp; 👩‍👧 \u202e end  "


async def test_the_words_arrive_untouched(here: Scene) -> None:
    await here.stage.send({**here.stage.activity("amira"), "type": "message", "text": WORDS})
    assert here.last.text == WORDS


async def test_a_button_that_replaces_its_card(here: Scene) -> None:
    here.door.answer = lambda m: (
        say(Card("Taken", summary="s"), Card("Next"), replaces=True) if m.press else say(CASE)
    )
    await here.stage.say("amira", "hello")
    await here.stage.press("amira", "Open")
    assert here.last.press == Press("open", ("7KQ2X",))
    assert (here.last.text, here.last.place.private) == ("", True)
    _, replaced, following = here.stage.screen("amira")
    assert (replaced.lines, replaced.redrawn, replaced.buttons) == (("Taken",), True, ())
    assert following.lines == ("Next",)
    # The message itself was changed as well, so that another device shows the same.
    assert len(here.fake.calls("PUT")) == 1


async def test_a_button_that_adds_cards(here: Scene) -> None:
    here.door.answer = lambda m: say(Card("More")) if m.press else say(CASE)
    await here.stage.say("amira", "hello")
    await here.stage.press("amira", "Open")
    assert [each.lines[0] for each in here.stage.screen("amira")][1:] == [CASE.title, "More"]
    with pytest.raises(LookupError, match="Open"):
        await here.stage.press("amira", "Nonsense")


@pytest.mark.parametrize("as_text", [False, True])
async def test_a_submit_or_message_back_is_a_press(here: Scene, as_text: bool) -> None:
    here.door.answer = lambda m: say(Card("Taken"), replaces=True) if m.press else say(CASE)
    await here.stage.say("amira", "hello")
    shown_card = here.fake.texts(here.stage.chat("amira"))[-1]
    value: Any = {"press": "open 7KQ2X"}
    status, _ = await here.stage.send(
        {
            **here.stage.activity("amira"),
            "type": "message",
            "replyToId": shown_card.id,
            "value": json.dumps(value) if as_text else value,
        }
    )
    assert status == 201
    assert here.last.press == Press("open", ("7KQ2X",))
    assert shown(shown_card).lines == ("Taken",)


async def test_presses_that_are_none(here: Scene) -> None:
    invoke = {**here.stage.activity("amira"), "type": "invoke", "name": "adaptiveCard/action"}
    for data in (None, {}, {"press": ""}, {"press": 3}, {"press": "x" * 5000}, "press", ["press"]):
        status, answer = await here.stage.send({**invoke, "value": {"action": {"data": data}}})
        assert (status, answer["statusCode"]) == (200, 400)
    status, _ = await here.stage.send({**invoke, "value": "?"})
    assert status == 200
    assert here.door.heard == []


async def test_what_we_do_not_know_is_let_be(here: Scene) -> None:
    activity = here.stage.activity("amira")
    for kind in ("typing", "messageReaction", "messageUpdate", "event", "nonsense"):
        status, _ = await here.stage.send({**activity, "type": kind})
        assert status in (200, 201), kind
    status, _ = await here.stage.send({**activity, "type": "invoke", "name": "fileConsent/invoke"})
    assert status == 501
    assert here.door.heard == []


def room_bytes(here: Scene) -> str:
    """Everything the bot showed in the room, threads included."""
    sent = [
        posted.activity
        for name, room in here.fake.conversations.items()
        if name.startswith(ROOM)
        for posted in room
        if posted.by == "bot"
    ]
    return json.dumps(sent)


def secret(message: Message) -> Reply:
    return say(Card("Report", quotes=(Quote("Said", SECRET),)), replaces=message.press is not None)


async def test_a_card_pressed_in_a_room_is_answered_in_the_pressers_own_chat(here: Scene) -> None:
    here.door.answer = secret
    await here.adapter.post(here_room(), CASE, "n1")
    await here.stage.press("khan", "Open", room="dsl")
    assert here.last.place == Place("teams", ROOM, private=False)
    assert SECRET in here.stage.screen("khan")[-1].words
    assert SECRET not in room_bytes(here)
    assert here.stage.notes == [("khan", "I have answered you in your own chat with me.")]
    assert [s.lines for s in here.stage.screen("khan", room="dsl")] == [(CASE.title,)]
    assert here.stage.screen("amira") == []


async def test_a_question_in_a_channel_is_answered_in_the_askers_own_chat(here: Scene) -> None:
    here.door.answer = secret
    await here.stage.say("amira", "a child told me something", room="staff")
    assert here.last.text == "a child told me something"
    assert here.last.place == Place("teams", "19:staff@thread.tacv2", private=False)
    assert SECRET in here.stage.screen("amira")[-1].words
    thread = [name for name in here.fake.conversations if name.startswith("19:staff@thread.tacv2;")]
    (line,) = here.fake.texts(thread[0])
    assert shown(line).lines == ("I have answered you in your own chat with me.",)
    assert len([p for r in here.fake.conversations.values() for p in r if p.by == "bot"]) == 2


async def test_a_room_is_heard_only_when_it_calls_us(here: Scene) -> None:
    activity = {**here.stage.activity("amira", "staff"), "type": "message", "text": "private talk"}
    other = {"type": "mention", "mentioned": {"id": "29:khan"}, "text": "<at>Khan</at>"}
    for entities in ([], [other], None, "x"):
        await here.stage.send({**activity, "entities": entities})
    assert here.door.heard == []


async def test_somebody_never_met_is_given_a_chat(here: Scene) -> None:
    here.door.answer = secret
    here.stage.join("okoro", "aad-okoro")
    await here.stage.say("okoro", "hello", room="staff")
    (made,) = here.fake.calls("POST", "/v3/conversations")[:1]
    assert made.json["members"] == [{"id": "29:okoro"}]
    assert made.json["bot"] == {"id": BOT}
    assert made.json["channelData"] == {"tenant": {"id": TENANT}}
    assert made.json["tenantID"] == TENANT
    assert SECRET in here.stage.screen("okoro")[-1].words


async def test_somebody_without_the_app_is_told_so_and_the_room_learns_nothing(here: Scene) -> None:
    here.door.answer = secret
    here.stage.join("okoro", "aad-okoro")
    here.fake.faults.append(Fault("POST /uk/v3/conversations", status=403))
    await here.stage.say("okoro", "hello", room="staff")
    assert len(here.door.heard) == 1
    assert "could not open a chat" in here.stage.screen("okoro", room="staff")[-1].words


async def test_guests_outsiders_and_bots_are_marked(here: Scene) -> None:
    here.stage.join("guest", "aad-guest", role="guest")
    here.stage.join("visitor", "aad-visitor", tenant="tenant-2")
    here.stage.join("new", "aad-new")
    for person, standing in (
        ("guest", Standing.GUEST),
        ("visitor", Standing.OUTSIDE),
        ("new", Standing.MEMBER),
        ("amira", Standing.MEMBER),
    ):
        for _ in range(2):
            await here.stage.say(person, "hello")
            assert here.last.standing is standing, person
    assert len(here.fake.calls("GET", "/members/")) == 4
    hello = {**here.stage.activity("amira"), "type": "message", "text": "hello"}
    for sender, standing in (
        ({"id": "28:other-bot", "aadObjectId": "x"}, Standing.BOT),
        ({"id": "29:x", "role": "bot", "aadObjectId": "x"}, Standing.BOT),
        ({"id": "29:nobody"}, Standing.OUTSIDE),
        ({"id": "29:x", "aadObjectId": "x", "tenantId": "tenant-2"}, Standing.OUTSIDE),
        ({"id": "29:unknown", "aadObjectId": "x"}, Standing.UNKNOWN),
    ):
        await here.stage.send({**hello, "from": sender})
        assert here.last.standing is standing, sender


async def test_references_are_kept_once(here: Scene) -> None:
    kept = here.door.store.kept
    assert {address for _, address in kept} == {f"{TENANT}/{a}" for a in PEOPLE.values()}
    await here.stage.say("amira", "hello", room="staff")
    assert ("teams", "19:staff@thread.tacv2") in kept
    # What was learnt in a room does not replace the person's own chat.
    assert here.stage.chat("amira") in kept["teams", f"{TENANT}/aad-amira"]
    writes = here.door.store.writes
    await here.stage.say("amira", "again")
    await here.stage.say("amira", "again", room="staff")
    assert here.door.store.writes == writes


async def test_with_the_database_stopped_people_are_still_answered(here: Scene) -> None:
    here.door.store.down = True
    here.stage.join("okoro", "aad-okoro")
    await here.stage.say("okoro", "hello")
    await here.stage.say("okoro", "hello", room="staff")
    assert [s.lines for s in here.stage.screen("okoro") if s.by == "bot"] == [("Heard",)] * 2


async def test_an_answer_is_tried_again_where_teams_asks_for_patience(here: Scene) -> None:
    here.fake.faults.append(Fault("/activities", status=429, headers={"Retry-After": "0"}))
    here.fake.faults.append(Fault("/activities", status=502))
    await here.stage.say("amira", "hello")
    assert [s.lines for s in here.stage.screen("amira") if s.by == "bot"] == [("Heard",)]


async def test_an_answer_that_teams_will_not_take(here: Scene) -> None:
    here.door.answer = lambda m: say(Card("More")) if m.press else say(CASE)
    await here.stage.say("amira", "hello")
    here.fake.faults.append(Fault("/activities", status=500, times=9))
    await here.stage.press("amira", "Open")
    assert "press again" in here.stage.screen("amira")[-1].words
    status, _ = await here.stage.send(
        {**here.stage.activity("amira"), "type": "message", "text": "hello"}
    )
    assert status == 502


async def test_a_long_report_is_shown_whole(here: Scene) -> None:
    story = "She said it happened at 16:12 near 6.2.4. " * 700
    here.door.answer = lambda m: (
        say(Card("Report", quotes=(Quote("Said", story),)), replaces=True) if m.press else say(CASE)
    )
    await here.stage.say("amira", "hello")
    await here.stage.press("amira", "Open")
    screen = [s for s in here.stage.screen("amira") if s.by == "bot"]
    assert len(screen) > 1
    assert screen[0].redrawn
    said = [line.partition(": ")[2] for s in screen for line in s.lines if line.startswith("Said")]
    assert "".join(said) == story
    assert all(len(sent) < 28_000 for sent in here.fake.traffic.sent)


async def test_a_fault_of_ours_says_nothing_of_what_was_typed(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(message: Message) -> Reply:
        raise ValueError(message.text)

    here.door.answer = fail
    with caplog.at_level(logging.DEBUG):
        for extra in (
            {"type": "message", "text": SECRET},
            {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "value": {"action": {"data": {"press": f"x {SECRET}"}}},
            },
        ):
            status, answer = await here.stage.send({**here.stage.activity("amira"), **extra})
            assert (status, answer) == (500, None)
    assert "boot room" not in caplog.text


async def test_nothing_said_is_logged(here: Scene, caplog: pytest.LogCaptureFixture) -> None:
    here.door.answer = secret
    with caplog.at_level(logging.DEBUG):
        await here.stage.say("amira", f"{SECRET} typed")
        await here.stage.say("amira", f"{SECRET} typed", room="staff")
        here.fake.faults.append(Fault("/activities", status=500, body=SECRET.encode(), times=9))
        await here.stage.send(
            {**here.stage.activity("amira"), "type": "message", "text": f"{SECRET} typed"}
        )
    assert "boot room" not in caplog.text


def here_room() -> Any:
    from bot.notice import Destination

    return Destination("teams", ROOM)


def test_a_line_of_a_person_is_read_without_the_mention() -> None:
    said = Posted("1", "amira", {"text": f"{MENTION} hello\n"})
    assert shown(said).lines == ("hello",)


async def test_a_channel_shared_with_others_is_refused_in_the_own_chat(here: Scene) -> None:
    activity = {**here.stage.activity("amira", "staff"), "type": "message", "text": "hello"}
    mention = {"type": "mention", "mentioned": {"id": BOT}, "text": "<at>Lanyard</at>"}
    activity |= {"text": "<at>Lanyard</at> hello", "entities": [mention]}
    activity["channelData"]["channel"]["type"] = "shared"
    await here.stage.send(activity)
    assert here.door.heard == []
    assert here.door.refusals == ["shared-channel"]
    assert "people outside the school" in here.stage.screen("amira")[-1].words


async def test_somebody_known_who_became_a_guest_is_noticed(here: Scene) -> None:
    everyone = here.fake.rosters[""]
    next(each for each in everyone if each["id"] == "29:khan")["userRole"] = "guest"
    await here.stage.say("khan", "open cases")
    assert here.last.standing is Standing.GUEST
