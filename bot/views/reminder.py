"""The one list of reports that still wait for somebody, for one person or one room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.card import Button, Card, Tone, press
from bot.escalation import Escalation, SchoolTime, unanswered
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.views.case import URGENCIES, kind_of
from bot.views.wording import age

MOST = 6
"""How many reports a list shows with their buttons; every platform shows so many at once."""


def reminder(
    waiting: Sequence[tuple[Incident, Escalation]], now: datetime, clock: SchoolTime
) -> Card:
    """What nobody has taken, the most urgent and then the oldest first."""
    rows = sorted(
        waiting,
        key=lambda row: (row[0].urgency is not Urgency.IMMEDIATE, row[0].reported_at),
    )
    if not rows:
        return Card(
            title="Nothing waits for you now",
            tone=Tone.DONE,
            text=("Somebody has each of the reports that stood here.",),
            summary="Nothing waits for you now.",
        )
    count = len(rows)
    title = "1 report waits" if count == 1 else f"{count} reports wait"
    shown = rows[:MOST]
    text = [f"{count - MOST} more are not shown here."] if count > MOST else []
    if any(unanswered(escalation, clock) for _, escalation in rows):
        text.insert(0, "NOBODY HAS ANSWERED. Everybody who could be called has been called.")
    buttons = [
        button
        for incident, _ in shown
        for button in (
            Button(f"Open {incident.ref}", press("open", incident.ref)),
            Button(f"I have got {incident.ref}", press("take", incident.ref)),
        )
    ]
    if count > MOST:
        buttons.append(Button("Show all open cases", press("cases")))
    urgent = any(incident.urgency is Urgency.IMMEDIATE for incident, _ in rows)
    return Card(
        title=f"{title} for somebody",
        tone=Tone.URGENT if urgent else Tone.WARNING,
        text=tuple(text),
        facts=tuple(_row(incident, escalation, now, clock) for incident, escalation in shown),
        buttons=tuple(buttons),
        summary=f"{title} for somebody. Nobody has taken {'it' if count == 1 else 'them'}.",
    )


def _row(
    incident: Incident, escalation: Escalation, now: datetime, clock: SchoolTime
) -> tuple[str, str]:
    since = escalation.started_at if incident.open_again else incident.reported_at
    waited = f"waiting {age(now - since)}"
    nobody = ", nobody has answered" if unanswered(escalation, clock) else ""
    if incident.route is Route.ADULT:
        return incident.ref, f"{waited}{nobody}. Open it alone."
    urgency = URGENCIES[incident.urgency]
    return f"{incident.ref}, {urgency}, {kind_of(incident)}", f"{waited}{nobody}"
