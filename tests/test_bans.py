"""No answer is freer than the policy: every labelled question there is, asked."""

from datetime import date

import pytest
from rapidfuzz import fuzz, process, utils

from knowledge.asks import read_asks
from knowledge.evaluation import read_labelled
from tests.bans import BLIND, QUESTIONS, Told, asked, desks, files

TODAY = date(2026, 11, 23)
STILL_WRONG: frozenset[str] = frozenset()
"""Questions of `bans.jsonl` known to be told Yes: a fault to be mended, and no other is let in."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    opened = desks(tmp_path_factory.mktemp("policies"))
    return [each for path in files() for each in asked(path, opened, TODAY)]


def test_more_than_two_thousand_are_asked_and_a_thousand_of_them_ban(told: list[Told]) -> None:
    assert len(told) > 2000
    assert sum(each.label == "no" for each in told) > 1250


def test_nobody_is_told_yes_where_the_policy_says_no(told: list[Told]) -> None:
    freer = [each for each in told if each.freer and each.label == "no"]
    new = [each for each in freer if each.question.id not in STILL_WRONG]
    if new:
        shown = (str(each) if each.file != BLIND else "one of the blind questions" for each in new)
        pytest.fail("\n".join(shown), pytrace=False)


def test_no_two_of_the_bans_are_nearly_the_same_and_none_is_an_example() -> None:
    bans = [utils.default_process(each.q) for each in read_labelled(QUESTIONS / "bans.jsonl")]
    alike = process.cdist(bans, bans, scorer=fuzz.ratio, score_cutoff=80)
    assert (alike > 0).sum() == len(bans), "each is alike to itself only"
    assert not set(bans) & {utils.default_process(each.said) for each in read_asks()}
