"""What a stage of a play offers: people act on a real platform, and their screens are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Shown:
    """One message on a screen, read back from the platform's own format into words.

    ``by`` is a person's id or ``bot``; ``lines`` are its words in order (title, text, facts as
    ``Name: value``, quotes as ``Label: words``, source); ``buttons`` its labels.
    """

    by: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    redrawn: bool = False

    @property
    def words(self) -> str:
        return "\n".join(self.lines)


class Stage(Protocol):
    """One platform under test, through its real wire format."""

    platform: str

    async def say(self, person: str, text: str, *, room: str = "", command: str = "") -> None:
        """``person`` types ``text`` in their messages with the bot (or mentions it in a
        ``room``, or uses a slash ``command`` where the platform has them)."""
        ...

    async def press(self, person: str, label: str, *, room: str = "") -> None:
        """``person`` presses the newest button with this label in their messages or ``room``.

        Raises :class:`LookupError`, listing the buttons there are, when there is none.
        """
        ...

    def screen(self, person: str, *, room: str = "") -> list[Shown]:
        """Everything ``person`` sees in their messages with the bot (or in ``room``), oldest
        first, ephemeral answers included."""
        ...


class FormStage(Stage, Protocol):
    """A platform with forms (modals, dialogs), a home and shortcuts."""

    def form(self, person: str) -> list[Shown]:
        """The form open before ``person``, if any: its title is the first line, then each field
        as ``Label: what stands in it`` with what is wrong with it below."""
        ...

    def home(self, person: str) -> list[Shown]: ...
    async def fill(self, person: str, label: str, words: str) -> None: ...
    async def send_form(self, person: str) -> None: ...
    async def close_form(self, person: str) -> None: ...
    async def open_home(self, person: str) -> None: ...
    async def ask_at_home(self, person: str, words: str) -> None: ...
    async def choose_shortcut(self, person: str, callback: str, *, about: str = "") -> None: ...
    async def look(self, person: str, room: str) -> None: ...


@dataclass
class Traffic:
    """Every byte a platform was sent, for the canaries."""

    sent: list[bytes] = field(default_factory=list)
