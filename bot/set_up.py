"""What is missing in the set-up: every fault at once, in plain words, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.card import Press
from bot.form import Form
from bot.people import Directory, Number, Person, Role, without_title
from bot.recipients import on_call
from bot.rota import uncovered
from bot.routes import to_person
from bot.settings import SchoolFile, Secrets

STALE = timedelta(days=365)
"""How long a number may go without somebody ringing it to check."""

CALLED = (Role.DSL, Role.DEPUTY, Role.PRINCIPAL, Role.CHAIR)
"""Whoever may be called at night."""

GIVE = "Give somebody the role: python -m bot people give PERSON"


@dataclass(frozen=True)
class Fault:
    """One thing to mend. ``code`` has ids only, and stays the same while the fault does; ``what``
    is wrong, and what to ``do``, are sentences."""

    code: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what} {self.do}"


@dataclass(frozen=True)
class SetUp:
    """All that can be judged without asking anybody: the file, the secrets, the people as they
    are, the forms, and since when the policy's review is overdue."""

    school: SchoolFile
    secrets: Secrets
    directory: Directory
    forms: tuple[Form, ...]
    review_due: date | None

    def faults(self, now: datetime) -> tuple[Fault, ...]:
        """Every fault there is at ``now``."""
        today = now.astimezone(self.directory.zone).date()
        return (
            *role_faults(self.directory),
            *name_faults(self.directory),
            *rota_faults(self.directory, now),
            *on_call_faults(self.directory, texts=self.school.text is not None),
            *reach_faults(self.directory, self.secrets.platforms or ("web",), self.school.routes),
            *route_faults(self.school, self.secrets, self.directory),
            *number_faults(self.directory, today),
            *policy_faults(self.review_due, today),
            *phrase_faults(self.forms),
        )


def role_faults(directory: Directory) -> Iterator[Fault]:
    """Each centre needs a DSL and a deputy; the school a Principal and a chair."""
    for centre in directory.centres.values():
        for role, name in ((Role.DSL, "DSL"), (Role.DEPUTY, "deputy DSL")):
            if not directory.holders(role, centre.id):
                give = f"{GIVE} {role} --centre {centre.id}"
                yield Fault(f"no-{role} {centre.id}", f"{centre.name} has no {name}.", give)
    for role, name in ((Role.PRINCIPAL, "Principal"), (Role.CHAIR, "chair of governors")):
        if not directory.holders(role):
            yield Fault(f"no-{role}", f"There is no {name}.", f"{GIVE} {role}")
    if not directory.holders(Role.IT):
        yield Fault(
            "no-it",
            "Nobody holds the role of IT: filtering breaches go to the DSL alone.",
            f"{GIVE} {Role.IT}",
        )


def name_faults(directory: Directory) -> Iterator[Fault]:
    """Whoever a report must be kept from is known by every name that staff use."""
    for person in directory.role_holders():
        if len(without_title(person.name)) < 2 and not person.also_called:
            yield Fault(
                f"no-first-name {person.id}",
                f"{person.name}: first name missing. A report that calls them by it would not be "
                "kept from them.",
                "Put it, and what else staff call them, into lanyard.toml (also_called).",
            )


def rota_faults(directory: Directory, now: datetime) -> Iterator[Fault]:
    """Every centre needs somebody who is here."""
    for centre in uncovered(directory, now):
        if directory.holders(Role.DSL, centre) or directory.holders(Role.DEPUTY, centre):
            yield Fault(
                f"nobody-here {centre}",
                f"Every DSL and deputy of {directory.centres[centre].name} is marked away.",
                "Name somebody, or mark somebody as here: write “who is here” to Lanyard.",
            )


def on_call_faults(directory: Directory, *, texts: bool) -> Iterator[Fault]:
    """Each centre needs somebody on call who may open its reports, once anybody is on call or
    can be sent a text message."""
    if not texts and not directory.holders(Role.ON_CALL):
        return
    for centre in directory.centres.values():
        if on_call(centre.id, directory):
            continue
        what = f"Nobody is on call for {centre.name}."
        do = "Name somebody: python -m bot rota on-call PERSON"
        if named := directory.first(Role.ON_CALL, centre.id):
            what = f"{named.name} is on call but may open no report of {centre.name}."
            do = (
                "Name somebody who may, or give them a role there: "
                f"python -m bot people give {named.id} deputy --centre {centre.id}"
            )
        woken = "While the school is shut, its DSL and deputies are all woken instead."
        yield Fault(f"no-on-call {centre.id}", f"{what} {woken}", do)


def reach_faults(
    directory: Directory, platforms: tuple[str, ...], routes: tuple[str, ...] = ()
) -> Iterator[Fault]:
    """Every role-holder has a number and a way to be reached, every centre rooms."""
    for person in directory.role_holders():
        if not person.phone:
            yield Fault(
                f"no-phone {person.id}",
                f"{person.name} has no telephone number.",
                "Put it into lanyard.toml (phone).",
            )
        if not to_person(person, (*platforms, *routes)):
            yield Fault(
                f"no-account {person.id}",
                f"{person.name} has no account on {' or '.join(platforms)}, and no other route.",
                "Put one into lanyard.toml (accounts, mail or mobile).",
            )
    for centre in directory.centres.values():
        for platform in platforms:
            if platform not in centre.dsl_rooms:
                yield Fault(
                    f"no-room {centre.id} {platform}",
                    f"{centre.name} has no private DSL channel on {platform}.",
                    "Make one, and put its id into lanyard.toml (dsl_rooms).",
                )


def route_faults(school: SchoolFile, secret: Secrets, directory: Directory) -> Iterator[Fault]:
    """Ways outside the chat that are half set up, and who can be woken by none."""
    if school.text is not None and secret.notify_key is None:
        yield Fault(
            "no-notify-key",
            "NOTIFY_KEY is missing: lanyard.toml sets up text messages ([text]).",
            "Set it in the environment.",
        )
    sections = ((school.mail, "mail", "[mail]"), (school.text, "mobile", "[text]"))
    for section, route, told in sections:
        if section is None and any(getattr(p, route) for p in directory.people.values()):
            yield Fault(
                f"unused-{route}",
                f"People have a {route}, but {told} is not set up: it is never used.",
                f"Set up {told} in lanyard.toml.",
            )
    if school.text is not None:
        for person in directory.role_holders():
            if not person.mobile and wakeable(person):
                yield Fault(
                    f"no-mobile {person.id}",
                    f"{person.name} has no mobile: at night nothing wakes them.",
                    "Put it into lanyard.toml (mobile).",
                )


def wakeable(person: Person) -> bool:
    """Whether somebody of their role is called at night."""
    return any(person.holds(role) for role in CALLED)


def number_faults(directory: Directory, today: date) -> Iterator[Fault]:
    """Every number outside was rung within the last year."""
    numbers = directory.numbers
    known = (numbers.front_door, numbers.officer, numbers.on_call, numbers.whistleblowing)
    names = ("front_door", "officer", "on_call", "whistleblowing")
    for name, number in zip(names, known, strict=True):
        if number is not None and (what := _unchecked(number, today - STALE)):
            do = f"Ring {number.number}, and put the day into lanyard.toml (numbers.{name})."
            yield Fault(f"unchecked {name}", what, do)


def _unchecked(number: Number, oldest: date) -> str:
    if number.verified_on is None:
        return f"{number.name}: nobody has rung this number to check it (verified_on)."
    if number.verified_on < oldest:
        return f"{number.name}: last checked {number.verified_on}, over a year ago."
    return ""


def policy_faults(review_due: date | None, today: date) -> Iterator[Fault]:
    if review_due is not None and today > review_due:
        yield Fault(
            "policy-overdue",
            f"The policy's review has been overdue since {review_due:%B %Y}.",
            "Load the reviewed one: python -m bot policy import FILE",
        )


def phrase_faults(forms: Iterable[Form]) -> Iterator[Fault]:
    """Each phrase that begins a form must begin that one alone."""
    seen: dict[str, str] = {}
    for form in forms:
        for phrase in form.begins:
            if phrase in seen:
                yield Fault(
                    f"phrase {seen[phrase]} {form.name}",
                    f"“{phrase}” begins both {seen[phrase]} and {form.name}.",
                    "Take it out of one of the forms.",
                )
            seen[phrase] = form.name
            if Press.parse(phrase).verb in ("take", "open"):
                yield Fault(
                    f"phrase {form.name}",
                    f"“{phrase}” looks like a press.",
                    "Take it out of the form.",
                )
