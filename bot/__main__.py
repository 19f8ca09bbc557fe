"""``python -m bot``: the command line."""

from __future__ import annotations

import click

from bot.cli import (
    beginning,
    cases,
    checking,
    drilling,
    governors,
    keeping,
    leaving,
    platforms,
    policy,
    retaining,
    rota,
    serving,
    watching,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Lanyard: policy answers, alarms that are not lost, a weekly digest."""


for module in (
    serving,
    beginning,
    policy,
    cases,
    governors,
    rota,
    leaving,
    drilling,
    checking,
    watching,
    keeping,
    retaining,
    platforms,
):
    for command in module.COMMANDS:
        main.add_command(command)

if __name__ == "__main__":
    main()
