"""The Microsoft 365 Agents Playground, a client of Teams that nobody here wrote, before one bot.

It signs nothing and shows one person at a time. So each person has an instance of their own, and
a proxy stands between: it signs what goes to the bot with the key the bot trusts, and gives the
instances one origin, as Teams has.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.nodejs import FOLDER, MODULES, NODE
from tests.stages.fake_connector import APP, TENANT, FakeConnector
from tests.stages.served import free_port

BOT = {"id": f"28:{APP}", "name": "Lanyard"}
START_SECONDS = 60.0
POSTED = re.compile(r"v3/conversations/([^/;]+)[^/]*/activities(?:/|$)")
KEPT = ("Authorization", "Content-Type")


class Playground:
    """One proxy, and an instance for each of ``people`` (ids with names). ``async with`` it, then
    :meth:`serve` the bot. ``room`` is the private channel that those in ``inside`` are in;
    ``objects`` are ids in the directory, by person."""

    def __init__(
        self,
        fake: FakeConnector,
        people: Mapping[str, str],
        room: str,
        inside: Iterable[str],
        folder: Path,
        objects: Mapping[str, str] | None = None,
    ) -> None:
        self._fake, self._people, self._room, self._folder = fake, people, room, folder
        self._objects = objects or {person: f"aad-{person}" for person in people}
        self._inside = {f"29:{person}" for person in inside}
        self._ports: dict[str, int] = {}
        self.posted: list[tuple[str, dict[str, Any]]] = []
        """Everything the bot posted: the conversation without its thread, and the activity."""
        self._open = AsyncExitStack()
        self._bot = ""

    @property
    def options(self) -> dict[str, Any]:
        """What ``adapters.teams.adapter.open_adapter`` must be told."""
        service_url = f"{self.origin}/at/{next(iter(self._people))}/"
        return {**self._fake.options, "service_url": service_url, "loopback": self.origin}

    def address(self, person: str) -> str:
        """Where ``person`` sees Teams."""
        return f"http://127.0.0.1:{self._ports[person]}/"

    async def __aenter__(self) -> Playground:
        self._session = await self._open.enter_async_context(aiohttp.ClientSession())
        proxy = web.Application(client_max_size=4 * 1024 * 1024)
        proxy.router.add_post("/from/{person}", self._to_bot)
        proxy.router.add_route("*", "/at/{person}/{rest:.*}", self._to_client)
        # What the Playground has not: tokens, keys, and those who have no instance.
        proxy.router.add_route("*", "/{rest:.*}", self._to_fake)
        server = TestServer(proxy, host="127.0.0.1")
        await server.start_server()
        self._open.push_async_callback(server.close)
        self.origin = f"http://127.0.0.1:{server.port}"
        for person in self._people:
            await self._start(person)
        await asyncio.gather(*(self._answers(person) for person in self._people))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def serve(self, bot: str) -> None:
        """The bot's messaging endpoint."""
        self._bot = bot

    async def send(self, person: str, activity: Mapping[str, Any]) -> tuple[int, Any]:
        """Send what the Playground cannot (an invoke of a dialog) as ``person``'s client would."""
        whole = {
            "from": {"id": f"29:{person}", "aadObjectId": self._objects[person]},
            "channelId": "msteams",
            "recipient": BOT,
            "conversation": {
                "id": f"a:chat-{person}",
                "conversationType": "personal",
                "tenantId": TENANT,
            },
            "channelData": {"tenant": {"id": TENANT}},
            **activity,
        }
        return await self._signed(person, whole)

    async def mention(self, person: str, conversation: str, text: str) -> None:
        """``person`` mentions the bot in a chat or a channel."""
        said = {
            "from": {"id": f"29:{person}"},
            "text": f"<at>Lanyard</at> {text}",
            "textFormat": "plain",
            "mentions": [{"mentioned": BOT, "text": "<at>Lanyard</at>"}],
        }
        url = f"{self.address(person)}_conversation/v1/conversations/{conversation}/messages"
        async with self._session.post(url, json=said) as response:
            assert response.status < 300, await response.text()

    async def _signed(self, person: str, activity: Mapping[str, Any]) -> tuple[int, Any]:
        service_url = f"{self.origin}/at/{person}/"
        token = self._fake.token(serviceurl=service_url)
        async with self._session.post(
            self._bot,
            json={**activity, "serviceUrl": service_url},
            headers={"Authorization": f"Bearer {token}"},
        ) as response:
            text = await response.text()
            return response.status, await response.json() if text else None

    async def _to_bot(self, request: web.Request) -> web.Response:
        status, answer = await self._signed(request.match_info["person"], await request.json())
        if answer is None:
            return web.Response(status=status)
        return web.json_response(answer, status=status)

    async def _to_client(self, request: web.Request) -> web.Response:
        """What the bot asks of Teams, if it shows a token of ours."""
        if request.headers.get("Authorization") not in {f"Bearer {t}" for t in self._fake.tokens}:
            return web.Response(status=401)
        person, rest = request.match_info["person"], request.match_info["rest"]
        if posted := POSTED.match(rest):
            self.posted.append((posted[1], await request.json()))
        async with self._session.request(
            request.method,
            f"{self.address(person)}_connector/{rest}",
            params=request.query,
            data=await request.read(),
            headers={"Content-Type": "application/json"},
        ) as response:
            body = await response.read()
            if rest.startswith(f"v3/conversations/{self._room}/pagedmembers"):
                # The Playground has everybody in its one team; a private channel has its own.
                found = json.loads(body)
                found["members"] = [m for m in found["members"] if m["id"] in self._inside]
                body = json.dumps(found).encode()
            return web.Response(status=response.status, body=body, content_type="application/json")

    async def _to_fake(self, request: web.Request) -> web.Response:
        async with self._session.request(
            request.method,
            f"{self._fake.origin}{request.path_qs}",
            data=await request.read(),
            headers={n: request.headers[n] for n in KEPT if n in request.headers},
        ) as response:
            body, kind = await response.read(), response.content_type
            return web.Response(status=response.status, body=body, content_type=kind)

    async def _start(self, person: str) -> None:
        assert NODE is not None
        port = self._ports[person] = free_port()
        home = self._folder / person
        home.mkdir()
        config = home / "config.yml"
        config.write_text(yaml.safe_dump(self._config(person), sort_keys=False))
        url = f"http://127.0.0.1:{port}/_connector"
        process = await asyncio.create_subprocess_exec(
            NODE, "--require", str(FOLDER / "loopback.cjs"),
            str(MODULES / "@microsoft/m365agentsplayground/cli.js"),
            "start", "-e", f"{self.origin}/from/{person}", "-c", "msteams",
            "-p", str(port), "--su", url, "--dt",
            cwd=home,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
                "M365_AGENTS_PLAYGROUND_LOGFILE": str(home / "log"),
                "TEAMSAPPTESTER_BROWSER": "none",
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self._open.push_async_callback(_end, process)

    async def _answers(self, person: str) -> None:
        """Returns when the instance of ``person`` is up."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    config = f"{self.address(person)}_internal/v1/config"
                    async with self._session.get(config) as response:
                        found = (await response.json())["config"]
                        assert found["currentUser"]["id"] == f"29:{person}"
                        return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.2)

    def _config(self, person: str) -> dict[str, Any]:
        """Of the Playground's own shape, all of it; it wants five others besides."""
        users = [self._user(each, name) for each, name in self._people.items()]
        users += [self._user(f"other-{n}", f"Other {n}") for n in range(6 - len(users))]
        return {
            "version": "0.1.1",
            "tenantId": TENANT,
            "bot": BOT,
            "currentUser": next(user for user in users if user["id"] == f"29:{person}"),
            "users": [user for user in users if user["id"] != f"29:{person}"],
            "personalChat": {"id": f"a:chat-{person}"},
            "groupChat": {"id": "19:group@thread.v2", "name": "Group Chat"},
            "team": {
                "id": self._room,
                "name": "School",
                "aadGroupId": "00000000-0000-0000-0000-000000000031",
                "channels": [{"id": "19:staff@thread.tacv2", "name": "Staff"}],
            },
        }

    def _user(self, person: str, name: str) -> dict[str, str]:
        first, _, last = name.partition(" ")
        address = f"{person}@school.example"
        return {
            "id": f"29:{person}",
            "name": name,
            "userPrincipleName": address,
            "aadObjectId": self._objects.get(person, f"aad-{person}"),
            "givenName": first,
            "surname": last or first,
            "email": address,
        }


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    await process.wait()
