"""What the documents say a copied database tells is what its columns tell."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import LargeBinary

from storage import answer_tables, delivery_tables, keeping_tables, tables, week_tables

DOCS = Path(__file__).parent.parent / "docs"
ABOUT_PEOPLE = {
    "account", "actor", "address", "asker", "author", "by", "destination", "ended_by",
    "offered_to", "person", "reader", "reporter", "room", "taken_by",
}  # fmt: skip
SHAPES = (answer_tables, delivery_tables, keeping_tables, week_tables)


def test_every_table_that_names_somebody_without_a_key_is_listed() -> None:
    assert all(shape.metadata is tables.metadata for shape in SHAPES)
    text = (DOCS / "data-protection.md").read_text("utf-8")
    listed = text.split("tells without the key.")[1].split("### 1.5")[0]
    naming = {
        table.name
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if column.name in ABOUT_PEOPLE and not isinstance(column.type, LargeBinary)
    }
    assert {"incidents", "concerns", "notices", "audit", "holds"} <= naming
    assert {name for name in naming if f"`{name}`" not in listed} == set()


def test_no_document_says_that_a_stolen_database_tells_nothing() -> None:
    for path in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        said = " ".join(path.read_text("utf-8").split())
        for untrue in (
            "A stolen database tells nothing",
            "centres and random references can be read",
            "either alone is nothing",
        ):
            assert untrue not in said, path.name
