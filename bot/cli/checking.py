"""The command that looks after the set-up: every fault at once, in plain words."""

from __future__ import annotations

from datetime import date, timedelta

import click

from bot import clock
from bot.card import Press
from bot.cli import start
from bot.form import Form
from bot.people import Directory, Number, Person, Role
from bot.ports import Unavailable
from bot.routes import to_person
from bot.settings import SchoolFile, Secrets
from intents.forms import CASE, REPORTS
from intents.policy import PolicyDesk

STALE = timedelta(days=365)


@click.command()
def check() -> None:
    """Is everything set up? Every fault at once, in plain words."""
    secret, school = start.secrets(), start.school()
    directory = school.directory()
    faults = [
        *role_faults(directory),
        *reach_faults(directory, secret, school.routes),
        *route_faults(school, secret),
        *number_faults(directory),
        *policy_faults(),
        *phrase_faults(),
        *store_faults(secret),
    ]
    for form in (*REPORTS, *CASE):
        print_form(form)
    if not start.SCHOOL_FILE.exists():
        click.echo("There is no lanyard.toml, so this is the fictional school.", err=True)
    if school.text is None:
        click.echo("Nobody can be woken at night: cards say from when somebody may look.")
    if not faults:
        click.echo("Everything is set up.")
        return
    click.echo(f"{len(faults)} to mend:")
    for fault in faults:
        click.echo(f"- {fault}")
    raise SystemExit(1)


def role_faults(directory: Directory) -> list[str]:
    """Each centre needs a DSL and a deputy; the school a Principal and a chair."""
    faults = []
    for centre in directory.centres.values():
        for role, name in ((Role.DSL, "DSL"), (Role.DEPUTY, "deputy DSL")):
            if not directory.holders(role, centre.id):
                faults.append(f"{centre.name} has no {name}.")
    for role, name in ((Role.PRINCIPAL, "Principal"), (Role.CHAIR, "chair of governors")):
        if not directory.holders(role):
            faults.append(f"There is no {name}.")
    if not directory.holders(Role.IT):
        faults.append("Nobody holds the role of IT: filtering breaches go to the DSL alone.")
    return faults


def reach_faults(directory: Directory, secret: Secrets, routes: tuple[str, ...] = ()) -> list[str]:
    """Every role-holder has a number and a way to be reached, every centre rooms."""
    platforms = secret.platforms or ("web",)
    faults = []
    for person in directory.role_holders():
        if not person.phone:
            faults.append(f"{person.name} has no telephone number.")
        if not to_person(person, (*platforms, *routes)):
            faults.append(
                f"{person.name} has no account on {' or '.join(platforms)}, and no other route."
            )
    for centre in directory.centres.values():
        for platform in platforms:
            if platform not in centre.dsl_rooms:
                faults.append(f"{centre.name} has no private DSL channel on {platform}.")
    return faults


def route_faults(school: SchoolFile, secret: Secrets) -> list[str]:
    """Ways outside the chat that are half set up, and who can be woken by none."""
    faults = []
    holders = school.directory().role_holders()
    if school.text is not None and secret.notify_key is None:
        faults.append("NOTIFY_KEY is missing: lanyard.toml sets up text messages ([text]).")
    sections = ((school.mail, "mail", "[mail]"), (school.text, "mobile", "[text]"))
    for section, route, told in sections:
        if section is None and any(getattr(person, route) for person in school.people):
            faults.append(f"People have a {route}, but {told} is not set up: it is never used.")
    if school.text is not None:
        faults += [
            f"{person.name} has no mobile: at night nothing wakes them."
            for person in holders
            if not person.mobile and wakeable(person)
        ]
    return faults


def wakeable(person: Person) -> bool:
    """Whether somebody of their role is called at night."""
    roles = (Role.DSL, Role.DEPUTY, Role.PRINCIPAL, Role.CHAIR)
    return any(person.holds(role) for role in roles)


def number_faults(directory: Directory) -> list[str]:
    today = clock.now().date()
    numbers = directory.numbers
    known = (numbers.front_door, numbers.officer, numbers.on_call, numbers.whistleblowing)
    return [fault for n in known if n for fault in _number_faults(n, today - STALE)]


def _number_faults(number: Number, oldest: date) -> list[str]:
    if number.verified_on is None:
        return [f"{number.name}: nobody has rung this number to check it (verified_on)."]
    if number.verified_on < oldest:
        return [f"{number.name}: last checked {number.verified_on}, over a year ago. Ring it."]
    return []


def policy_faults() -> list[str]:
    policy = PolicyDesk.open().policy
    if policy.overdue(clock.now().date()):
        return [f"The policy's review has been overdue since {policy.review_due:%B %Y}."]
    return []


def phrase_faults() -> list[str]:
    """Each phrase that begins a form must begin that one alone."""
    seen: dict[str, str] = {}
    faults = []
    for form in REPORTS:
        for phrase in form.begins:
            if phrase in seen:
                faults.append(f"“{phrase}” begins both {seen[phrase]} and {form.name}.")
            seen[phrase] = form.name
            if Press.parse(phrase).verb in ("take", "open"):
                faults.append(f"“{phrase}” looks like a press.")
    return faults


def store_faults(secret: Secrets) -> list[str]:
    try:
        app = start.application(platforms=())
        try:
            with app.store.work() as work:
                work.people.all()
        finally:
            app.close()
    except Unavailable:
        return ["The database cannot be reached."]
    return []


def print_form(form: Form) -> None:
    click.echo(f"{form.title} ({form.name})")
    for step in form.steps:
        asked = " [only if an earlier answer says so]" if step.when else ""
        click.echo(f"  {step.name}: {step.prompt}{asked}")


COMMANDS = (check,)
