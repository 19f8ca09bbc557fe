"""What was done cannot be undone quietly: edits, deletions, reordering and cuts are found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.ports import Conflict, Unavailable
from storage.store import SqlStore
from tests.storage.making import NOW, kept, later, report


def acted(store: SqlStore, count: int, register: str = "") -> None:
    with kept(store) as work:
        for number in range(count):
            work.audit.record(later(number), "khan", "open", "7KQ2X", f"d{number}", register)


@contextmanager
def unguarded(store: SqlStore) -> Iterator[Connection]:
    """A connection of somebody who can do anything to the database, except know the key."""
    with store.database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        yield connection
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = origin")


def test_the_acts_of_a_case_oldest_first(store: SqlStore) -> None:
    acted(store, 2)
    with store.work() as work:
        work.audit.record(later(9), "lee", "take", "7KQ2X")
        work.audit.record(later(9), "lee", "take", "OTHER")
        assert work.audit.acts("7KQ2X") == (
            (later(0), "khan", "open"),
            (later(1), "khan", "open"),
            (later(9), "lee", "take"),
        )
    with store.work() as work:
        assert len(work.audit.acts("7KQ2X")) == 2, "not committed, not done"


def test_an_honest_audit_has_no_faults(store: SqlStore) -> None:
    assert store.verify() == []
    acted(store, 3)
    early = {"": store.checkpoint(), "adult": store.checkpoint("adult")}
    acted(store, 3)
    acted(store, 2, "adult")
    late = {"": store.checkpoint(), "adult": store.checkpoint("adult")}
    assert store.verify() == store.verify(early) == store.verify(late) == []


@pytest.mark.parametrize("register", ["", "adult"])
@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        ("UPDATE audit SET actor = 'lee' WHERE number = 3", 3),
        ("UPDATE audit SET act = 'close' WHERE number = 1", 1),
        ("UPDATE audit SET ref = '' WHERE number = 5", 5),
        ("UPDATE audit SET detail = 'x' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2026-11-18 09:31:30.000000' WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET number = 9 - number WHERE number IN (4)", 4),
        (
            "UPDATE audit SET number = 10 WHERE number = 2;"
            "UPDATE audit SET number = 2 WHERE number = 3;"
            "UPDATE audit SET number = 3 WHERE number = 10",
            2,
        ),
        (
            "INSERT INTO audit SELECT register, 6, at, actor, act, ref, detail, mac "
            "FROM audit WHERE number = 5",
            6,
        ),
    ],
)
def test_tampering_is_found_and_the_first_broken_entry_named(
    store: SqlStore, register: str, tampering: str, first_broken: int
) -> None:
    acted(store, 5, register)
    other = "adult" if register == "" else ""
    with unguarded(store) as connection:
        if "9 - number" in tampering:
            connection.exec_driver_sql("DELETE FROM audit WHERE number = 5")
        for statement in tampering.split(";"):
            connection.exec_driver_sql(statement)
    (fault,) = store.verify()
    assert fault.startswith(f"Entry {first_broken} of the {register or 'main'} register ")
    acted(store, 1, other)
    assert len(store.verify()) == 1


@pytest.mark.parametrize("grown_again", [0, 1, 2, 5])
def test_a_chain_cut_with_its_head_is_found_by_the_checkpoint(
    store: SqlStore, grown_again: int
) -> None:
    acted(store, 5)
    seen = {"": store.checkpoint()}
    with unguarded(store) as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE number > 3")
        connection.exec_driver_sql(
            "UPDATE audit_heads SET length = 3, mac = (SELECT mac FROM audit WHERE number = 3)"
        )
    with kept(store) as work:
        for number in range(grown_again):
            work.audit.record(later(99), "lee", "x", detail=str(number))
    assert store.verify() == [], "without the checkpoint nothing shows"
    (fault,) = store.verify(seen)
    assert fault.startswith(
        "Entry 4 " if grown_again == 0 else f"Entry {min(3 + grown_again + 1, 5)} "
    )


def test_all_of_a_register_gone_is_found_by_the_checkpoint(store: SqlStore) -> None:
    acted(store, 2, "adult")
    seen = {"adult": store.checkpoint("adult")}
    with unguarded(store) as connection:
        connection.exec_driver_sql("DELETE FROM audit")
        connection.exec_driver_sql("DELETE FROM audit_heads")
    assert store.verify() == []
    assert store.verify(seen) == [
        "Entry 1 of the adult register is missing: the checkpoint saw 2 entries."
    ]


@pytest.mark.parametrize("token", ["", "nonsense", "é", "A" * 92])
def test_a_checkpoint_that_is_not_ours_is_said_so(store: SqlStore, token: str) -> None:
    acted(store, 1)
    assert store.verify({"": token}) == [
        "The checkpoint given for the main register is not one of ours."
    ]
    assert store.verify({"": store.checkpoint("adult")})


def test_a_checkpoint_is_opaque(store: SqlStore) -> None:
    empty = {store.checkpoint() for _ in range(5)}
    acted(store, 300)
    assert len(empty) == 5
    assert {len(token) for token in empty} == {len(store.checkpoint())}


@pytest.mark.parametrize("table", ["audit", "entries"])
@pytest.mark.parametrize("change", ["UPDATE {} SET number = 7", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_itself_refuses_changes(store: SqlStore, table: str, change: str) -> None:
    if change.startswith("TRUNCATE") and store.database.dialect.name == "sqlite":
        return
    acted(store, 1)
    report(store)
    with pytest.raises(IntegrityError, match="only ever added to"), store.database.begin() as raw:
        raw.exec_driver_sql(change.format(table))


def test_replacing_is_no_way_round(store: SqlStore) -> None:
    if store.database.dialect.name != "sqlite":
        return
    acted(store, 2)
    with pytest.raises(IntegrityError, match="only ever added to"), store.database.begin() as raw:
        raw.exec_driver_sql(
            "INSERT OR REPLACE INTO audit SELECT register, 1, at, actor, act, ref, detail, mac "
            "FROM audit WHERE number = 2"
        )


def test_many_at_once_make_one_unbroken_chain(shared_store: SqlStore) -> None:
    def act(number: int) -> None:
        while True:
            try:
                with kept(shared_store) as work:
                    work.audit.record(NOW, f"p{number}", "open", detail="a")
                    work.audit.record(NOW, f"p{number}", "read", register="adult")
                    work.audit.record(NOW, f"p{number}", "close", detail="b")
                return
            except (Unavailable, Conflict):
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(40)))
    assert shared_store.verify() == []
    with shared_store.database.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT register, count(*), max(number) FROM audit GROUP BY register ORDER BY register"
        ).all()
    assert [tuple(row) for row in rows] == [("", 80, 80), ("adult", 40, 40)]
