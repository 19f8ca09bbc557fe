"""A page of a form: what it asks, what is kept of it, and the way between a form and a chat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from bot.card import Button, Field, Press, Reply, Sheet, press
from bot.checks import Kind, moment, when
from bot.message import ASK, Inside, Message, Place, Standing
from bot.people import Identity
from intents.forms.child import FORM
from tests.troupe import TUESDAY, Troupe, troupe

KEYS = count()
ROOMS = Inside(frozenset({"dsl-oak", "it"}))
"""As the page says of everybody in these tests."""


class Desk:
    """Somebody at a platform that can show forms."""

    def __init__(self, actors: Troupe, person: str) -> None:
        self.actors, self.person = actors, person

    def send(self, what: str | Press, fields: Mapping[str, str] | None = None) -> Reply:
        pressed = what if isinstance(what, Press) else None
        return self.actors.app.bot.hear(
            Message(
                key=f"k{next(KEYS)}",
                identity=Identity("web", self.person),
                place=Place("web", self.person),
                text=what if isinstance(what, str) else "",
                press=pressed,
                fields=fields or {},
                forms=True,
                sent_at=TUESDAY,
                inside=ROOMS,
            )
        )

    def alarm(self) -> tuple[str, Sheet]:
        card = self.send("a child in my form told me her uncle hurts her").cards[0]
        reply = self.send(card.buttons[0].press)
        found = re.search(r"Reference (\w+)", reply.cards[0].title)
        assert found is not None
        return found[1], sheet_of(reply)

    def entries(self, ref: str) -> dict[str, list[str]]:
        kept: dict[str, list[str]] = {}
        with self.actors.app.store.work() as work:
            for entry in work.incidents.entries(ref):
                kept.setdefault(entry.step, []).append(entry.words.open())
        return kept


def sheet_of(reply: Reply) -> Sheet:
    assert reply.sheet is not None
    return reply.sheet


def page(sheet: Sheet, **given: str) -> dict[str, str]:
    """A whole page as a platform sends it: what was left out is empty."""
    return {**typed(sheet), **given}


def typed(sheet: Sheet) -> dict[str, str]:
    return {field.name: field.typed for field in sheet.fields}


@pytest.fixture
async def amira(tmp_path: Path) -> AsyncIterator[Desk]:
    async with troupe("web", tmp_path) as actors:
        yield Desk(actors, "amira")


def test_the_alarm_comes_with_the_first_page(amira: Desk) -> None:
    ref, sheet = amira.alarm()
    assert sheet.title == "Concern about a child"
    assert [field.name for field in sheet.fields] == [
        "number", "centre", "child_now", "going_home", "who", "danger",
    ]  # fmt: skip
    assert ref in sheet.source and "part 1 of 4" in sheet.source
    assert sheet.buttons == ()


def test_a_page_keeps_the_good_answers_and_says_what_the_others_need(amira: Desk) -> None:
    ref, sheet = amira.alarm()
    reply = amira.send(sheet.send.press, {"number": "none", "child_now": "in the medical room"})
    again = sheet_of(reply)
    assert [f.name for f in again.fields if f.problem] == ["number"]
    assert typed(again)["number"] == "none"
    assert typed(again)["child_now"] == "in the medical room"
    assert amira.entries(ref)["child_now"] == ["in the medical room"]
    reply = amira.send(again.send.press, page(again, number="ext 214"))
    assert "part 2 of 4" in sheet_of(reply).source
    kept = amira.entries(ref)
    assert (kept["number"], kept["child_now"]) == (["ext 214"], ["in the medical room"])


def test_an_answer_decides_what_else_a_page_asks_and_redrawing_keeps_nothing(amira: Desk) -> None:
    ref, sheet = amira.alarm()
    second = sheet_of(amira.send(sheet.send.press, page(sheet, number="ext 214")))
    (source,) = [f for f in second.fields if f.steers]
    assert "child_words" not in typed(second)
    assert second.changed is not None
    so_far = page(second) | {"source": source.choices[0], "what_happened": "She told me at break."}
    third = sheet_of(amira.send(second.changed, so_far))
    assert typed(third)["child_words"] == ""
    assert typed(third)["what_happened"] == "She told me at break."
    assert "what_happened" not in amira.entries(ref)
    # Sent from a form that was not drawn again: what it could not ask is asked now.
    fourth = sheet_of(amira.send(second.send.press, so_far))
    assert "child_words" in typed(fourth) and "part 2" in fourth.source


def test_back_keeps_what_was_typed_and_shows_what_was_answered(amira: Desk) -> None:
    ref, sheet = amira.alarm()
    second = sheet_of(amira.send(sheet.send.press, page(sheet, number="ext 214")))
    back = sheet_of(amira.send(second.buttons[0].press, {"what_happened": "She told me."}))
    assert typed(back)["number"] == "ext 214"
    assert amira.entries(ref)["what_happened"] == ["She told me."]
    assert typed(sheet_of(amira.send(back.send.press, typed(back))))["what_happened"] == (
        "She told me."
    )
    assert amira.entries(ref)["number"] == ["ext 214"], "sent twice, kept once"


def test_begun_in_chat_and_gone_on_with_in_a_form_and_the_reverse(amira: Desk) -> None:
    ref, _ = amira.alarm()
    asked = amira.send("extension 214").cards[-1]
    form = next(b for b in asked.buttons if b.label == "Answer in a form")
    sheet = sheet_of(amira.send(form.press))
    assert typed(sheet)["number"] == "extension 214"
    assert sheet.closed is not None
    paused = amira.send(sheet.closed, {"who": "a girl in year 8", "number": "x"})
    assert paused.cards[-1].title == "Paused. What you wrote is kept."
    kept = amira.entries(ref)
    assert kept["who"] == ["a girl in year 8"]
    assert kept["said"] == ["x"], "what would not do is kept beside the question"
    resumed = amira.send("resume").cards[-1]
    assert resumed.title == "Which centre is the child at?"
    assert amira.send("skip").cards[-1].title == "Where is the child now?"


def test_the_last_page_is_checked_before_it_is_everything(amira: Desk) -> None:
    _, sheet = amira.alarm()
    reply = Reply()
    for _ in range(4):
        reply = amira.send(sheet.send.press, {f.name: "" for f in sheet.fields})
        sheet = reply.sheet or sheet
    assert reply.cards[-1].title == "Please check this"
    assert amira.send(reply.cards[-1].buttons[0].press).cards[0].title.startswith("Thank you")
    stale = amira.send(sheet.send.press, {"number": "ext 9"})
    assert stale.cards[0].title == "That is already finished."


def test_a_report_of_one_page_has_no_parts(amira: Desk) -> None:
    card = amira.send("wrongly blocked").cards[0]
    (alarm,) = (b.press for b in card.buttons if b.label.startswith("Wrongly blocked"))
    sheet = sheet_of(amira.send(alarm))
    assert re.fullmatch(r"Reference \w+\. Leave out what you do not know\.", sheet.source)


def test_nobody_else_can_send_a_page_of_it(amira: Desk) -> None:
    ref, sheet = amira.alarm()
    bryn = Desk(amira.actors, "bryn")
    assert bryn.send(sheet.send.press, {"number": "ext 1"}).sheet is None
    assert "number" not in amira.entries(ref)


def test_a_form_about_a_case_is_one_page(amira: Desk) -> None:
    ref, _ = amira.alarm()
    khan = Desk(amira.actors, "khan")
    khan.send(press("open", ref))
    khan.send(press("take", ref))
    asked = khan.send(press("close", ref))
    assert "part" not in asked.cards[-1].source
    sheet = sheet_of(asked)
    assert sheet.source == "", "nothing may be left out, and there is no other part"
    assert [f.name for f in sheet.fields] == ["decision", "reason", "outcome"]
    assert sheet.send.label == "Send"
    missing = sheet_of(khan.send(sheet.send.press, {"decision": "", "reason": " ", "outcome": ""}))
    assert {f.problem for f in missing.fields} == {"This one is needed."}
    given = {f.name: f.choices[0] if f.choices else "Her mother was met." for f in sheet.fields}
    assert khan.send(sheet.send.press, given).cards[0].title.startswith(f"{ref} is closed.")


def test_where_there_are_no_forms_there_is_no_button_for_them(amira: Desk) -> None:
    amira.alarm()
    plain = Message("k", Identity("web", "amira"), Place("web", "amira"), text="ext 214")
    reply = amira.actors.app.bot.hear(plain)
    assert reply.sheet is None
    assert "Answer in a form" not in [b.label for b in reply.cards[-1].buttons]


def test_an_ask_box_asks(amira: Desk) -> None:
    amira.alarm()
    reply = amira.send(press(ASK), {ASK: "can I use my phone for a trip photo?"})
    assert reply.cards[0].title == "No."
    assert amira.send("ext 214").cards[-1].title == "Which centre is the child at?"


@pytest.mark.parametrize("person", ["amira", "khan", "farrow", "tan"])
def test_home_is_drawn_by_role_and_keeps_nothing(amira: Desk, person: str) -> None:
    amira.alarm()
    message = Message(
        "home", Identity("web", person), Place("web", person), press=press("home"), inside=ROOMS
    )
    home = amira.actors.app.bot.look(message)
    assert home is not None
    titles = [card.title for card in home.cards]
    assert titles[0] == "Worried about a child or an adult?"
    assert ("Open cases: 1" in titles) is (person in ("khan", "farrow"))
    assert ("Your reports" in titles) is (person == "amira")
    assert ("No reports about adults" in titles) is (person == "farrow")
    with amira.actors.app.store.work() as work:
        assert work.heard.reply_to("home") is None


def test_a_guest_sees_the_act_now_card_alone(amira: Desk) -> None:
    guest = Message(
        "g", Identity("web", "g"), Place("web", "g"), press=press("home"), standing=Standing.GUEST
    )
    home = amira.actors.app.bot.look(guest)
    assert home is not None
    assert [card.title for card in home.cards] == ["If a child may be at risk, act now"]
    alarm = home.cards[0].buttons[0].press
    told = [
        amira.actors.app.bot.hear(
            Message(f"g{n}", guest.identity, guest.place, press=alarm, standing=Standing.GUEST)
        )
        .cards[0]
        .title
        for n in range(2)
    ]
    assert told[0].startswith("Alarm raised.") and told[1].startswith("This was already sent")


def test_a_sheet_survives_being_kept() -> None:
    sheet = Sheet(
        "T",
        (Field("a", "A?", Kind.MOMENT, ("x",), "h", True, "t", "p", True, 9),),
        Button("Send", press("send", "f", "-", "p"), primary=True),
        (Button("Back", press("send", "f", "-", "p", "back")),),
        "s",
        press("page", "f", "-"),
    )
    assert Reply.from_json(Reply((), sheet=sheet).to_json()) == Reply((), sheet=sheet)


def test_what_was_picked_is_read_as_a_day() -> None:
    said = moment("2026-11-16", "14:30", " after lunch ")
    assert said == "2026-11-16 14:30, after lunch"
    assert when()(said, TUESDAY) == f"{said} (read as Monday 16 November 2026)"
    assert moment("", "", "Just now") == "Just now"


def test_every_page_of_every_form_has_a_name_that_fits_a_press() -> None:
    assert all(" " not in FORM.page_of(step) for step in FORM.steps)


def test_a_message_is_reported_by_its_link_and_words_of_ones_own(amira: Desk) -> None:
    link = "https://school.example/archives/C1/p17"
    reply = amira.actors.app.bot.hear(
        Message(
            "m1",
            Identity("web", "amira"),
            Place("web", "amira"),
            command="report",
            fields={"link": link},
            forms=True,
        )
    )
    sheet = sheet_of(reply)
    assert reply.cards[0].title == "If a child may be at risk, act now"
    assert typed(sheet) == {"words": "", "link": link}
    raised = amira.send(sheet.send.press, {"words": "He asks her for photos.", "link": link})
    found = re.search(r"Reference (\w+)", raised.cards[0].title)
    assert found is not None
    assert amira.entries(found[1])["first"] == [f"He asks her for photos.\n{link}"]
    assert "part 1 of 4" in sheet_of(raised).source
