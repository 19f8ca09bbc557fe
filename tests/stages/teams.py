"""The stage of Teams: people act by genuine signed activities, and cards are read as words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.afterwards import ON_ITS_WAY
from adapters.teams.answering import SHOWN
from adapters.teams.hearing import IN_YOUR_CHAT, NOTED
from tests.stages.fake_connector import APP, ELSEWHERE, TENANT, FakeConnector, Posted, scope_of
from tests.stages.stage import Shown
from tests.stages.teams_dialogs import Dialog

BOT = f"28:{APP}"
LINK = "https://teams.microsoft.com/l/message/19:staff@thread.tacv2"
MENTION = "<at>Lanyard</at>"
MENTIONED = re.compile(r"(?<!\S)@(\w+)")
OTHERS = "<at>A. N. Other</at>"
"""How Teams shows whoever is mentioned, by a name that the school does not list."""
FORM = "form"
"""In place of a room: the dialog that is open."""
POINTERS = (IN_YOUR_CHAT, NOTED, ON_ITS_WAY, SHOWN)
"""What Teams has to be told where nothing is to be shown: no part of any play."""


class TeamsStage:
    """Drives ``app``, on which a Teams adapter is mounted and started, from ``fake``. People do
    the next thing when all is ``answered``, except what hangs.

    ``people`` maps a person's id to their directory object id. ``async with`` it: everyone in
    ``people`` then has the app installed. ``notes`` are the sentences Teams shows the presser
    in passing. A room may be named shortly: ``dsl`` for ``19:dsl@thread.tacv2``.
    """

    platform = "teams"

    def __init__(
        self,
        app: web.Application,
        fake: FakeConnector,
        people: Mapping[str, str],
        answered: Callable[[], Awaitable[None]],
    ) -> None:
        self.fake, self._people, self._answered = fake, dict(people), answered
        self.notes: list[tuple[str, str]] = []
        self.dialogs: dict[str, Dialog] = {}
        self._answers: list[Any] = []
        self._server = TestServer(app, host="127.0.0.1")
        self._session: aiohttp.ClientSession | None = None
        for person, account in people.items():
            self.join(person, account)

    async def __aenter__(self) -> TeamsStage:
        await self._server.start_server()
        self._session = aiohttp.ClientSession()
        await self.install()
        return self

    async def install(self) -> None:
        """The app is installed for everybody, and Teams says so to whoever listens then."""
        for person in self._people:
            await self.send(
                {**self.activity(person), "type": "installationUpdate", "action": "add"}
            )

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()
        await self._server.close()

    @property
    def origin(self) -> str:
        """Where the bot is served."""
        return f"http://127.0.0.1:{self._server.port}"

    async def serve(self, app: web.Application, answered: Callable[[], Awaitable[None]]) -> None:
        """The process ended and another began; screens stay as they are."""
        self._answered = answered
        await self._server.close()
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()

    async def say(self, person: str, text: str, *, room: str = "", command: str = "") -> None:
        typed = f"/{command} {text}".strip() if command else text
        activity = self.activity(person, room)
        entities = [_mention(f"29:{each}", OTHERS) for each in self._mentioned(typed)]
        typed = MENTIONED.sub(lambda f: OTHERS if f[1] in self._people else f[0], typed)
        activity |= {"type": "message", "textFormat": "plain", "text": typed, "entities": entities}
        if room:
            entities.insert(0, _mention(BOT, MENTION))
            activity["text"] = f"{MENTION} {typed}\n"
        self._room(person, room).append(Posted(activity["id"], person, activity))
        await self._expect(await self.send(activity), 201)

    def _mentioned(self, text: str) -> list[str]:
        return [person for person in MENTIONED.findall(text) if person in self._people]

    async def press(self, person: str, label: str, *, room: str = "") -> None:
        if room == FORM:
            await self._press_in_dialog(person, label)
            return
        seen = self._seen(person, room)
        for posted in reversed(seen):
            for action in actions(posted.seen_by(person).activity):
                if action["title"] == label:
                    act = self._execute if action["type"] == "Action.Execute" else self._fetch
                    await act(person, posted, action, room)
                    return
        offered = [a["title"] for posted in seen for a in actions(posted.seen_by(person).activity)]
        raise LookupError(f"{person} sees no button {label!r}; there are: {offered}")

    async def look(self, person: str, room: str) -> None:
        """``person`` looks at ``room``: their client asks for the cards drawn for each reader."""
        for posted in self._seen(person, room):
            for attachment in posted.activity.get("attachments", []):
                refresh = attachment["content"].get("refresh")
                if refresh and f"29:{person}" in refresh["userIds"]:
                    await self._execute(person, posted, refresh["action"], room, "automatic")

    def form(self, person: str) -> list[Shown]:
        dialog = self.dialogs.get(person)
        if dialog is None:
            return []
        labels = tuple(action["title"] for action in dialog.actions())
        return [Shown("bot", (dialog.title, *read(dialog.shown()["body"])), labels)]

    async def fill(self, person: str, label: str, words: str) -> None:
        self._dialog(person).fill(label, words)

    async def send_form(self, person: str) -> None:
        """The first button at the foot of the dialog."""
        dialog = self._dialog(person)
        await self._submit(person, dialog.card["actions"][0])

    async def close_form(self, person: str) -> None:
        """By the button that says so, else by the cross, of which the bot hears nothing."""
        labels = [action["title"] for action in self._dialog(person).actions()]
        if "Save and close" in labels:
            await self._press_in_dialog(person, "Save and close")
        else:
            del self.dialogs[person]

    async def choose_shortcut(self, person: str, callback: str, *, about: str = "") -> None:
        """An action of the message extension: of the box one writes in, or of a message. Mostly
        they are used where the bot is no member."""
        if callback not in self.fake.extensions:
            raise LookupError(f"the app offers no {callback}")
        value: dict[str, Any] = {"commandId": callback, "commandContext": "compose"}
        if about:
            payload = {"id": "1", "linkToMessage": f"{LINK}/1", "body": {"content": about}}
            value |= {"commandContext": "message", "messagePayload": payload}
        activity = {**self.activity(person, ELSEWHERE), "type": "invoke", "value": value}
        activity["name"] = "composeExtension/fetchTask"
        answer = await self._expect(await self.send(activity), 200)
        self._open(person, answer, Dialog("", {"body": []}, ELSEWHERE, True, value))

    async def _press_in_dialog(self, person: str, label: str) -> None:
        offered = {action["title"]: action for action in self._dialog(person).actions()}
        if label not in offered:
            raise LookupError(f"{person} sees no button {label!r}; there are: {list(offered)}")
        await self._submit(person, offered[label])

    async def _fetch(self, person: str, posted: Posted, action: Any, room: str) -> None:
        data = dict(action["data"])
        assert data.pop("msteams") == {"type": "task/fetch"}
        value = {"data": {"type": "task/fetch", **data}, "context": {"theme": "default"}}
        activity = {**self.activity(person, room), "type": "invoke", "name": "task/fetch"}
        answer = await self.send({**activity, "replyToId": posted.id, "value": value})
        await self._drop_or_open(person, answer, Dialog("", {"body": []}, room))

    async def _submit(self, person: str, action: Any) -> None:
        dialog = self._dialog(person)
        name = "composeExtension/submitAction" if dialog.extends else "task/submit"
        activity = {**self.activity(person, dialog.room), "type": "invoke", "name": name}
        value = {**dialog.about, "data": dialog.sends(action), "context": {"theme": "default"}}
        await self._drop_or_open(person, await self.send({**activity, "value": value}), dialog)

    async def _drop_or_open(self, person: str, answer: tuple[int, Any], of: Dialog) -> None:
        self._open(person, await self._expect(answer, 200), of)

    def _open(self, person: str, answer: Any, of: Dialog) -> None:
        task = answer.get("task")
        if task is None or task["type"] == "message":
            self.dialogs.pop(person, None)
            self.notes += [(person, task["value"])] if task else []
            return
        value = task["value"]
        assert task["type"] == "continue"
        card = value["card"]["content"]
        self.dialogs[person] = Dialog(value["title"], card, of.room, of.extends, of.about)

    def _dialog(self, person: str) -> Dialog:
        if person not in self.dialogs:
            raise LookupError(f"{person} has no dialog open")
        return self.dialogs[person]

    def screen(self, person: str, *, room: str = "") -> list[Shown]:
        if room == FORM:
            return self.form(person)
        found = [shown(posted.seen_by(person)) for posted in self._seen(person, room)]
        return [each for each in found if each.by != "bot" or each.words not in POINTERS]

    def activity(self, person: str, room: str = "") -> dict[str, Any]:
        """What every activity of ``person`` carries."""
        place: dict[str, Any] = {"id": self.chat(person), "conversationType": "personal"}
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if room:
            channel = room_id(room)
            thread = f"{channel};messageid={self.fake.next_id()}"
            place = {"id": thread, "conversationType": "channel", "isGroup": True}
            data["channel"] = {"id": channel}
            if scope_of(channel) == "groupChat":
                place = {"id": channel, "conversationType": "groupChat", "isGroup": True}
                data.pop("channel")
        if scope_of(place["id"]) not in self.fake.scopes:
            raise LookupError(f"the app is not in {place['id']}")
        place["tenantId"] = TENANT
        return {
            "id": f"f:{self.fake.next_id()}",
            "timestamp": "2026-11-20T16:12:00.1234567Z",
            "serviceUrl": self.fake.service_url,
            "channelId": "msteams",
            "from": {"id": f"29:{person}", "name": person, "aadObjectId": self._people[person]},
            "conversation": place,
            "recipient": {"id": BOT, "name": "Lanyard"},
            "channelData": data,
        }

    async def send(
        self, activity: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Post ``activity`` to the bot with a genuine token; returns status and JSON."""
        assert self._session is not None
        url = f"{self.origin}/api/messages"
        signed = {"Authorization": f"Bearer {self.fake.token()}"} if headers is None else headers
        async with self._session.post(url, json=activity, headers=signed) as response:
            text = await response.text()
            answer = await response.json() if text else None
            self._answers.append(answer)
        all_shown = asyncio.ensure_future(self._answered())
        while not all_shown.done() and not self.fake.hanging:
            await asyncio.wait({all_shown}, timeout=0.02)
        all_shown.cancel()
        return response.status, answer

    def cards(self) -> list[dict[str, Any]]:
        """Every Adaptive Card that Teams was given, posted or in an answer."""
        sent = [each.json for each in self.fake.requests if each.path.startswith("/uk/")]
        return list(_cards_in([sent, self._answers]))

    def chat(self, person: str) -> str:
        """The id of a person's own chat with the bot."""
        return self.fake.chats[f"29:{person}"]

    def join(self, person: str, account: str, role: str = "user", tenant: str = TENANT) -> None:
        """Somebody new in the tenant, who may open a chat with the bot."""
        self._people[person] = account
        chat = f"a:chat-{person}"
        self.fake.chats |= {f"29:{person}": chat, account: chat}
        self.fake.conversations.setdefault(chat, [])
        known = {"id": f"29:{person}", "name": person, "objectId": account}
        everyone = self.fake.rosters.setdefault("", [])
        everyone.append({**known, "tenantId": tenant, "userRole": role})

    def furnish(self, room: str, inside: Iterable[str]) -> None:
        """Say who is in a room."""
        everyone = {each["id"]: each for each in self.fake.rosters.get("", [])}
        self.fake.rosters[room_id(room)] = [everyone[f"29:{person}"] for person in inside]

    async def _execute(
        self, person: str, posted: Posted, action: Any, room: str, trigger: str = "manual"
    ) -> None:
        activity = self.activity(person, room)
        activity |= {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "replyToId": posted.id,
            "value": {
                "action": {"type": action["type"], "verb": action["verb"], "data": action["data"]},
                "trigger": trigger,
            },
        }
        answer = await self._expect(await self.send(activity), 200)
        if answer["type"] == "application/vnd.microsoft.card.adaptive":
            content = {"contentType": answer["type"], "content": answer["value"]}
            drawn = {"type": "message", "attachments": [content]}
            if room:
                posted.views[person] = drawn
            else:
                posted.activity, posted.redrawn = drawn, True
            return
        self.notes.append((person, answer["value"]))
        note = {"type": "message", "text": answer["value"]}
        self._room(person, room).append(Posted(self.fake.next_id(), "bot", note, only=person))

    async def _expect(self, answer: tuple[int, Any], status: int) -> Any:
        if answer[0] != status:
            raise AssertionError(f"Teams would see {answer[0]}, not {status}")
        return answer[1]

    def _room(self, person: str, room: str) -> list[Posted]:
        name = room_id(room) if room else self.chat(person)
        return self.fake.conversations.setdefault(name, [])

    def _seen(self, person: str, room: str) -> list[Posted]:
        """Every message of a room, threads included, in the order they were first shown."""
        rooms = self.fake.conversations
        wanted = room_id(room) if room else self.chat(person)
        names = [name for name in rooms if name.partition(";")[0] == wanted]
        found = [posted for name in names for posted in rooms.get(name, [])]
        return sorted(
            (posted for posted in found if posted.only in ("", person)),
            key=lambda posted: int(posted.id.removeprefix("f:")),
        )


def _mention(user: str, marked: str) -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": user}, "text": marked}


def room_id(room: str) -> str:
    """Teams' own id of a room that a play names shortly."""
    return room if "@" in room else f"19:{room}@thread.tacv2"


def _cards_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and value.get("type") == "AdaptiveCard":
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _cards_in(each)


def shown(posted: Posted) -> Shown:
    """One message of Teams as words."""
    if posted.by != "bot":
        text = posted.activity["text"].removeprefix(MENTION).strip()
        return Shown(posted.by, (text,))
    lines = [posted.activity["text"]] if posted.activity.get("text") else []
    for attachment in posted.activity.get("attachments", []):
        lines += read(attachment["content"]["body"])
    buttons = tuple(action["title"] for action in actions(posted.activity))
    return Shown("bot", tuple(lines), buttons, posted.redrawn)


def actions(activity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message, in order."""
    return [
        action
        for attachment in activity.get("attachments", [])
        for element in attachment["content"]["body"]
        if element["type"] == "ActionSet"
        for action in element["actions"]
    ]


def read(body: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of an Adaptive Card's elements, as a person would read them out."""
    lines: list[str] = []
    for element in body:
        match element["type"]:
            case "TextBlock":
                lines.append(element["text"])
            case "RichTextBlock":
                lines.append(_of_runs(element))
            case "FactSet":
                lines += [f"{fact['title']}: {fact['value']}" for fact in element["facts"]]
            case "Container" if element.get("style") == "emphasis":
                label, *words = read(element["items"])
                lines.append(f"{label}: " + "\n".join(words))
            case "Container":
                lines.append("\n".join(read(element["items"])))
            case "ActionSet":
                pass
            case "Input.Text" | "Input.ChoiceSet" | "Input.Date" | "Input.Time":
                lines.append(f"{element['label']}: {element.get('value', '')}".rstrip())
            case unknown:
                raise AssertionError(f"no client of ours draws {unknown}")
    return lines


def _of_runs(element: Mapping[str, Any]) -> str:
    text = "".join(run["text"] for run in element["inlines"])
    return "" if text == "\u00a0" else text
