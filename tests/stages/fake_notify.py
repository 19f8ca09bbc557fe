"""A GOV.UK Notify that speaks HTTP on 127.0.0.1 and checks its callers' tokens."""

from __future__ import annotations

from collections import deque
from typing import Any

import jwt
from aiohttp import web

from tests.stages.served import Served

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"larkhill-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


class FakeNotify(Served):
    """``texts`` are what was taken; ``troubles`` the statuses of the next calls (``done``: taken
    all the same)."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.body = "((message))"
        self.troubles: deque[tuple[int, bool]] = deque()
        app = web.Application()
        app.router.add_post("/v2/notifications/sms", self._sms)
        app.router.add_get("/v2/notifications", self._find)
        app.router.add_get("/v2/template/{id}", self._template)
        super().__init__(app)

    async def _sms(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return web.json_response({"errors": [{"error": "AuthError"}]}, status=403)
        asked = await request.json()
        status, done = self.troubles.popleft() if self.troubles else (201, True)
        if asked["template_id"] != TEMPLATE or set(asked["personalisation"]) != {"message"}:
            status, done = 400, False
        if done:
            self.texts.append(asked)
        if status != 201:
            return web.json_response({"status_code": status, "errors": []}, status=status)
        return web.json_response({"id": f"text-{len(self.texts)}"}, status=201)

    async def _template(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return web.json_response({"errors": [{"error": "AuthError"}]}, status=403)
        if request.match_info["id"] != TEMPLATE:
            return web.json_response({"errors": [{"error": "NoResultFound"}]}, status=404)
        return web.json_response({"id": TEMPLATE, "type": "sms", "body": self.body})

    async def _find(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return web.json_response({"errors": [{"error": "AuthError"}]}, status=403)
        found = [
            {"id": f"text-{number}"}
            for number, text in enumerate(self.texts, 1)
            if text["reference"] == request.query["reference"]
        ]
        return web.json_response({"notifications": found, "links": {}})

    def _known(self, request: web.Request) -> bool:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        try:
            # The clock of a play is not that of this machine.
            options = {"verify_iat": False, "require": ["iss", "iat"]}
            jwt.decode(token, SECRET, algorithms=["HS256"], issuer=SERVICE, options=options)
        except jwt.InvalidTokenError:
            return False
        return True
