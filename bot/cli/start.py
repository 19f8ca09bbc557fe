"""Finds settings, keys and the database, and puts the application of a command together."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot import logs
from bot.settings import SchoolFile, Secrets, SettingsFault, read_school, read_secrets

if TYPE_CHECKING:
    from bot.app import App, Keys
    from storage.store import SqlStore

VAR = Path("var")
SCHOOL_FILE = Path("lanyard.toml")


def stop(sentence: str, code: int = 2) -> NoReturn:
    """End the command with a plain sentence on standard error."""
    click.echo(sentence, err=True)
    raise SystemExit(code)


def school(demo: bool = False) -> SchoolFile:
    """The school's settings, or the fictional school for the demo (and where none is set up).
    Real staff are never served with the fictional school's people and numbers."""
    if not demo and not SCHOOL_FILE.exists() and secrets().platforms:
        stop(f"There is no {SCHOOL_FILE} here. Make one with: python -m bot init")
    try:
        if demo or not SCHOOL_FILE.exists():
            with as_file(files("bot") / "demo.toml") as path:
                return read_school(path)
        return read_school(SCHOOL_FILE)
    except SettingsFault as fault:
        stop(str(fault))


def secrets() -> Secrets:
    try:
        return read_secrets()
    except SettingsFault as fault:
        stop(str(fault))


def database_url(secret: Secrets) -> str:
    """``DATABASE_URL``, else a SQLite file in ``var/``."""
    if secret.database_url:
        return secret.database_url
    VAR.mkdir(mode=0o700, exist_ok=True)
    return f"sqlite:///{VAR / 'lanyard.db'}"


def keys(secret: Secrets) -> Keys:
    """The keys from the environment; for the embedded demo a key of its own in ``var/``."""
    from bot.app import Keys, keys_from

    found = keys_from(secret)
    if found is not None:
        return found
    if secret.database_url or secret.platforms:
        stop(
            "LANYARD_KEY and LANYARD_AUDIT_KEY must be set: nothing is stored unsealed.\n"
            "Make each with: python -m bot keys new"
        )
    return Keys({"demo": _demo_key("demo.key")}, _demo_key("demo-audit.key"))


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(os.urandom(32)).decode()


def _demo_key(name: str) -> bytes:
    VAR.mkdir(mode=0o700, exist_ok=True)
    path = VAR / name
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(new_key())
    return base64.b64decode(path.read_bytes())


def application(*, demo: bool = False, platforms: tuple[str, ...] | None = None) -> App:
    """The application of this machine's settings; a key that is not the database's stops here,
    with what to do. With ``platforms=()`` it speaks to nobody: it may lack the keys for it."""
    from bot.app import build
    from storage.sealing import BadKey

    logs.set_up()
    secret = secrets()
    use = platforms or secret.platforms or ("web",)
    url, ring, settings = database_url(secret), keys(secret), school(demo)
    for name in secret.rehearsals:
        click.echo(
            f"{name.upper()}_STAND_IN is set: this is a rehearsal, nothing reaches {name}.",
            err=True,
        )
    if settings.text is not None and secret.notify_key is None:
        if platforms != ():
            stop("NOTIFY_KEY is missing: lanyard.toml sets up text messages ([text]).")
        # Whoever speaks to nobody needs no key for it.
        settings = settings.model_copy(update={"text": None})
    try:
        return build(settings, secret, platforms=use, url=url, keys=ring)
    except (BadKey, SettingsFault) as fault:
        stop(str(fault))


def store(url: str = "") -> SqlStore:
    """The store of this machine's settings alone, or one at ``url`` with the same keys."""
    from storage.sealing import BadKey
    from storage.store import SqlStore

    logs.set_up()
    secret = secrets()
    ring = keys(secret)
    try:
        return SqlStore.open(url or database_url(secret), kek=ring.kek, audit_key=ring.audit)
    except BadKey as fault:
        stop(str(fault))
