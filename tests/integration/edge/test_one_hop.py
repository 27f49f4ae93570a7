from __future__ import annotations

import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from ironclad.edge.one_hop import OneHopHandler
from ironclad.edge.protocol import Message, Scope

threads: list[threading.Thread] = []
seen: ContextVar[str] = ContextVar("seen", default="nothing")


class Watch:
    """A middleware that notes the thread of both its halves."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: object) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        threads.append(threading.current_thread())
        response: HttpResponse = self._get_response(request)  # type: ignore[operator]
        threads.append(threading.current_thread())
        return response


def view(request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread())
    return HttpResponse(f"{request.method} {request.body.decode()} {seen.get()}")


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def streamed(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        threads.append(threading.current_thread())
        yield b"one "
        yield b"two"

    threads.append(threading.current_thread())
    answer = StreamingHttpResponse(parts(), status=201, headers={"X-Is": "kept"})
    answer.set_cookie("crumb", "kept")
    return answer


urlpatterns = [path("seen", view), path("broken", broken), path("streamed", streamed)]


def over(**_: object) -> None:
    threads.append(threading.current_thread())


@pytest.fixture(autouse=True)
def _noted() -> Iterator[None]:
    threads.clear()
    request_finished.connect(over)
    yield
    request_finished.disconnect(over)


async def ask(
    handler: OneHopHandler, method: str, name: str, *body: bytes
) -> tuple[Message, bytes]:
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": f"/{name}",
        "query_string": b"", "headers": [(b"host", b"testserver")],
    }  # fmt: skip
    parts = list(body or (b"",))
    answer: list[Message] = []

    async def receive() -> Message:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        answer.append(message)

    await handler(scope, receive, send)
    return answer[0], b"".join(message["body"] for message in answer[1:])


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.Watch"] * 3)
async def test_middleware_view_and_end_run_in_one_thread_in_one_go() -> None:
    start, body = await ask(OneHopHandler(), "GET", "seen")
    assert (start["status"], body) == (200, b"GET  nothing")
    assert len(threads) == 8
    assert len(set(threads)) == 1
    assert threads[0] is not threading.main_thread()


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
async def test_the_thread_stays_for_the_next_request() -> None:
    handler = OneHopHandler()
    for _ in range(3):
        await ask(handler, "GET", "seen")
    assert len(set(threads)) == 1


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
async def test_it_sees_the_body_and_what_was_set_around_it() -> None:
    token = seen.set("a deadline")
    try:
        _start, body = await ask(OneHopHandler(), "POST", "seen", b"in ", b"parts")
    finally:
        seen.reset(token)
    assert body == b"POST in parts a deadline"


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
async def test_a_stream_is_read_where_it_was_made() -> None:
    start, body = await ask(OneHopHandler(), "GET", "streamed")
    assert (start["status"], body) == (201, b"one two")
    headers = dict(start["headers"])
    assert headers[b"X-Is"] == b"kept"
    assert headers[b"Set-Cookie"].startswith(b"crumb=kept")
    assert len(threads) == 3
    assert len(set(threads)) == 1


@override_settings(
    ROOT_URLCONF=__name__, MIDDLEWARE=[], DEBUG_PROPAGATE_EXCEPTIONS=False
)
async def test_a_view_that_fails_is_answered_and_not_raised() -> None:
    start, _body = await ask(OneHopHandler(), "GET", "broken")
    assert start["status"] == 500
