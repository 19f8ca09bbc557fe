"""Policies of schools that do not exist, in every kind of file, with every kind of number."""

from datetime import date

import pytest

from knowledge.policy import Policy, PolicyFault
from knowledge.reading import read_policy_bytes
from tests.knowledge.making import MADE_UP, as_pdf, as_text, as_word, expected


def share_right(policy: Policy, name: str) -> float:
    """Return the share of clauses with the right id and words; one too many counts as wrong."""
    wanted = expected(name)
    read = {clause.id: clause.text for clause in policy.clauses}
    extra = read.keys() - wanted.keys() - {"HEAD", "LINKS"}
    return sum(read.get(each) == text for each, text in wanted.items()) / (len(wanted) + len(extra))


@pytest.mark.parametrize("name", MADE_UP)
def test_plain_text_broken_at_the_edge(name: str) -> None:
    assert share_right(read_policy_bytes(as_text(name), ".txt"), name) >= 0.98


@pytest.mark.parametrize("name", MADE_UP)
def test_word_with_typed_numbers(name: str) -> None:
    assert share_right(read_policy_bytes(as_word(name, automatic=False), ".docx"), name) >= 0.98


def test_word_with_numbers_drawn_by_word() -> None:
    policy = read_policy_bytes(as_word("tarnside", automatic=True), ".docx")
    assert share_right(policy, "tarnside") >= 0.98


@pytest.mark.parametrize("hanging", [True, False])
@pytest.mark.parametrize("name", MADE_UP)
def test_pdf_with_running_heads_and_broken_lines(name: str, hanging: bool) -> None:
    assert share_right(read_policy_bytes(as_pdf(name, hanging), ".pdf"), name) >= 0.98


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".pdf"])
def test_dates_are_read_from_tables_and_lines(suffix: str) -> None:
    made = {".txt": as_text("brackenford"), ".docx": as_word("brackenford", automatic=False)}
    policy = read_policy_bytes(made.get(suffix) or as_pdf("brackenford", False), suffix)
    assert policy.title == "Phones and Cameras Policy"
    assert policy.last_reviewed == date(2026, 3, 3)
    assert policy.review_due == date(2027, 3, 1)
    assert policy.approved == date(2026, 3, 17)


def test_a_clause_belongs_to_the_one_above_it() -> None:
    policy = read_policy_bytes(as_pdf("brackenford", True), ".pdf")
    parents = {clause.id: clause.parent for clause in policy.clauses}
    assert parents["B.2(b)(ii)"] == "B.2(b)"
    assert parents["B.2(b)"] == "B.2"
    assert parents["B.2"] is None


def test_links_become_one_clause() -> None:
    links = read_policy_bytes(as_text("quillwater"), ".txt").get("LINKS")
    assert links is not None
    assert links.text.startswith("Childnet: www.childnet.com; Internet Watch")


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
def test_a_damaged_file_is_refused_in_plain_words(suffix: str) -> None:
    whole = as_word("tarnside", False) if suffix == ".docx" else as_pdf("tarnside", False)
    for broken in (b"", b"not such a file", whole[: len(whole) // 3]):
        with pytest.raises(PolicyFault, match=r"could not be opened|no text"):
            read_policy_bytes(broken, suffix)


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(PolicyFault, match=r"not from \.odt"):
        read_policy_bytes(b"", ".odt")
