"""Whom somebody is told to ring: never themselves, never whom it is about, first who is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation import Audience
from bot.form import Route, Urgency
from bot.incident import Concern, Incident
from bot.people import Directory, Role
from bot.recipients import called, called_first, to_ring, to_ring_about_a_child
from bot.views.act_now import act_now, not_saved
from bot.views.receipt import not_delivered, phone_now
from bot.views.wording import with_role
from intents.forms import REPORTS
from tests.troupe import TUESDAY, school

DIRECTORY = school().directory()
FORMS = {form.name: form for form in REPORTS}
PEOPLE = sorted(DIRECTORY.people)
RUNG = {
    Route.CHILD: ("khan", "okoro", "lindqvist", "farrow"),
    Route.SITE: ("khan", "okoro", "lindqvist", "farrow"),
    Route.ADULT: ("farrow", "penrose"),
}
"""In this order, of Oak Centre."""


def without(*people: str) -> Directory:
    """The school while these are away."""
    until = TUESDAY + timedelta(days=2)
    return DIRECTORY.with_people(
        replace(p, away_until=until) if p.id in people else p for p in DIRECTORY.people.values()
    )


def report(reporter: str, route: Route = Route.CHILD, concerned: tuple[str, ...] = ()) -> Incident:
    concerns = tuple((person, Concern.SUBJECT) for person in concerned)
    at = datetime.fromisoformat(TUESDAY.isoformat())
    return Incident("7KQ2M", "child", route, Urgency.IMMEDIATE, "oak", reporter, at, None, concerns)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.sampled_from(PEOPLE),
    st.sampled_from(list(Route)),
    st.sets(st.sampled_from(PEOPLE)),
    st.sets(st.sampled_from(PEOPLE)),
)
def test_those_here_come_first_and_never_the_reporter_or_whom_it_concerns(
    reporter: str, route: Route, away: set[str], concerned: set[str]
) -> None:
    directory = without(*away)
    incident = report(reporter, route, tuple(sorted(concerned)))
    may = [p for p in RUNG[route] if p != reporter and p not in concerned]
    expected = sorted(may, key=lambda person: person in away)
    assert [p.id for p in to_ring(incident, directory, TUESDAY)] == expected
    for card in (
        phone_now(incident, directory, TUESDAY),
        not_delivered(incident, directory, TUESDAY),
    ):
        said = " ".join(card.text)
        assert "999" in said
        assert "Council Front Door" in said or "Designated officer" in said
        for person in {reporter, *concerned}:
            assert DIRECTORY.people[person].name not in said


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(PEOPLE), st.sets(st.sampled_from(PEOPLE)), st.sets(st.sampled_from(PEOPLE)))
def test_the_button_names_whom_the_alarm_calls(
    reporter: str, away: set[str], none: set[str]
) -> None:
    """Whoever is away, and whichever roles nobody holds (``none``)."""
    directory = without(*away)
    directory = directory.with_people(
        replace(p, holdings=()) if p.id in none else p for p in directory.people.values()
    )
    person = directory.people[reporter]
    incident = replace(report(reporter), centre=person.centre)
    reached = called(Audience.SAFEGUARDING, incident, directory, TUESDAY)
    told = [p.id for p in reached if p.id != reporter and not p.holds(Role.CHAIR)]
    named = called_first(person, directory, TUESDAY)
    assert told == [p.id for p in named]


@pytest.mark.parametrize(
    ("reporter", "away", "ring", "button"),
    [
        (
            "amira",
            (),
            "Ms Khan (DSL), 01632 960001 or Mr Okoro (deputy DSL), 01632 960002",
            "Ms Khan and Mr Okoro",
        ),
        (
            "khan",
            (),
            "Mr Okoro (deputy DSL), 01632 960002 or Mx Lindqvist (deputy DSL), 01632 960003",
            "Mr Okoro and Mx Lindqvist",
        ),
        (
            "amira",
            ("khan", "okoro", "lindqvist"),
            "Dr Farrow (Principal), 01632 960004 or Ms Khan (DSL), 01632 960001",
            "Dr Farrow",
        ),
        (
            "amira",
            ("khan", "lindqvist"),
            "Mr Okoro (deputy DSL), 01632 960002 or Dr Farrow (Principal), 01632 960004",
            "Mr Okoro",
        ),
        (
            "amira",
            ("khan", "okoro", "lindqvist", "farrow"),
            "Ms Khan (DSL), 01632 960001 or Mr Okoro (deputy DSL), 01632 960002",
            "Ms Khan and Mr Okoro",
        ),
    ],
)
def test_the_act_now_card_sends_nobody_to_themselves_or_to_an_empty_desk(
    reporter: str, away: tuple[str, ...], ring: str, button: str
) -> None:
    directory = without(*away)
    person = directory.people[reporter]
    card = act_now(directory, FORMS, person, TUESDAY)
    assert card.text[0] == f"Child in danger now? Ring 999. Then speak to {ring}."
    assert card.buttons[0].label == f"Child: tell {button}"
    assert f"Ring {ring} now." in " ".join(not_saved(directory, person, TUESDAY, "f1").text)


def test_with_nobody_left_the_front_door_remains() -> None:
    nobody = DIRECTORY.with_people(replace(p, holdings=()) for p in DIRECTORY.people.values())
    amira = nobody.people["amira"]
    assert to_ring_about_a_child(amira, nobody, TUESDAY) == ()
    door = "Council Front Door, 01632 960100"
    assert f"Then ring {door}." in act_now(nobody, FORMS, amira, TUESDAY).text[0]
    assert f"Ring {door} now." in " ".join(not_saved(nobody, amira, TUESDAY, "f1").text)


def test_a_role_is_the_one_they_hold_at_the_centre() -> None:
    bryn = DIRECTORY.people["bryn"]
    lindqvist = DIRECTORY.people["lindqvist"]
    assert with_role(lindqvist, "ash") == "Mx Lindqvist (DSL), 01632 960003"
    assert with_role(lindqvist, "oak") == "Mx Lindqvist (deputy DSL), 01632 960003"
    (chair,) = DIRECTORY.holders(Role.CHAIR)
    assert with_role(chair, "oak") == "Mrs Penrose (chair of governors), 01632 960005"
    assert with_role(bryn, "ash") == "Bryn Moss, 01632 960011"
