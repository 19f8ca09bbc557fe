"""One person on Slack and on Teams at once: taken here, begun there, pressed in one moment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.app import DISAGREES, App, build
from bot.cli import rota, start
from bot.people import Holding, Person, Role
from bot.ports import Conflict
from bot.school_settings import HoldingSection, PersonSection
from bot.settings import SchoolFile, Secrets, SettingsFault
from storage.people import SqlPeople
from tests.stages import slack
from tests.stages.fake_connector import TENANT, FakeConnector
from tests.stages.fake_slack import FakeSlack
from tests.stages.opening import TeamsOpening, members, rooms_on
from tests.stages.slack import SlackStage
from tests.stages.stage import Stage
from tests.stages.teams import TeamsStage
from tests.troupe import KEYS, MovableClock, school

WORRY = "a child in my form told me her uncle hurts her"
ALARM = "Child: tell Ms Khan and Mr Okoro"


ZED = "0f1a5c0e-0000-4000-8000-0000000000ff"


class Both:
    """An application with both platforms before it."""

    def __init__(
        self, app: App, slack: SlackStage, teams: TeamsStage, clock: MovableClock, url: str
    ) -> None:
        self.app, self.slack, self.teams, self.clock, self.url = app, slack, teams, clock, url

    def colleague(self) -> None:
        """Zed, who is not in lanyard.toml, has an account on both."""
        self.slack.join("zed", "UZED", "Zed Moss")
        self.teams.join("zed", ZED)

    def start(self, known: SchoolFile) -> App:
        """Another process on the same database, as after a restart."""
        return build(known, slack.secrets(), platforms=(), url=self.url, keys=KEYS, now=self.clock)

    def later(self) -> None:
        """Time enough for every process to know the people as they are now."""
        self.clock.at += timedelta(seconds=10)

    def people(self, name: str = "") -> list[Person]:
        with self.app.store.work() as work:
            return [each for each in work.people.all() if name in each.name.lower()]

    async def settle(self) -> None:
        await self.app.crossing.run(self.app.ticker.tick, self.clock())
        await self.app.courier.deliver_due()

    async def alarm(self, stage: Stage) -> str:
        """Amira raises an alarm on ``stage``; returns the reference."""
        await stage.say("amira", WORRY)
        await stage.press("amira", ALARM)
        await self.settle()
        return found_ref(stage, "amira")


def secrets() -> Secrets:
    """Those of both platforms."""
    names = ("teams_app_id", "teams_app_secret", "teams_tenant")
    return slack.secrets().model_copy(
        update={name: getattr(TeamsOpening.SECRETS, name) for name in names}
    )


def words(stage: Stage, person: str, room: str = "") -> str:
    return "\n".join(shown.words for shown in stage.screen(person, room=room) if shown.by == "bot")


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        fake_slack = await stack.enter_async_context(FakeSlack())
        connector = await stack.enter_async_context(FakeConnector())
        known, clock = school(), MovableClock()
        url = f"sqlite:///{tmp_path / 'lanyard.db'}"
        app = build(
            known,
            secrets(),
            platforms=("slack", "teams"),
            url=url,
            keys=KEYS,
            now=clock,
            options={
                "slack": {"api_url": fake_slack.api_url, "now": clock},
                "teams": {**connector.options, "now": clock},
            },
        )
        stack.callback(app.close)
        routes = {}
        for platform, adapter in app.adapters.items():
            routes[platform] = web.Application()
            adapter.mount(routes[platform])
            await adapter.start()
            stack.push_async_callback(adapter.stop)
        on_slack = SlackStage(
            routes["slack"],
            fake_slack,
            {p.id: p.accounts["slack"].split("/")[1] for p in known.people},
            answered=app.adapters["slack"].answered,  # type: ignore[attr-defined]
            rooms=rooms_on(known, "slack"),
            now=clock,
            members=members(known),
        )
        accounts = {p.id: p.accounts["teams"].split("/")[1] for p in known.people}
        await stack.enter_async_context(on_slack)
        answered = app.adapters["teams"].answered  # type: ignore[attr-defined]
        on_teams = TeamsStage(routes["teams"], connector, accounts, answered)
        for name, inside in members(known).items():
            on_teams.furnish(rooms_on(known, "teams")[name], inside)
        await stack.enter_async_context(on_teams)
        yield Both(app, on_slack, on_teams, clock, url)


async def test_the_first_to_take_it_wins_on_both(both: Both) -> None:
    # Teams lets an app speak first only to those it has met.
    for person in ("khan", "okoro"):
        await both.teams.say(person, "hello")
    ref = await both.alarm(both.slack)
    for stage in (both.slack, both.teams):
        for person in ("khan", "okoro"):
            assert "Nobody has this yet." in words(stage, person)
    await both.teams.press("khan", "Open")
    await both.teams.press("khan", "I have got this")
    await both.settle()
    for stage, person, room in (
        (both.slack, "khan", ""),
        (both.slack, "okoro", ""),
        (both.slack, "okoro", "dsl-oak"),
        (both.teams, "okoro", ""),
    ):
        assert "Ms Khan has had this since" in words(stage, person, room)
    assert "Ms Khan has your report" in words(both.slack, "amira")
    # On the other platform she is the same person, and he is too late.
    await both.slack.say("khan", f"take {ref}")
    assert f"You already have {ref}." in words(both.slack, "khan")
    await both.slack.say("okoro", f"take {ref}")
    assert f"Ms Khan already has {ref}" in words(both.slack, "okoro")


async def test_pressed_on_both_in_the_same_moment_one_has_it(both: Both) -> None:
    ref = await both.alarm(both.teams)
    await both.slack.press("khan", "Open")
    await both.teams.press("okoro", "Open")
    await asyncio.gather(
        both.slack.press("khan", "I have got this"), both.teams.press("okoro", "I have got this")
    )
    told = (words(both.slack, "khan"), words(both.teams, "okoro"))
    assert sorted(f"You have {ref}" in each for each in told) == [False, True]
    assert sorted(f"already has {ref}" in each for each in told) == [False, True]
    with both.app.store.work() as work:
        escalation = work.escalations.get(ref)
    assert escalation is not None and escalation.taken is not None


async def test_what_was_begun_in_a_modal_goes_on_in_a_dialog(both: Both) -> None:
    ref = await both.alarm(both.slack)
    await both.slack.press("amira", "Answer in a form")
    await both.slack.fill("amira", "Where is the child now?", "in the medical room")
    await both.slack.close_form("amira")
    await both.teams.say("amira", "resume")
    await both.teams.press("amira", "Answer in a form")
    (form,) = both.teams.form("amira")
    assert "Where is the child now?: in the medical room" in form.lines
    await both.teams.fill("amira", "Who is it about?", "a girl in year 8")
    await both.teams.press("amira", "Save and close", room="form")
    with both.app.store.work() as work:
        kept = {entry.prompt.open(): entry.words.open() for entry in work.incidents.entries(ref)}
    assert kept["Where is the child now?"] == "in the medical room"
    assert kept["Who is it about?"] == "a girl in year 8"


def with_zed(*roles: HoldingSection, **accounts: str) -> SchoolFile:
    """The school, with Zed listed in its file."""
    known = school()
    accounts = accounts or {"slack": "T1/UZED", "teams": f"{TENANT}/{ZED}"}
    zed = PersonSection(
        id="zed", name="Zed Moss", centre="oak", roles=list(roles), accounts=accounts
    )
    return known.model_copy(update={"people": (*known.people, zed)})


async def test_who_wrote_on_both_before_they_were_listed_is_one_person(both: Both) -> None:
    both.colleague()
    await both.slack.say("zed", WORRY)
    await both.slack.press("zed", ALARM)
    await both.teams.say("zed", "hello")
    await both.settle()
    with closing(both.start(with_zed(HoldingSection(role=Role.IT)))):
        both.later()
    (zed,) = both.people("zed")
    assert zed.id == "zed"
    assert zed.holdings == (Holding(Role.IT),)
    ref = found_ref(both.slack, "zed")
    await both.teams.say("zed", "my reports")
    assert ref in words(both.teams, "zed")
    # What was begun on one goes on on the other, and what others did still reaches both.
    await both.teams.say("zed", "resume")
    assert "What number can we ring you on now?" in words(both.teams, "zed")
    await both.slack.press("khan", "Open")
    assert "First words (Zed Moss" in words(both.slack, "khan")
    await both.slack.press("khan", "I have got this")
    await both.settle()
    assert "Ms Khan has your report" in words(both.slack, "zed")
    assert both.app.store.verify() == []


async def test_starting_again_changes_nothing_more(both: Both) -> None:
    both.colleague()
    await both.slack.say("zed", "hello")
    await both.teams.say("zed", "hello")
    for _ in range(2):
        with closing(both.start(with_zed())):
            pass
    with both.app.store.database.connect() as connection:
        acts = connection.exec_driver_sql("SELECT act FROM audit WHERE actor = 'lanyard'")
        made = [act for (act,) in acts if act != "seed-person"]
    assert made == ["merge-people", "merge-people"]


async def test_a_role_given_before_is_kept_whatever_the_file_says(both: Both) -> None:
    both.colleague()
    await both.teams.say("zed", "hello")
    (zed,) = (each for each in both.people() if each.identities[0].user.endswith(ZED))
    with both.app.store.work() as work:
        work.people.put(replace(zed, holdings=(Holding(Role.DEPUTY, "oak"),)))
        work.commit()
    with closing(both.start(with_zed(HoldingSection(role=Role.IT)))):
        pass
    (zed,) = both.people("zed")
    assert zed.holdings == (Holding(Role.DEPUTY, "oak"),)


def with_accounts(**slack_accounts: str) -> SchoolFile:
    """The school, with other accounts in Slack for some; an empty one is taken away."""
    people = []
    for person in school().people:
        accounts = {**person.accounts}
        if person.id in slack_accounts:
            accounts["slack"] = slack_accounts[person.id] and f"T1/{slack_accounts[person.id]}"
        accounts = {platform: account for platform, account in accounts.items() if account}
        people.append(person.model_copy(update={"accounts": accounts}))
    return school().model_copy(update={"people": tuple(people)})


async def test_what_waits_goes_to_the_account_that_was_put_right(both: Both) -> None:
    both.colleague()
    with closing(both.start(with_accounts(khan="UZED"))):
        both.later()
    await both.teams.say("amira", WORRY)
    await both.teams.press("amira", ALARM)
    with closing(both.start(with_accounts())):
        both.later()
    await both.app.courier.deliver_due()
    assert "URGENT" in words(both.slack, "khan")
    assert words(both.slack, "zed") == ""


async def test_the_account_of_somebody_else_is_put_right_while_it_runs(both: Both) -> None:
    both.colleague()
    with closing(both.start(with_accounts(khan="UZED"))):
        both.later()
    ref = await both.alarm(both.teams)
    assert ref in words(both.slack, "zed")
    assert ref not in words(both.slack, "khan")
    with closing(both.start(with_accounts())):
        both.later()
    await both.slack.press("zed", "Open")
    await both.slack.say("zed", f"open {ref}")
    assert WORRY not in words(both.slack, "zed")
    await both.slack.say("okoro", f"open {ref}")
    await both.slack.say("okoro", f"take {ref}")
    await both.settle()
    assert "No longer shown here" in words(both.slack, "zed")
    assert "Okoro" not in words(both.slack, "zed")


async def test_an_account_that_was_taken_away_is_a_stranger_s(both: Both) -> None:
    ref = await both.alarm(both.slack)
    with closing(both.start(with_accounts(khan=""))):
        both.later()
    await both.slack.press("khan", "Open")
    await both.slack.say("khan", "who is here")
    assert WORRY not in words(both.slack, "khan")
    await both.teams.say("khan", f"open {ref}")
    assert WORRY in words(both.teams, "khan")
    (khan,) = (each for each in both.people() if each.id == "khan")
    assert [identity.platform for identity in khan.identities] == ["web", "teams"]


async def test_two_people_may_change_accounts(both: Both) -> None:
    ref = await both.alarm(both.teams)
    with closing(both.start(with_accounts(amira="UFARROW", farrow="UAMIRA"))):
        both.later()
    await both.slack.say("farrow", "my reports")
    assert ref in words(both.slack, "farrow")
    await both.slack.say("amira", "my reports")
    assert "You have made no reports here." in words(both.slack, "amira")


async def test_the_file_has_names_numbers_and_centres_and_commands_have_roles(both: Both) -> None:
    (khan,) = both.people("khan")
    with both.app.store.work() as work:
        work.people.put(replace(khan, away_until=both.clock() + timedelta(days=1), holdings=()))
        work.commit()
    news = {"name": "Mrs Khan", "phone": "01632 960999", "centre": "ash", "mobile": "07700900123"}
    people = [
        person.model_copy(update=news) if person.id == "khan" else person
        for person in school().people
    ]
    with closing(both.start(school().model_copy(update={"people": tuple(people)}))):
        pass
    (changed,) = both.people("khan")
    assert changed == replace(
        khan, holdings=(), away_until=both.clock() + timedelta(days=1), **news
    )
    with both.app.store.database.connect() as connection:
        acts = connection.exec_driver_sql("SELECT act FROM audit WHERE detail = 'khan'")
        assert [act for (act,) in acts] == ["seed-person", "change-person"]


def test_what_cannot_be_agreed_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr(SqlPeople, "put", taken)
    url = f"sqlite:///{tmp_path / 'lanyard.db'}"
    with pytest.raises(SettingsFault) as stopped:
        build(school(), slack.secrets(), platforms=(), url=url, keys=KEYS)
    assert str(stopped.value) == DISAGREES


def found_ref(stage: Stage, person: str) -> str:
    found = re.search(r"Alarm raised. Reference (\w+)", words(stage, person))
    assert found is not None
    return found[1]


@pytest.fixture
def typed(both: Both, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command about people beside the application."""
    monkeypatch.setattr(start, "application", lambda **_: both.start(school()))
    monkeypatch.setattr(start, "school", school)
    monkeypatch.setattr(start, "secrets", secrets)
    monkeypatch.setattr(rota, "sleep", lambda _: both.later())

    def run(*arguments: str, answer: str = "y") -> Result:
        return CliRunner().invoke(main, ["people", *arguments], input=answer)

    return run


async def test_a_colleague_whom_no_file_lists_is_linked_by_command(
    both: Both, typed: Callable[..., Result]
) -> None:
    both.colleague()
    await both.slack.say("zed", WORRY)
    await both.slack.press("zed", ALARM)
    await both.teams.say("zed", "my reports")
    assert "You have made no reports here." in words(both.teams, "zed")
    await both.settle()
    ref = found_ref(both.slack, "zed")
    listed = typed().output
    assert "Zed Moss, Oak Centre. staff; here. Not in lanyard.toml; writes from slack." in listed
    assert "zed, Oak Centre. staff; here. Not in lanyard.toml; writes from teams." in listed
    linked = typed("link", "UZED", "teams", ZED)
    assert linked.exit_code == 0, linked.output
    asked = "Zed Moss (slack) and zed (teams) become one person. This cannot be undone. Go on?"
    assert asked in linked.output
    both.later()
    await both.teams.say("zed", "my reports")
    assert ref in words(both.teams, "zed")
    await both.teams.say("zed", "resume")
    assert "What number can we ring you on now?" in words(both.teams, "zed")
    await both.slack.press("khan", "Open")
    await both.slack.press("khan", "I have got this")
    await both.settle()
    for stage in (both.slack, both.teams):
        assert "Ms Khan has" in words(stage, "zed")
    assert len(both.people("zed")) == 1
    assert "theirs already" in typed("link", "UZED", "teams", ZED).output
    assert both.app.store.verify() == []


async def test_an_account_from_which_nobody_wrote_yet_is_linked(
    both: Both, typed: Callable[..., Result]
) -> None:
    both.colleague()
    await both.slack.say("zed", WORRY)
    await both.slack.press("zed", ALARM)
    (zed,) = both.people("zed")
    linked = typed("link", zed.id, "teams", f"{TENANT}/{ZED}")
    assert linked.output == "Linked: Zed Moss is known by that account.\n"
    both.later()
    await both.teams.say("zed", "my reports")
    assert found_ref(both.slack, "zed") in words(both.teams, "zed")


async def test_it_is_asked_first_and_a_no_changes_nothing(
    both: Both, typed: Callable[..., Result]
) -> None:
    both.colleague()
    await both.slack.say("zed", "hello")
    await both.teams.say("zed", "hello")
    before = both.people()
    refused = typed("link", "UZED", "teams", ZED, answer="n")
    assert (refused.exit_code, "Go on?" in refused.output) == (1, True)
    assert both.people() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("khan", "teams", ZED), "Ms Khan is in lanyard.toml: give them the account there"),
        (("UZED", "slack", "UKHAN"), "Ms Khan is in lanyard.toml: give them the account there"),
        (("nobody", "slack", "UKHAN"), "Nobody here is called nobody. See: lanyard people"),
        (("UZED", "teams", "zed@school.example"), "A person's object id looks like"),
    ],
)
async def test_what_cannot_be_linked_gets_a_sentence(
    both: Both, typed: Callable[..., Result], arguments: tuple[str, ...], says: str
) -> None:
    both.colleague()
    await both.slack.say("zed", "hello")
    refused = typed("link", *arguments)
    assert refused.exit_code == 2
    assert says in refused.output


async def test_linking_that_was_cut_short_is_ended_by_the_next_start(
    both: Both, typed: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    both.colleague()
    await both.slack.say("zed", WORRY)
    await both.slack.press("zed", ALARM)
    await both.teams.say("zed", "hello")

    def stopped(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rota, "sleep", stopped)
    (on_teams,) = (each for each in both.people() if each.name == "zed")
    typed("link", on_teams.id, "slack", "UZED")
    both.later()
    # Until then nothing is kept from them, and what they wrote stays theirs.
    await both.settle()
    assert "Delivered" in words(both.slack, "zed")
    assert len(both.people("zed")) == 2
    with closing(both.start(school())):
        both.later()
    await both.teams.say("zed", "my reports")
    assert found_ref(both.slack, "zed") in words(both.teams, "zed")
    assert len(both.people("zed")) == 1
