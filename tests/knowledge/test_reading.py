"""How single lines are read: numbers, bullets, headings, audiences, dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.policy import Policy, PolicyFault
from knowledge.reading import read_policy_text
from knowledge.reading.audience import audience_of
from knowledge.reading.head import read_date
from knowledge.reading.label import ancestors, read_label
from knowledge.reading.markup import plain, without_lost_bullet
from knowledge.reading.numbering import initials


def ids(document: str) -> dict[str, str]:
    return {each.id: each.text for each in read_policy_text(document).clauses if each.id != "HEAD"}


@pytest.mark.parametrize(
    ("line", "label", "words"),
    [
        ("4.2.1 Staff must", "4.2.1", "Staff must"),
        ("4.2.1. Staff must", "4.2.1", "Staff must"),
        ("6.5Officially provided", "6.5", "Officially provided"),
        ("A.3(b) Staff must", "A.3(b)", "Staff must"),
        ("Section 4.2.1 Staff must", "4.2.1", "Staff must"),
        ("Section 4: Phones", "4", "Phones"),
        ("12) Staff must", "12", "Staff must"),
        ("(iv) phones", "(iv)", "phones"),
        ("b) phones", "(b)", "phones"),
    ],
)
def test_numbers_of_every_kind(line: str, label: str, words: str) -> None:
    found = read_label(line)
    assert found is not None
    assert (found[0].id, found[1]) == (label, words)


@pytest.mark.parametrize(
    "line",
    [
        "9.30 am is when the gate closes",
        "999 is rung at once",
        "2020 was the year",
        "Section 175 of the Education Act applies",
        "A4 paper is used",
        "e.g. a phone",
        "(if anyone) is there",
        "3.5 million people",
    ],
)
def test_what_is_no_number(line: str) -> None:
    assert read_label(line) is None


def test_ancestors_go_up_step_by_step() -> None:
    assert ancestors("A.3(b)(ii)") == ["A.3(b)", "A.3", "A"]


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("**Goldwyn** will <u>always</u> *act*", "Goldwyn will always act"),
        (r"$\circ$   $\,$  Using passwords", "Using passwords"),
        (r"$\circ \quad \text{Child protection policy} \\$", "Child protection policy"),
        ("It costs $5 or $6", "It costs $5 or $6"),
        ("[CEOP](https://ceop.police.uk)", "CEOP (https://ceop.police.uk)"),
        ("snake_case_words stay", "snake_case_words stay"),
    ],
)
def test_mark_up_goes_and_words_stay(marked: str, words: str) -> None:
    assert plain(marked) == words


def test_the_letter_o_as_a_bullet() -> None:
    assert without_lost_bullet("o Any relationship") == "Any relationship"
    assert without_lost_bullet("OWhere children") == "Where children"
    assert without_lost_bullet("OFSTED inspects") == "OFSTED inspects"
    assert without_lost_bullet("Online safety") == "Online safety"


def test_headings_lend_their_initials() -> None:
    assert initials("Online Safety") == "OS"
    assert initials("Use of Images") == "UI"
    assert initials("Purpose") == "PUR"
    assert initials("When pupils have to be taught at home") == "RL"


def test_unnumbered_parts_count_from_one() -> None:
    read = ids("# Phone Policy\n\n## Online Safety\n\n- First\n  - Under it\n- Second\n")
    assert read == {"OS.1": "First", "OS.1.1": "Under it", "OS.2": "Second"}


def test_lists_nested_beyond_reason_are_read_all_the_same() -> None:
    deep = "\n".join("  " * depth + f"- bullet {depth}" for depth in range(2000))
    again = "\n".join("(a) mark" for _ in range(2000))
    assert len(read_policy_text(f"# Policy\n\n## Part\n\n{deep}\n\n{again}").clauses) == 4001


def test_two_parts_of_one_name_keep_apart() -> None:
    read = ids("# Policy\n\n## Online Safety\n\n- One\n\n## Outdoor Spaces\n\n- Two\n")
    assert read == {"OS.1": "One", "OS2.1": "Two"}


def test_a_list_whose_items_open_with_a_label_is_cited_by_them() -> None:
    read = ids(
        "# Policy\n\n## Four Risks\n\n- Risks:\n  - content: what is seen\n  - contact: who\n"
    )
    assert list(read) == ["FR.1", "FR.1.content", "FR.1.contact"]


def test_numbering_begins_where_it_begins() -> None:
    read = ids("# Policy\n\n## 2. Scope\n\n2.2 This is for all staff.\n2.3 And for all visitors.\n")
    assert list(read) == ["2.2", "2.3"]


def test_a_sub_heading_keeps_the_section() -> None:
    policy = read_policy_text(
        "# Policy\n\n## 7.2 Staff\n\n- 7.2.1 One.\n\n## Reputation\n\n- 7.2.2 Another.\n"
    )
    assert [clause.section for clause in policy.clauses[1:]] == [
        "7.2 Staff",
        "7.2 Staff > Reputation",
    ]


def test_a_section_with_one_paragraph_is_cited_by_its_own_number() -> None:
    read = ids("# Policy\n\n## 4. Phones\n\nPhones are off.\n\n## 5. Trips\n\nOne.\n\nTwo.\n")
    assert read == {"4": "Phones are off.", "5.1": "One.", "5.2": "Two."}


def test_a_second_volume_that_counts_from_one_again_is_told_apart() -> None:
    read = ids(
        "# Policies\n\n## Phone Rules\n\n### 1. Aims\n\n1.1 Phones are off.\n\n"
        "## Trip Rules\n\n### 1. Aims\n\n1.1 Trips are fun.\n"
    )
    assert read == {"1.1": "Phones are off.", "TR.1.1": "Trips are fun."}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("October 2020", date(2020, 10, 1)),
        ("17 November 2020", date(2020, 11, 17)),
        ("17th of Nov 2020", date(2020, 11, 17)),
        ("17/11/2020", date(2020, 11, 17)),
        ("2020-11-17", date(2020, 11, 17)),
        ("31 February 2020", None),
        ("soon", None),
    ],
)
def test_dates_as_the_british_write_them(written: str, day: date | None) -> None:
    assert read_date(written) == day or day is None


@pytest.mark.parametrize(
    ("text", "section", "audience"),
    [
        ("Staff must not use phones.", "1. Phones", ("staff",)),
        ("Phones must be off.", "6.3 Pupils' phones", ("learner",)),
        ("Phones must be off.", "6. Phones", ("all",)),
        ("All members of our community must be kind.", "6.3 Pupils' phones", ("all",)),
        ("Pupils will be supervised by staff.", "1. Internet", ("staff", "learner")),
        ("If in doubt, the Principal will decide.", "1. Internet", ("leadership",)),
    ],
)
def test_whom_a_clause_is_for(text: str, section: str, audience: tuple[str, ...]) -> None:
    assert audience_of(text, section, None) == audience


def read_or_none(document: str) -> Policy | None:
    try:
        return read_policy_text(document)
    except PolicyFault:
        return None


_LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["# Heading", "## 1. Aims", "1.1 Text", "- bullet", "  - (a) mark", "(i) x"]
        ),
        st.from_regex(
            r"(?:[-•o] |#{1,3} )?(?:\d{1,2}\.){0,3}\d? ?[A-Za-z(). ]{0,30}", fullmatch=True
        ),
    ),
    max_size=30,
).map("\n".join)


@given(_LINES)
def test_no_text_makes_reading_fail_otherwise_than_by_saying_so(document: str) -> None:
    policy = read_or_none(document)
    assert policy is None or policy.clauses


@given(_LINES)
def test_no_two_clauses_share_an_id_and_parents_exist(document: str) -> None:
    policy = read_or_none(document)
    if policy:
        known = [clause.id for clause in policy.clauses]
        assert len(set(known)) == len(known)
        assert {clause.parent for clause in policy.clauses} <= {None, *known}


@given(
    st.lists(
        st.from_regex(r"[a-z]{3,12}( [a-z]{3,12}){1,6}", fullmatch=True), min_size=1, max_size=20
    ),
    st.lists(st.integers(0, 3), min_size=20, max_size=20),
)
def test_the_text_of_every_bullet_is_kept(bullets: list[str], depths: list[int]) -> None:
    rows = [f"{'  ' * depth}- {words}" for words, depth in zip(bullets, depths, strict=False)]
    policy = read_policy_text("# Policy\n\n## Part One\n\n" + "\n".join(rows))
    assert [clause.text for clause in policy.clauses[1:]] == [
        without_lost_bullet(words) for words in bullets
    ]


@given(_LINES)
def test_reading_twice_gives_the_same_fingerprint(document: str) -> None:
    first, second = read_or_none(document), read_or_none(document)
    assert (first and first.fingerprint) == (second and second.fingerprint)
