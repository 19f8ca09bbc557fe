"""Tampers with sealed words and with the audit: ``python -m tests.bench tamper 10000 --seed 1``."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import click

from bot.app import Keys, build
from bot.incident import Part, Unreadable
from bot.notice import Kind
from bot.settings import Secrets
from storage import tables
from tests.bench.databases import KINDS, databases
from tests.bench.tally import SEED
from tests.storage.making import AUDIT_KEY, KEK, NOW, incident, kept, open_store
from tests.tampering import RING, fill, tamper, tamper_audit
from tests.troupe import school

REPORTS = 1000


@click.command()
@click.argument("count", default=1000)
@SEED
@click.option("--database", type=click.Choice([*KINDS, "both"]), default="both")
def main(count: int, seed: int, database: str) -> None:
    """Exit 1 when one tamper was not refused, or one corrupt record hid another."""
    click.echo(f"seed {seed}")
    faults = 0
    with databases(KINDS if database == "both" else (database,)) as urls:
        for kind, url in urls.items():
            with closing(open_store(url, kek=RING)) as store:
                store.upgrade()
                made, opened = tamper(store, fill(store), count, seed)
                found, missed = tamper_audit(store, max(count // 10, 70), seed)
            click.echo(f"{kind}: sealed words, {made.total()} of {count} refused: {dict(made)}")
            click.echo(
                f"{kind}: audit, {found.total()} of {found.total() + missed} found: {dict(found)}"
            )
            faults += opened + missed
    with databases(KINDS if database == "both" else (database,)) as urls:
        for kind, url in urls.items():
            shown, flagged, told, wrong = one_in_a_thousand(url)
            click.echo(
                f"{kind}: 1 corrupt of {REPORTS}: {shown} shown, {flagged} flagged by the tick, "
                f"{told} told once each"
            )
            faults += wrong
    raise SystemExit(1 if faults else 0)


def one_in_a_thousand(url: str, reports: int = REPORTS) -> tuple[int, str, int, int]:
    """Corrupt one report of many and let time pass: how many still open, which was flagged,
    how many people were told, and 1 when anything of that is not as it must be."""
    with closing(open_store(url)) as store:
        store.upgrade()
        with kept(store) as work:
            for number in range(reports):
                ref = f"A{number:03}2"
                work.incidents.add(incident(ref, centre="oak"))
                work.incidents.append(
                    ref, NOW, "amira", Part.REPORTER, "what", "What happened?", f"words {number}"
                )
        keys = tables.data_keys
        with store.database.begin() as connection:
            bad = keys.c.record == f"incidents:A{reports // 2:03}2"
            connection.execute(keys.update().where(bad).values(wrapped=b"not the key at all"))
    app = build(
        school(),
        Secrets(),
        platforms=("web",),
        url=url,
        keys=Keys(KEK, AUDIT_KEY),
        now=lambda: NOW,
    )
    try:
        for number in range(3 * reports // 50):
            app.ticker.tick(NOW + timedelta(seconds=number))
        with app.store.work() as work:
            shown = sum(_opens(work.incidents.entries(i.ref)) for i in work.incidents.open())
            told = [
                (notice.about, notice.to.person)
                for i in work.incidents.open()
                for notice in work.notices.about(i.ref)
                if notice.kind is Kind.UNREADABLE
            ]
    finally:
        app.close()
    flagged = {about for about, _ in told}
    right = (
        shown == reports - 1
        and flagged == {f"A{reports // 2:03}2"}
        and len(told) == len(set(told)) > 0
    )
    return shown, ", ".join(flagged), len(told), 0 if right else 1


def _opens(entries) -> bool:  # type: ignore[no-untyped-def]
    try:
        return bool([entry.words.open() for entry in entries])
    except Unreadable:
        return False
