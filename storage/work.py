"""One transaction over everything that is kept: all of it is committed, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot import ports
from storage.answers import SqlAnswers, SqlLastReads
from storage.audit import AuditKey, SqlAudit
from storage.corrections import SqlCorrections
from storage.faults import translated
from storage.figures import SqlAsked, SqlDigests
from storage.flow import SqlFlow
from storage.gaps import SqlGaps
from storage.kept_out import SqlKeptOut
from storage.ladders import SqlEscalations
from storage.lanes import SqlLanes
from storage.leaving import SqlLeavers
from storage.outbox import SqlNotices
from storage.page import SqlPages, SqlReferences
from storage.people import SqlPeople
from storage.policies import SqlPolicies
from storage.reports import SqlIncidents
from storage.retention import SqlRetention
from storage.sealing import Keyring, Sealer
from storage.set_back import SqlWaiting
from storage.talk import SqlConversations, SqlHeard, SqlHolds
from storage.terms import SqlTermReports
from storage.watching import SqlMarks, SqlWatched

Due = Mapping[str, datetime | None]
Defer = Callable[[Connection, Due], None]
"""Asks the job engine, inside the transaction, to send notices: at once (``None``) or later."""


class SqlWork(ports.Work):
    """Everything one turn may read and write; after :meth:`commit` it is over."""

    def __init__(
        self, connection: Connection, keyring: Keyring, audit_key: AuditKey, defer: Defer | None
    ) -> None:
        self._connection, self._defer = connection, defer
        sealer = Sealer(connection, keyring)
        self.people = SqlPeople(connection, sealer, audit_key)
        self.heard = SqlHeard(connection, sealer, audit_key)
        self.conversations = SqlConversations(connection, sealer)
        self.holds = SqlHolds(connection, sealer)
        self.incidents = SqlIncidents(connection, sealer)
        self.escalations = SqlEscalations(connection)
        self.notices = self._outbox = SqlNotices(connection, sealer, audit_key)
        self.lanes = SqlLanes(connection)
        self.waiting = SqlWaiting(connection)
        self.audit = self._audit = SqlAudit(connection, audit_key)
        self.asked = SqlAsked(connection, audit_key)
        self.digests = SqlDigests(connection, sealer)
        self.term_reports = SqlTermReports(connection, sealer)
        self.pages = SqlPages(connection, sealer)
        self.references = SqlReferences(connection, sealer)
        self.policies = SqlPolicies(connection, sealer)
        self.last_reads = SqlLastReads(connection, sealer)
        self.answers = SqlAnswers(connection, sealer, audit_key)
        self.corrections = SqlCorrections(connection, sealer, audit_key)
        self.gaps = SqlGaps(connection, sealer, audit_key)
        self.retention = SqlRetention(connection, sealer)
        self.marks = SqlMarks(connection)
        self.watched = SqlWatched(connection)
        self.flow = SqlFlow(connection)
        self.kept_out = SqlKeptOut(connection, audit_key, self.incidents)
        self.leavers = SqlLeavers(connection, sealer, self.references, self.kept_out)
        self.committed = False

    @property
    def due(self) -> Due:
        """The notices this work left to be sent."""
        return self._outbox.due

    def commit(self) -> None:
        with translated():
            if self._defer is not None and self.due:
                self._defer(self._connection, self.due)
            self._audit.write()
            self._connection.commit()
            self.committed = True
            # A write after the commit would be lost without a word; now it is refused.
            self._connection.close()
