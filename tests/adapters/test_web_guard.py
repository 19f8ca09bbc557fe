"""The page lets in this machine's own browser, showing this page, and nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientResponse

from adapters.web.guard import LONGEST_BODY
from tests.adapters.web_double import Scene, scene

SAID = {"as": "amira", "room": "dm:amira", "key": "12345678", "text": "Hello"}


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as made:
        yield made


async def get(stage: Scene, path: str, **headers: str) -> ClientResponse:
    async with stage.page.session.get(stage.page.url + path, headers=headers) as response:
        if response.content_type != "text/event-stream":
            await response.read()
        return response


async def post(stage: Scene, body: object = SAID, **headers: str) -> ClientResponse:
    sent = {"Origin": stage.page.url, "Content-Type": "application/json", **headers}
    sent = {name.replace("_", "-"): value for name, value in sent.items() if value != "-"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with stage.page.session.post(
        f"{stage.page.url}/say", data=data, headers=sent
    ) as response:
        await response.read()
        return response


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/static/page.css", "/events?room=it"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:{port}"]
)
async def test_another_host_name_is_refused(stage: Scene, path: str, host: str) -> None:
    port = stage.page.url.rpartition(":")[2]
    response = await get(stage, path, Host=host.format(port=port))
    assert response.status == 403


async def test_both_names_of_this_machine_are_let_in(stage: Scene) -> None:
    port = stage.page.url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost"):
        assert (await get(stage, "/", Host=f"{name}:{port}")).status == 200


@pytest.mark.parametrize("origin", ["-", "null", "http://evil.example", "http://127.0.0.1:1"])
async def test_words_from_another_site_are_refused(stage: Scene, origin: str) -> None:
    response = await post(stage, Origin=origin)
    assert response.status == 403
    assert stage.bot.heard == []


async def test_another_site_cannot_listen(stage: Scene) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await get(stage, "/events?room=it", **headers)).status == 403
    assert (await get(stage, "/events?room=it", Origin=stage.page.url)).status == 200
    assert (await get(stage, "/events?room=it")).status == 200


async def test_only_rooms_there_are_can_be_listened_to(stage: Scene) -> None:
    assert (await get(stage, "/events")).status == 404
    assert (await get(stage, "/events?room=it&room=dm:nobody")).status == 404


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/events?room=it", "/events?room=no"])
async def test_every_answer_says_what_the_browser_may_do(stage: Scene, path: str) -> None:
    response = await get(stage, path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_page_has_no_script_or_style_of_its_own_and_says_it_is_fiction(
    stage: Scene,
) -> None:
    async with stage.page.session.get(f"{stage.page.url}/") as response:
        html = await response.text()
    assert "Everybody here is fictional." in html
    assert html.count("<script") == html.count('<script type="module" src="/static/page.js">') == 1
    assert "<style" not in html
    assert " style=" not in html
    assert " on" not in [part[:3] for part in html.split('="')]
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html


async def test_the_address_chooses_the_rooms(stage: Scene) -> None:
    url = f"{stage.page.url}/?show=dm:bryn&show=nowhere&show=dsl-ash"
    async with stage.page.session.get(url) as response:
        html = await response.text()
    chosen = [line.split('"')[1] for line in html.splitlines() if " selected>" in line]
    assert chosen == ["dm:bryn", "dsl-ash", "dm:farrow"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ([], 400),
        ({**SAID, "key": "short"}, 400),
        ({**SAID, "key": "x" * 65}, 400),
        ({**SAID, "text": 5}, 400),
        ({**SAID, "press": "tell child -"}, 400),
        ({**SAID, "text": "half an emoji \ud83d"}, 400),
        ({**SAID, "text": "x" * LONGEST_BODY}, 413),
        ({"as": "amira", "room": "dm:amira", "key": "12345678"}, 400),
    ],
    ids=range(12),
)
async def test_a_body_that_will_not_do_is_refused_in_words(
    stage: Scene, body: object, status: int
) -> None:
    response = await post(stage, body)
    assert response.status == status
    assert stage.bot.heard == []


async def test_only_json_is_understood(stage: Scene) -> None:
    assert (await post(stage, Content_Type="text/plain")).status == 415


async def test_thirty_thousand_characters_fit_in_any_alphabet(stage: Scene) -> None:
    words = "\U0001f600" * 30_000
    body = json.dumps({**SAID, "text": words}, ensure_ascii=False).encode()
    assert (await post(stage, body)).status == 200
    assert stage.bot.heard[-1].text == words
