"""On the page: words, presses and channel cards reach whom they should, once, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.card import Card, Press, Tone, say
from bot.channel import Unreachable
from bot.notice import Destination
from tests.adapters.web_double import ALARM, CASE, OPENED, Scene, scene

OAK = Destination("web", "dsl-oak")
FARROW = Destination("web", "farrow", "farrow")


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


async def say_again(stage: Scene, **changed: str) -> tuple[int, dict[str, object]]:
    body = {"as": "amira", "room": "dm:amira", "key": "the-same-key", "text": "Hello", **changed}
    body = {name: value for name, value in body.items() if value != "-"}
    url = stage.page.url
    async with stage.page.session.post(
        f"{url}/say", json=body, headers={"Origin": url}
    ) as response:
        return response.status, await response.json()


async def test_words_and_the_answer_are_on_the_persons_screen(stage: Scene) -> None:
    await stage.page.say("amira", "A child has told me something")
    asked, answer = stage.page.screen("amira")
    assert (asked.by, asked.lines) == ("amira", ("A child has told me something",))
    assert (answer.by, answer.lines) == ("bot", (ALARM.title, *ALARM.text))
    assert answer.buttons == ("Child: tell Ms Khan",)
    assert stage.page.screen("khan") == []


async def test_a_press_that_replaces_redraws_the_card_pressed(stage: Scene) -> None:
    await stage.page.say("amira", "A child has told me something")
    await stage.page.press("amira", "Child: tell Ms Khan")
    _, raised = stage.page.screen("amira")
    assert raised.redrawn
    assert raised.lines == ("Alarm raised. Reference 7KQ2.",)
    assert stage.bot.heard[-1].press == Press("tell", ("child", "-"))


async def test_a_press_in_a_channel_is_answered_to_the_presser_alone(stage: Scene) -> None:
    await stage.adapter.post(OAK, CASE, "notice-1")
    await stage.page.press("khan", "Open", room="dsl-oak")
    heard = stage.bot.heard[-1]
    assert (heard.place.room, heard.place.private) == ("dsl-oak", False)
    (opened,) = stage.page.screen("khan")
    assert opened.lines == (OPENED.title, *OPENED.text)
    card, aside = stage.page.screen("khan", room="dsl-oak")
    assert (card.lines[0], card.redrawn) == (CASE.title, False)
    assert aside == opened
    (seen,) = stage.page.screen("okoro", room="dsl-oak")
    assert seen == card
    assert stage.page.screen("okoro") == []


async def test_the_channel_card_is_redrawn_by_its_own_notice(stage: Scene) -> None:
    shown = await stage.adapter.post(OAK, CASE, "notice-1")
    taken = replace(CASE, text=("Ms Khan has had this since 16:13.",), tone=Tone.DONE)
    assert await stage.adapter.redraw(OAK, shown, taken, "n1") == shown
    (card,) = stage.page.screen("khan", room="dsl-oak")
    assert card.redrawn
    assert "Ms Khan has had this since 16:13." in card.words


async def test_a_notice_is_shown_once_and_found_by_its_key(stage: Scene) -> None:
    first = await stage.adapter.post(FARROW, CASE, "notice-1")
    again = await stage.adapter.post(FARROW, replace(CASE, title="Another"), "notice-1")
    assert again == first
    assert await stage.adapter.find(FARROW, "notice-1", first.at) == first
    assert await stage.adapter.find(OAK, "notice-1", first.at) is None
    assert len(stage.page.screen("farrow")) == 1


async def test_a_card_whose_message_is_gone_is_shown_afresh(stage: Scene) -> None:
    shown = await stage.adapter.post(OAK, CASE, "notice-1")
    stage.store.pages.kept.clear()
    again = await stage.adapter.redraw(OAK, shown, CASE, "n1")
    assert again.message != shown.message
    assert await stage.adapter.redraw(OAK, shown, CASE, "n1") == again


async def test_the_members_of_a_room(stage: Scene) -> None:
    assert await stage.adapter.members("dsl-oak") == frozenset({"khan", "okoro", "lindqvist"})
    assert await stage.adapter.members("dsl-ash") == frozenset({"brook", "lindqvist"})
    assert await stage.adapter.members("it") == frozenset({"tan"})
    assert await stage.adapter.members("dm:amira") == frozenset({"amira"})
    assert await stage.adapter.members("nowhere") is None


async def test_the_same_submission_twice_is_one(stage: Scene) -> None:
    first, second = await asyncio.gather(say_again(stage), say_again(stage))
    assert first == second
    assert len(stage.page.screen("amira")) == 2
    assert len(stage.bot.heard) == 1


async def test_keys_of_two_people_do_not_meet(stage: Scene) -> None:
    await say_again(stage)
    await say_again(stage, **{"as": "bryn", "room": "dm:bryn"})
    assert len(stage.bot.heard) == 2
    assert len(stage.page.screen("bryn")) == 2


async def test_nobody_speaks_in_a_room_they_are_not_in(stage: Scene) -> None:
    for who, room in [("amira", "dm:khan"), ("amira", "dsl-oak"), ("nobody", "staff")]:
        status, answer = await say_again(stage, **{"as": who, "room": room})
        assert (status, answer["error"]) == (
            403,
            "That person is not in this room, so nothing was sent.",
        )
    assert stage.bot.heard == []


async def test_a_card_of_another_room_cannot_be_pressed(stage: Scene) -> None:
    shown = await stage.adapter.post(OAK, CASE, "notice-1")
    status, _ = await say_again(stage, text="-", press="open 7KQ2", message=shown.message)
    assert status == 404
    assert stage.bot.heard == []


async def test_in_a_channel_lanyard_hears_what_is_said_to_it(stage: Scene) -> None:
    await say_again(stage, **{"as": "khan", "room": "dsl-oak", "text": "I am on my way"})
    assert stage.bot.heard == []
    await stage.page.say("khan", "may I photograph a trip?", room="dsl-oak")
    assert stage.bot.heard[-1].text == "may I photograph a trip?"
    channel = stage.page.screen("okoro", room="dsl-oak")
    assert [shown.words for shown in channel] == [
        "I am on my way",
        "@Lanyard may I photograph a trip?",
    ]
    assert [shown.lines[0] for shown in stage.page.screen("khan")] == [ALARM.title]


async def test_a_command_is_carried_as_one_and_not_shown_to_a_channel(stage: Scene) -> None:
    await stage.page.say("amira", "a pupil cried", room="staff", command="report")
    heard = stage.bot.heard[-1]
    assert (heard.command, heard.text) == ("report", "a pupil cried")
    assert stage.page.screen("bryn", room="staff") == []
    assert stage.page.screen("amira")[0].lines[0] == ALARM.title


async def test_without_a_store_the_numbers_are_shown_all_the_same(stage: Scene) -> None:
    stage.store.down = True
    await stage.page.say("amira", "A child has told me something")
    asked, *answers = stage.page.screen("amira")
    assert asked.by == "amira"
    assert [shown.lines[0] for shown in answers] == [ALARM.title, "NOT SENT."]
    snapshot = await stage.adapter.board.snapshot("dm:amira")
    assert (len(snapshot.messages), snapshot.whole) == (3, False)
    stage.store.down = False
    snapshot = await stage.adapter.board.snapshot("dm:amira")
    assert (len(snapshot.messages), snapshot.whole) == (3, True)


async def test_a_store_that_does_not_answer_costs_one_wait(stage: Scene) -> None:
    stage.store.stuck.clear()
    began = asyncio.get_running_loop().time()
    await stage.page.say("amira", "A child has told me something")
    assert asyncio.get_running_loop().time() - began < 3
    assert [shown.lines[0] for shown in stage.page.screen("amira")][1:] == [
        ALARM.title,
        "NOT SENT.",
    ]
    stage.store.stuck.set()
    snapshot = await stage.adapter.board.snapshot("dm:amira")
    assert len(snapshot.messages) == 3, "words kept late are not shown twice"


async def test_without_a_store_no_card_is_claimed_to_be_shown(stage: Scene) -> None:
    stage.store.down = True
    try:
        await stage.adapter.post(OAK, CASE, "notice-1")
    except Unreachable as fault:
        assert fault.fault == "no-database"
    else:
        raise AssertionError("a card was claimed to be shown")


async def test_a_room_that_does_not_exist_is_gone(stage: Scene) -> None:
    try:
        await stage.adapter.post(Destination("web", "dsl-elm"), CASE, "notice-1")
    except Unreachable as fault:
        assert fault.gone
    else:
        raise AssertionError("a card was claimed to be shown")


async def test_several_cards_keep_their_order(stage: Scene) -> None:
    stage.bot.answer = lambda _: say(Card("One"), Card("Two"), Card("Three"))
    await stage.page.say("amira", "Hello")
    assert [shown.words for shown in stage.page.screen("amira")] == [
        "Hello",
        "One",
        "Two",
        "Three",
    ]
