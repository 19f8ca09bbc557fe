"""Does what a document says, as its reader would: types its grey boxes, fills in what is theirs,
clicks where it says so, and compares what is seen."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.stages.stage import Stage

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
PLACE = re.compile(r"YOUR-[A-Z]+(?:-[A-Z]+)*")
DOWNLOADS = ("python3 -m venv .venv", ".venv/bin/python -m pip install")
"""Not typed: what they fetch is there already."""
STAYS = re.compile(r"bot (serve|watch)$")
PATIENCE, LONGEST = 60.0, 20.0
"""Seconds for a command, and for what somebody waits to see."""


@dataclass(frozen=True)
class Block:
    """One grey box (``sh``, ``text``, ``ini``), a table of answers (``answers``), or the words that
    say what is to be clicked (``click``)."""

    kind: str
    text: str


def blocks(document: str, clicks: Collection[str] = ()) -> Iterator[Block]:
    """The boxes of a document, its tables of what is asked and typed, and where it says ``clicks``,
    in order."""
    found: list[tuple[int, Block]] = []
    for match in FENCE.finditer(document):
        lines = [line.removeprefix(match[1]) for line in match[3].splitlines()]
        found.append((match.start(), Block(match[2], "\n".join(lines))))
    found += [
        (match.start(), Block("answers", match[0]))
        for match in TABLE.finditer(document)
        if match[0].startswith("| It asks | Type |")
    ]
    found += [(document.index(words), Block("click", words)) for words in clicks]
    yield from (block for _, block in sorted(found, key=lambda each: each[0]))


def answers(table: str) -> list[tuple[str, str]]:
    """What is asked and what is typed, in order."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    return [(asked, "" if typed == "Enter" else typed) for asked, typed in rows[2:]]


class Reader:
    """A newcomer with a terminal in ``folder``, where Lanyard lies; ``mine`` are their values,
    by the document's ``YOUR-…``; ``machine`` is what is particular to this one; ``clicks`` is what
    is done outside of it, by the document's words."""

    def __init__(
        self,
        folder: Path,
        mine: Mapping[str, str],
        machine: Mapping[str, str],
        clicks: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
    ) -> None:
        self.folder, self._mine, self._used = folder, mine, set[str]()
        self._clicks = clicks or {}
        self._machine = {**machine, "PATH": os.environ["PATH"], "HOME": str(folder)}
        self._staying: list[asyncio.subprocess.Process] = []
        self.seen = ""
        folder.mkdir()
        for path in ROOT.iterdir():
            if not path.name.startswith(".") and path.name not in ("var", "tests", "lanyard.toml"):
                (folder / path.name).symlink_to(path)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        (folder / ".state").touch()

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._staying:
            if process.returncode is None:
                # What runs this may have told its children to ignore Ctrl-C.
                process.terminate()
                await process.wait()

    @property
    def unused(self) -> set[str]:
        """Values that the document never asked for."""
        return set(self._mine) - self._used

    async def do(self, document: str) -> None:
        """Do everything the document says."""
        waiting = list(blocks(document, self._clicks))
        while waiting:
            block = waiting.pop(0)
            match block.kind:
                case "sh" if STAYS.search(block.text):
                    await self._start(self._filled(block.text))
                case "sh":
                    typed = ""
                    if waiting and waiting[0].kind == "answers":
                        asked = answers(self._filled(waiting.pop(0).text))
                        typed = "".join(f"{answer}\n" for _, answer in asked)
                        await self._type(self._filled(block.text), typed)
                        self._saw([question for question, _ in asked])
                    else:
                        await self._type(self._filled(block.text), typed)
                case "click":
                    await self._clicks[block.text]()
                case "text":
                    self._saw(block.text.splitlines())
                case "ini":
                    with (self.folder / "lanyard.env").open("a") as file:
                        file.write(self._filled(block.text) + "\n")
                case _:
                    raise AssertionError(f"nobody knows what to do with a box of {block.kind}")

    async def _type(self, commands: str, typed: str) -> None:
        """Type ``commands`` in the one terminal, and ``typed`` when asked."""
        lines = [line for line in commands.splitlines() if not line.startswith(DOWNLOADS)]
        script = "set -e\n. ./.state\n" + "\n".join(lines) + "\ndeclare -px > .state\n"
        process = await self._process(script)
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate(typed.encode())
        self.seen = out.decode()
        assert process.returncode == 0, f"{commands}\n{self.seen}"

    async def _start(self, commands: str) -> None:
        """Type ``commands``, of which the last stays; returns when it says so. What is typed next
        is typed in another terminal, which knows nothing of this one."""
        *first, stays = commands.splitlines()
        script = "\n".join([". ./.state", *first, f"exec {stays}", ""])
        process = await self._process(script)
        self._staying.append(process)
        assert process.stdout is not None
        self.seen = ""
        async with asyncio.timeout(PATIENCE):
            while "Ctrl-C stops it" not in self.seen:
                line = await process.stdout.readline()
                assert line, self.seen
                self.seen += line.decode()
        (self.folder / ".state").write_text("")

    async def _process(self, script: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            script,
            cwd=self.folder,
            env=self._machine,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )

    def _filled(self, text: str) -> str:
        def mine(found: re.Match[str]) -> str:
            self._used.add(found[0])
            return self._mine[found[0]]

        return PLACE.sub(mine, text)

    def _saw(self, lines: list[str]) -> None:
        """Each of ``lines`` was seen, in this order; … stands for anything."""
        at = 0
        for line in lines:
            line = line.replace("8080", self._machine["PORT"])
            for part in filter(None, line.split("…")):
                found = self.seen.find(part.strip(), at)
                assert found >= 0, f"not seen: {part!r}\n{self.seen}"
                at = found + len(part.strip())


async def until_seen(stage: Stage, person: str, words: str, room: str = "") -> None:
    """Somebody waits until they see ``words``."""
    for _ in range(int(LONGEST / 0.05)):
        if any(words in each.words for each in stage.screen(person, room=room)):
            return
        await asyncio.sleep(0.05)
    raise LookupError(f"{person} sees: {[each.words for each in stage.screen(person, room=room)]}")
