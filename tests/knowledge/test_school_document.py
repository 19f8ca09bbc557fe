"""The real document of a school, as OCR left it, against its right reading."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.carry import carry
from knowledge.evaluation import predict, read_labelled
from knowledge.figures import Figures, figures
from knowledge.policy import Policy
from knowledge.reader import Reader
from knowledge.reading import read_policy

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "policy"
DOCUMENT = SHARED / "goldwyn-online-safety-policy.txt"
GOLDEN = ROOT / "tests" / "questions" / "golden.jsonl"
BUNDLED = ROOT / "knowledge" / "editions" / "plain-english.md"


@pytest.fixture(scope="module")
def school() -> Policy:
    if not DOCUMENT.exists():
        pytest.skip(f"the school's own document is not beside the repository: {DOCUMENT}")
    return read_policy(DOCUMENT)


@pytest.fixture(scope="module")
def right() -> list[dict[str, Any]]:
    if not DOCUMENT.exists():
        pytest.skip(f"the school's own right reading is not beside the repository: {SHARED}")
    return [json.loads(line) for line in (SHARED / "clauses.jsonl").read_text("utf-8").splitlines()]


def test_every_id_parent_and_section_is_right(school: Policy, right: list[dict[str, Any]]) -> None:
    read = [(clause.id, clause.parent, clause.section) for clause in school.clauses]
    assert read == [(each["id"], each["parent"], each["section"]) for each in right]


def test_every_text_is_right_but_for_white_space(
    school: Policy, right: list[dict[str, Any]]
) -> None:
    for each in right:
        clause = school.get(each["id"])
        assert clause is not None
        assert clause.text.split() == each["text"].split()


def test_nine_audiences_of_ten_are_right(school: Policy, right: list[dict[str, Any]]) -> None:
    same = sum(
        set(clause.audience) == set(each["audience"])
        for clause, each in zip(school.clauses, right, strict=True)
    )
    assert same / len(right) >= 0.9


def test_its_dates_are_read(school: Policy) -> None:
    assert school.title == "Online Safety Policy"
    assert school.last_reviewed == date(2020, 10, 1)
    assert school.review_due == date(2021, 10, 1)
    assert school.approved == date(2020, 11, 17)


def test_the_bundled_edition_has_the_same_clauses(school: Policy) -> None:
    bundled = read_policy(BUNDLED)
    assert [clause.id for clause in bundled.clauses] == [clause.id for clause in school.clauses]


def test_all_guidance_is_carried_to_the_school_document(school: Policy) -> None:
    carried = carry(read_policy(BUNDLED), school)
    assert carried.unmatched == ()
    assert all(mine == theirs for mine, theirs in carried.matched.items())


def test_both_editions_give_the_same_answers(school: Policy) -> None:
    """Within two points of hit@1, and nobody is told Yes against a No by either."""
    questions = read_labelled(GOLDEN)

    def over(policy: Policy) -> Figures:
        return figures(questions, predict(questions, Reader(policy).read), policy)

    theirs, ours = over(school), over(read_policy(BUNDLED))
    for share in ("right clause first", "right clause in three", "verdict", "action"):
        assert abs(theirs.shares[share].value - ours.shares[share].value) <= 0.02, share
    assert theirs.freer == ours.freer == ()
