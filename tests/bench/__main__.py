"""Runs the measurements, all or one: `python -m tests.bench [answers|growth|kill] [...]`."""

import sys
from importlib import import_module

MODULES = ("answers", "growth", "kill")
"""The modules of this folder; each has `run(arguments)`."""


def main(arguments: list[str]) -> None:
    """Run the module named first with the arguments after it, or every module."""
    if not arguments:
        for name in MODULES:
            import_module(f"tests.bench.{name}").run([])
    elif arguments[0] in MODULES:
        import_module(f"tests.bench.{arguments[0]}").run(arguments[1:])
    else:
        raise SystemExit(f"Usage: python -m tests.bench [{'|'.join(MODULES)}] [...]")


if __name__ == "__main__":
    main(sys.argv[1:])
