"""What keeps a report that somebody has from being forgotten: the owner, cover, and hand-overs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.card import Button, Card, Tone, press
from bot.escalation import Escalation
from bot.form import Route
from bot.incident import Incident
from bot.people import Directory
from bot.views.wording import age, clock_time


def on_it(
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
    *,
    viewer: str,
    asked_at: datetime,
    shown: bool,
) -> Card | None:
    """Chases the owner until they have spoken to the reporter, and after that until it is
    closed; while they are away, whoever could take it over. ``asked_at``: when it was asked.
    ``None`` where it is answered before it was ``shown``, as after an outage."""
    ref, taken = incident.ref, escalation.taken
    answered = _answered(incident, escalation, directory, now, viewer, asked_at)
    if answered:
        return _over(ref, answered) if shown else None
    if taken is None or taken.by != viewer:
        return _cover(incident, escalation, directory)
    spoken, touched = escalation.spoken_at, escalation.touched_at
    still_yours = _offered(escalation, directory)
    if spoken is None:
        return Card(
            title=f"{ref}: have you spoken to the reporter?",
            tone=Tone.WARNING,
            text=(
                "You have this. You are asked again until you say so. Open it for their number.",
                *still_yours,
            ),
            buttons=(
                Button("I spoke to the reporter", press("spoke", ref), primary=True),
                Button("Open", press("open", ref)),
                Button("Hand over", press("hand", ref)),
            ),
            summary=f"{ref}: still on it?",
        )
    return Card(
        title=f"{ref}: are you still on it?",
        tone=Tone.WARNING,
        text=(
            f"You have this. Nothing was recorded for {age(now - max(spoken, touched or spoken))}.",
            *still_yours,
        ),
        buttons=(
            Button("I am still on it", press("still", ref), primary=True),
            Button("Open", press("open", ref)),
            Button("Hand over", press("hand", ref)),
            Button("Close", press("close", ref)),
        ),
        summary=f"{ref}: still on it?",
    )


def _answered(
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
    viewer: str,
    asked_at: datetime,
) -> str:
    """Why ``viewer`` need not answer any more; empty while they must."""
    taken, spoken, touched = escalation.taken, escalation.spoken_at, escalation.touched_at
    if incident.closed_at is not None or taken is None:
        return "closed" if incident.closed_at is not None else "nobody has it now"
    if taken.by != viewer:
        owner = directory.person(taken.by)
        return f"{owner.name} has it" if owner is not None and not owner.away(now) else ""
    if spoken is not None and asked_at <= spoken:
        return f"spoke to the reporter, {clock_time(spoken, directory.zone)}"
    if spoken is not None and touched is not None and asked_at <= touched:
        return f"still on it, {clock_time(touched, directory.zone)}"
    return ""


def _over(ref: str, state: str) -> Card:
    return Card(
        title=f"{ref}: {state}.",
        tone=Tone.DONE,
        buttons=(Button("Open", press("open", ref)),),
        summary=f"{ref}: recorded.",
    )


def _cover(incident: Incident, escalation: Escalation, directory: Directory) -> Card:
    owner = directory.person(escalation.taken.by) if escalation.taken else None
    name = owner.name if owner else "Somebody"
    return Card(
        title=f"{incident.ref}: {name} has this and is away. Who takes it over?",
        tone=Tone.WARNING,
        text=("Until somebody does, perhaps nobody is looking after it.",),
        buttons=(
            Button("Open", press("open", incident.ref), primary=True),
            Button("Take it over", press("takeover", incident.ref)),
        ),
        summary=f"{incident.ref}: who takes it over?",
    )


def overdue(
    incident: Incident, escalation: Escalation, directory: Directory, now: datetime
) -> Card:
    """Tells somebody above the owner that a report was taken and nothing was recorded since."""
    ref, taken = incident.ref, escalation.taken
    if incident.closed_at is not None or taken is None:
        return _over(ref, "closed" if incident.closed_at is not None else "nobody has it now")
    owner = directory.person(taken.by)
    name = owner.name if owner else "Somebody"
    taken_for = age(now - taken.at)
    missing = "nothing recorded lately"
    if escalation.spoken_at is None:
        missing = "nobody recorded speaking to the reporter"
    return Card(
        title=f"{ref}: taken {taken_for} ago, {missing}",
        tone=Tone.WARNING,
        text=(f"{name} has this. We keep asking them. Please ask them too, or take it over.",),
        buttons=(
            Button("Open", press("open", ref), primary=True),
            Button("Take it over", press("takeover", ref)),
        ),
        summary=f"{ref}: open now, alone." if incident.route is Route.ADULT else f"{ref}: late.",
    )


def offer(incident: Incident, escalation: Escalation, directory: Directory, viewer: str) -> Card:
    """Asks somebody to accept a report; until they do, whoever offers it has it."""
    ref = incident.ref
    taken, offered = escalation.taken, escalation.offered
    if taken is not None and taken.by == viewer:
        return _over(ref, "you have it")
    if taken is None or offered is None or offered.to != viewer or incident.closed_at is not None:
        state = "not offered to you any more"
        return replace(_over(ref, state), summary=f"{ref}: {state}.")
    owner = directory.person(taken.by)
    name = owner.name if owner else "Somebody"
    return Card(
        title=f"{name} asks you to take {ref}",
        tone=Tone.WARNING,
        text=(f"Until you accept it, {name} has it. Open it first.",),
        buttons=(
            Button("Open", press("open", ref), primary=True),
            Button("I accept it", press("accept", ref)),
            Button("I cannot", press("decline", ref)),
        ),
        summary=f"{ref}: somebody asks you to take it.",
    )


def declined(incident: Incident) -> Card:
    """Tells the owner that a hand-over came to nothing."""
    return Card(
        title=f"{incident.ref} was not accepted. You still have it.",
        tone=Tone.WARNING,
        buttons=(
            Button("Open", press("open", incident.ref), primary=True),
            Button("Hand over", press("hand", incident.ref)),
        ),
        summary=f"{incident.ref}: you still have it.",
    )


def passed_on(
    incident: Incident, escalation: Escalation, directory: Directory, viewer: str
) -> Card:
    """Tells whoever had a report that they have it no longer; unless they took it back."""
    if escalation.taken is not None and escalation.taken.by == viewer:
        return _over(incident.ref, "closed" if incident.closed_at is not None else "you have it")
    owner = directory.person(escalation.taken.by) if escalation.taken else None
    text = f"{owner.name} has it now." if owner else "Somebody else is being called."
    return Card(
        title=f"You no longer have {incident.ref}",
        tone=Tone.DONE,
        text=(text,),
        summary=f"{incident.ref}: you no longer have it.",
    )


def _offered(escalation: Escalation, directory: Directory) -> tuple[str, ...]:
    if escalation.offered is None:
        return ()
    to = directory.person(escalation.offered.to)
    at = clock_time(escalation.offered.at, directory.zone)
    return (f"{to.name if to else 'Somebody'} was asked at {at} and has not accepted it.",)
