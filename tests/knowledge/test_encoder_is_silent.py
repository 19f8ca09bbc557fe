"""The library that runs the encoder reports to nobody and keeps no id of this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.install import ROOT

LOAD = """
from pathlib import Path
from knowledge.encoder import Encoder
Encoder(Path("knowledge/model")).meaning("can i use my phone")
"""


def test_it_keeps_no_device_id_and_nothing_to_be_sent(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        cwd=ROOT,
        env={"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    assert done.stderr.decode() == ""
    assert not list(tmp_path.rglob("*"))
