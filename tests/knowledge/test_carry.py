"""Guidance carried from the bundled edition to other documents."""

from pathlib import Path

import pytest

from knowledge.carry import carry
from knowledge.policy import Policy
from knowledge.reading import read_policy, read_policy_bytes, read_policy_text
from tests.knowledge.making import MADE_UP, as_text

EDITION = Path(__file__).parents[2] / "knowledge" / "editions" / "plain-english.md"


@pytest.fixture(scope="module")
def bundled() -> Policy:
    return read_policy(EDITION)


def test_an_edition_carries_to_itself(bundled: Policy) -> None:
    carried = carry(bundled, bundled)
    assert carried.unmatched == ()
    assert all(mine == theirs for mine, theirs in carried.matched.items())


@pytest.mark.parametrize("name", MADE_UP)
def test_an_unrelated_policy_gets_almost_nothing(name: str, bundled: Policy) -> None:
    loaded = read_policy_bytes(as_text(name), ".txt")
    rules = set(carry(bundled, loaded).matched) - {"HEAD", "LINKS"}
    assert len(rules) <= 1


def test_numbers_that_shift_do_not_mislead(bundled: Policy) -> None:
    rows = EDITION.read_text("utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("- 6.1.1 ")]
    for number in range(2, 7):
        kept = [row.replace(f"- 6.1.{number} ", f"- 6.1.{number - 1} ") for row in kept]
    carried = carry(bundled, read_policy_text("\n".join(kept)))
    assert carried.matched["6.1.4"] == "6.1.5"
    assert carried.unmatched == ()


def test_a_ban_turned_into_leave_gets_no_guidance(bundled: Policy) -> None:
    clause = bundled.get("7.2.13")
    assert clause is not None
    text = EDITION.read_text("utf-8")
    leave = "Staff may contact learners or parents/carers through personal social media accounts."
    carried = carry(bundled, read_policy_text(text.replace(clause.text, leave)))
    assert carried.unmatched == ("7.2.13",)
