"""What the watchdog says to people: what is stuck, by reference only, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bot.card import Button, Card, Tone, press
from bot.watch.stuck import Stuck, Why

MOST = 6
"""How many reports a card names with a button; every platform shows so many at once."""

OF_A_REPORT: Mapping[Why, str] = {
    Why.NO_LADDER: "nobody is being called about it.",
    Why.NO_RUNGS: "whom to call about it cannot be read.",
    Why.LADDER_CLOSED: "it is open, and the calling has ended.",
    Why.BEGINS_LATER: "the calling is set to begin later.",
    Why.NO_NEXT: "the next call has no time.",
    Why.OVERDUE: "the next call is late.",
    Why.NEXT_TOO_LATE: "the next call is set too late.",
    Why.NO_MORE: "nobody has it, and nobody will be called again.",
    Why.NEVER_CALLED: "nobody has been called.",
    Why.NOBODY_SHOWN: "no card of it has reached anybody.",
    Why.UNOPENED: "it went out by mail or text message only, and nobody has opened it.",
    Why.NOBODY_MAY: "nobody is left who may know of it.",
    Why.NO_CENTRE: "its centre is not in the settings.",
    Why.LOST_OWNER: "whoever had it may not have it any more, and nobody else has it.",
    Why.OWNER_AWAY: "whoever has it is away, and nobody was asked to take it over.",
    Why.LATE_UNTOLD: "whoever has it has recorded nothing, and nobody else was told.",
    Why.OFFER_UNTOLD: "it was offered to somebody who was not told.",
    Why.OFFER_OPEN: "it was offered to somebody who has not accepted it.",
    Why.PART_UNASKED: "the reporter was not asked who is part of it.",
    Why.NO_RECEIPT: "the reporter has no receipt.",
    Why.RECEIPT_UNTRUE: "the reporter was not told that a card has not arrived.",
    Why.DAMAGED: "part of it cannot be read.",
    Why.UNDELIVERED: "a message about it has not been delivered.",
    Why.NO_OTHER_WAY: "a card has not arrived, and no other way was tried.",
    Why.NOT_REDRAWN: "a card about it is out of date.",
    Why.LEASE: "a message about it is held up.",
    Why.NO_RESULT: "a message about it was never sent.",
    Why.NOT_UNDERSTOOD: "a message about it cannot be read.",
    Why.UNPROVEN: "Lanyard cannot tell how it stands.",
}

OF_LANYARD: Mapping[Why, str] = {
    Why.UNDELIVERED: "A message that is not about a report has not been delivered.",
    Why.NO_OTHER_WAY: "A card has not arrived, and no other way was tried.",
    Why.NOT_REDRAWN: "A message is out of date.",
    Why.LEASE: "A message is held up.",
    Why.NO_RESULT: "A message was never sent.",
    Why.NOT_UNDERSTOOD: "A message cannot be read.",
    Why.LIST: "A list of what waits has not been delivered.",
    Why.UNREADABLE: "A record in the database cannot be read. It may be whole in a backup.",
    Why.HELD_TOO_LONG: "Something that is kept for a day only is still there.",
    Why.NOT_NUDGED: "A reminder to a member of staff was not sent.",
    Why.DIGEST_OWED: "The Principal's digest is late.",
    Why.DIGEST_LOST: "The Principal's digest was made and not sent.",
    Why.GAP_UNTOLD: "A centre has no DSL or deputy today, and nobody was told.",
    Why.CHECK_OWED: "The daily check of the set-up was not made.",
    Why.WORKER: "The worker has stopped: alarms go out late. Start it again.",
    Why.UNPROVEN: "Lanyard cannot tell whether anything is stuck.",
}


def sentence(each: Stuck) -> str:
    """For whoever runs Lanyard: what is stuck, without saying which report."""
    return f"A report: {OF_A_REPORT[each.why]}" if each.about else OF_LANYARD[each.why]


def stuck_card(found: Sequence[Stuck], alone: Collection[str]) -> Card:
    """Everything in ``found``; ``alone`` are the references that are to be opened alone."""
    if not found:
        return Card(
            title="Nothing is stuck now",
            tone=Tone.DONE,
            text=("What stood here goes on again.",),
            summary="Nothing is stuck now.",
        )
    reports = defaultdict(list)
    for each in found:
        if each.about:
            reports[each.about].append(OF_A_REPORT[each.why])
    lines = [
        f"{ref}: {' Also: '.join(whys)}{' Open it alone.' if ref in alone else ''}"
        for ref, whys in list(reports.items())[:MOST]
    ]
    if len(reports) > MOST:
        lines.append(f"{len(reports) - MOST} more reports are not shown here: see all open cases.")
    do = "Do not wait for Lanyard: open each of these and ring whoever should have it."
    return Card(
        title="Lanyard is stuck" if not reports else "Lanyard is stuck: look for yourself",
        tone=Tone.URGENT if reports else Tone.WARNING,
        text=(
            *((do,) if reports else ()),
            *lines,
            *(OF_LANYARD[each.why] for each in found if not each.about),
            "Tell whoever runs Lanyard: python -m bot watch --once",
        ),
        buttons=tuple(Button(f"Open {ref}", press("open", ref)) for ref in list(reports)[:MOST]),
        summary="Something in Lanyard is stuck. Open it now.",
    )
