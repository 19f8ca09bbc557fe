"""The command that prints or sends the safeguarding governor's report of a term."""

from __future__ import annotations

import json

import click

from bot import clock, governors
from bot.cli import start
from bot.people import Role
from bot.plain import plain
from bot.term import Term
from bot.views.governors import term_card


@click.command("governors")
@click.argument("term")
@click.option("--send", is_flag=True, help="Also send it to the safeguarding governor, now.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, nothing else.")
def command(term: str, send: bool, as_json: bool) -> None:
    """The report of a term in numbers, such as 2026-autumn, for the safeguarding governor."""
    app = start.application(platforms=())
    now, school = clock.now(), app.bot.school.on(start.secrets().platforms or ("web",))
    try:
        with app.store.work() as work:
            directory = app.bot.refresh(work, now)
            try:
                wanted = Term.parse(term)
                report = governors.made(work, wanted, directory, school, now)
            except governors.NotYet as fault:
                start.stop(str(fault))
            except ValueError:
                start.stop(governors.unknown(term, school))
            work.audit.record(now, "command-line", "read-term", detail=str(wanted))
            token = work.audit.checkpoint("", str(wanted))
            readers = directory.holders(Role.GOVERNOR)
            if send and readers:
                governors.send(work, wanted, directory, school, now)
                work.audit.record(now, "command-line", "send-term", detail=str(wanted))
            line = app.desk.edition_line(now)
            work.commit()
        if as_json:
            told = report.to_json() | {"kinds": dict(report.kinds), "policy": line, "proof": token}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            card = term_card(report, line, school.trained_on, token)
            click.echo(plain(card.without_buttons()))
        if send and not readers:
            start.stop("Nobody holds the role of governor. Give it: python -m bot people give")
        if send:
            click.echo("The report is on its way.", err=True)
    finally:
        app.close()


COMMANDS = (command,)
