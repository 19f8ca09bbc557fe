"""What changed from one edition to the next."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.difference import differences
from knowledge.reading import read_policy_bytes, read_policy_text
from tests.knowledge.making import as_text

OLD = """# Phone Policy

## 1. Phones

1.1 Staff must lock their phones away during every lesson.

1.2 Pupils hand their phones in at the gate each morning.

1.3 Visitors are asked to keep their phones out of sight.
"""


def kinds(new: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (change.kind, change.old and change.old.id, change.new and change.new.id)
        for change in differences(read_policy_text(OLD), read_policy_text(new))
    ]


def test_a_policy_does_not_differ_from_itself() -> None:
    assert kinds(OLD) == []


def test_new_words_under_the_same_number() -> None:
    assert kinds(OLD.replace("every lesson", "every lesson and at break")) == [
        ("changed", "1.1", "1.1")
    ]


def test_a_clause_put_in_renumbers_those_after_it() -> None:
    new = OLD.replace("1.3 V", "1.4 V").replace("1.2 P", "1.3 P")
    new = new.replace("1.3 P", "1.2 Watches that take calls count as phones.\n\n1.3 P")
    assert kinds(new) == [
        ("added", None, "1.2"),
        ("renumbered", "1.2", "1.3"),
        ("renumbered", "1.3", "1.4"),
    ]


def test_a_clause_taken_out() -> None:
    shorter = OLD.replace("1.3 Visitors are asked to keep their phones out of sight.", "")
    assert kinds(shorter) == [("removed", "1.3", None)]


def test_another_rule_under_an_old_number_is_not_called_a_change() -> None:
    new = OLD.replace(
        "Pupils hand their phones in at the gate each morning.",
        "Cameras for trips are signed out from the office.",
    )
    assert kinds(new) == [("added", None, "1.2"), ("removed", "1.2", None)]


@given(st.sampled_from(["brackenford", "quillwater", "tarnside"]), st.data())
def test_every_clause_is_accounted_for(name: str, data: st.DataObject) -> None:
    old = read_policy_bytes(as_text(name), ".txt")
    rows = as_text(name).decode().split("\n\n")
    drawn = data.draw(st.lists(st.sampled_from(rows), unique=True, min_size=len(rows) // 2))
    new = read_policy_text("\n\n".join(row for row in rows if row in drawn))
    changes = differences(old, new)
    gone = [change.old.id for change in changes if change.kind == "removed" and change.old]
    come = [change.new.id for change in changes if change.kind == "added" and change.new]
    assert len(old.clauses) - len(gone) == len(new.clauses) - len(come)
    assert len(set(gone)) == len(gone)
    assert differences(new, new) == []
