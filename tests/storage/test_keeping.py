"""Erasure is real, backups restore, keys rotate under writing, and a restore undoes no erasure."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot import put_back
from bot.card import Press, say
from bot.conversation import Conversation
from bot.incident import Unreadable
from bot.lane import hold_after
from bot.message import Message, Place
from bot.notice import Destination, Kind, Lane, Notice, Receipt
from bot.people import Identity
from bot.ports import Certificate, Held, Unavailable
from bot.put_back import PutBack
from bot.retention import Facts, Sort
from storage import tables
from storage.backup import BadBackup, back_up, restore
from storage.connect import connect
from storage.sealing import BadKey
from storage.store import SqlStore
from tests.storage.making import KEK, NOW, kept, later, notice, open_store, report

LOCKED = "SELECT wrapped FROM data_keys WHERE record = 'incidents:AA072'"
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}
CHILD = Facts(Sort.CHILD, date(2000, 2, 29))


def close(store: SqlStore, ref: str = "7KQ2X") -> None:
    with kept(store) as work:
        work.incidents.close(ref, NOW, "nothing more")


def words_of(store: SqlStore, ref: str) -> list[str]:
    with store.work() as work:
        return [entry.words.open() for entry in work.incidents.entries(ref)]


class TestErasure:
    def test_what_is_left_is_a_certificate_without_content(self, store: SqlStore) -> None:
        report(store, words="words of the child")
        report(store, "BBBBB", words="others")
        with kept(store) as work:
            draft = Conversation("c", "amira", "child", "7KQ2X", {"what": "draft words"})
            work.conversations.save(draft, NOW)
            work.holds.put(Held("h", "amira", "first words", NOW, ref="7KQ2X"))
            work.notices.add(notice(about="7KQ2X"))
            work.retention.say("7KQ2X", CHILD)
            work.retention.hold("BBBBB", True)
        with kept(store) as work:
            certificate = work.retention.erase("7KQ2X", "dsl", later(1))
        assert certificate == Certificate("7KQ2X", later(1), "dsl", "k1")
        with store.work() as work:
            assert work.incidents.get("7KQ2X") is None
            assert work.incidents.entries("7KQ2X") == ()
            assert work.notices.about("7KQ2X") == ()
            assert work.holds.get("h") is None
            assert work.conversations.latest("amira") is None
            assert [k.ref for k in work.retention.kept()] == ["BBBBB"]
            assert work.retention.certificates() == (certificate,)
        assert words_of(store, "BBBBB") == ["others"]
        with store.database.connect() as connection:
            left = connection.exec_driver_sql("SELECT record FROM data_keys").scalars().all()
        assert not [record for record in left if "7KQ2X" in record or record in ("holds:h",)]

    def test_links_with_other_reports_go_with_it(self, store: SqlStore) -> None:
        for ref in ("7KQ2X", "AAAA2", "BBBB2"):
            report(store, ref, words=ref)
        with kept(store) as work:
            work.incidents.link("7KQ2X", "AAAA2", "khan", NOW)
            work.incidents.link("BBBB2", "7KQ2X", "khan", NOW)
            work.incidents.unlink("BBBB2", "7KQ2X", "khan", NOW)
            work.incidents.link("AAAA2", "BBBB2", "khan", NOW)
        with kept(store) as work:
            work.retention.erase("7KQ2X", "dsl", NOW)
        with store.work() as work:
            assert work.incidents.get("7KQ2X") is None
            assert work.incidents.linked("AAAA2") == ("BBBB2",)

    def test_a_send_that_fails_after_it_harms_no_other(self, store: SqlStore) -> None:
        """The report is erased while its message is on its way to a platform that is down."""
        report(store)
        with kept(store) as work:
            work.notices.add(notice())
        with kept(store) as work:
            (sent,) = work.notices.claim(NOW, 60, 1)
        with kept(store) as work:
            work.retention.erase("7KQ2X", "dsl", NOW)
        with kept(store) as work:
            work.lanes.hold(sent, hold_after(1, NOW, None, gone=False))
            assert not work.notices.failed(sent, "http-500", later(1))
            assert work.lanes.failures(sent) == 0

    def test_nobody_deletes_an_entry_without_a_certificate(self, store: SqlStore) -> None:
        report(store)
        with pytest.raises(IntegrityError, match="only ever"), store.database.begin() as raw:
            raw.exec_driver_sql("DELETE FROM entries")

    def test_what_is_not_there_cannot_be_erased(self, store: SqlStore) -> None:
        with pytest.raises(LookupError), kept(store) as work:
            work.retention.erase("7KQ2X", "dsl", NOW)

    def test_facts_and_holds_come_back(self, store: SqlStore) -> None:
        report(store)
        close(store)
        with kept(store) as work:
            work.retention.hold("7KQ2X", True)
            work.retention.say("7KQ2X", CHILD)
        with store.work() as work:
            (found,) = work.retention.kept()
        assert (found.facts, found.held, found.closed, found.last_at) == (CHILD, True, True, NOW)


class TestBackup:
    def test_it_comes_back_as_it_was(self, shared_store: SqlStore, tmp_path: Path) -> None:
        report(shared_store, words="kept words")
        with kept(shared_store) as work:
            work.audit.record(NOW, "khan", "open", "7KQ2X")
        back_up(shared_store.database, tmp_path / "b.db", NOW)
        report(shared_store, "LATER", words="after the backup")
        file = tmp_path / "elsewhere" / "lanyard.db"
        done = restore(tmp_path / "b.db", connect(f"sqlite:///{file}"), open_store, later(5))
        assert (done.reports, done.erased_again, done.made_at) == (1, 0, NOW)
        with closing(open_store(f"sqlite:///{file}")) as again:
            again.prove_keys()
            assert words_of(again, "7KQ2X") == ["kept words"]
            assert again.verify() == []
            with again.work() as work:
                assert work.incidents.get("LATER") is None

    def test_it_knows_between_which_moments_reports_are_missing(
        self, sqlite_path: Path, tmp_path: Path
    ) -> None:
        """Also after a second restore, and of a copy that does not say when it was made."""
        place = connect(f"sqlite:///{tmp_path / 'new.db'}")
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:
            back_up(store.database, tmp_path / "b.db", NOW)
        done = restore(tmp_path / "b.db", place, open_store, later(5))
        assert done.put_back == PutBack(NOW, later(5))
        with closing(open_store(f"sqlite:///{tmp_path / 'new.db'}")) as store, kept(store) as work:
            assert put_back.read(work) == (PutBack(NOW, later(5)),)
            work.audit.record(later(6), "khan", "open")
        place.dispose()
        copied = tmp_path / "copied.db"
        copied.write_bytes((tmp_path / "new.db").read_bytes())
        done = restore(copied, place, open_store, later(9), replace=True)
        assert (done.made_at, done.put_back) == (None, PutBack(later(6), later(9)))
        with closing(open_store(f"sqlite:///{tmp_path / 'new.db'}")) as store, store.work() as work:
            assert put_back.read(work) == (PutBack(NOW, later(5)), PutBack(later(6), later(9)))

    def test_into_postgresql_and_its_counters_go_on(self, postgres: str, tmp_path: Path) -> None:
        with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}")) as small:
            small.upgrade()
            for ref in ("AAAA2", "BBBB2"):
                report(small, ref, words=ref)
            back_up(small.database, tmp_path / "b.db", NOW)
        with closing(open_store(postgres)) as big:
            report(big, "OLD22")
            big.database.dispose()
            with pytest.raises(BadBackup, match="not empty"):
                restore(tmp_path / "b.db", big.database, open_store, NOW)
            restore(tmp_path / "b.db", big.database, open_store, NOW, replace=True)
            report(big, "NEW22", words="new")
            assert [words_of(big, r)[0] for r in ("AAAA2", "BBBB2", "NEW22")] == [
                "AAAA2",
                "BBBB2",
                "new",
            ]
            assert big.verify() == []
            with pytest.raises(IntegrityError), big.database.begin() as raw:
                raw.exec_driver_sql("DELETE FROM audit")

    def test_what_was_erased_since_is_erased_again(
        self, shared_store: SqlStore, tmp_path: Path
    ) -> None:
        for ref in ("AAAA2", "BBBB2", "CCCC2"):
            report(shared_store, ref, words=ref)
        back_up(shared_store.database, tmp_path / "b.db", NOW)
        with kept(shared_store) as work:
            work.retention.erase("AAAA2", "dsl", NOW)
        elsewhere = Certificate("BBBB2", NOW, "dsl", "k1")
        shared_store.database.dispose()
        done = restore(
            tmp_path / "b.db",
            shared_store.database,
            open_store,
            later(1),
            certificates=[elsewhere],
            replace=True,
        )
        assert (done.reports, done.erased_again) == (1, 2)
        with shared_store.work() as work:
            assert [k.ref for k in work.retention.kept()] == ["CCCC2"]
            assert {c.ref for c in work.retention.certificates()} == {"AAAA2", "BBBB2"}
            assert work.incidents.entries("AAAA2") == ()

    def test_an_old_backup_is_useless_once_the_key_is_destroyed(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'lanyard.db'}"
        with closing(open_store(url, kek=OLD)) as store:
            store.upgrade()
            report(store, words="erased later")
            back_up(store.database, tmp_path / "b.db", NOW)
            with kept(store) as work:
                assert work.retention.erase("7KQ2X", "dsl", NOW).kek == "old"
        with closing(open_store(url, kek=NEW | OLD)) as store:
            store.rotate(lambda done: None)
        with closing(open_store(f"sqlite:///{tmp_path / 'b.db'}", kek=NEW)) as thief:
            (entry,) = _entries(thief)
            with pytest.raises(Unreadable):
                entry.words.open()
            with pytest.raises(BadKey):
                thief.prove_keys()

    def test_a_running_database_is_not_replaced(
        self, shared_store: SqlStore, tmp_path: Path
    ) -> None:
        report(shared_store)
        back_up(shared_store.database, tmp_path / "b.db", NOW)
        with shared_store.database.connect() as running:
            running.exec_driver_sql("SELECT 1")
            other = connect(shared_store.database.url.render_as_string(hide_password=False))
            with pytest.raises(BadBackup, match="running"):
                restore(tmp_path / "b.db", other, open_store, NOW, replace=True)
            other.dispose()

    def test_what_is_damaged_is_said_and_left_where_it_is(self, tmp_path: Path) -> None:
        with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}")) as store:
            store.upgrade()
            back_up(store.database, tmp_path / "b.db", NOW)
        damaged = tmp_path / "damaged.db"
        damaged.write_text("not a database" * 100)
        place = connect(f"sqlite:///{damaged}")
        with pytest.raises(BadBackup, match="Move the file"):
            restore(tmp_path / "b.db", place, open_store, NOW, replace=True)
        with pytest.raises(BadBackup, match="cannot be copied"):
            back_up(place, tmp_path / "c.db", NOW)
        assert damaged.read_text().startswith("not a database")
        assert not (tmp_path / "c.db").exists()

    def test_a_server_that_is_down_is_told_as_such(self, tmp_path: Path) -> None:
        with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}")) as store:
            store.upgrade()
            back_up(store.database, tmp_path / "b.db", NOW)
        down = connect("postgresql://localhost:1/lanyard")
        with pytest.raises(Unavailable):
            restore(tmp_path / "b.db", down, open_store, NOW)
        with pytest.raises(Unavailable):
            back_up(down, tmp_path / "c.db", NOW)

    @pytest.mark.parametrize("spoil", ["cut", "bit", "other", "audit", "newer"])
    def test_a_spoiled_backup_is_refused_and_nothing_changes(
        self, sqlite_path: Path, tmp_path: Path, spoil: str
    ) -> None:
        path = tmp_path / "b.db"
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:
            for number in range(60):
                report(store, f"AA{number:02}2", words="w" * 500)
                with kept(store) as work:
                    work.audit.record(NOW, "khan", "open")
            back_up(store.database, path, NOW)
        SPOIL[spoil](path)
        place = tmp_path / "new" / "lanyard.db"
        with pytest.raises(BadBackup):
            restore(path, connect(f"sqlite:///{place}"), open_store, NOW)
        assert not place.exists()

    def test_with_another_key_it_is_refused(self, sqlite_path: Path, tmp_path: Path) -> None:
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:
            back_up(store.database, tmp_path / "b.db", NOW)
        place = connect(f"sqlite:///{tmp_path / 'new.db'}")
        with pytest.raises(BadKey, match="begun with"):
            restore(tmp_path / "b.db", place, lambda url: open_store(url, kek=NEW), NOW)
        assert not (tmp_path / "new.db").exists()

    def test_a_token_from_after_the_backup_shows_that_it_is_short(
        self, sqlite_path: Path, tmp_path: Path
    ) -> None:
        with closing(open_store(f"sqlite:///{sqlite_path}")) as store:
            before = store.checkpoint()
            back_up(store.database, tmp_path / "b.db", NOW)
            with kept(store) as work:
                work.audit.record(NOW, "khan", "open")
            after = store.checkpoint()
        place = tmp_path / "new.db"
        with pytest.raises(BadBackup, match="is missing: the checkpoint saw"):
            restore(
                tmp_path / "b.db", connect(f"sqlite:///{place}"), open_store, NOW, tokens=[after]
            )
        restore(tmp_path / "b.db", connect(f"sqlite:///{place}"), open_store, NOW, tokens=[before])
        assert place.exists()


def _entries(store: SqlStore):  # type: ignore[no-untyped-def]
    with store.work() as work:
        return work.incidents.entries("7KQ2X")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9000])


def _bit(path: Path) -> None:
    found = bytearray(path.read_bytes())
    for at in range(4096, len(found), 4096):
        found[at] ^= 8
    path.write_bytes(found)


def _audit(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER audit_no_delete")
        raw.execute("DELETE FROM audit WHERE number = 30")
        raw.commit()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()


SPOIL: dict[str, Callable[[Path], object]] = {
    "cut": _cut,
    "bit": _bit,
    "other": lambda path: path.write_text("not a database"),
    "audit": _audit,
    "newer": _newer,
}


def test_keys_rotate_while_others_write(shared_store: SqlStore) -> None:
    """Reports go on being written through the rotation, and none is left on the old key."""
    url = shared_store.database.url.render_as_string(hide_password=False)
    for number in range(30):
        report(shared_store, f"AA{number:02}2", words=str(number))
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        with closing(open_store(url, kek=NEW | KEK)) as writer:
            number = 0
            while not stop.is_set():
                ref = f"BB{number:02}2"
                try:
                    report(writer, ref, words=ref)
                    written.append(ref)
                except Unavailable:
                    continue
                number += 1

    writing = threading.Thread(target=write)
    writing.start()
    with closing(open_store(url, kek=NEW | KEK)) as store:
        store.rotate(lambda done: None, most=7)
        stop.set()
        writing.join()
        assert store.on_older_keys() == 0
    with closing(open_store(url, kek=NEW)) as after:
        after.prove_keys()
        assert {words_of(after, ref)[0] for ref in written} == set(written)
        assert words_of(after, "AA072") == ["7"]
    with closing(open_store(url, kek=KEK)) as before, pytest.raises(BadKey):
        before.prove_keys()


def test_a_damaged_key_holds_up_no_other_and_the_old_one_may_go(shared_store: SqlStore) -> None:
    """It stays as it is, the rest is rotated, and the next rotation tries it again."""
    url = shared_store.database.url.render_as_string(hide_password=False)
    for number in range(20):
        report(shared_store, f"AA{number:02}2", words=str(number))
    with shared_store.database.begin() as raw:
        whole = raw.exec_driver_sql(LOCKED).scalar_one()
        raw.exec_driver_sql("UPDATE data_keys SET wrapped = id WHERE record = 'incidents:AA072'")
        damaged = raw.exec_driver_sql(LOCKED).scalar_one()
    sizes: list[int] = []
    with closing(open_store(url, kek=NEW | KEK)) as store:
        assert store.rotate(sizes.append, most=7) == 1
        assert (store.on_older_keys(), store.damaged_keys()) == (0, 1)
        with store.database.connect() as raw:
            assert raw.exec_driver_sql(LOCKED).scalar_one() == damaged
        with pytest.raises(Unreadable):
            words_of(store, "AA072")
    assert sum(sizes) == 21, "with the proof's"
    # The old key is destroyed: everything starts, and what was whole can be read.
    with closing(open_store(url, kek=NEW)) as store:
        store.prove_keys()
        assert words_of(store, "AA062") == ["6"]
        assert store.rotate(sizes.append) == 1
    # Put right from a backup: it opens at once with the old key, and is rotated like any other.
    with shared_store.database.begin() as raw:
        mended = tables.data_keys.update().where(tables.data_keys.c.record == "incidents:AA072")
        raw.execute(mended.values(wrapped=whole))
    with closing(open_store(url, kek=NEW | KEK)) as store:
        assert words_of(store, "AA072") == ["7"]
        assert store.rotate(sizes.append) == 0
        assert store.damaged_keys() == 0
    with closing(open_store(url, kek=NEW)) as store:
        assert words_of(store, "AA072") == ["7"]


def test_a_report_with_a_damaged_key_is_erased_with_the_name_of_its_key(
    shared_store: SqlStore,
) -> None:
    report(shared_store)
    with shared_store.database.begin() as raw:
        raw.exec_driver_sql("UPDATE data_keys SET wrapped = id WHERE record = 'incidents:7KQ2X'")
    url = shared_store.database.url.render_as_string(hide_password=False)
    with closing(open_store(url, kek=NEW | KEK)) as rotated:
        rotated.rotate(lambda done: None)
        with kept(rotated) as work:
            assert work.retention.erase("7KQ2X", "dsl", NOW).kek == "k1"
        assert rotated.damaged_keys() == 0


def test_a_key_that_records_still_need_is_asked_for(sqlite_path: Path) -> None:
    """The proof may be rewrapped already: every key in use must be on the ring."""
    url = f"sqlite:///{sqlite_path}"
    with closing(open_store(url)) as store:
        report(store)
    with closing(open_store(url, kek=NEW | KEK)) as store:
        store.rewrap()
        with closing(open_store(url)) as old:
            report(old, "NEW22")
    with closing(open_store(url, kek=NEW)) as store, pytest.raises(BadKey, match="LANYARD_OLD"):
        store.prove_keys()


def test_one_corrupt_record_of_many_is_flagged_and_hides_nothing(store: SqlStore) -> None:
    for number in range(40):
        report(store, f"AA{number:02}2", words=f"words {number}")
    with store.database.begin() as raw:
        raw.exec_driver_sql("UPDATE data_keys SET wrapped = id WHERE record = 'incidents:AA072'")
    found: set[str] = set()
    after: tuple[str, int] | None = ("", 0)
    with store.work() as work:
        while after is not None:
            bad, after = work.incidents.unreadable(after, 7)
            found |= bad
        assert found == {"AA072"}
        assert len(work.incidents.open()) == 40


def test_messages_about_answers_name_nobody_in_the_database(store: SqlStore) -> None:
    to = Destination("slack", "T1/UAMIRA", "amira")
    made = Notice("n-private", Kind.CORRECTION, "c1", to, Lane.NORMAL, NOW, created_at=NOW)
    with kept(store) as work:
        work.notices.add(made)
        work.notices.add(replace(made, id="n-again"))
    with kept(store) as work:
        (claimed,) = work.notices.claim(NOW, 60, 10)
        assert claimed.to == to
        assert work.notices.delivered(claimed, Receipt("D-AMIRA", "1.1", later(1)))
    with store.work() as work:
        (shown,) = work.notices.about("c1")
        assert (shown.to, shown.receipt) == (to, Receipt("D-AMIRA", "1.1", later(1)))
    with store.database.connect() as connection:
        (row,) = connection.execute(select(tables.notices)).all()
    assert "amira" not in str(row).lower()
    with kept(store) as work:
        work.notices.forget({Kind.CORRECTION}, later(1))
        assert work.notices.about("c1") == ()


class TestHeard:
    def said(self, **changes: object) -> str:
        plain = Message("k", Identity("slack", "T1/UAMIRA"), Place("slack", "D1"), text="a worry")
        return replace(plain, **changes).submission  # type: ignore[arg-type]

    def test_another_sender_or_other_words_are_another_submission(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.heard.add(self.said(), say(), NOW)
        with store.work() as work:
            assert work.heard.reply_to(self.said()) is not None
            assert work.heard.reply_to(self.said(name="A", sent_at=NOW)) is not None
            for changes in (
                {"identity": Identity("slack", "T1/ULEE")},
                {"identity": Identity("teams", "T1/UAMIRA")},
                {"text": "a worry, and more"},
                {"fields": {"what": "more"}},
                {"press": Press("tell")},
            ):
                assert work.heard.reply_to(self.said(**changes)) is None

    def test_a_copied_database_tells_neither_key_nor_sender(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.heard.add(self.said(), say(), NOW)
        with store.database.connect() as connection:
            (row,) = connection.execute(select(tables.heard.c.key)).all()
        assert "UAMIRA" not in row.key
        assert len(row.key) == 64

    def test_it_is_forgotten_with_its_key_and_the_first_day_is_not(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.heard.add("a", say(), NOW)
            work.heard.add("b", say(), later(5))
            work.heard.forget(later(3))
        with store.work() as work:
            assert work.heard.reply_to("a") is None
            assert work.heard.reply_to("b") is not None
            assert work.digests.first_day() == NOW
        with store.database.connect() as connection:
            keys = connection.exec_driver_sql("SELECT count(*) FROM data_keys").scalar_one()
        assert keys == 2, "the proof's key and one reply's"
