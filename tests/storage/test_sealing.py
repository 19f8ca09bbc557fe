"""Sealed words come back byte for byte, and anything tampered with is refused."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.card import Card, Quote, say
from bot.conversation import Conversation
from bot.incident import Part, Unreadable
from bot.people import Person
from bot.ports import Held, Posted
from storage.connect import connect
from storage.sealing import UNREADABLE, BadKey, Keyring, Sealer
from storage.store import SqlStore
from storage.tables import metadata
from tests.storage.making import KEK, NOW, incident, kept, open_store, report

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


@contextmanager
def a_connection() -> Iterator[Connection]:
    engine = connect("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@dataclass(frozen=True)
class Slot:
    """One sealed field somewhere in a database."""

    table: str
    row: str
    field: str


SLOT = Slot("entries", "7KQ2X/1", "words")
SLOTS = st.builds(
    Slot,
    st.sampled_from(["entries", "holds", "entries|7KQ2X"]),
    st.sampled_from(["7KQ2X/1", "7KQ2X", "1", "7KQ2X|words"]),
    st.sampled_from(["words", "prompt", "1|words"]),
)


def seal(sealer: Sealer, slot: Slot, plain: bytes) -> bytes:
    return sealer.seal(slot.table, slot.row, slot.field, plain, record="incidents:7KQ2X")


def unseal(sealer: Sealer, slot: Slot, blob: bytes) -> bytes:
    return sealer.unseal(slot.table, slot.row, slot.field, blob, record="incidents:7KQ2X")


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_every_text_comes_back_byte_for_byte(words: str) -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        blob = seal(sealer, SLOT, words.encode())
        fresh = Sealer(connection, Keyring(KEK))
        assert unseal(fresh, SLOT, blob) == words.encode()
        assert (
            fresh.words("entries", "7KQ2X/1", "words", blob, record="incidents:7KQ2X").open()
            == words
        )


@settings(max_examples=300, deadline=None)
@given(plain=st.binary(max_size=60), data=st.data())
def test_one_flipped_bit_anywhere_is_refused(plain: bytes, data: st.DataObject) -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        blob = bytearray(seal(sealer, SLOT, plain))
        bit = data.draw(st.integers(0, len(blob) * 8 - 1))
        blob[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unreadable):
            unseal(sealer, SLOT, bytes(blob))


@settings(max_examples=200, deadline=None)
@given(sealed=SLOTS, moved=SLOTS)
def test_words_moved_to_another_row_or_field_are_refused(sealed: Slot, moved: Slot) -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        blob = seal(sealer, sealed, b"words")
        if sealed == moved:
            assert unseal(sealer, moved, blob) == b"words"
        else:
            with pytest.raises(Unreadable):
                unseal(sealer, moved, blob)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_garbage_is_refused(blob: bytes) -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        seal(sealer, SLOT, b"the key is there")
        with pytest.raises(Unreadable):
            unseal(sealer, SLOT, blob)


@settings(max_examples=100, deadline=None)
@given(column=st.sampled_from(["id", "kek", "wrapped"]), data=st.data())
def test_a_data_key_tampered_with_is_refused(column: str, data: st.DataObject) -> None:
    with a_connection() as connection:
        blob = seal(Sealer(connection, Keyring(KEK)), SLOT, b"words")
        kept = connection.exec_driver_sql(f"SELECT {column} FROM data_keys").scalar_one()
        changed: object
        if isinstance(kept, str):
            changed = data.draw(st.sampled_from(["", "k2", "K1"]))
        else:
            bit = data.draw(st.integers(0, len(kept) * 8 - 1))
            altered = bytearray(kept)
            altered[bit // 8] ^= 1 << bit % 8
            changed = bytes(altered)
        connection.exec_driver_sql(f"UPDATE data_keys SET {column} = ?", (changed,))
        with pytest.raises(Unreadable):
            unseal(Sealer(connection, Keyring(KEK)), SLOT, blob)


def test_a_data_key_swapped_with_another_record_s_is_refused() -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        blob = sealer.seal("holds", "a", "words", b"words")
        sealer.seal("holds", "b", "words", b"others")
        for change in (
            "DELETE FROM data_keys WHERE record = 'holds:b'",
            "UPDATE data_keys SET record = 'holds:b'",
        ):
            connection.exec_driver_sql(change)
        with pytest.raises(Unreadable):
            Sealer(connection, Keyring(KEK)).unseal("holds", "b", "words", blob)


def test_the_same_words_never_look_the_same() -> None:
    with a_connection() as connection:
        sealer = Sealer(connection, Keyring(KEK))
        assert len({seal(sealer, SLOT, b"same") for _ in range(100)}) == 100


class TestKeys:
    @pytest.mark.parametrize("kek", [{}, {"k": b""}, {"k": b"short"}, {"k": b"x" * 33}])
    def test_a_key_that_cannot_be_one_is_refused(self, kek: dict[str, bytes]) -> None:
        with pytest.raises(BadKey, match="key"):
            open_store("sqlite://", kek=kek)
        with pytest.raises(BadKey, match="audit key"):
            open_store("sqlite://", audit_key=b"short")

    @pytest.mark.parametrize(
        "wrong", [{"kek": {"k1": b"w" * 32}}, {"kek": NEW}, {"audit_key": b"w" * 32}]
    )
    def test_another_key_than_it_was_begun_with_is_refused(
        self, sqlite_path: Path, wrong: dict[str, object]
    ) -> None:
        with (
            closing(open_store(f"sqlite:///{sqlite_path}", **wrong)) as store,
            pytest.raises(BadKey, match="begun with"),
        ):
            store.prove_keys()

    def test_a_new_key_seals_and_the_old_still_opens(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'lanyard.db'}"
        with closing(open_store(url, kek=OLD)) as store:
            store.upgrade()
            report(store, words="old words")
        with closing(open_store(url, kek=NEW | OLD)) as store:
            store.prove_keys()
            report(store, "NEW22", words="new words")
            assert store.rewrap(1) == 1
            while store.rewrap():
                pass
        with closing(open_store(url, kek=NEW)) as store:
            store.prove_keys()
            with store.work() as work:
                for ref, words in (("7KQ2X", "old words"), ("NEW22", "new words")):
                    assert work.incidents.entries(ref)[0].words.open() == words


class TestErasure:
    def test_without_its_key_a_report_is_unreadable_and_still_there(self, store: SqlStore) -> None:
        report(store, "AAAAA")
        report(store, "BBBBB", words="others")
        with store.database.begin() as connection:
            Sealer(connection, Keyring(KEK)).erase("incidents", "AAAAA")
        with store.work() as work:
            (erased,), (whole,) = work.incidents.entries("AAAAA"), work.incidents.entries("BBBBB")
        with pytest.raises(Unreadable):
            erased.words.open()
        assert whole.words.open() == "others"


class TestOneBadRow:
    """A broken seal hides its own words and nothing else."""

    def spoil(self, store: SqlStore, table: str, column: str, row: str) -> None:
        with store.database.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = 'text, not bytes' WHERE id = '{row}'"
                if store.database.dialect.name == "sqlite"
                else f"UPDATE {table} SET {column} = ''::bytea WHERE id = '{row}'"
            )

    def test_in_the_people(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.people.put(Person("a", "Amira", "north", phone="1"))
            work.people.put(Person("b", "Lee", "north"))
        self.spoil(store, "people", "name", "a")
        with store.work() as work:
            amira, lee = work.people.all()
        assert (amira.id, amira.phone, lee.name) == ("a", "1", "Lee")
        assert "cannot be read" in amira.name

    def test_in_the_held_words(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.holds.put(Held("a", "amira", "one", NOW))
            work.holds.put(Held("b", "amira", "two", NOW))
        self.spoil(store, "holds", "words", "a")
        with kept(store) as work:
            bad, good = work.holds.waiting()
            assert (bad.words, good.words) == (UNREADABLE, "two")
            work.holds.put(bad)
            assert work.holds.get("a") == bad

    def test_in_a_draft(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.conversations.save(Conversation("a", "amira", "child", "", {"x": "y"}), NOW)
        self.spoil(store, "conversations", "answers", "a")
        with kept(store) as work:
            active = work.conversations.active("amira")
            assert active is not None and active.answers == {}
            work.conversations.save(active.answer("x", "z"), NOW)

    def test_on_the_page(self, store: SqlStore) -> None:
        with kept(store) as work:
            work.pages.add(Posted("a", "room", NOW, "Lee", "hello", None), "1")
            work.pages.add(Posted("b", "room", NOW, "Lee", "there", None), "2")
        self.spoil(store, "page_messages", "said", "a")
        with store.work() as work:
            assert [each.text for each in work.pages.room("room")] == [UNREADABLE, "there"]


def keep_everywhere(store: SqlStore, canary: str) -> None:
    """Put ``canary`` into every field that holds words."""
    card = Card(canary, (canary,), ((canary, canary),), (Quote(canary, canary),))
    with kept(store) as work:
        work.people.put(Person("amira", canary, "north", phone=canary))
        work.heard.add("k", say(card), NOW)
        work.conversations.save(Conversation("c", "amira", "child", "", {"what": canary}), NOW)
        work.holds.put(Held("h", "amira", canary, NOW))
        work.incidents.add(incident())
        work.incidents.append("7KQ2X", NOW, "amira", Part.REPORTER, "what", canary, canary)
        work.pages.add(Posted("m", "room", NOW, canary, canary, card), "k")
        work.pages.redraw("m", card, NOW)
        work.references.put("teams", "19:a", json.dumps({"name": canary}))


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(min_codepoint=33, exclude_categories=["Cs"]), min_size=6, max_size=40))
def test_no_word_reaches_the_file_or_its_log(tail: str) -> None:
    import tempfile

    canary = f"canary-{secrets.token_hex(4)}-{tail}"
    with tempfile.TemporaryDirectory() as folder:
        with closing(open_store(f"sqlite:///{folder}/lanyard.db")) as store:
            store.upgrade()
            keep_everywhere(store, canary)
            stored = b"".join(path.read_bytes() for path in Path(folder).iterdir())
        written = json.dumps(canary)[1:-1]
        assert b"7KQ2X" in stored
        for spelling in (canary, canary[:15], written):
            for coding in ("utf-8", "utf-16-le"):
                assert spelling.encode(coding) not in stored
