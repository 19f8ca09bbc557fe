"""Commands that keep the record safe: its keys, its backups, and its audit."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.ports import Certificate, Unavailable

if TYPE_CHECKING:
    from storage.store import SqlStore

STEPS = """\
Keep it where the database's backups are not. To change the key while Lanyard is running:
1. Set LANYARD_OLD_KEYS to the new key beside the old LANYARD_KEY, and start every process
   again: all of them can now open both.
2. Set LANYARD_KEY to the new key and LANYARD_OLD_KEYS to the old one; start each again.
3. Run: python -m bot keys rotate
4. Make a new backup. Then take the old key out of LANYARD_OLD_KEYS and destroy it: with it go
   all older backups, and whatever was erased since."""


@click.group()
def keys() -> None:
    """The keys that seal the record."""


@keys.command("new")
def new() -> None:
    """A new key on standard output, and how to change to it."""
    click.echo(start.new_key())
    click.echo(STEPS, err=True)


@keys.command("rotate")
def rotate() -> None:
    """Lock every record with LANYARD_KEY; may run beside the others, and again after a stop."""
    with closing(_ready()) as store:
        length = store.on_older_keys()
        try:
            with click.progressbar(
                length=length, label="Locking with the new key", file=sys.stderr
            ) as bar:
                damaged = store.rotate(bar.update)
        except Unavailable:
            start.stop("The database cannot be reached. Nothing is lost: run it again.")
        with store.work() as work:
            work.audit.record(clock.now(), "command-line", "keys-rotate")
            work.commit()
    if damaged:
        count = "1 record" if damaged == 1 else f"{damaged} records"
        stays = "stays as it is" if damaged == 1 else "stay as they are"
        start.stop(
            f"{count} could not be opened with any key and {stays}. Everything else is locked "
            "with LANYARD_KEY. What is damaged may be whole in an older backup, which opens with "
            "the old key only: look there before you destroy that key.",
            1,
        )
    click.echo(
        "Every record is locked with LANYARD_KEY. Make a new backup; then destroy the old key "
        "and take it out of LANYARD_OLD_KEYS. A process still started with the old key alone "
        "would lock new records with it: start those again first.",
        err=True,
    )


@keys.command("show")
def show() -> None:
    """How many records are locked with which key, by the key's name."""
    with closing(_ready()) as store:
        for name, count in store.key_standing().items():
            click.echo(f"{name}: {count}")
        if damaged := store.damaged_keys():
            click.echo(f"damaged: {damaged}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Write over FILE.")
def backup(file: Path, replace: bool) -> None:
    """A backup of everything into FILE, while Lanyard is running."""
    from storage.backup import BadBackup, back_up

    if file.exists() and not replace:
        start.stop(f"{file} is there already. Name another file, or add --replace.")
    with closing(_ready()) as store:
        now = clock.now()
        try:
            with store.work() as work:
                # Recorded before it is made: an export that cannot be audited does not happen.
                work.audit.record(now, "command-line", "backup")
                work.commit()
            back_up(store.database, file, now, lambda table: click.echo(f"  {table}", err=True))
        except BadBackup as fault:
            start.stop(str(fault))
        except Unavailable:
            start.stop("The database cannot be reached. There is no backup.")
        except OSError as fault:
            start.stop(f"{file} cannot be written: {fault.strerror}. There is no backup.")
    click.echo(
        f"Backed up to {file}. Its words are sealed: to restore them keep LANYARD_KEY and "
        "LANYARD_AUDIT_KEY too, somewhere else. Who reported, and about whom, can be read in it "
        "without a key: keep it where only those can get at it who may know that.",
        err=True,
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@click.option("--token", "tokens", multiple=True, help="A proof from a digest made before it.")
@click.option(
    "--certificates",
    type=click.File(encoding="utf-8"),
    help="Erasures since the backup, as `retention --certificates` prints them.",
)
def restore(
    file: Path, replace: bool, tokens: tuple[str, ...], certificates: IO[str] | None
) -> None:
    """Verify the backup FILE and put it into this database; what was erased stays erased."""
    from storage.backup import BadBackup
    from storage.backup import restore as put_back
    from storage.sealing import BadKey

    known = [_certificate(line) for line in certificates or () if line.strip()]
    with closing(start.store()) as store:
        try:
            done = put_back(
                file,
                store.database,
                start.store,
                clock.now(),
                tokens=tokens,
                certificates=known,
                replace=replace,
            )
        except (BadBackup, BadKey) as fault:
            start.stop(f"{fault}\nNothing was restored.")
        except Unavailable:
            start.stop("The database cannot be used. Nothing was restored.")
    made = f"made {done.made_at:%d %B %Y, %H:%M} UTC" if done.made_at else "of an unknown day"
    click.echo(
        f"Restored {done.reports} reports from a backup {made}. {done.erased_again} that had "
        "been erased since were erased again. Erasures after that day that stand in no list "
        "given here cannot be known: hold the certificates against it.\n"
        f"The record was put back to {done.put_back.to:%d %B %Y, %H:%M} UTC. Reports since then "
        "are not here. Every DSL, every deputy, the Principal and the chair are told so when "
        "Lanyard runs again. Tell them now as well: they are to look at their cards since then "
        "and speak to whoever sent them.",
        err=True,
    )


def _certificate(line: str) -> Certificate:
    try:
        data = json.loads(line)
        return Certificate(
            data["ref"], datetime.fromisoformat(data["at"]), data["role"], data["key"]
        )
    except (ValueError, KeyError, TypeError):
        start.stop("The list of certificates cannot be read. Nothing was restored.")


@click.group()
def audit() -> None:
    """The chain of what was done."""


@audit.command("verify")
@click.option("--token", "tokens", multiple=True, help="A proof from a digest, or the chair's.")
def verify(tokens: tuple[str, ...]) -> None:
    """Whether the audit is whole; names the first entry that is not."""
    with closing(_ready()) as store:
        faults = store.verify_tokens(tokens)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    known = "up to the proof and since" if tokens else "as far as it goes; a --token proves its end"
    click.echo(f"The audit is whole, {known}.", err=True)


def _ready() -> SqlStore:
    """The store, at this version and with its keys proved, or a sentence that says why not."""
    from storage.sealing import BadKey

    store = start.store()
    try:
        store.upgrade()
    except BadKey as fault:
        start.stop(str(fault))
    except Unavailable:
        start.stop("The database cannot be reached. Nothing was changed.")
    return store


COMMANDS = (keys, backup, restore, audit)
