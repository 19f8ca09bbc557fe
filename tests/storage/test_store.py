"""All or nothing, said honestly: transactions, faults of the database, and its shape."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import LargeBinary, event, inspect
from sqlalchemy.exc import ResourceClosedError

from bot.card import say
from bot.conversation import Conversation
from bot.ports import Conflict, Unavailable, Work
from storage.connect import connect
from storage.store import SqlStore
from storage.tables import metadata
from storage.upgrade import upgrade
from storage.work import Due
from tests.storage.making import NOW, incident, kept, later, notice, open_store, report

CANARY = "canary-words-in-a-fault"


class TestWork:
    def test_without_commit_nothing_is_kept(self, store: SqlStore) -> None:
        with store.work() as work:
            work.incidents.add(incident())
            assert work.incidents.get("7KQ2X")
        with pytest.raises(RuntimeError), store.work() as work:
            work.incidents.add(incident())
            raise RuntimeError
        with store.work() as work:
            assert work.incidents.get("7KQ2X") is None

    def test_after_the_commit_it_is_over(self, store: SqlStore) -> None:
        with store.work() as work:
            work.incidents.add(incident())
            work.commit()
            with pytest.raises(ResourceClosedError):
                work.incidents.mark_mistake("7KQ2X")

    def test_the_same_reference_twice_is_a_conflict(self, store: SqlStore) -> None:
        report(store)
        with pytest.raises(Conflict), store.work() as work:
            work.incidents.add(incident())

    def test_two_processes_that_answer_one_question_conflict(self, shared_store: SqlStore) -> None:
        with kept(shared_store) as work:
            begun = work.conversations.save(Conversation("c", "amira", "child", ""), NOW)

        def answer(number: int) -> bool:
            while True:
                try:
                    with kept(shared_store) as work:
                        work.conversations.save(begun.answer("what", str(number)), NOW)
                    return True
                except Conflict:
                    return False
                except Unavailable:
                    continue

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(answer, range(8))) == 1

    def test_one_submission_heard_many_times_at_once_is_heard_once(
        self, shared_store: SqlStore
    ) -> None:
        def hear(number: int) -> bool:
            while True:
                try:
                    with kept(shared_store) as work:
                        if work.heard.reply_to("slack|1") is not None:
                            return False
                        work.incidents.add(incident(f"R{number}"))
                        work.heard.add("slack|1", say(), NOW)
                    return True
                except (Conflict, Unavailable):
                    continue

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(hear, range(12))) == 1
        with shared_store.work() as work:
            assert len(work.incidents.open()) == 1

    def test_threads_take_turns_in_memory(self) -> None:
        with closing(open_store("sqlite://")) as store, ThreadPoolExecutor(4) as pool:
            store.upgrade()
            list(pool.map(lambda number: report(store, f"R{number}"), range(40)))
            with store.work() as work:
                assert len(work.incidents.open()) == 40
                nested = pool.submit(lambda: report(store, "NESTED"))
                with pytest.raises(Unavailable):
                    nested.result()


def write(work: Work) -> None:
    work.incidents.add(incident())
    work.heard.add(CANARY, say(), NOW)


def told_plainly(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    """Writing raises Unavailable, which carries nothing of what was to be written."""
    with pytest.raises(Unavailable) as caught, store.work() as work:
        write(work)
        work.commit()
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert CANARY not in shown
    assert "INSERT" not in shown, "the driver's own fault is not shown either"


class TestFaults:
    def test_a_locked_database(self, sqlite_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with (
            closing(open_store(f"sqlite:///{sqlite_path}")) as store,
            closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            told_plainly(store, caplog)
            other.execute("ROLLBACK")
            report(store)

    def test_a_read_only_database(
        self, sqlite_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(open_store(f"sqlite:///file:{sqlite_path}?mode=ro&uri=true")) as store:
            told_plainly(store, caplog)

    def test_a_full_disk(self, sqlite_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:

            @event.listens_for(store.database, "begin")
            def fill(connection) -> None:  # type: ignore[no-untyped-def]
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

            with pytest.raises(Unavailable, match="SQLITE_FULL"), store.work() as work:
                for number in range(500):
                    work.heard.add(f"{CANARY}{number}", say(), NOW)
                work.commit()
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store, store.work() as work:
            assert work.heard.reply_to(f"{CANARY}0") is None

    def test_a_commit_that_breaks_off_holds_up_nobody(self, sqlite_path: Path) -> None:
        """The transaction it left open had the one lock for writing."""
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:

            @event.listens_for(store.database, "commit", once=True)
            def interrupt(connection) -> None:  # type: ignore[no-untyped-def]
                once = [1]
                raw = connection.connection.driver_connection
                raw.set_progress_handler(lambda: once.pop() if once else 0, 1)

            with pytest.raises(Unavailable, match="SQLITE_INTERRUPT"), store.work() as work:
                write(work)
                work.commit()
            with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
            report(store)

    def test_no_folder_no_tables_no_server(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "gone").write_text("a file, not a folder")
        for url in (
            f"sqlite:///{tmp_path / 'empty.db'}",
            "postgresql://nobody@127.0.0.1:1/nothing",
            f"postgresql://nobody@/nothing?host={tmp_path}",
        ):
            with closing(open_store(url)) as store:
                told_plainly(store, caplog)

    def test_a_postgresql_without_tables(
        self, postgres_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(open_store(postgres_url)) as store:
            told_plainly(store, caplog)

    def test_a_postgresql_that_stops_in_the_middle(
        self, postgres: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        def stop() -> None:
            with psycopg.connect(postgres, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'lanyard'"
                )

        with closing(open_store(postgres)) as store:
            with pytest.raises(Unavailable), store.work() as work:
                write(work)
                stop()
                work.commit()
            stop()
            with store.work() as work:
                assert work.incidents.get("7KQ2X") is None
            with pytest.raises(Unavailable), store.work() as work:
                stop()
                write(work)

    def test_two_turns_in_a_circle_are_a_conflict_not_an_outage(self, postgres: str) -> None:
        with closing(open_store(postgres)) as store, ThreadPoolExecutor(2) as pool:
            for ref in ("AAAAA", "BBBBB"):
                report(store, ref)
            both_hold_one = Barrier(2)

            def turn(first: str, second: str) -> str:
                try:
                    with kept(store) as work:
                        work.incidents.mark_mistake(first)
                        both_hold_one.wait()
                        work.incidents.mark_mistake(second)
                except Conflict:
                    return "conflict"
                return "kept"

            turns = [pool.submit(turn, *refs) for refs in (("AAAAA", "BBBBB"), ("BBBBB", "AAAAA"))]
            assert sorted(each.result() for each in turns) == ["conflict", "kept"]

    def test_parameters_are_hidden_in_faults_of_our_own(
        self, store: SqlStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(Exception) as caught, store.database.begin() as connection:
            connection.exec_driver_sql("SELECT nonsense WHERE 1 = :a", {"a": CANARY})
        assert CANARY not in "".join(traceback.format_exception(caught.value)) + caplog.text


class TestShape:
    def test_the_migrations_make_the_tables(self, store: SqlStore) -> None:
        def ours(item: object, name: str | None, kind: str, *_: object) -> bool:
            return not (name or "").startswith(("procrastinate", "alembic"))

        with store.database.connect() as connection:
            options = {"include_object": ours, "compare_type": True}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, metadata) == []

    def test_whatever_may_hold_words_is_sealed(self) -> None:
        """Anything not a code or a time is bytes; a new text column must be thought about."""
        words = {"words", "prompt", "phone", "reply", "answers", "card", "said", "content"}
        columns = [column for table in metadata.tables.values() for column in table.columns]
        for column in columns:
            if column.name in words or str(column) == "people.name":
                assert isinstance(column.type, LargeBinary), column

    def test_upgrading_again_changes_nothing(self, store: SqlStore) -> None:
        report(store)
        store.upgrade()
        with store.work() as work:
            assert work.incidents.get("7KQ2X")

    @pytest.mark.parametrize("make", ["sqlite", "postgres"])
    def test_a_migration_that_fails_leaves_nothing(
        self,
        make: str,
        request: pytest.FixtureRequest,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        url = f"sqlite:///{tmp_path / 'new.db'}"
        if make == "postgres":
            url = request.getfixturevalue("postgres_url")
        engine = connect(url)
        statements = 0

        @event.listens_for(engine, "before_cursor_execute")
        def fail(conn, cursor, statement, *rest) -> None:  # type: ignore[no-untyped-def]
            nonlocal statements
            statements += 1
            if "page_messages" in statement:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            upgrade(engine)
        assert statements > 10
        assert inspect(engine).get_table_names() == []
        engine.dispose()

    def test_processes_that_start_together_upgrade_once(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'new.db'}"

        def start(_: int) -> None:
            while True:
                with closing(open_store(url)) as store:
                    try:
                        return store.upgrade()
                    except Unavailable:
                        continue

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(start, range(3)))
        with closing(open_store(url)) as store:
            report(store)


class TestSettings:
    def test_sqlite_is_durable_and_careful(self, sqlite_path: Path) -> None:
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "recursive_triggers": 1,
            "busy_timeout": 500,
        }
        with (
            closing(open_store(f"sqlite:///{sqlite_path}")) as store,
            store.database.connect() as c,
        ):
            found = {name: c.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
        assert found == wanted

    @pytest.mark.parametrize("url", ["mysql://x/y", "postgresql+asyncpg://x/y"])
    def test_other_databases_are_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="sqlite or postgresql"):
            open_store(url)

    def test_the_addresses_hosting_services_give_are_understood(self) -> None:
        for url in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
            with closing(open_store(url)) as store:
                assert store.database.dialect.driver == "psycopg"


def test_what_is_due_is_deferred_before_the_commit(sqlite_path: Path) -> None:
    url = f"sqlite:///{sqlite_path}"
    deferred: list[Due] = []
    now, soon = notice("a"), notice("b", due_at=later(5))
    with closing(open_store(url, defer=lambda _, due: deferred.append(dict(due)))) as store:
        with kept(store) as work:
            work.notices.add(now)
            work.notices.add(soon)
        with kept(store) as work:
            work.notices.add(now)
        assert deferred == [{now.id: None, soon.id: later(5)}]


def test_without_a_job_nothing_is_kept(sqlite_path: Path) -> None:
    def fails(*_: object) -> None:
        raise Unavailable("engine")

    with closing(open_store(f"sqlite:///{sqlite_path}", defer=fails)) as store:
        with pytest.raises(Unavailable), kept(store) as work:
            work.notices.add(notice())
        with store.work() as work:
            assert work.notices.about("7KQ2X") == ()
