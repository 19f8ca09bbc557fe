"""Node.js and what `npm ci` installed in tests/validators: Microsoft's own checkers and client."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "validators"
MODULES = FOLDER / "node_modules"
NODE = shutil.which("node")
READY = NODE is not None and (MODULES / "adaptivecards").is_dir()
needs_node = pytest.mark.skipif(
    not READY,
    reason="NOT CHECKED BY MICROSOFT'S OWN CODE: run `npm ci` in tests/validators",
)


def check(**given: dict[str, Any]) -> dict[str, list[str]]:
    """The faults of ``manifests`` and ``cards``, each by its name; nothing wrong is no entry."""
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(FOLDER / "check.cjs")],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found
