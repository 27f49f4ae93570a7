from __future__ import annotations

import threading

from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, override_settings
from django.urls import path

from ironclad.edge.one_hop import OneHopHandler

threads: list[threading.Thread] = []


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


def view(_request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread())
    return HttpResponse("seen")


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("seen", view), path("broken", broken)]


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.Watch"] * 3)
async def test_middleware_and_view_run_in_one_thread_in_one_go() -> None:
    threads.clear()
    handler = OneHopHandler()
    response = await handler.get_response_async(AsyncRequestFactory().get("/seen"))
    assert response.status_code == 200
    assert len(threads) == 7
    assert len(set(threads)) == 1
    assert threads[0] is not threading.main_thread()


@override_settings(
    ROOT_URLCONF=__name__, MIDDLEWARE=[], DEBUG_PROPAGATE_EXCEPTIONS=False
)
async def test_a_view_that_fails_is_answered_and_not_raised() -> None:
    handler = OneHopHandler()
    response = await handler.get_response_async(AsyncRequestFactory().get("/broken"))
    assert response.status_code == 500
