"""Messages with a person that Slack no longer knows are opened again, once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channel import LEASE_LOST, Unreachable, under_lease
from tests.adapters.slack_double import CASE, TAKEN, Scene, scene
from tests.adapters.test_slack_channel import DSL, KHAN
from tests.stages.fake_slack import Trouble


@pytest.fixture
async def slack() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


def lose(slack: Scene, error: str = "channel_not_found") -> str:
    """Khan's messages with the bot are others from now on, whose room is returned."""
    if error == "channel_not_found":
        del slack.fake.rooms["DKHAN"]
    else:
        slack.fake.rooms["DKHAN"].archived = True
    slack.fake.moved["UKHAN"] = "DANEW"
    return slack.fake.direct("UKHAN").id


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived"])
async def test_lost_messages_are_opened_again_and_remembered(slack: Scene, error: str) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    anew = lose(slack, error)
    assert (await slack.adapter.post(KHAN, CASE, "n2")).room == anew
    assert (await slack.adapter.post(KHAN, CASE, "n3")).room == anew
    assert len(slack.fake.called("conversations.open")) == 2
    assert len(slack.fake.rooms[anew].messages) == 2


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived"])
async def test_they_are_tried_once_more_and_are_gone(slack: Scene, error: str) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    slack.fake.trouble("chat.postMessage", *[Trouble(error=error)] * 2)
    with pytest.raises(Unreachable) as caught:
        await slack.adapter.post(KHAN, CASE, "n2")
    assert (caught.value.fault, caught.value.gone) == (error, True)
    assert len(slack.fake.called("chat.postMessage")) == 3
    assert len(slack.fake.called("conversations.open")) == 2


async def test_an_account_that_is_closed_is_opened_when_it_is_back(slack: Scene) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    lose(slack)
    slack.fake.trouble("conversations.open", Trouble(error="user_disabled"))
    with pytest.raises(Unreachable, match="user_disabled") as caught:
        await slack.adapter.post(KHAN, CASE, "n2")
    assert caught.value.gone
    assert (await slack.adapter.post(KHAN, CASE, "n2")).room == "DANEW"


async def test_what_is_wrong_with_the_token_or_a_room_is_no_reason_to_open(slack: Scene) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    for to, error in ((KHAN, "account_inactive"), (DSL, "channel_not_found")):
        slack.fake.trouble("chat.postMessage", Trouble(error=error))
        with pytest.raises(Unreachable, match=error):
            await slack.adapter.post(to, CASE, "n2")
    assert len(slack.fake.called("conversations.open")) == 1
    assert len(slack.fake.called("chat.postMessage")) == 3


async def test_nothing_is_opened_or_posted_after_the_lease(slack: Scene) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    lose(slack)
    with (
        under_lease(lambda: len(slack.fake.called("chat.postMessage")) == 1),
        pytest.raises(Unreachable, match=LEASE_LOST) as caught,
    ):
        await slack.adapter.post(KHAN, CASE, "n2")
    assert not caught.value.gone
    assert len(slack.fake.called("conversations.open")) == 1


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived"])
async def test_a_card_in_lost_messages_is_posted_once_in_the_new_ones(
    slack: Scene, error: str
) -> None:
    receipt = await slack.adapter.post(KHAN, CASE, "n1")
    anew = lose(slack, error)
    again = await slack.adapter.redraw(KHAN, receipt, TAKEN, "n1")
    assert again.room == anew
    # A call whose answer was lost is repeated with the old receipt.
    repeated = await slack.adapter.redraw(KHAN, receipt, TAKEN, "n1")
    assert (repeated.room, repeated.message) == (again.room, again.message)
    assert len(slack.fake.rooms[anew].messages) == 1


@pytest.mark.parametrize("to", [KHAN, DSL], ids=["person", "room"])
async def test_a_card_in_messages_that_are_the_same_is_not_posted_again(
    slack: Scene, to: object
) -> None:
    where = KHAN if to is KHAN else DSL
    receipt = await slack.adapter.post(where, CASE, "n1")
    slack.fake.trouble("chat.update", *[Trouble(error="is_archived")] * 2)
    with pytest.raises(Unreachable, match="is_archived"):
        await slack.adapter.redraw(where, receipt, TAKEN, "n1")
    assert len(slack.fake.called("chat.postMessage")) == 1


async def test_an_answer_beside_a_room_finds_the_new_messages(slack: Scene) -> None:
    await slack.adapter.post(KHAN, CASE, "n1")
    anew = lose(slack)
    await slack.adapter.post(DSL, CASE, "n2")
    slack.fake.trouble("chat.postEphemeral", Trouble(error="user_not_in_channel"))
    slack.fake.trouble("response_url", *[Trouble(error="used_url")] * 3)
    await slack.stage.press("khan", "Open", room="dsl-oak")
    await slack.adapter.answered()
    assert slack.fake.rooms[anew].messages
