"""The command for somebody who has left the school."""

from __future__ import annotations

from contextlib import closing

import click

from bot import clock
from bot.cli import start
from bot.cli.rota import BY, people
from bot.leaving import Stays, leave


@people.command("forget")
@click.argument("person")
def forget(person: str) -> None:
    """Somebody has left: their accounts, numbers and drafts go, and in the end their name.

    While a report is open that is theirs, everything stays; while one is kept that names them,
    their name does. What is left goes by itself within an hour of the last of them. Whoever was
    given Lanyard in Teams and never wrote has no id: PERSON is then their object id.
    """
    with closing(start.application(platforms=())) as app, app.store.work() as work:
        now = clock.now()
        found = app.bot.refresh(work, now).person(person)
        if found is None:
            account = f"{start.secrets().teams_tenant}/{person}"
            if not work.leavers.forget_account(account):
                start.stop(f"Nobody here is called {person}. See: lanyard people")
            work.audit.record(now, BY, "forget-account")
            work.commit()
            click.echo("Nothing is known of that account any more.")
            return
        try:
            leave(work, found, {each.id for each in start.school().people}, BY, now)
        except Stays as fault:
            start.stop(str(fault))
        work.commit()
    click.echo(
        f"{found.name} has left. What no report needs is deleted now, the rest as soon as none "
        "does. Backups made before still have it. If they write again, they are somebody new."
    )


COMMANDS = ()
