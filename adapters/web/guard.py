"""Who may talk to the page: this machine's own browser, showing this page, and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LONGEST_BODY = 128 * 1024
"""Room for the 30,000 characters an answer may have, in any alphabet."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refused(Exception):
    """A request that is not let in; ``words`` may be shown to whoever made it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def guarded(handler: Handler, *, from_page: bool = False) -> Handler:
    """``handler`` behind the checks, every answer with :data:`HEADERS`.

    The Host must name this machine, or a hostile name server could make any web site this one;
    ``from_page``: the request must also have been made by this page, not by another site.
    """

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            _check_host(request)
            if from_page:
                _check_origin(request)
            response = await handler(request)
        except Refused as refused:
            response = web.json_response({"error": refused.words}, status=refused.status)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return answer


def _check_host(request: web.Request) -> None:
    address, port = _bound(request)
    if not ip_address(address).is_loopback:
        raise Refused(403, "The local workspace answers on 127.0.0.1 only.")
    names = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if request.headers.getall("Host", []) not in [[name] for name in names]:
        raise Refused(403, f"Open this page as http://127.0.0.1:{port}/")


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    # Browsers leave Origin out of a page's own GET, and then say where it came from here.
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    here = f"http://{request.headers['Host']}"
    missing = origin is None and request.method == "GET"
    if (origin != here and not missing) or site != "same-origin":
        raise Refused(403, "Only the page itself may do this.")


def _bound(request: web.Request) -> tuple[str, int]:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    if not name or len(name) < 2:
        raise Refused(403, "The local workspace answers on 127.0.0.1 only.")
    return name[0], name[1]


async def read_body(request: web.Request) -> bytes:
    """The body of a JSON request; raises :class:`Refused` when it is longer than allowed."""
    if request.content_type != "application/json":
        raise Refused(415, "Only JSON is understood here.")
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Refused(
                413, "That is too long for one message, so nothing was sent. Send it in two parts."
            )
    return body
