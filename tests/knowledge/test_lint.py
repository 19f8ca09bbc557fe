"""What lint finds, in made-up policies and in the school's own."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.lint import lint
from knowledge.lint_rules import read_rules, shipped_rules
from knowledge.policy import PolicyFault
from knowledge.reading import read_policy, read_policy_bytes, read_policy_text
from tests.knowledge.making import MADE_UP, as_text

TODAY = date(2026, 11, 22)
HEAD = "# Phone Policy\n\nNext review: March 2030\n\n## 1. Phones\n\n"


def found(body: str) -> list[tuple[str, str | None]]:
    policy = read_policy_text(HEAD + body)
    return [(finding.code, finding.clause_id) for finding in lint(policy, TODAY)]


def test_a_sound_policy_has_no_findings() -> None:
    assert found("1.1 Staff must lock their phones away.\n\n1.2 Pupils hand theirs in.") == []


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up_policies_raise_no_false_alarm(name: str) -> None:
    policy = read_policy_bytes(as_text(name), ".txt")
    assert [each for each in lint(policy, date(2026, 4, 1)) if each.code != "contradiction"] == []


def test_a_policy_past_its_review_says_since_when() -> None:
    policy = read_policy_text("# Policy\n\nReview date: May 2024\n\n- A rule for everybody.")
    [finding] = lint(policy, TODAY)
    assert finding.code == "overdue"
    assert "overdue since May 2024" in finding.sentence


def test_a_policy_without_a_review_date_is_asked_for_one() -> None:
    [finding] = lint(read_policy_text("# Policy\n\n## Part\n\n- A rule for everybody."), TODAY)
    assert finding.code == "overdue"


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("Phones are/are not allowed.", "template"),
        ("Visitors should ensure that... phones are off.", "template"),
        ("Tell [insert name] at once.", "template"),
        ("Settings should include their own times.", "drafting-note"),
        ("We follow Keeping Children Safe in Education 2023.", "edition"),
        ("We follow the 2018 edition of Working Together to Safeguard Children.", "edition"),
        ("The LSCB gives advice.", "body"),
        ("See www.thinkuknow.co.uk for more.", "link"),
        ("As section 4.2 says, phones are off.", "reference"),
        ("The Headteacher is Jane Example and decides.", "person"),
        ("Ask Mrs Example for the key.", "person"),
        ("Ring 01632 960 123 for help.", "contact"),
    ],
)
def test_one_fault_of_each_kind(clause: str, code: str) -> None:
    assert (code, "1.1") in found(f"1.1 {clause}\n")


@pytest.mark.parametrize(
    "clause",
    [
        "We follow Keeping Children Safe in Education 2026.",
        "We follow Keeping Children Safe in Education.",
        "A request under section 47 of the Children Act is answered at once.",
        "See 1.1 for more, or ring 999.",
        "The Designated Safeguarding Lead is a Vice Principal.",
        "Lessons begin at 9.30 am.",
    ],
)
def test_what_is_no_fault(clause: str) -> None:
    assert found(f"1.1 {clause}\n") == []


def test_a_missing_number_is_named() -> None:
    policy = read_policy_text(HEAD + "1.2 Phones are off.\n\n1.4 Watches too.\n")
    sentences = [finding.sentence for finding in lint(policy, TODAY)]
    assert sentences[0].startswith("There is no 1.1: section 1 goes straight to 1.2.")
    assert sentences[1].startswith("There is no 1.3: section 1 goes from 1.2 to 1.4.")


def test_two_clauses_that_pull_apart() -> None:
    body = (
        "1.1 Content may be deleted from a pupil's phone.\n\n"
        "1.2 A phone that may hold evidence is handed over to the police.\n"
    )
    assert found(body) == [("contradiction", "1.1")]


def test_rules_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(PolicyFault, match="rules for lint"):
        read_rules("editions: [{name: KCSIE}]")


def test_shipped_rules_say_of_when_they_are() -> None:
    assert shipped_rules().as_of <= TODAY


def test_the_school_document() -> None:
    document = Path(__file__).parents[3] / "shared/policy/goldwyn-online-safety-policy.txt"
    if not document.exists():
        pytest.skip(f"the school's own document is not beside the repository: {document}")
    policy = read_policy(document)
    findings = lint(policy, TODAY)
    where = {(finding.code, finding.clause_id) for finding in findings}
    assert "overdue since October 2021" in findings[0].sentence
    assert where >= {
        ("template", "7.1.6"),
        ("template", "7.1.7"),
        ("template", "6.4.1"),
        ("drafting-note", "6.3.8.2"),
        ("drafting-note", "6.3.8.3"),
        ("edition", "OS.5"),
        ("edition", "1.2"),
        ("gap", "2.2"),
        ("person", "HEAD"),
        ("link", "LINKS"),
        ("body", "5.7"),
        ("contradiction", "6.3.8.3"),
        ("contradiction", "6.3.4"),
        ("contradiction", "7.1.10"),
    }
    head = policy.clauses[0].text
    lead = head.split("Safeguarding Lead:")[1].split()[0]
    assert not any(lead in finding.sentence for finding in findings)
