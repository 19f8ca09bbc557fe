"""The card for somebody who cannot go to a role-holder: everybody else, inside and outside."""

from __future__ import annotations

from bot.card import Button, Card, press
from bot.people import Directory, Role
from bot.views.act_now import DSL_INVOLVED, NO_HOLD, PRINCIPAL_INVOLVED, outside_numbers
from bot.views.wording import label, with_number


def ways_round(directory: Directory, without: frozenset[str], hold: str | None) -> Card:
    """Whom one may tell past the people in ``without``; nobody's leave is needed.

    ``hold`` names the words already typed, which an alarm then takes with it.
    """
    facts = []
    buttons = []
    principal = directory.first(Role.PRINCIPAL, without=without)
    chair = directory.first(Role.CHAIR, without=without)
    if principal is not None:
        facts.append(("Principal", with_number(principal)))
        words = f"About a DSL or deputy: tell {principal.name}"
        buttons.append(Button(label(words), press("tell", DSL_INVOLVED, hold or NO_HOLD)))
    if chair is not None:
        facts.append(("Chair of governors", with_number(chair)))
        words = f"About the Principal: tell {chair.name}"
        buttons.append(Button(label(words), press("tell", PRINCIPAL_INVOLVED, hold or NO_HOLD)))
    return Card(
        title="You may go straight to any of these",
        text=(
            "Child in danger now? Ring 999.",
            "You need nobody's leave to ring a number below, and you need not say here why.",
            "Nobody has been told yet. One press tells the person it names, and nobody whom it is"
            " about.",
        ),
        facts=(*facts, *outside_numbers(directory)),
        buttons=tuple(buttons),
        summary="Who else you can tell.",
    )
