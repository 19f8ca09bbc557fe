"""The command that says what is left to set up: every fault at once, each with where to mend it."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from adapters.text_message.adapter import open_adapter
from bot.__main__ import main
from bot.door import Door
from bot.people import Directory
from bot.route_settings import TextSection
from bot.settings import Secrets
from tests.stages.fake_notify import KEY as NOTIFY_KEY
from tests.stages.fake_notify import TEMPLATE, FakeNotify
from tests.stages.fake_slack import BOT, BOT_TOKEN, TEAM, FakeSlack
from tests.stages.mailbox import Mailbox
from tests.stages.slack import SECRET
from tests.test_init import ONE_SITE, init

KEY = base64.b64encode(bytes(range(32))).decode()
POLICY = """\
# Online safety policy

Last reviewed: September 2026. Next review: September 2099.

1. Phones
1.1 Staff must not use their own phones to take photographs of children.
"""


@pytest.fixture
async def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSlack]:
    """A school that was set up by questions, with a workspace and a policy of its own."""
    monkeypatch.chdir(tmp_path)
    async with FakeSlack() as fake:
        for person in ("KHAN", "OKORO", "FARROW", "PENROSE", "TAN"):
            fake.person(f"U{person}")
        fake.room("CDSLOAK", BOT, "UKHAN", "UOKORO")
        environment = {
            "LANYARD_KEY": KEY,
            "LANYARD_AUDIT_KEY": KEY,
            "SLACK_TEAM": TEAM,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_STAND_IN": fake.origin,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert init(ONE_SITE).exit_code == 0
        Path("policy.md").write_text(POLICY)
        assert (await run("policy", "import", "policy.md")).exit_code == 0
        yield fake


async def run(*arguments: str) -> Result:
    """The command in a thread of its own, so that the fakes go on answering."""
    return await asyncio.to_thread(CliRunner().invoke, main, arguments)


async def test_what_init_wrote_passes(slack: FakeSlack) -> None:
    checked = await run("check")
    assert checked.exit_code == 0, checked.output
    assert "Everything is set up." in checked.output
    assert (
        "Slack, in order: the app, the app's scopes, Oak Centre, the DSL's channel, Ms Khan, "
        "Mr Okoro, Dr Farrow, Mrs Penrose, Sam Tan."
    ) in checked.output
    assert "SLACK_STAND_IN is set: this is a rehearsal" in checked.output


async def test_every_fault_at_once_with_where_to_mend_it(slack: FakeSlack) -> None:
    text = re.sub(r"\nverified_on = .*", "", Path("lanyard.toml").read_text(), count=1)
    Path("lanyard.toml").write_text(text.replace('also_called = ["Obi"]\n', ""))
    slack.users["UOKORO"]["deleted"] = True
    slack.rooms["CDSLOAK"].private = False
    slack.scopes.discard("im:write")
    checked = await run("check")
    assert checked.exit_code == 1
    assert [line for line in checked.output.splitlines() if line.startswith("- ")] == [
        "- Mr Okoro: first name missing. A report that calls them by it would not be kept from "
        "them. Put it, and what else staff call them, into lanyard.toml (also_called).",
        "- Council Front Door: nobody has rung this number to check it (verified_on). "
        "Ring 01632 960100, and put the day into lanyard.toml (numbers.front_door).",
        "- Slack: the app's scopes: im:write is missing; it is to open messages with a person it "
        "must reach first: the DSL, the reporter. Mend it: api.slack.com/apps → Lanyard → "
        "OAuth & Permissions → Scopes → Bot Token Scopes, then Reinstall to Workspace.",
        "- Slack: Oak Centre, the DSL's channel: it is not private: all staff read it. Mend it: "
        "Slack: the channel's name at the top → Settings → Change to a private channel.",
        "- Slack: Mr Okoro: that account is deactivated. Mend it: Slack: the name of the "
        "workspace → Tools & settings → Manage members.",
    ]
    assert "5 to mend:" in checked.output
    # Names are for whoever reads the terminal; accounts are for nobody.
    assert "UOKORO" not in checked.output and "CDSLOAK" not in checked.output


async def test_what_it_says_to_mend_in_the_file_is_mended_there(slack: FakeSlack) -> None:
    right = Path("lanyard.toml").read_text()
    wrong = right.replace("UKHAN", "UKHAM").replace('phone = "01632 960002"\n', "")
    Path("lanyard.toml").write_text(wrong)
    checked = await run("check")
    assert [line for line in checked.output.splitlines() if line.startswith("- ")] == [
        "- Mr Okoro has no telephone number. Put it into lanyard.toml (phone).",
        "- Slack: Oak Centre, the DSL's channel: Ms Khan is not in it, and cannot read there. "
        "Mend it: Slack: the channel's name at the top → Members.",
        "- Slack: Oak Centre, the DSL's channel: in it, but not of it: 1 without a role. While "
        "they are there, cards say only that a report waits. Mend it: Slack: the channel's name "
        "at the top → Members.",
        "- Slack: Ms Khan: Slack knows no such account. Mend it: lanyard.toml → [[people]] "
        "khan → accounts, from Slack: the person's profile → the three dots → Copy member ID.",
    ]
    Path("lanyard.toml").write_text(right)
    assert "Everything is set up." in (await run("check")).output


async def test_the_ways_outside_the_chat_are_asked_as_well(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Mailbox() as mailbox, FakeNotify() as notify:
        monkeypatch.setitem(open_adapter.__kwdefaults__, "url", notify.origin)
        host = mailbox.settings
        sections = (
            f'[mail]\nhost = "{host.host}"\nport = {host.port}\nsender = "{host.sender}"\n'
            f'tls = "none"\n[text]\ntemplate = "{TEMPLATE}"\n'
        )
        with Path("lanyard.toml").open("a") as file:
            file.write(sections)
        monkeypatch.setenv("NOTIFY_KEY", NOTIFY_KEY)
        checked = await run("check")
        assert "Mail, in order: the mail server." in checked.output
        assert "Text messages, in order: GOV.UK Notify." in checked.output
        assert not mailbox.mails and not notify.texts
        notify.body = "From school: ((message))"
        checked = await run("check")
        assert "Text messages: GOV.UK Notify: the template's whole body must be ((message))." in (
            checked.output
        )
    checked = await run("check")
    assert "Mail: the mail server: it cannot be reached. Mend it: lanyard.toml" in checked.output
    assert "Text messages: GOV.UK Notify: it cannot be asked" in checked.output


@pytest.mark.parametrize(
    ("key", "template", "said"),
    [
        (NOTIFY_KEY[:-12] + "0" * 12, TEMPLATE, "it does not take NOTIFY_KEY. Mend it: GOV.UK"),
        (NOTIFY_KEY, TEMPLATE[:-12] + "0" * 12, "it has no such template. Mend it: lanyard.toml"),
    ],
)
async def test_a_notify_that_knows_no_such_key_or_template(
    key: str, template: str, said: str
) -> None:
    async with FakeNotify() as notify:
        settings = TextSection(template=template)
        given = Secrets(notify_key=SecretStr(key))
        adapter = open_adapter(given, cast(Door, None), settings=settings, url=notify.origin)
        (found,) = await adapter.check(cast(Directory, None))
        await adapter.stop()
        assert said in str(found)
