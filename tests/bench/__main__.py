"""Runs a measurement: `python -m tests.bench NAME [...]`; without a name it lists them."""

import shlex
import sys
from importlib import import_module

import click

BENCHMARKS = {
    "answers": "Lanyard and the rivals over labelled questions: accuracy, refusal, time, memory",
    "bans": "every labelled question there is: Yes where the policy says No?",
    "eyes": "who can see what they may not: every role, absence, room, surface and platform",
    "echo": "asking beside an empty Bolt app that only acknowledges: requests a second and p99",
    "growth": "one policy, ten, a hundred: does an answer stay as quick?",
    "crash": "processes killed at every named point and at random, on both databases",
    "keep": "backups under load, migrations and power cut short, keys rotated: what was lost?",
    "tamper": "sealed words and the audit, tampered with: what was not refused or found?",
    "deliver": "reports through a Slack that fails most calls: undelivered, late, doubled?",
    "burst": "hundreds of notices at once: is Slack's wait obeyed, do alarms go first?",
    "unsaved": "the database held, full, broken off: is anything said to be saved that is not?",
    "kill": "a server killed many times while it works: what was lost, missing or doubled?",
    "paging": "does paging stop for anything but a human who takes it? a machine of many steps",
    "stuck": "every way for a report or a promise to be stuck: found and told within five minutes?",
    "chance": "people who press anything: closed without a reason, less urgent, badly said?",
    "years": "every set of absences, and ten years of weeks: was anybody called late?",
    "lesser": "words around a worry, calm answers: is a report less urgent, fewer called?",
    "jumps": "the machine's clock set forward and back: was anybody called late, or twice?",
    "races": "one submission many times, many takers of one report: one report, one owner?",
    "identify": "a thousand schools' digests and term reports: can a small number be told?",
    "canary": "words that stand nowhere else, through every failure: do they come out anywhere?",
    "slack_wire": "requests Slack did not send, or not so, or not now: is one heard?",
    "teams_wire": "tokens Microsoft did not sign for us, and hosts that would like ours",
    "hostile": "hostile words in every card, mail and exported case: is anything of them active?",
    "size": "hostile size and repetition: expressions, cards",
    "large": "requests of hostile size at a served Lanyard: how long, and how much memory?",
    "words": "a child's words through intake, store and card: the same bytes?",
    "act_now": "the act-now card with neither database nor platform behind it: always shown?",
    "render": "random records on every surface: valid, no number cut, nothing left out unsaid?",
    "slack_load": "fifty people at once and the worker saturated: how long does Slack wait?",
    "press": "first press to card in the channel; the act-now card with no database",
    "workers": "several on one PostgreSQL, paused past their leases: late or doubled sends?",
}
"""A module of this folder with a command `main`, and what it measures; `make bench` runs all."""


def main(arguments: list[str]) -> None:
    """Run the benchmark named first with the arguments after it, `all` of them, or list them."""
    if not arguments:
        click.echo("python -m tests.bench NAME [...], or all:")
        for name, measures in BENCHMARKS.items():
            click.echo(f"  {name:<10} {measures}")
    elif arguments == ["all"]:
        broken = [name for name in BENCHMARKS if _run(name, [])]
        raise SystemExit(f"Not kept: {', '.join(broken)}." if broken else 0)
    elif arguments[0] in BENCHMARKS:
        raise SystemExit(_run(arguments[0], arguments[1:]))
    else:
        raise SystemExit(f"There is no such benchmark. There are: {', '.join(BENCHMARKS)}, all.")


def _run(name: str, arguments: list[str]) -> int:
    """Run one and return its exit code; its command is on standard error, so JSON stays JSON."""
    click.secho(f"$ python -m tests.bench {shlex.join([name, *arguments])}", err=True, bold=True)
    try:
        command: click.Command = import_module(f"tests.bench.{name}").main
        command.main(arguments, prog_name=f"python -m tests.bench {name}", standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except SystemExit as end:
        # a benchmark may exit 1 for what was not kept; the others are still to run
        if isinstance(end.code, str):
            click.echo(end.code, err=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
