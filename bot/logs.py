"""Logs in which no words of a person can stand: an allow-list of fields, and nothing else."""

from __future__ import annotations

import json
import logging
import sys
from typing import TextIO

FIELDS = ("action", "notice", "fault", "platform", "status", "count")
"""Codes and random ids only."""

OURS = ("bot", "intents", "knowledge", "adapters", "storage")


class AllowList(logging.Formatter):
    """One JSON object a line: time, level, logger, our own fixed message, allow-listed fields.

    Other libraries log request bodies, so of their records only level and logger are kept. An
    exception gives its type and the place in the code, never its text.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "from": record.name,
        }
        if record.name.split(".")[0] in OURS and not record.args:
            line["message"] = record.msg
        for field in FIELDS:
            if hasattr(record, field):
                line[field] = getattr(record, field)
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                code = trace.tb_frame.f_code
                line["where"] = f"{code.co_name}:{trace.tb_lineno}"
        return json.dumps(line)


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log record through :class:`AllowList` to ``stream`` (standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AllowList())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
