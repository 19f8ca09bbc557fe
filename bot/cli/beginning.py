"""The command that begins a set-up: questions in a terminal, answered into a ``lanyard.toml``."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.slack import places as slack
from adapters.teams import places as teams
from bot import clock
from bot.cli import start
from bot.cli.asking import Asker, BadDraft, interview
from bot.cli.questions import Interview
from bot.cli.written import written
from bot.settings import SchoolFile, Secrets, SettingsFault, read_secrets

AGAIN = "python -m bot init"


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=start.SCHOOL_FILE,
    show_default=True,
    help="Where to write the settings.",
)
def init(out: Path) -> None:
    """Write lanyard.toml by questions; what was answered is kept when it is stopped."""
    again = AGAIN if out == start.SCHOOL_FILE else f"{AGAIN} --out {out}"
    try:
        _begin(out, again)
    except click.Abort:
        click.echo()
        start.stop(f"Stopped. Your answers are kept; go on with: {again}", code=1)
    except OSError as fault:
        start.stop(f"{out} cannot be written: {fault.strerror}. Name another place with --out.")


def _begin(out: Path, again: str) -> None:
    if out.exists() and not click.confirm(f"{out} is there already. Write over it at the end?"):
        start.stop(f"Nothing was changed. To write another: {AGAIN} --out OTHER.toml")
    draft = out.with_name(f"{out.name}.draft")
    try:
        asker = Asker(draft)
    except BadDraft:
        start.stop(f"{draft} cannot be read. Move it away, then begin again with: {again}")
    click.echo("Type back to change the last answer. Ctrl-C stops and keeps what you answered.")
    if asker.answered:
        click.echo(f"Going on where you stopped: {asker.answered} answers are kept.")
    now, homes = clock.now(), _homes()
    school = interview(asker, lambda asker: Interview(asker, now, homes).school_file())
    beside = out.with_name(f"{out.name}.new")
    beside.write_text(written(school), encoding="utf-8")
    beside.replace(out)
    asker.done()
    click.echo(f"\nWritten: {out}. Any editor can change it.")
    _tell_environment(school)


def _homes() -> dict[str, str]:
    """The workspace and the tenant, where the environment names them already."""
    try:
        secret = read_secrets()
    except SettingsFault:
        return {}
    return {"slack": secret.slack_team, "teams": secret.teams_tenant}


def _tell_environment(school: SchoolFile) -> None:
    """Which variables are still to be set, with where each is found, ready to be copied."""
    try:
        needed = _needed(school, read_secrets())
    except SettingsFault as fault:
        needed = []
        click.echo(str(fault))
    if needed:
        click.echo("Set these in Lanyard's environment, never in that file:\n")
        for name, value, where in needed:
            click.echo(f"# {where}\n{name}={value}")
    click.echo("\nThen: python -m bot check")


def _needed(school: SchoolFile, secret: Secrets) -> list[tuple[str, str, str]]:
    homes = _named_homes(school)
    needed = [
        (name, start.new_key(), where)
        for name, there, where in (
            ("LANYARD_KEY", secret.lanyard_key, "made just now; kept nowhere else"),
            ("LANYARD_AUDIT_KEY", secret.lanyard_audit_key, "made just now; kept nowhere else"),
        )
        if there is None
    ]
    if "slack" in homes and secret.slack_bot_token is None:
        needed += [
            ("SLACK_TEAM", homes["slack"], "the workspace that is let in, and no other"),
            ("SLACK_BOT_TOKEN", "", slack.TOKEN),
            ("SLACK_SIGNING_SECRET", "", slack.SIGNING_SECRET),
            ("SLACK_APP_TOKEN", "", f"or, for Socket Mode, in its place: {slack.APP_TOKEN}"),
        ]
    if "teams" in homes and not secret.teams_app_id:
        needed += [
            ("TEAMS_TENANT", homes["teams"], "the tenant that is let in, and no other"),
            ("TEAMS_APP_ID", "", teams.APP_ID),
            ("TEAMS_APP_SECRET", "", teams.SECRET),
        ]
    if school.mail and not secret.mail_user:
        needed += [("MAIL_USER", "", "of the mail server"), ("MAIL_PASSWORD", "", "of that user")]
    if school.text and secret.notify_key is None:
        needed.append(("NOTIFY_KEY", "", "GOV.UK Notify → API integration → API keys"))
    return needed


def _named_homes(school: SchoolFile) -> dict[str, str]:
    """The workspace and the tenant that people's accounts are in."""
    return {
        chat: account.partition("/")[0]
        for person in school.people
        for chat, account in person.accounts.items()
    }


COMMANDS = (init,)
