"""No answer is freer than the policy: every labelled question there is, asked."""

from datetime import date

import pytest

from tests.bans import BLIND, Told, asked, desks, files

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    opened = desks(tmp_path_factory.mktemp("policies"))
    return [each for path in files() for each in asked(path, opened, TODAY)]


def test_more_than_two_thousand_are_asked_and_a_thousand_of_them_ban(told: list[Told]) -> None:
    assert len(told) > 2000
    assert sum(each.label == "no" for each in told) > 1250


def test_nobody_is_told_yes_where_the_policy_says_no(told: list[Told]) -> None:
    freer = [each for each in told if each.freer and each.label == "no"]
    shown = [str(each) if each.file != BLIND else "one of the blind questions" for each in freer]
    if freer:
        pytest.fail("\n".join(shown), pytrace=False)
