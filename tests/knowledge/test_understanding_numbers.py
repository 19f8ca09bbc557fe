"""Clause numbers in a message, and numbers that are none."""

import pytest

from knowledge.numbered import Numbers

NUMBERS = Numbers(("HEAD", "OS.6.1.1", "6.2.4", "6.2.4.1", "6.3.8", "7.1.6", "B.2(b)(ii)"))


@pytest.mark.parametrize(
    ("said", "clauses"),
    [
        ("what does 6.2.4 say", ("6.2.4",)),
        ("6.2.4.1", ("6.2.4.1",)),
        ("section 6.2 please", ("6.2.4",)),
        ("os 6.1.1 in full", ("OS.6.1.1",)),
        ("os.6.1.1", ("OS.6.1.1",)),
        ("compare 6.2.4 and 7.1.6", ("6.2.4", "7.1.6")),
        ("b.2(b)(ii)?", ("B.2(b)(ii)",)),
        ("can we meet at 6.30 pm", ()),
        ("year 6 have 2.5 hours", ()),
        ("section 6", ()),
    ],
)
def test_clauses_named(said: str, clauses: tuple[str, ...]) -> None:
    assert NUMBERS.named(said).found == clauses


def test_a_clause_that_does_not_exist_is_told() -> None:
    assert NUMBERS.named("clause 9.4 lets me").missing == ("9.4",)
    assert NUMBERS.named("it cost 9.40").missing == ()
