"""Waiting for a destination in trouble: never longer than is polite, and nobody for another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.adapter import SlackAdapter
from bot.lane import LIVELY, LIVELY_SECONDS, NORMAL_SECONDS, URGENT_SECONDS, hold_after
from bot.notice import Destination
from tests.stages.fake_slack import Trouble
from tests.stages.slack import SlackStage
from tests.troupe import troupe

NOW = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
FAILURES = st.integers(1, 10_000)
ASKED_FOR = st.none() | st.floats(0, 3600)


@given(FAILURES, ASKED_FOR, st.booleans())
def test_an_alarm_tries_again_in_seconds_and_never_before_it_may(
    failures: int, asked_for: float | None, gone: bool
) -> None:
    hold = hold_after(failures, NOW, asked_for, gone)
    assert NOW < hold.urgent_until <= NOW + timedelta(seconds=URGENT_SECONDS)
    assert hold.urgent_until <= hold.normal_until <= NOW + timedelta(seconds=NORMAL_SECONDS)
    for urgent in (True, False):
        assert hold.until(urgent) >= NOW + timedelta(seconds=asked_for or 0)


@given(FAILURES, ASKED_FOR, st.floats(0, LIVELY.total_seconds() - 1))
def test_a_platform_that_answers_anybody_is_tried_as_often_as_it_takes_messages(
    failures: int, asked_for: float | None, ago: float
) -> None:
    hold = hold_after(failures, NOW, asked_for, False, NOW - timedelta(seconds=ago))
    assert max(hold.urgent_until, hold.normal_until) <= NOW + timedelta(seconds=LIVELY_SECONDS)
    assert hold.until(False) >= NOW + timedelta(seconds=asked_for or 0)


def test_an_answer_of_tomorrow_by_a_clock_that_was_set_back_is_no_sign_of_life() -> None:
    hold = hold_after(9, NOW, None, False, NOW + timedelta(hours=2))
    assert hold.normal_until == NOW + timedelta(seconds=NORMAL_SECONDS)


async def test_a_card_that_is_looked_for_holds_up_nobody_behind_it(tmp_path: Path) -> None:
    """Slack takes the first report's cards and loses its answers; asked whether it has them it
    says "in five minutes". The second report is shown meanwhile; the first, when it has waited
    long enough, once more and marked."""
    async with troupe("slack", tmp_path) as actors:
        stage = actors.stage
        assert isinstance(stage, SlackStage)
        await stage.say("amira", "a girl in my form says her stepfather hits her")
        await stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
        stage.fake.trouble("chat.postMessage", *[Trouble(lost=True, done=True)] * 20)
        wait = Trouble(status=429, retry_after="300")
        stage.fake.trouble("conversations.history", *[wait] * 20)
        await actors.settle()
        stage.fake.troubles["chat.postMessage"].clear()
        await actors.later(timedelta(seconds=5))
        first = {post.ts for post in stage.fake.rooms["CDSLOAK"].messages}
        assert len(first) == 1
        await stage.say("tan", "a boy in year 4 has bruises again")
        await stage.press("tan", "Child: tell Ms Khan and Mr Okoro")
        await actors.later(timedelta(seconds=5))
        assert len(stage.fake.rooms["CDSLOAK"].messages) == 2
        stage.fake.troubles.clear()
        await actors.later(timedelta(minutes=1))
        cards = [str(post.payload) for post in stage.fake.rooms["CDSLOAK"].messages]
        assert len(cards) == 3
        assert sum("second copy" in card for card in cards) == 1


async def test_a_look_that_fails_in_its_own_way_ends_in_the_marked_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: object, to: Destination, key: str, since: datetime) -> None:
        raise KeyError(key)

    async with troupe("slack", tmp_path) as actors:
        stage = actors.stage
        assert isinstance(stage, SlackStage)
        monkeypatch.setattr(SlackAdapter, "find", breaks)
        await stage.say("amira", "a girl in my form says her stepfather hits her")
        await stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
        stage.fake.trouble("chat.postMessage", *[Trouble(lost=True, done=True)] * 20)
        await actors.settle()
        stage.fake.troubles.clear()
        room = stage.fake.rooms["CDSLOAK"].messages
        await actors.later(timedelta(seconds=40))
        assert len(room) == 1
        await actors.later(timedelta(minutes=1))
        assert len(room) == 2
        assert "second copy" in str(room[1].payload)
