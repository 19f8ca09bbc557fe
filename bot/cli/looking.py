"""Asks every platform in use, and every way outside the chat, whether it is set up there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.people import Directory

if TYPE_CHECKING:
    from bot.app import App
    from bot.finding import Finding

NAMES = {"slack": "Slack", "teams": "Teams", "mail": "Mail", "text": "Text messages"}

Looked = tuple[str, "Finding"]


async def platform_faults(app: App, directory: Directory) -> list[str]:
    """What is amiss on the platforms, each with the exact place to mend it; what is in order is
    printed. ``directory`` are the people to look for there."""
    try:
        looked = [
            (platform, finding)
            for platform, adapter in app.adapters.items()
            for finding in await adapter.check(directory)
        ]
    finally:
        for adapter in app.adapters.values():
            await adapter.stop()
    _print_in_order(looked)
    return list(dict.fromkeys(f"{NAMES[at]}: {found}" for at, found in looked if found.what))


def _print_in_order(looked: list[Looked]) -> None:
    for platform in dict.fromkeys(at for at, _ in looked):
        about = ", ".join(_in_order(platform, looked))
        click.echo(f"{NAMES[platform]}, in order: {about or 'nothing yet'}.")


def _in_order(platform: str, looked: list[Looked]) -> Iterator[str]:
    here = [finding for at, finding in looked if at == platform]
    amiss = {finding.about for finding in here if finding.what}
    yield from dict.fromkeys(f.about for f in here if f.about not in amiss)
