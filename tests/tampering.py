"""Tampers with a database as somebody could who has everything but the keys, and counts what
was not refused: sealed words that still open, and an audit that still passes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from bot.conversation import Conversation
from bot.incident import Unreadable
from bot.people import Person
from bot.ports import Held
from storage import audit, tables
from storage.audit import START, AuditKey
from storage.sealing import Keyring, Sealer
from storage.store import SqlStore
from tests.storage.making import AUDIT_KEY, KEK, NOW, kept, later, report

RING = {**KEK, "k0": b"0" * 32}
RECORDS = 24


@dataclass(frozen=True)
class Field:
    """One sealed field: where it stands, and what it was sealed as."""

    table: Table
    name: str
    row: tuple[object, ...]

    @property
    def where(self):  # type: ignore[no-untyped-def]
        keys = [self.table.c.ref, self.table.c.number] if self._entry else [self.table.c.id]
        return [key == value for key, value in zip(keys, self.row, strict=True)]

    @property
    def _entry(self) -> bool:
        return self.table is tables.entries

    @property
    def record(self) -> str:
        return f"incidents:{self.row[0]}" if self._entry else f"{self.table.name}:{self.row[0]}"

    def blob(self, connection: Connection) -> bytes:
        found: bytes = connection.execute(
            select(self.table.c[self.name]).where(*self.where)
        ).scalar_one()
        return found

    def put(self, connection: Connection, blob: bytes) -> None:
        connection.execute(update(self.table).where(*self.where).values({self.name: blob}))

    def opened(self, connection: Connection) -> bytes:
        """What a reader gets who knows the keys; raises :class:`Unreadable`."""
        row = "/".join(map(str, self.row))
        sealer = Sealer(connection, Keyring(RING))
        blob = self.blob(connection)
        return sealer.unseal(self.table.name, row, self.name, blob, record=self.record)


def fill(store: SqlStore) -> list[Field]:
    """Records of every sealed kind, and every one of their fields."""
    fields = []
    for number in range(RECORDS):
        ref = f"A{number:03}2"
        report(store, ref, words=f"the words of report {number}")
        with kept(store) as work:
            work.holds.put(Held(f"h{number}", "amira", f"held {number}", NOW))
            work.people.put(Person(f"p{number}", f"Person {number}", "north", phone="01632 960001"))
            draft = Conversation(f"c{number}", "amira", "child", ref, {"what": f"draft {number}"})
            work.conversations.save(draft, NOW)
            work.audit.record(later(number), "khan", "open", ref, str(number))
            work.audit.record(later(number), "khan", "open", ref, str(number), "adult")
        fields += [Field(tables.entries, name, (ref, 1)) for name in ("words", "prompt")]
        fields.append(Field(tables.holds, "words", (f"h{number}",)))
        fields += [Field(tables.people, name, (f"p{number}",)) for name in ("name", "phone")]
        fields.append(Field(tables.conversations, "answers", (f"c{number}",)))
    return fields


@contextmanager
def unguarded(store: SqlStore) -> Iterator[Connection]:
    """A connection on which the triggers do nothing; all it did is taken back at the end."""
    with store.database.connect() as connection:
        connection.begin()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        connection.rollback()


Tamper = Callable[[Connection, random.Random, Field, Field], None]


def _flip(blob: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(blob) * 8)
    changed = bytearray(blob)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def flip_a_bit(connection: Connection, chance: random.Random, one: Field, _: Field) -> None:
    one.put(connection, _flip(one.blob(connection), chance))


def swap_two(connection: Connection, _: random.Random, one: Field, other: Field) -> None:
    first, second = one.blob(connection), other.blob(connection)
    one.put(connection, second)
    other.put(connection, first)


def swap_fields(connection: Connection, _: random.Random, one: Field, __: Field) -> None:
    beside = {"words": "prompt", "prompt": "words", "name": "phone", "phone": "name"}
    other = beside.get(one.name, "")
    if other not in one.table.c:
        one.put(connection, one.blob(connection)[::-1])
    else:
        swap_two(connection, _, one, Field(one.table, other, one.row))


def cut_short(connection: Connection, chance: random.Random, one: Field, _: Field) -> None:
    blob = one.blob(connection)
    one.put(connection, blob[: chance.randrange(len(blob))])


def _key(connection: Connection, field: Field) -> Row[tuple[object, ...]]:
    keys = tables.data_keys
    return connection.execute(select(keys).where(keys.c.record == field.record)).one()


def _put_key(connection: Connection, field: Field, **values: object) -> None:
    keys = tables.data_keys
    connection.execute(update(keys).where(keys.c.record == field.record).values(values))


def wrong_key_id(connection: Connection, chance: random.Random, one: Field, _: Field) -> None:
    _put_key(connection, one, kek=chance.choice(["k0", "", "K1", "k2"]))


def flip_in_the_key(connection: Connection, chance: random.Random, one: Field, _: Field) -> None:
    name = chance.choice(["id", "wrapped"])
    _put_key(connection, one, **{name: _flip(getattr(_key(connection, one), name), chance)})


def another_record_s_key(connection: Connection, _: random.Random, one: Field, o: Field) -> None:
    """The other record's key and words, put in this one's place together."""
    theirs = _key(connection, o)
    if o.record == one.record:
        _put_key(connection, one, wrapped=theirs.id)
        return
    _put_key(connection, one, id=theirs.id, kek=theirs.kek, wrapped=theirs.wrapped)
    one.put(connection, o.blob(connection))


TAMPERS: tuple[Tamper, ...] = (
    flip_a_bit,
    swap_two,
    swap_fields,
    cut_short,
    wrong_key_id,
    flip_in_the_key,
    another_record_s_key,
)


def tamper(store: SqlStore, fields: list[Field], count: int, seed: int) -> tuple[Counter[str], int]:
    """``count`` tampers, each taken back; how many of each kind, and how many were not refused."""
    chance, made, opened = random.Random(seed), Counter[str](), 0
    with unguarded(store) as connection:
        for _ in range(count):
            how = chance.choice(TAMPERS)
            one, other = chance.sample(fields, 2)
            before = one.opened(connection)
            there = connection.begin_nested()
            how(connection, chance, one, other)
            try:
                opened += one.opened(connection) is not None
            except Unreadable:
                made[how.__name__] += 1
            there.rollback()
            assert one.opened(connection) == before
    return made, opened


# The audit

AuditTamper = Callable[[Connection, random.Random, str, int], None]


def _entry(register: str, number: int):  # type: ignore[no-untyped-def]
    row = tables.audit.c
    return [row.register == register, row.number == number]


def edit(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    what = chance.choice(["actor", "act", "ref", "detail"])
    where = _entry(register, chance.randint(1, length))
    connection.execute(update(tables.audit).where(*where).values({what: "somebody else"}))


def drop(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    connection.execute(delete(tables.audit).where(*_entry(register, chance.randint(1, length))))


def slip_in(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    """A copy of an entry after the last, or in the place of another."""
    row = connection.execute(
        select(tables.audit).where(*_entry(register, chance.randint(1, length)))
    ).one()
    number = chance.choice([length + 1, chance.randint(1, length)])
    if number == row.number:
        number = length + 1
    connection.execute(delete(tables.audit).where(*_entry(register, number)))
    connection.execute(insert(tables.audit).values({**row._mapping, "number": number}))


def reorder(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    one, other = chance.sample(range(1, length + 1), 2)
    for number, to in ((one, -1), (other, one), (-1, other)):
        connection.execute(update(tables.audit).where(*_entry(register, number)).values(number=to))


def truncate(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    """Cut, and the note of the end changed to match: only a checkpoint shows it."""
    end = chance.randrange(length)
    row, heads = tables.audit.c, tables.audit_heads
    connection.execute(delete(tables.audit).where(row.register == register, row.number > end))
    mac = connection.execute(select(row.mac).where(*_entry(register, end))).scalar_one_or_none()
    head = update(heads).where(heads.c.register == register)
    connection.execute(head.values(length=end, mac=mac or START))


def truncate_and_append(
    connection: Connection, chance: random.Random, register: str, length: int
) -> None:
    """Cut, then grown again by Lanyard itself, which knows the key."""
    truncate(connection, chance, register, length)
    log = audit.SqlAudit(connection, AuditKey(AUDIT_KEY))
    for number in range(chance.randint(1, length)):
        log.record(later(number), "lee", "other", register=register)
    log.write()


def restamp(connection: Connection, chance: random.Random, register: str, length: int) -> None:
    """The whole chain sealed anew after an edit, by somebody without the key."""
    edit(connection, chance, register, length)
    forged, mac = AuditKey(b"f" * 32), START
    row, heads = tables.audit.c, tables.audit_heads
    rows = connection.execute(select(tables.audit).where(row.register == register)).all()
    for each in sorted(rows, key=lambda each: each.number):
        fields = (each.at.isoformat(timespec="microseconds"), each.actor, each.act)
        mac = forged.link(register, each.number, (*fields, each.ref, each.detail), mac)
        where = _entry(register, each.number)
        connection.execute(update(tables.audit).where(*where).values(mac=mac))
    connection.execute(update(heads).where(heads.c.register == register).values(mac=mac))


AUDIT_TAMPERS: tuple[AuditTamper, ...] = (
    edit,
    drop,
    slip_in,
    reorder,
    truncate,
    truncate_and_append,
    restamp,
)


def tamper_audit(store: SqlStore, count: int, seed: int) -> tuple[Counter[str], int]:
    """``count`` tampers with the audit, each taken back; how many of each kind were found, and
    how many were not."""
    chance, found, missed = random.Random(seed), Counter[str](), 0
    key = AuditKey(AUDIT_KEY)
    tokens = {register: store.checkpoint(register) for register in ("", "adult")}
    with unguarded(store) as connection:
        heads = tables.audit_heads
        lengths = {row.register: row.length for row in connection.execute(select(heads))}
        for _ in range(count):
            how, register = chance.choice(AUDIT_TAMPERS), chance.choice(["", "adult"])
            there = connection.begin_nested()
            how(connection, chance, register, lengths[register])
            faults = audit.verify(connection, key, tokens)
            if faults and faults[0].startswith("Entry "):
                found[how.__name__] += 1
            else:
                missed += 1
            there.rollback()
        assert audit.verify(connection, key, tokens) == []
    return found, missed
