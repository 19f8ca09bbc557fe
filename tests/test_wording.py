"""Times, days and labels as people read them, and the digest in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.card import Tone
from bot.digest import Counted, Week, digest
from bot.views.digest import digest_card
from bot.views.wording import BUTTON, day_and_time, label, until

LONDON = ZoneInfo("Europe/London")


def test_the_doubled_hour_of_autumn_is_told_apart_without_an_offset() -> None:
    moments = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [day_and_time(each, LONDON) for each in moments] == [
        "Sun 25 Oct 2026, 01:30 BST",
        "Sun 25 Oct 2026, 01:30 GMT",
    ]


def test_until_midnight_is_the_end_of_the_day_before() -> None:
    assert until(datetime(2026, 11, 18, tzinfo=UTC), LONDON) == "the end of Tue 17 Nov 2026"
    assert until(datetime(2026, 7, 1, 23, tzinfo=UTC), LONDON) == "the end of Wed 1 Jul 2026"
    assert until(datetime(2026, 11, 18, 9, tzinfo=UTC), LONDON) == "Wed 18 Nov 2026, 09:00 GMT"


def test_a_label_too_long_for_a_button_says_so_and_tears_no_number() -> None:
    asked = "Answered before: may I ring a parent back on 01632 960100 about clause 6.2.4.1 today"
    assert label(asked) == "Answered before: may I ring a parent back on 01632 960100 about clause…"
    assert len(label("x" * 200)) == BUTTON and label("Open") == "Open"


def test_what_still_waits_comes_before_every_number_of_the_digest() -> None:
    waiting = digest(Week(2026, 47), Counted({}, (), 1, 1, 0, 0, {}))
    card = digest_card(waiting)
    assert card.title == "Lanyard: week of 16 November 2026" and card.tone is Tone.WARNING
    assert card.text[0] == "At least one report still waits to be taken. Ask the DSL today."
    assert "No new reports and no questions this week." in card.text
    assert ("How soon they were taken", "none was taken") in card.facts
    assert card.source.startswith("Week 2026-W47. ")
