"""Logs in which no words of a person can stand: an allow-list of fields, and nothing else."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from types import TracebackType
from typing import TextIO

FIELDS = ("action", "notice", "fault", "platform", "status", "count")
"""Codes and random ids only."""

OURS = ("bot", "intents", "knowledge", "adapters", "storage")

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")

log = logging.getLogger(__name__)


class AllowList(logging.Formatter):
    """One JSON object a line: time, level, logger, our own fixed message, allow-listed fields.

    Other libraries log request bodies, so of their records only level and logger are kept. An
    exception gives its type and the place in the code, never its text. A field that does not
    look like a code or a number is withheld.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "from": record.name,
        }
        if record.name.split(".")[0] in OURS and not record.args and isinstance(record.msg, str):
            line["message"] = record.msg
        for field in FIELDS:
            if hasattr(record, field):
                line[field] = _code(getattr(record, field))
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            where = _where(record.exc_info[2])
            if where:
                line["where"] = where
        return json.dumps(line)


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log record through :class:`AllowList` to ``stream`` (standard error), and with
    them what Python itself would print with its text: warnings, and faults nobody caught."""
    # A record that cannot be written would be printed whole, with its words.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AllowList())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _code(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if _CODE.fullmatch(text) else "withheld"


def _where(trace: TracebackType | None) -> str:
    """The innermost place of ours, and the innermost of all: ``storage/work.py:commit:61``."""
    places: list[tuple[bool, str]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        folder, _, file = code.co_filename.replace("\\", "/").rpartition("/")
        name = f"{folder.rpartition('/')[2]}/{file}:{code.co_name}:{trace.tb_lineno}"
        places.append((trace.tb_frame.f_globals.get("__name__", "").split(".")[0] in OURS, name))
        trace = trace.tb_next
    last = [name for _, name in places[-1:]]
    ours = [name for own, name in places if own][-1:]
    return " < ".join(dict.fromkeys(last + ours))


def _uncaught(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    log.critical("stopped by a fault", exc_info=(kind, fault, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        log.critical("a thread was stopped by a fault", exc_info=args.exc_value)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        log.error("a fault nobody could catch", exc_info=args.exc_value)
