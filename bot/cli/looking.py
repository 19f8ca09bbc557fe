"""Asks every platform in use, and every way outside the chat, whether it is set up there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.people import Directory
from bot.ports import Unavailable
from bot.settings import SchoolFile, Secrets

if TYPE_CHECKING:
    from bot.app import App
    from bot.finding import Finding

NAMES = {"slack": "Slack", "teams": "Teams", "mail": "Mail", "text": "Text messages"}

Looked = tuple[str, "Finding"]


def platform_faults(school: SchoolFile, secret: Secrets) -> list[str]:
    """What is amiss on the platforms, each with the exact place to mend it; what is in order is
    printed. People are those of the database, where it can be asked."""
    if not secret.platforms and not school.routes:
        return []
    without_texts = school.text is not None and secret.notify_key is None
    app = start.application(platforms=() if without_texts else None)
    try:
        looked = asyncio.run(_look(app))
    finally:
        app.close()
    _print_in_order(looked)
    return list(dict.fromkeys(f"{NAMES[at]}: {found}" for at, found in looked if found.what))


async def _look(app: App) -> list[Looked]:
    directory = _directory(app)
    try:
        return [
            (platform, finding)
            for platform, adapter in app.adapters.items()
            for finding in await adapter.check(directory)
        ]
    finally:
        for adapter in app.adapters.values():
            await adapter.stop()


def _directory(app: App) -> Directory:
    try:
        with app.store.work() as work:
            return app.bot.refresh(work, clock.now())
    except Unavailable:
        return app.bot.directory()


def _print_in_order(looked: list[Looked]) -> None:
    for platform in dict.fromkeys(at for at, _ in looked):
        about = ", ".join(_in_order(platform, looked))
        click.echo(f"{NAMES[platform]}, in order: {about or 'nothing yet'}.")


def _in_order(platform: str, looked: list[Looked]) -> Iterator[str]:
    here = [finding for at, finding in looked if at == platform]
    amiss = {finding.about for finding in here if finding.what}
    yield from dict.fromkeys(f.about for f in here if f.about not in amiss)
