"""Makes two people one: everything kept of the one becomes the other's, but for what is only ever
added to, the entries of reports and the audit."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Column, Connection, delete, func, or_, select, update

from bot.conversation import Stage
from bot.incident import Unreadable
from bot.notice import Kind
from bot.people import FORMERLY
from bot.platforms import ROUTES
from storage import tables
from storage.answer_tables import answers, asked, askings, last_reads, opt_outs
from storage.audit import AuditKey
from storage.kept_out import closest, joined
from storage.rows import insert_new
from storage.sealing import Sealer
from storage.week_tables import weeks

THEIRS: tuple[Column[Any], ...] = (
    tables.conversations.c.person,
    tables.holds.c.person,
    tables.incidents.c.reporter,
    tables.escalations.c.taken_by,
    tables.escalations.c.offered_to,
    tables.links.c.by,
    tables.links.c.ended_by,
    tables.notices.c.person,
)
"""Where a person's id stands by itself, and any number of rows may have the same."""


class OnePerson:
    """One merge, within one transaction: of ``old`` nothing is left but a name that still leads
    to ``new``, for entries, the audit and buttons that were drawn before."""

    def __init__(
        self, connection: Connection, sealer: Sealer, key: AuditKey, old: str, new: str
    ) -> None:
        self._connection, self._sealer, self._old, self._new = connection, sealer, old, new
        self._pseudonym = key.pseudonym

    def merge(self) -> None:
        self._pause_drafts()
        self._private_notices()
        for column in THEIRS:
            self._change(column)
        self._no_offer_to_oneself()
        self._concerns()
        self._notices()
        self._questions()
        self._weeks()
        self._roles_and_accounts()

    def _pause_drafts(self) -> None:
        """Only one dialogue is open at a time: theirs who stays."""
        row = tables.conversations.c
        opened = row.stage == Stage.OPEN
        if self._run(select(row.id).where(row.person == self._new, opened)).first():
            mine = update(tables.conversations).where(row.person == self._old, opened)
            self._run(mine.values(stage=Stage.PAUSED))

    def _no_offer_to_oneself(self) -> None:
        row = tables.escalations.c
        offered = update(tables.escalations).where(
            row.offered_to == self._new, row.taken_by == self._new
        )
        self._run(offered.values(offered_to=None, offered_at=None))

    def _concerns(self) -> None:
        """What keeps a report from either of the two keeps it from both."""
        row = tables.concerns.c
        found = select(row.ref, row.how, row.accounts)
        stands = {
            person: {each.ref: each for each in self._run(found.where(row.person == person)).all()}
            for person in (self._old, self._new)
        }
        for ref, theirs in stands[self._old].items():
            mine = tables.concerns.update().where(row.ref == ref)
            if ref not in stands[self._new]:
                self._run(mine.where(row.person == self._old).values(person=self._new))
                continue
            other = stands[self._new][ref]
            both = {
                "how": closest(theirs.how, other.how),
                "accounts": joined(other.accounts, theirs.accounts),
            }
            self._run(mine.where(row.person == self._new).values(both))
        self._run(delete(tables.concerns).where(row.person == self._old))

    def _notices(self) -> None:
        """Those that name the person where others name an account or a case."""
        row = tables.notices.c
        lanes = [f"{route}:{self._old}" for route in ROUTES]
        named = or_(
            (row.kind == Kind.AWAY) & (row.about == self._old),
            row.destination.in_(lanes),
            row.about.in_(lanes),
        )
        for each in self._run(select(tables.notices).where(named)).all():
            self._renamed(
                each,
                about=each.about.replace(self._old, self._new),
                address=each.address.replace(self._old, self._new),
                destination=each.destination.replace(self._old, self._new),
            )

    def _private_notices(self) -> None:
        """Those that say only under a seal to whom they go."""
        accounts = tables.identities.c
        found = select(accounts.platform, accounts.account).where(accounts.person == self._old)
        ways = [*self._run(found).all(), *((route, self._old) for route in ROUTES)]
        row = tables.notices.c
        for platform, address in ways:
            code = self._pseudonym(f"{platform}:{address}")
            mine = select(tables.notices).where(
                row.destination == f"{platform}:{code}", row.sealed.is_not(None)
            )
            to = self._new if address == self._old else address
            code = self._pseudonym(f"{platform}:{to}")
            for each in self._run(mine).all():
                try:
                    said = self._sealer.unseal("notices", each.id, "sealed", each.sealed)
                    plain = json.dumps([to, self._new, json.loads(said)[2]]).encode()
                    sealed = self._sealer.seal("notices", each.id, "sealed", plain)
                except Unreadable:
                    continue
                there = {"address": code, "destination": f"{platform}:{code}"}
                self._renamed(each, sealed=sealed, **there)

    def _renamed(self, notice: Any, **values: Any) -> None:
        """Where the other was told the very same, that stands for both."""
        row, mine = tables.notices.c, tables.notices.c.id == notice.id
        about = values.get("about", notice.about)
        same = select(row.id).where(
            row.kind == notice.kind,
            row.about == about,
            row.platform == notice.platform,
            row.address == values["address"],
            row.nth == notice.nth,
            ~mine,
        )
        if self._run(same).first() is None:
            self._run(update(tables.notices).where(mine).values(**values))
            return
        self._run(delete(tables.notices).where(mine))
        self._sealer.erase("notices", notice.id)

    def _questions(self) -> None:
        """What they asked and were shown; of all that only a code of the person is kept."""
        old, new = self._pseudonym(self._old), self._pseudonym(self._new)
        self._run(update(asked).where(asked.c.asker == old).values(asker=new))
        for row in self._run(select(answers).where(answers.c.asker == old)).all():
            mine = update(answers).where(answers.c.number == row.number)
            self._run(mine.values(asker=new, person=self._named("answers", row.number, row.person)))
        for row in self._run(select(askings).where(askings.c.asker == old)).all():
            self._asking(row, new)
        if self._run(delete(opt_outs).where(opt_outs.c.asker == old)).rowcount:
            insert_new(self._connection, opt_outs, {"asker": new})
        # It would have been forgotten within the hour.
        if self._run(delete(last_reads).where(last_reads.c.person == self._old)).rowcount:
            self._sealer.erase("last_reads", self._old)

    def _asking(self, row: Any, new: str) -> None:
        """Whoever asked the same with both accounts is told once."""
        mine = update(askings).where(askings.c.id == row.id)
        twice = select(askings.c.id).where(askings.c.gap == row.gap, askings.c.asker == new)
        if self._run(twice).first():
            self._sealer.erase("askers", row.id)
            self._run(mine.values(asker=row.id, person=None))
            return
        self._run(mine.values(asker=new, person=self._named("askers", row.id, row.person)))

    def _weeks(self) -> None:
        """The digests they were shown; what the other was shown of a week stands."""
        row = weeks.c
        for each in self._run(select(weeks).where(row.reader == self._old)).all():
            before, after = f"{each.week}/{self._old}", f"{each.week}/{self._new}"
            try:
                shown = self._sealer.unseal("weeks", before, "shown", each.shown)
            except Unreadable:
                continue
            sealed = self._sealer.seal("weeks", after, "shown", shown)
            values = {"week": each.week, "reader": self._new, "shown": sealed}
            insert_new(self._connection, weeks, values)
            self._sealer.erase("weeks", before)
        self._run(delete(weeks).where(row.reader == self._old))

    def _roles_and_accounts(self) -> None:
        """Then there is one person less."""
        held, account = tables.holdings.c, tables.identities.c
        stand = self._run(select(held.role, held.centre).where(held.person == self._new)).all()
        last = select(func.max(held.position)).where(held.person == self._new)
        position = self._run(last).scalar_one()
        for role, centre in self._run(
            select(held.role, held.centre).where(held.person == self._old).order_by(held.position)
        ).all():
            if (role, centre) not in stand:
                position = 0 if position is None else position + 1
                values = {"position": position, "role": role, "centre": centre}
                self._run(tables.holdings.insert().values(person=self._new, **values))
        self._run(delete(tables.holdings).where(held.person == self._old))
        count = self._run(
            select(func.count()).where(account.person.in_([self._old, self._new]))
        ).scalar_one()
        theirs = update(tables.identities).where(account.person == self._old)
        self._run(theirs.values(person=self._new, position=account.position + count))
        name = {"platform": FORMERLY, "account": self._old, "person": self._new}
        insert_new(self._connection, tables.identities, {**name, "position": 2 * count})
        self._run(delete(tables.people).where(tables.people.c.id == self._old))
        self._sealer.erase("people", self._old)

    def _named(self, table: str, row: str, blob: bytes | None) -> bytes | None:
        """Their name under the row's own seal; nothing where that is gone, or does not hold."""
        try:
            return blob and self._sealer.seal(table, row, "person", self._new.encode())
        except Unreadable:
            return blob

    def _change(self, column: Column[Any]) -> None:
        table = column.table
        self._run(update(table).where(column == self._old).values({column.name: self._new}))

    def _run(self, statement: Any) -> Any:
        return self._connection.execute(statement)
