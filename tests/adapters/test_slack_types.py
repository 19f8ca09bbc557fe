"""What Lanyard sends to Slack is what Slack's own types allow: compiled, not believed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from adapters.slack.render import notice, pages
from adapters.slack.views import home_tab, modal
from tests.records import Records

VALIDATORS = Path(__file__).parents[1] / "validators"
COMPILER = VALIDATORS / "node_modules" / "typescript" / "bin" / "tsc"
RECORDS = 12

pytestmark = pytest.mark.skipif(
    not COMPILER.exists() or shutil.which("node") is None,
    reason="NO TYPESCRIPT: Slack's types are unchecked; run `npm ci` in tests/validators",
)


def compiled(folder: Path, *lines: str) -> str:
    """What the compiler says of a program of these ``lines``."""
    program = folder / "sent.ts"
    types = "import type { HomeView, KnownBlock, ModalView } from '@slack/types';"
    program.write_text("\n".join((types, *lines)), encoding="utf-8")
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(VALIDATORS / "node_modules")
    asked = ["node", str(COMPILER), "--noEmit", "--strict", "--skipLibCheck", str(program)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def typed(kind: str, number: int, value: object) -> str:
    return f"export const {kind.lower().strip('[]')}{number}: {kind} = {json.dumps(value)};"


def test_every_message_view_and_home_tab_has_slacks_own_types(tmp_path: Path) -> None:
    lines, number = [], 0
    for seed in range(RECORDS):
        records = Records(seed)
        card, reply = records.card(), records.reply()
        for page in (notice(card), *pages(*reply.cards)):
            lines.append(typed("KnownBlock[]", number, list(page.blocks)))
            number += 1
        lines.append(typed("ModalView", number, modal(reply)))
        lines.append(typed("HomeView", number + 1, home_tab(reply)))
        number += 2
    assert compiled(tmp_path, *lines) == ""


def test_the_compiler_would_say_so(tmp_path: Path) -> None:
    wrong = [{"type": "section", "text": {"type": "plain_txt", "text": "x"}}]
    assert "plain_txt" in compiled(tmp_path, typed("KnownBlock[]", 0, wrong))
