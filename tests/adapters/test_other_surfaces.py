"""Random records on the page, in plain text, in mail and in text messages; and the judge judged."""

from __future__ import annotations

import random

import pytest

from adapters.slack import fitting
from adapters.text_message.render import LONGEST, words
from bot.card import Card
from bot.cutting import cut
from tests.adapters import other_surfaces as surfaces
from tests.adapters import slack_surfaces
from tests.cuts import Cuts, clipped
from tests.records import Records


@pytest.mark.parametrize(
    "faults",
    [surfaces.page_faults, surfaces.plain_faults, surfaces.mail_faults, surfaces.text_faults],
)
def test_random_records_are_whole_and_within_the_limits(faults: surfaces.Faults) -> None:
    assert [fault for seed in range(1, 61) for fault in faults(Records(seed))] == []


def test_a_long_text_says_that_there_is_more() -> None:
    said = words(Card("Nobody has answered", text=("Ring Ms Khan, 01632 960001. " * 40,)))
    assert said.startswith("Lanyard: Nobody has answered. Ring Ms Khan, 01632 960001.")
    assert said.endswith("the rest is not shown here.") and len(said) <= LONGEST


@pytest.mark.parametrize("seed", range(30))
def test_rows_of_numbers_are_never_cut_inside_one(seed: int) -> None:
    records, dice = Records(seed), random.Random(seed)
    row = [dice.choice(records.numbers) for _ in range(40)]
    text, cuts = " ".join(row), Cuts((" ".join(row),), records.numbers)
    for most in dice.sample(range(30, len(text)), 20):
        at = cut(text, most)
        assert list(cuts.faults(text[:at])) == list(cuts.faults(text[at:])) == []


def test_who_looks_for_faults_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "cut", lambda text, most: min(most, len(text)))
    found = [fault for seed in range(1, 25) for fault in slack_surfaces.faults(Records(seed))]
    assert any("is cut in" in fault for fault in found)
    assert any("half of" in fault for fault in found)


def test_a_cut_number_is_known_by_its_look() -> None:
    cuts = Cuts(("Ring 01632 960100 about 6.2.4.1 now, and again",), ("01632 960100", "6.2.4.1"))
    for torn in ("Ring 01632…", "Ring 01632 9601", "00 about", "about 6.2.4", "4.1 now, and again"):
        assert list(cuts.faults(torn)), torn
    for whole in ("Ring 01632 960100…", "Ring…", "6.2.4.1 now, and again", "about 6.2.4.1"):
        assert not list(cuts.faults(whole)), whole
    assert clipped("Ring…", "Ring 01632 960100") and not clipped("Ring", "Ring 01632 960100")
