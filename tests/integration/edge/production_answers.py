"""Run by test_production.py with a production environment: checks, and asks without a server.

Prints the answers' status and headers as JSON. No database is there, and none is asked for.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from django.conf import settings
from django.core.management import call_command

from ironclad.asgi import application
from ironclad.edge.protocol import Message

HOST, TLS = "ironclad.example.org", ("x-forwarded-proto", "https")
FROM = ("x-forwarded-for", "192.0.2.7")
ASKED = (
    ("page", "GET", "/console/sign-in", HOST),
    ("redirect", "GET", "/console/live", HOST),
    ("no page", "GET", "/nothing/here", HOST),
    ("probe", "GET", "/livez", HOST),
    ("metrics", "GET", "/metrics", HOST),
    ("api", "GET", "/api/none", HOST),
    ("other host", "GET", "/livez", "evil.example"),
    ("method", "TRACE", "/console/sign-in", HOST),
    ("csrf", "POST", "/console/sign-in", HOST),
    ("schema", "GET", "/api/docs", HOST),
)


async def ask(method: str, path: str, host: str) -> dict[str, object]:
    sent: list[Message] = []
    headers = [("host", host), TLS, FROM, ("accept", "text/html")]

    bodies = iter([b""])

    async def receive() -> Message:
        for body in bodies:
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.Event().wait()  # it stays until it has its answer
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": ("10.0.0.1", 5000),
    }
    async with asyncio.timeout(20):
        await application(scope, receive, send)
    told = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return {"status": sent[0]["status"], "headers": told}


async def main() -> None:
    answers = {name: await ask(*asked) for name, *asked in ASKED}
    cookies = {
        name: getattr(settings, name)
        for name in dir(settings)
        if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE"))
    }
    print(json.dumps({"answers": answers, "cookies": cookies}, default=str))  # noqa: T201
    sys.stdout.flush()
    os._exit(0)  # what has begun in the background waits for a database


if __name__ == "__main__":
    call_command("check", deploy=True, fail_level="WARNING")
    asyncio.run(main())
