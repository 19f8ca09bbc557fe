"""When the chat does not do: mail, text messages, and a reporter who is told to ring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from adapters.mail.adapter import MailAdapter
from adapters.text_message.adapter import TextAdapter, open_adapter
from bot.app import build
from bot.card import Card, Tone, press
from bot.channel import HistoryUnreadable, Unreachable, under_lease
from bot.climb import raise_urgency
from bot.drill import begin
from bot.message import Inside, Message, Place
from bot.notice import Destination
from bot.people import Holding, Identity, Role
from bot.rota import give_role
from bot.route_settings import TextSection
from bot.settings import Secrets
from bot.watch.heartbeat import Heartbeat
from tests.stages import slack
from tests.stages.fake_notify import KEY, TEMPLATE, FakeNotify
from tests.stages.fake_slack import FakeSlack, Trouble
from tests.stages.mailbox import Mailbox
from tests.troupe import KEYS, TUESDAY, MovableClock, Troupe

WORDS = "a girl in year 9 told me her stepfather hits her"
NIGHT = datetime(2026, 11, 18, 2, 40, tzinfo=UTC)
CARD = Card(
    "URGENT, child, Oak Centre, 7KQ2X, 16:12. Nobody has this yet.",
    text=("Write to Lanyard: open 7KQ2X", "<b>not bold</b>"),
    tone=Tone.URGENT,
)
GOVERNORS = ("penrose", "quill")
CHAIR = Destination("mail", "penrose", "penrose")
DSL = Destination("text", "khan", "khan")


@dataclass
class Scene:
    """An application on Slack, with a mail server and a Notify beside it."""

    actors: Troupe
    fake: FakeSlack
    mailbox: Mailbox
    notify: FakeNotify
    pressed: int = 0

    def press(self, person: str, *what: str, text: str = "") -> None:
        """``person`` presses a button, or types, in their own messages."""
        account = f"T1/U{person.upper()}"
        pressed = press(*what) if what else None
        self.pressed += 1
        message = Message(
            f"p{self.pressed}",
            Identity("slack", account),
            Place("slack", account),
            text,
            press=pressed,
            inside=Inside(frozenset({"CDSLOAK"})),
        )
        self.actors.app.bot.hear(message)

    def woken(self, words: str) -> int:
        """How many text messages say ``words``."""
        texts = [str(t["personalisation"]["message"]) for t in self.notify.texts]
        return sum(words in each for each in texts)

    async def report(self, form: str = "child", by: str = "amira") -> str:
        """A report with words; returns its reference."""
        app, account = self.actors.app, f"T1/U{by.upper()}"
        identity, place = Identity("slack", account), Place("slack", account)
        said = app.bot.hear(Message(f"m1 {by} {form}", identity, place, WORDS))
        told = next(b.press for b in said.cards[0].buttons if b.press.verb == "tell")
        alarm = press("tell", form, *told.args[1:])
        raised = app.bot.hear(Message(f"m2 {by} {form}", identity, place, press=alarm))
        await self.actors.settle()
        return raised.cards[0].title.split("Reference ")[1].rstrip(".")

    def on_call(self, person: str) -> None:
        with self.actors.app.store.work() as work:
            named = next(each for each in work.people.all() if each.id == person)
            give_role(work, named, Holding(Role.ON_CALL), "command-line", self.actors.clock())
            work.commit()

    def in_chat(self, person: str) -> str:
        room = self.fake.direct(f"U{person.upper()}")
        return "\n".join(str(m.payload.get("blocks")) for m in room.messages)

    def texted(self, ref: str) -> list[str]:
        """To whom a text message about a report was shown."""
        with self.actors.app.store.work() as work:
            shown = [n for n in work.notices.about(ref) if n.to.platform == "text" and n.receipt]
        return sorted(n.to.person for n in shown)

    @property
    def outside(self) -> str:
        """Every byte that left by mail or text."""
        mails = [part.get_content() for m in self.mailbox.mails for part in m.iter_parts()]
        heads = [str(value) for mail in self.mailbox.mails for value in mail.values()]
        texts = [str(text["personalisation"]) for text in self.notify.texts]
        return "\n".join([*mails, *heads, *texts])

    def mailed(self, to: str) -> list[str]:
        return [str(m["Subject"]) for m in self.mailbox.mails if to in str(m["To"])]


@asynccontextmanager
async def scene(
    folder: Path, at: datetime = TUESDAY, *, mobiles: bool = True
) -> AsyncIterator[Scene]:
    async with Mailbox() as mailbox, FakeNotify() as notify, FakeSlack() as fake:
        actors = Troupe("slack", f"sqlite:///{folder / 'lanyard.db'}", MovableClock(at))
        people = [
            person.model_copy(
                update={
                    "mail": f"{person.id}@larkhill.example",
                    "mobile": "+447700900123" if mobiles else None,
                    # The governors have no account in the chat.
                    "accounts": {} if person.id in GOVERNORS else person.accounts,
                }
            )
            for person in actors.school.people
        ]
        text = TextSection(template=TEMPLATE) if mobiles else None
        update = {"people": people, "mail": mailbox.settings, "text": text}
        actors.school = actors.school.model_copy(update=update)
        for person in people:
            fake.person(f"U{person.id.upper()}")
        fake.room("CDSLOAK", "UKHAN", "UOKORO", "ULINDQVIST")
        actors.app = build(
            actors.school,
            slack.secrets(notify_key=SecretStr(KEY)),
            platforms=("slack",),
            url=actors.url,
            keys=KEYS,
            now=actors.clock,
            options={
                "slack": {"api_url": fake.api_url, "now": actors.clock},
                "mail": {"now": actors.clock},
                "text": {"url": notify.origin, "now": actors.clock},
            },
        )
        try:
            yield Scene(actors, fake, mailbox, notify)
        finally:
            for adapter in actors.app.adapters.values():
                await adapter.stop()
            actors.app.close()


async def test_a_dead_channel_is_replaced_by_mail_and_text_and_the_reporter_is_told_to_ring(
    tmp_path: Path,
) -> None:
    """Slack answers nobody: after three minutes the DSL and deputies are written to, without a
    word of the report, and the reporter reads whom to ring on the other route of theirs."""
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 5000)
        ref = await here.report()
        await here.actors.later(timedelta(minutes=2))
        assert not here.mailbox.mails
        await here.actors.later(timedelta(minutes=2))
        for person in ("khan", "okoro", "lindqvist"):
            (subject,) = here.mailed(f"{person}@")
            assert subject.startswith(f"Lanyard: URGENT, child, Oak Centre, {ref}, ")
        (told,) = here.mailed("amira@")
        assert told == "Lanyard: NOT DELIVERED"
        assert "Ring Ms Khan (DSL), 01632 960001" in here.outside
        assert len(here.notify.texts) == 4
        for word in ("stepfather", "girl", "year 9", "Amira Teal"):
            assert word not in here.outside
        # The chat is back: everything owed there is shown, and mail is not sent again.
        here.fake.troubles.clear()
        await here.actors.later(timedelta(minutes=2))
        assert ref in here.in_chat("khan")
        assert "Delivered is not read" in here.in_chat("amira")
        assert len(here.mailed("khan@")) == 1


async def test_while_the_chat_is_silent_an_alarm_is_called_again_by_the_other_ways(
    tmp_path: Path,
) -> None:
    """The one list of what waits comes by mail and text too, not before ten minutes are over."""
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        ref = await here.report()
        await here.actors.later(timedelta(minutes=60))
        lists = "Lanyard: 1 report waits for somebody."
        for person in ("khan", "okoro", "lindqvist", "farrow"):
            first, *again = here.mailed(f"{person}@")
            assert ref in first
            assert 4 <= len(again) <= 6
            assert all(subject.startswith(lists) for subject in again)
        assert here.woken("1 report waits for somebody.") > 12
        assert here.mailed("amira@") == ["Lanyard: NOT DELIVERED"]
        # The chat is back, and somebody takes it: no more of it.
        here.fake.troubles.clear()
        await here.actors.later(timedelta(minutes=2))
        before = len(here.mailbox.mails)
        here.press("khan", "open", ref)
        here.press("khan", "take", ref)
        await here.actors.later(timedelta(minutes=12))
        assert len(here.mailbox.mails) == before


async def test_a_concern_that_becomes_an_alarm_while_the_chat_is_silent_is_called_as_one(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        ref = await here.report("concern")
        await here.actors.later(timedelta(minutes=5))
        assert [ref in subject for subject in here.mailed("khan@")] == [True]
        assert "URGENT" not in here.outside
        app, clock = here.actors.app, here.actors.clock
        with app.store.work() as work:
            incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
            assert incident is not None and escalation is not None
            directory, its_school = app.bot.refresh(work, clock()), app.bot.school
            raise_urgency(work, incident, escalation, directory, its_school, clock())
            work.commit()
        await here.actors.later(timedelta(minutes=2))
        for person in ("khan", "okoro", "lindqvist"):
            assert "URGENT" in here.mailed(f"{person}@")[1]


async def test_a_report_opened_again_in_a_second_outage_goes_by_the_other_ways_again(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        ref = await here.report()
        await here.actors.later(timedelta(minutes=5))
        here.fake.troubles.clear()
        await here.actors.later(timedelta(minutes=5))
        with here.actors.app.store.work() as work:
            escalation = work.escalations.get(ref)
            assert escalation is not None
            work.escalations.put(replace(escalation, closed_at=here.actors.clock()), None)
            work.incidents.close(ref, here.actors.clock(), "monitor")
            work.commit()
        await here.actors.later(timedelta(days=2))
        before = {person: len(here.mailed(f"{person}@")) for person in ("khan", "okoro")}
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        here.press("amira", "add", ref)
        here.press("amira", text="He has new bruises today. He was hit again.")
        here.press("amira", "finish", "addition", ref)
        await here.actors.later(timedelta(minutes=5))
        for person, count in before.items():
            assert len(here.mailed(f"{person}@")) == count + 1, person


async def test_by_day_what_chases_an_alarm_is_not_left_to_a_silent_chat(tmp_path: Path) -> None:
    """Taken, and then the chat answers nobody: the owner is asked, and after an hour somebody
    above them told, by mail and text; so is what the watchdog finds. Once an hour is enough."""
    async with scene(tmp_path) as here:
        ref = await here.report()
        here.press("khan", "open", ref)
        here.press("khan", "take", ref)
        await here.actors.settle()
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        watchdog = here.actors.app.watchdog(Heartbeat(None))
        for _ in range(75):
            await here.actors.later(timedelta(minutes=1))
            await watchdog.round()
        await here.actors.settle()
        assert here.mailed("khan@").count(f"Lanyard: {ref}: still on it?") == 1
        assert here.woken(f"{ref}: still on it?") == 1
        assert here.mailed("farrow@").count(f"Lanyard: {ref}: late.") == 1
        assert any("stuck" in subject for subject in here.mailed("farrow@"))
        for word in ("stepfather", "girl", "year 9", "Amira Teal"):
            assert word not in here.outside
        await here.actors.later(timedelta(minutes=30))
        assert here.mailed("khan@").count(f"Lanyard: {ref}: still on it?") == 2


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_a_channel_that_is_gone_costs_no_minute(tmp_path: Path, error: str) -> None:
    async with scene(tmp_path) as here:
        here.fake.rooms["CDSLOAK"].archived = error == "is_archived"
        here.fake.rooms["CDSLOAK"].joined = error != "not_in_channel"
        if error == "channel_not_found":
            del here.fake.rooms["CDSLOAK"]
        ref = await here.report()
        await here.actors.settle()
        assert ref in here.in_chat("okoro")
        assert {len(here.mailed(f"{p}@")) for p in ("khan", "okoro", "lindqvist")} == {1}
        # The others have it in their own messages: nobody need be told to ring.
        assert not here.mailed("amira@")


async def test_a_revoked_token_costs_no_minute(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(error="token_revoked")] * 500)
        await here.report()
        await here.actors.settle()
        assert here.mailed("khan@")
        assert here.mailed("amira@") == ["Lanyard: NOT DELIVERED"]


async def test_at_night_a_text_wakes_them_and_without_one_that_is_said(tmp_path: Path) -> None:
    async with scene(tmp_path, NIGHT) as here:
        ref = await here.report()
        assert {ref in str(text["personalisation"]) for text in here.notify.texts} == {True}
        assert len(here.notify.texts) == 3
        await here.actors.later(timedelta(minutes=11))
        assert (
            "Lanyard: 1 report waits for somebody. Nobody has taken it. In Slack, write “cases” to "
            "Lanyard. To speak to somebody: School on call, 01632 960102."
        ) in [text["personalisation"]["message"] for text in here.notify.texts]
        assert "do not count on" not in here.in_chat("amira")
    night = tmp_path / "again"
    night.mkdir()
    async with scene(night, NIGHT, mobiles=False) as here:
        await here.report()
        assert "nobody may be looking here before Wed 18 Nov, 08:00." in here.in_chat("amira")
        assert "School on call, 01632 960102" in here.in_chat("amira")


async def test_an_alarm_taken_at_night_and_forgotten_wakes_people_again(tmp_path: Path) -> None:
    """Whoever took it is asked by text as well, whoever it is offered to and, after an hour,
    somebody above them; no text says what it is about."""
    async with scene(tmp_path, NIGHT) as here:
        ref = await here.report()
        here.press("khan", "open", ref)
        here.press("khan", "take", ref)
        await here.actors.settle()
        before = len(here.notify.texts)
        await here.actors.later(timedelta(minutes=31))
        assert here.woken(f"{ref}: still on it?") == 2
        assert len(here.notify.texts) == before + 2
        here.press("khan", "hand", ref)
        for words in ("Okoro", "I cannot drive tonight."):
            here.press("khan", text=words)
        here.press("khan", "finish", "handover", ref)
        await here.actors.settle()
        assert here.woken(f"{ref}: somebody asks you to take it.") == 1
        await here.actors.later(timedelta(minutes=31))
        assert here.woken(f"{ref}: somebody asks you to take it.") == 3
        assert here.woken(f"{ref}: still on it?") == 4
        assert here.woken(f"{ref}: late.") == 1
        assert here.texted(ref).count("farrow") == 1
        assert here.texted(ref).count("amira") == 0
        for word in ("stepfather", "girl", "year 9", "Amira Teal", "drive"):
            assert word not in here.outside
        here.press("khan", "spoke", ref)
        await here.actors.later(timedelta(minutes=31))
        assert here.woken(f"{ref}: still on it?") == 4


async def test_an_alarm_taken_over_at_night_wakes_whoever_had_it_and_whoever_was_asked(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, NIGHT) as here:
        ref = await here.report()
        for what in ("open", "take", "hand"):
            here.press("khan", what, ref)
        for words in ("Lindqvist", "I cannot drive tonight."):
            here.press("khan", text=words)
        here.press("khan", "finish", "handover", ref)
        await here.actors.later(timedelta(minutes=1))
        before = len(here.notify.texts)
        here.press("okoro", "open", ref)
        here.press("okoro", "takeover", ref)
        await here.actors.settle()
        assert here.woken(f"{ref}: you no longer have it.") == 1
        assert here.woken(f"{ref}: not offered to you any more.") == 1
        assert len(here.notify.texts) == before + 2
        assert "Mr Okoro has it now." in here.in_chat("khan")


async def test_by_day_nobody_is_woken_about_what_somebody_has(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        ref = await here.report()
        here.press("khan", "open", ref)
        here.press("khan", "take", ref)
        await here.actors.later(timedelta(minutes=62))
        assert here.in_chat("khan").count(f"{ref}: have you spoken to the reporter?") == 4
        assert not here.notify.texts


async def test_a_drill_says_so_first_wherever_it_goes(tmp_path: Path) -> None:
    """At night, with a chat that answers nobody: mail, text messages, and the chat once it is
    back; and a drill that nobody takes is told of by the same ways."""
    async with scene(tmp_path, NIGHT) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 5000)
        app, clock = here.actors.app, here.actors.clock
        with app.store.work() as work:
            directory = app.bot.refresh(work, clock())
            drill = begin(work, "oak", "amira", directory, app.bot.school, clock())
            work.commit()
        await here.actors.later(timedelta(minutes=9))
        for person in ("khan", "okoro", "lindqvist", "farrow"):
            (subject,) = here.mailed(f"{person}@")
            assert subject.startswith(f"Lanyard: DRILL. URGENT, child, Oak Centre, {drill.ref}, ")
        here.fake.troubles.clear()
        await here.actors.later(timedelta(minutes=20))
        subjects = [str(mail["Subject"]) for mail in here.mailbox.mails]
        bodies = [part.get_content() for mail in here.mailbox.mails for part in mail.iter_parts()]
        texts = [str(text["personalisation"]["message"]) for text in here.notify.texts]
        assert len(texts) > 4 and len(subjects) > 4
        assert {words.startswith("Lanyard: DRILL. ") for words in (*subjects, *texts)} == {True}
        assert {words.count("This is a drill. It is about no child.") for words in bodies} == {1}
        # Nobody outside the school is to be rung for it.
        for number in ("01632 960100", "01632 960101", "01632 960102"):
            assert number not in here.outside
        sent = [m.payload for room in here.fake.rooms.values() for m in room.messages]
        assert len(sent) > 8
        assert {payload["text"][:7] for payload in sent} == {"DRILL. "}
        assert "Nobody answered the drill" in here.in_chat("farrow")


async def test_at_night_a_stuck_alarm_wakes_them_until_somebody_has_it(tmp_path: Path) -> None:
    async with scene(tmp_path, NIGHT) as here:
        ref = await here.report()
        app, clock = here.actors.app, here.actors.clock
        watchdog = app.watchdog(Heartbeat(None))
        with app.store.database.begin() as raw:
            raw.exec_driver_sql("UPDATE escalations SET next_at = NULL")
        for _ in range(2):
            clock.at += timedelta(minutes=1)
            await watchdog.round()
        await here.actors.settle()
        stuck = [str(t["personalisation"]) for t in here.notify.texts if "stuck" in str(t)]
        assert len(stuck) == 4
        assert all(f"{ref}: the next call has no time." in each for each in stuck)
        assert "stepfather" not in here.outside
        with app.store.work() as work:
            work.escalations.take(ref, "khan", clock.at)
            work.commit()
        clock.at += timedelta(hours=2)
        await watchdog.round()
        await here.actors.settle()
        assert len([t for t in here.notify.texts if "stuck" in str(t)]) == 4


async def test_what_can_wait_until_morning_wakes_only_whoever_is_on_call(tmp_path: Path) -> None:
    async with scene(tmp_path, NIGHT, mobiles=False) as here:
        await here.report("concern")
        assert "nobody may be looking here before Wed 18 Nov, 08:00." in here.in_chat("amira")
    night = tmp_path / "again"
    night.mkdir()
    async with scene(night, NIGHT) as here:
        here.on_call("okoro")
        ref = await here.report("concern")
        assert here.texted(ref) == ["okoro"]
        assert "do not count on" not in here.in_chat("amira")
    night = tmp_path / "nobody-named"
    night.mkdir()
    async with scene(night, NIGHT) as here:
        ref = await here.report("concern")
        # Nobody is on call: whoever the report is for is woken, rather than nobody.
        assert here.texted(ref) == ["khan", "lindqvist", "okoro"]
        assert "do not count on" not in here.in_chat("amira")


async def test_whoever_comes_to_know_at_night_is_woken_as_well(tmp_path: Path) -> None:
    """The DSL and deputies turn out to be part of it: the Principal is called, and sleeps."""
    async with scene(tmp_path, NIGHT) as here:
        ref = await here.report()
        assert here.texted(ref) == ["khan", "lindqvist", "okoro"]
        identity, place = Identity("slack", "T1/UAMIRA"), Place("slack", "T1/UAMIRA")
        part = press("part", ref, "khan", "yes")
        here.actors.app.bot.hear(Message("m3", identity, place, press=part))
        await here.actors.settle()
        assert here.texted(ref) == ["farrow", "khan", "lindqvist", "okoro"]


async def test_a_report_about_the_principal_reaches_a_chair_who_has_only_mail(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as here:
        ref = await here.report("principal-involved")
        (mail,) = here.mailbox.mails
        assert (mail["To"], mail["Subject"]) == (
            "penrose@larkhill.example",
            f"Lanyard: {ref}: open now, alone.",
        )
        assert f"lanyard case show {ref} --as penrose" in here.outside
        assert "Designated officer (LADO), 01632 960101" in here.outside
        assert "Principal" not in here.outside and "Farrow" not in here.outside
        # Accepted by a mail server is not delivered, and not read.
        receipt = here.in_chat("amira")
        assert "an e-mail to Mrs Penrose and a text message to Mrs Penrose." in receipt
        assert "does not show that anyone knows" in receipt


async def test_a_mail_is_plain_and_says_the_same_in_html(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        mail = cast(MailAdapter, here.actors.app.adapters["mail"])
        receipt = await mail.post(CHAIR, CARD, "n1")
        (sent,) = here.mailbox.mails
        assert receipt.message == sent["Message-ID"] == "<n1@larkhill.example>"
        plain, html = (part.get_content() for part in sent.iter_parts())
        assert "<b>not bold</b>" in plain
        assert "&lt;b&gt;not bold" in html
        assert "http" not in html
        assert sent["Auto-Submitted"] == "auto-generated"
        # Sent again it is the same mail, and nobody can look whether it arrived.
        await mail.post(CHAIR, CARD, "n1")
        assert here.mailbox.mails[1]["Message-ID"] == sent["Message-ID"]
        with pytest.raises(HistoryUnreadable):
            await mail.find(CHAIR, "n1", TUESDAY)


async def test_what_the_mail_server_says_is_understood(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        mail, box = here.actors.app.adapters["mail"], here.mailbox

        async def failing() -> Unreachable:
            with pytest.raises(Unreachable) as raised:
                await mail.post(CHAIR, CARD, "n1")
            return raised.value

        box.refuse_recipient.append("550 no such user")
        assert (await failing()).gone
        box.refuse_message.append("451 try later")
        later = await failing()
        assert (later.unanswered, later.gone, later.doubt) == (True, False, False)
        with under_lease(lambda: False):
            assert (await failing()).fault == "lease-lost"
        assert not box.mails
        box.drop = True
        assert (await failing()).doubt
        assert len(box.mails) == 1
    with pytest.raises(Unreachable) as raised:
        await mail.post(CHAIR, CARD, "n1")
    assert raised.value.unanswered


@pytest.mark.parametrize(
    ("status", "done", "doubt", "gone"),
    [(500, True, True, False), (400, False, False, True), (429, False, False, False)],
)
async def test_what_notify_says_is_understood(
    tmp_path: Path, status: int, done: bool, doubt: bool, gone: bool
) -> None:
    async with scene(tmp_path) as here:
        text = cast(TextAdapter, here.actors.app.adapters["text"])
        here.notify.troubles.append((status, done))
        with pytest.raises(Unreachable) as raised:
            await text.post(DSL, CARD, "n1")
        assert (raised.value.doubt, raised.value.gone) == (doubt, gone)
        assert raised.value.retry_after == (60 if status == 429 else None)
        # Notify is asked by our own reference whether the first one went through.
        assert (await text.find(DSL, "n1", TUESDAY) is not None) == done
        receipt = await text.post(DSL, CARD, "n2")
        assert receipt.message == f"text-{len(here.notify.texts)}"
        sent = here.notify.texts[-1]
        assert (sent["phone_number"], sent["reference"]) == ("+447700900123", "n2")


async def test_another_key_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        wrong = KEY[:-1] + "1"
        text = open_adapter(
            Secrets(notify_key=SecretStr(wrong)),
            here.actors.app.door,
            settings=TextSection(template=TEMPLATE),
            url=here.notify.origin,
        )
        with pytest.raises(Unreachable) as raised:
            await text.post(DSL, CARD, "n1")
        await text.stop()
        assert (raised.value.fault, raised.value.gone) == ("text-403", True)
