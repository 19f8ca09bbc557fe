"""Commands for a platform's administrator: what is uploaded there."""

from __future__ import annotations

import json

import click
import yaml
from rich.console import Console
from rich.table import Table

from adapters.slack.manifest import manifest, reasons
from bot.cli import start

PATH = "/slack/events"


@click.group()
def slack() -> None:
    """What Slack's administrator needs."""


@slack.command("manifest")
@click.option("--url", default="", help="Where Lanyard is served, such as https://lanyard.example.")
@click.option("--yaml", "as_yaml", is_flag=True, help="YAML instead of JSON.")
@click.option("--name", default="Lanyard", show_default=True, help="What staff see it called.")
@click.option("--reasons", "why", is_flag=True, help="Why it needs each scope, beside it.")
def slack_manifest(url: str, as_yaml: bool, name: str, why: bool) -> None:
    """The app manifest, on standard output: for signed HTTP with --url, else for Socket Mode."""
    if url and not url.startswith("https://"):
        start.stop("Slack only calls https addresses. Write it like: --url https://lanyard.example")
    if not 1 <= len(name) <= 35:
        start.stop("Slack's names have 1 to 35 characters. Choose a shorter --name.")
    made = manifest(url.rstrip("/").removesuffix(PATH) + PATH if url else "", name)
    if as_yaml:
        click.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), nl=False)
    else:
        click.echo(json.dumps(made, indent=2, ensure_ascii=False))
    if why:
        table = Table("scope", "why")
        for scope, reason in reasons():
            table.add_row(scope, reason)
        Console(stderr=True).print(table)


COMMANDS = (slack,)
