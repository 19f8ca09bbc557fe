"""Commands that run: serve, worker, chat, and the database's migrations."""

from __future__ import annotations

import asyncio

import click
from aiohttp import web

from adapters.console.adapter import chat as talk
from bot import logs
from bot.cli import start
from bot.serve import OPTIONS, web_app


@click.command()
@click.option("--demo", is_flag=True, help="Fictional staff on a local page; needs no account.")
@click.option("--port", type=int, default=None, help="Port to listen on (default 8080).")
@click.option("--host", default="0.0.0.0", help="127.0.0.1: only for a proxy on this machine.")
def serve(demo: bool, port: int | None, host: str) -> None:
    """The web server; on SQLite deliveries and clocks run in the same process."""
    secret = start.secrets()
    if demo and (secret.platforms or secret.database_url or start.SCHOOL_FILE.exists()):
        start.stop(
            "The demo shows every message to whoever opens the page, so it does not start beside "
            "real accounts, a DATABASE_URL or a lanyard.toml. Start without --demo, or elsewhere."
        )
    if not demo and not secret.platforms:
        start.stop(
            "No chat platform is set up. Set SLACK_BOT_TOKEN or TEAMS_APP_ID (see README, Set up), "
            "or try: python -m bot serve --demo"
        )
    app = start.application(demo=demo, platforms=("web",) if demo else None)
    embedded = start.database_url(secret).startswith("sqlite")
    at = port or secret.port
    names = " and ".join(platform.title() for platform in secret.platforms)
    told = f"Lanyard serves {names} on port {at}. Ctrl-C stops it."
    if demo:
        host, told = "127.0.0.1", f"Lanyard's local workspace: http://127.0.0.1:{at}/"
    try:
        web.run_app(
            web_app(app, with_loop=embedded, metrics_token=secret.metrics_token),
            host=host,
            port=at,
            print=lambda _: click.echo(told, err=True),
            **OPTIONS,
            shutdown_timeout=10,
        )
    except OSError as fault:
        start.stop(f"Port {at} cannot be used ({fault.strerror}). Try: --port {at + 1}")
    finally:
        app.close()


@click.command()
def worker() -> None:
    """Deliveries, clocks and schedules on PostgreSQL; as many as wanted."""
    secret = start.secrets()
    if start.database_url(secret).startswith("sqlite"):
        start.stop("On SQLite `serve` does this itself; a worker needs DATABASE_URL.")
    app = start.application()

    async def work() -> None:
        for adapter in app.adapters.values():
            await adapter.start()
        try:
            await app.work()
        finally:
            for adapter in app.adapters.values():
                await adapter.stop()

    try:
        asyncio.run(work())
    finally:
        app.close()


@click.command()
@click.option("--as", "person", required=True, help="A person's id, such as amira.")
def chat(person: str) -> None:
    """Talk to it in a terminal."""
    app = start.application(platforms=("web",))
    logs.set_up(level=50)
    if app.bot.directory().person(person) is None:
        known = ", ".join(sorted(app.bot.directory().people))
        start.stop(f"Nobody here is called {person}. There are: {known}.")
    try:
        asyncio.run(talk(app.door, person, vouched=not start.SCHOOL_FILE.exists()))
    finally:
        app.close()


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version: wholly or not at all."""
    logs.set_up()
    start.application(platforms=()).close()
    click.echo("The database is up to date.", err=True)


COMMANDS = (serve, worker, chat, db)
