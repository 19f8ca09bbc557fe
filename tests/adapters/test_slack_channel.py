"""Speaking first on Slack: proof of what was shown, and what may be done about what was not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack import api
from adapters.slack.render import MESSAGE
from bot.card import Quote, say
from bot.channel import HistoryUnreadable, Unreachable
from bot.notice import Destination
from tests.adapters.slack_double import CASE, NOW, OPENED, Scene, scene
from tests.stages.fake_slack import Trouble
from tests.stages.slack import secrets

DSL = Destination("slack", "CDSLOAK")
KHAN = Destination("slack", "T1/UKHAN", "khan")
WAYS = pytest.mark.parametrize("to", [DSL, KHAN], ids=["room", "person"])


@pytest.fixture
async def slack() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


@WAYS
async def test_a_card_is_posted_found_and_redrawn(slack: Scene, to: Destination) -> None:
    assert await slack.adapter.find(to, "n1", NOW) is None
    receipt = await slack.adapter.post(to, CASE, "n1")
    assert receipt.room == ("DKHAN" if to.person else "CDSLOAK")
    assert abs((receipt.at - NOW).total_seconds()) < 1
    await slack.adapter.post(to, CASE, "n2")
    assert await slack.adapter.find(to, "n1", NOW) == receipt
    taken = replace(CASE, text=("Ms Khan has had this since 16:14.",))
    again = await slack.adapter.redraw(to, receipt, taken, "n1")
    assert (again.room, again.message) == (receipt.room, receipt.message)
    shown = slack.stage.screen("khan", room="" if to.person else "dsl-oak")
    assert [(s.lines[1], s.redrawn) for s in shown] == [
        ("Ms Khan has had this since 16:14.", True),
        ("Nobody has this yet.", False),
    ]
    # A redrawn card is still known by its key.
    assert await slack.adapter.find(to, "n1", NOW) == receipt


async def test_slack_is_asked_to_do_nothing_with_what_is_posted(slack: Scene) -> None:
    await slack.adapter.post(DSL, replace(CASE, summary="7KQ2 <!channel> & more"), "n1")
    (posted,) = slack.fake.called("chat.postMessage")
    assert posted["text"] == "7KQ2 &lt;!channel&gt; &amp; more"
    assert posted["metadata"] == {"event_type": "lanyard_notice", "event_payload": {"key": "n1"}}
    still = ("unfurl_links", "unfurl_media", "link_names", "parse", "mrkdwn")
    assert [posted[name] for name in still] == [False, False, False, "none", False]
    assert '"mrkdwn"' not in json.dumps(posted["blocks"])


async def test_a_deleted_card_is_posted_afresh(slack: Scene) -> None:
    receipt = await slack.adapter.post(DSL, CASE, "n1")
    slack.fake.rooms["CDSLOAK"].messages[0].gone = True
    again = await slack.adapter.redraw(DSL, receipt, CASE, "n1")
    assert again.message != receipt.message
    # It is still known by its key, should the next send be in doubt.
    assert await slack.adapter.find(DSL, "n1", receipt.at) == again
    assert len(slack.stage.screen("khan", room="dsl-oak")) == 1


@pytest.mark.parametrize(
    ("trouble", "fault", "doubt", "retry_after", "gone"),
    [
        (Trouble(status=429, retry_after="17"), "ratelimited", False, 17.0, False),
        (Trouble(status=429), "ratelimited", False, api.PAUSE, False),
        (Trouble(error="ratelimited"), "ratelimited", False, api.PAUSE, False),
        (Trouble(status=500), "http-500", True, None, False),
        (Trouble(status=503, done=True), "http-503", True, None, False),
        (Trouble(lost=True), "connection-lost", True, None, False),
        (Trouble(lost=True, done=True), "connection-lost", True, None, False),
        (Trouble(slow=1.0, done=True), "timeout", True, None, False),
        (Trouble(garbage=True, done=True), "http-200", True, None, False),
        (Trouble(status=302), "http-302", True, None, False),
        (Trouble(error="fatal_error"), "fatal_error", True, None, False),
        (Trouble(error="is_archived"), "is_archived", False, None, True),
        (Trouble(error="channel_not_found"), "channel_not_found", False, None, True),
        (Trouble(error="not_in_channel"), "not_in_channel", False, None, True),
        (Trouble(error="invalid_auth"), "invalid_auth", False, None, True),
        (Trouble(error="account_inactive"), "account_inactive", False, None, True),
        (Trouble(error="invalid_blocks"), "invalid_blocks", False, None, False),
        (Trouble(error="He told me <secret>"), "unknown_error", False, None, False),
    ],
)
async def test_every_failure_says_what_may_be_done(
    slack: Scene,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Trouble,
    fault: str,
    doubt: bool,
    retry_after: float | None,
    gone: bool,
) -> None:
    if trouble.slow:
        monkeypatch.setattr(api, "SECONDS", 0.3)
    slack.fake.trouble("chat.postMessage", trouble)
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.post(DSL, CASE, "n1")
    was = raised.value
    assert (was.fault, was.doubt, was.retry_after, was.gone) == (fault, doubt, retry_after, gone)
    # Sent once: nothing repeats a send by itself.
    assert len(slack.fake.called("chat.postMessage")) == 1
    found = await slack.adapter.find(DSL, "n1", NOW)
    assert (found is not None) == trouble.done


async def test_nothing_was_shown_when_nothing_answers() -> None:
    async with scene() as slack:
        pass
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.post(DSL, CASE, "n1")
    assert (raised.value.fault, raised.value.doubt) == ("no-connection", False)
    await slack.adapter.stop()


async def test_a_person_who_cannot_be_opened_has_been_shown_nothing(slack: Scene) -> None:
    slack.fake.trouble("conversations.open", Trouble(status=500))
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.post(KHAN, CASE, "n1")
    assert (raised.value.fault, raised.value.doubt) == ("http-500", False)
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.post(Destination("slack", "T1/UNOBODY", "x"), CASE, "n1")
    assert (raised.value.fault, raised.value.gone) == ("user_not_found", True)


@pytest.mark.parametrize("address", ["T9/UKHAN", "T1/", ""])
async def test_an_address_elsewhere_is_no_address(slack: Scene, address: str) -> None:
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.post(Destination("slack", address), CASE, "n1")
    assert raised.value.gone
    assert not slack.fake.calls


async def test_a_wrong_token_is_gone() -> None:
    async with scene(secrets(slack_bot_token="xoxb-revoked")) as slack:
        with pytest.raises(Unreachable) as raised:
            await slack.adapter.post(DSL, CASE, "n1")
        assert (raised.value.fault, raised.value.gone) == ("invalid_auth", True)


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_unreadable_history_is_said(slack: Scene, error: str) -> None:
    slack.fake.trouble("conversations.history", Trouble(error=error))
    with pytest.raises(HistoryUnreadable):
        await slack.adapter.find(DSL, "n1", NOW)


@pytest.mark.parametrize("trouble", [Trouble(status=500), Trouble(status=429, retry_after="3")])
async def test_a_look_that_fails_leaves_the_doubt(slack: Scene, trouble: Trouble) -> None:
    slack.fake.trouble("conversations.history", trouble)
    with pytest.raises(Unreachable) as raised:
        await slack.adapter.find(DSL, "n1", NOW)
    # The look itself shows nothing; whoever sent keeps in mind since when it is in doubt.
    assert (raised.value.doubt, raised.value.of_the_destination) == (False, True)
    assert raised.value.retry_after == (3.0 if trouble.retry_after else None)


async def test_members_are_all_listed(slack: Scene) -> None:
    members = await slack.adapter.members("CDSLOAK")
    assert members == {"T1/UKHAN", "T1/UOKORO"}
    slack.fake.trouble("conversations.members", Trouble(error="missing_scope"))
    assert await slack.adapter.members("CDSLOAK") is None
    slack.fake.trouble("conversations.members", Trouble(status=500))
    with pytest.raises(Unreachable):
        await slack.adapter.members("CDSLOAK")


async def test_a_long_report_is_answered_whole_and_a_long_notice_says_what_it_lacks(
    slack: Scene,
) -> None:
    words = " ".join(f"sentence-{n}." for n in range(3000))
    long = replace(OPENED, quotes=(Quote("In their words", words),))
    await slack.adapter.post(KHAN, long, "n1")
    (notice,) = slack.stage.screen("khan")
    assert "characters are not shown here" in notice.words
    assert notice.buttons == ("I have got this",)
    slack.bot.answer = lambda message: say(long)
    await slack.adapter.post(DSL, CASE, "n2")
    await slack.stage.press("khan", "Open", room="dsl-oak")
    shown = slack.stage.screen("khan", room="dsl-oak")[1:]
    assert len(shown) > 2
    everything = "\n".join(each.words for each in shown)
    assert all(f"sentence-{n}." in everything for n in range(3000))
    assert [each.buttons for each in shown if each.buttons] == [("I have got this",)]
    sent = [call for _, call in slack.fake.calls if "blocks" in call]
    assert all(len(json.dumps(call["blocks"], ensure_ascii=False)) <= MESSAGE for call in sent)
