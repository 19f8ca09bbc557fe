"""Commands about the policy: ask, evaluate, and a policy's life."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from bot import clock
from bot.cli import start
from intents.editions import adopt
from intents.policy import PolicyDesk
from knowledge.answer import Answer, Unsure
from knowledge.policy import Policy, PolicyFault
from knowledge.reading import read_policy

Document = click.Path(exists=True, dir_okay=False, path_type=Path)
policy_option = click.option(
    "--policy", "document", type=Document, help="A policy document to use instead."
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON lines, nothing else.")


@contextmanager
def plain_faults() -> Iterator[None]:
    """What cannot be read ends the command with a sentence, not a trace."""
    try:
        yield
    except PolicyFault as fault:
        start.stop(str(fault))


def line(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


@click.command()
@click.argument("question")
@policy_option
@json_option
def ask(question: str, document: Path | None, as_json: bool) -> None:
    """One answer, and why this clause."""
    with plain_faults():
        desk = PolicyDesk.open(document)
    reading = desk.read(question)
    found = desk.answer(reading, clock.now().date())
    if as_json:
        line(
            {
                "action": reading.action,
                "clauses": list(reading.clauses),
                "verdict": reading.verdict,
                "score": round(reading.score, 4),
                "says": found.says if isinstance(found, Answer) else "",
                "why": reading.why,
            }
        )
        return
    if reading.action != "answer":
        click.echo(f"This is not answered from the policy: {reading.action}.")
    elif isinstance(found, Answer):
        click.echo(f"{found.headline}\n{found.says}\n")
        for clause in (found.clause, *found.others):
            click.echo(f"{clause.id}  {clause.text}\n")
        for step in found.steps:
            click.echo(f"- {step}")
    elif isinstance(found, Unsure):
        click.echo("Which of these do you mean?")
        for near in found.readings:
            click.echo(f"- {near.topic} ({near.clause})")
    else:
        click.echo("The policy does not say. That is not a yes.")
    click.echo(f"\nWhy: {reading.why}\n{desk.edition_line(clock.now())}")


@click.command()
@click.argument("questions", type=Document)
@policy_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Predictions, JSONL.")
@json_option
def evaluate(questions: Path, document: Path | None, out: Path | None, as_json: bool) -> None:
    """Score any labelled question file."""
    from knowledge.evaluation import LabelFault, predict, read_labelled, write_predictions
    from knowledge.figures import figures, report

    with plain_faults():
        desk = PolicyDesk.open(document)
    try:
        labelled = read_labelled(questions)
    except LabelFault as fault:
        start.stop(str(fault))
    desk.read("is this switched on")  # loads the model, so that no question pays for it
    answers = predict(labelled, desk.read)
    predictions = list(
        track(
            answers,
            total=len(labelled),
            description="Reading",
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
    )
    if out is not None:
        write_predictions(predictions, out)
    told = figures(labelled, predictions, desk.policy)
    if as_json:
        shares = {name: round(share.value, 4) for name, share in told.shares.items()}
        line({**shares, "p50_ms": told.ms[0], "p99_ms": told.ms[1]})
    else:
        click.echo(report(told))


@click.group()
def policy() -> None:
    """The policy's life."""


@policy.command("import")
@click.argument("document", type=Document)
def import_policy(document: Path) -> None:
    """Load the school's own document; answers quote it from then on."""
    with plain_faults():
        unguided = PolicyDesk.open(document).unguided
    app = start.application(platforms=())
    school = app.bot.school.on(start.secrets().platforms or ("web",))
    try:
        with app.store.work() as work:
            directory = app.bot.refresh(work, clock.now())
            content = document.read_bytes()
            done = adopt(work, app.desk, directory, school, document.name, content, clock.now())
            if done.adopted:
                work.audit.record(clock.now(), "command-line", "policy-import")
            work.commit()
        clauses = len(app.desk.policy.clauses)
    finally:
        app.close()
    if not done.adopted:
        click.echo(
            "This document says the same as the one in force. Nothing was changed.", err=True
        )
        return
    click.echo(f"{clauses} clauses are in force now.", err=True)
    click.echo(
        f"Changed: {len(done.changed)}. Gone: {len(done.removed)}. People told, because they were "
        f"shown one of these in the last 90 days: {done.told}.",
        err=True,
    )
    if unguided:
        click.echo(
            f"{len(unguided)} of them match no guidance and are answered from their own text. "
            f"A human should read: {', '.join(unguided)}",
            err=True,
        )


def in_force(document: Path | None) -> Policy:
    """The policy of ``document``, else the one in force here, else the bundled edition."""
    with plain_faults():
        if document is not None:
            return read_policy(document)
        secret = start.secrets()
        if not secret.database_url and not (start.VAR / "lanyard.db").exists():
            return PolicyDesk.open().policy
        app = start.application(platforms=())
        try:
            return app.desk.policy
        finally:
            app.close()


@policy.command("show")
@policy_option
@json_option
def show(document: Path | None, as_json: bool) -> None:
    """Every clause of the policy in force, or of a document."""
    for clause in in_force(document).clauses:
        if as_json:
            line(
                {
                    "id": clause.id,
                    "parent": clause.parent,
                    "section": clause.section,
                    "audience": list(clause.audience),
                    "text": clause.text,
                }
            )
        else:
            click.echo(f"{clause.id}  {clause.text}\n")


@policy.command("lint")
@policy_option
@json_option
def lint(document: Path | None, as_json: bool) -> None:
    """What in a policy needs a human: dates, gaps, unfilled template text, old references."""
    from knowledge.lint import lint as faults_of

    for finding in faults_of(in_force(document), clock.now().date()):
        if as_json:
            line({"code": finding.code, "clause": finding.clause_id, "says": finding.sentence})
        else:
            click.echo(f"{finding.clause_id or 'whole'}: {finding.sentence}")


@policy.command("diff")
@click.argument("old", type=Document)
@click.argument("new", type=Document)
@json_option
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Clause by clause, what changed between two documents."""
    from knowledge.difference import differences

    with plain_faults():
        changes = differences(read_policy(old), read_policy(new))
    for change in changes:
        before, after = change.old, change.new
        if as_json:
            line(
                {
                    "kind": str(change.kind),
                    "old": before and {"id": before.id, "text": before.text},
                    "new": after and {"id": after.id, "text": after.text},
                }
            )
            continue
        which = " to ".join(dict.fromkeys(clause.id for clause in (before, after) if clause))
        click.echo(f"{change.kind}: {which}")
        for mark, clause in (("-", before), ("+", after)):
            if clause:
                click.echo(f"  {mark} {clause.text}")


COMMANDS = (ask, evaluate, policy)
