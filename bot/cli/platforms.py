"""Commands for a platform's administrator: what is uploaded there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import yaml
from rich.console import Console
from rich.table import Table

from adapters.slack.manifest import manifest, reasons
from adapters.teams import package
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
        _show(reasons())


@click.group()
def teams() -> None:
    """What Teams' administrator needs."""


@teams.command("package")
@click.option("--website", required=True, help="The school's website, https.")
@click.option("--privacy", default="", help="The notice about personal data. [the website]")
@click.option("--terms", default="", help="The terms of use. [the website]")
@click.option("--app-id", default="", help="The bot's application id. [TEAMS_APP_ID]")
@click.option("--name", default="Lanyard", show_default=True, help="What staff see it called.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("lanyard-teams.zip"),
    show_default=True,
    help="Where to write it.",
)
@click.option("--reasons", "why", is_flag=True, help="Why it needs each part, as well.")
def teams_package(
    website: str, privacy: str, terms: str, app_id: str, name: str, out: Path, why: bool
) -> None:
    """Write the app package: upload it in the Teams admin center under Teams apps, Manage apps."""
    app_id = app_id or start.secrets().teams_app_id
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", app_id):
        start.stop(
            "The bot's application id is missing or is none. Copy it from the registration of the "
            "bot in Azure (Configuration, Microsoft App ID) into TEAMS_APP_ID, or write --app-id."
        )
    addresses = (website, privacy or website, terms or website)
    if any(not re.fullmatch(r"https://[^\s/]+\S*", each) for each in addresses):
        start.stop("Teams only takes https addresses. Write: --website https://school.example")
    if not 1 <= len(name) <= 30:
        start.stop("Teams' names have 1 to 30 characters. Choose a shorter --name.")
    school = start.school().school.name
    publisher = package.Publisher(school[:32], *addresses)
    try:
        out.write_bytes(package.package(app_id.lower(), publisher, name))
    except OSError as fault:
        start.stop(f"{out} cannot be written: {fault.strerror}.")
    click.echo(f"Written: {out}. Upload it in the Teams admin center: Teams apps, Manage apps.")
    if why:
        _show(package.reasons())


def _show(why: tuple[tuple[str, str], ...]) -> None:
    table = Table("part", "why")
    for part, reason in why:
        table.add_row(part, reason)
    Console(stderr=True).print(table)


COMMANDS = (slack, teams)
