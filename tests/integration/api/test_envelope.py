"""Every answer under /api is the envelope, whoever in the stack gives it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import RequestFactory
from psycopg.errors import QueryCanceled

from api.users import views
from api.users.models import User
from api.users.views import UserListView
from ironclad.clock import clock
from ironclad.errors import BulkheadFull, DatabaseUnavailable, DeadlineExceeded
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


def test_a_success_tells_its_request_time_and_duration(public: Api) -> None:
    answer = public.get("/api/users")
    body = answer.json()
    assert set(body) == {"data", "meta"}
    assert answer["X-Request-ID"] == body["meta"]["requestId"]
    assert body["meta"]["timestamp"].endswith("Z")
    assert 0 < body["meta"]["duration"] < 10_000


def test_the_edge_names_the_request(db: None) -> None:
    request = RequestFactory().get("/api/users")
    edge = SimpleNamespace(
        request_id="from-the-edge", started=clock.monotonic(), caller=None
    )
    request.scope = {"ironclad": edge}  # type: ignore[attr-defined]
    answer = UserListView.as_view()(request).render()
    assert b'"requestId":"from-the-edge"' in answer.content
    assert "X-Request-ID" not in answer  # the edge itself adds it
    assert edge.caller  # counted among the active users


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nope", "/api/users/1/x", "/api//users"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PROPFIND"])
def test_an_unknown_address_is_not_found(public: Api, path: str, method: str) -> None:
    answer = public.send(method, path, {})
    assert answer.status_code == 404
    assert errors(answer) == [("NOT_FOUND", None)]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_method_not_spoken_here_is_told_which_are(public: Api, method: str) -> None:
    answer = public.send(method, "/api/users", {})
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert errors(answer) == [("METHOD_NOT_ALLOWED", None)]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/json; charset=utf-16", "application/jsonx", ""],
)  # fmt: skip
def test_only_json_is_read(public: Api, content_type: str) -> None:
    answer = public.generic("POST", "/api/users", "{}", content_type=content_type)
    assert answer.status_code == 415
    assert errors(answer) == [("UNSUPPORTED_MEDIA_TYPE", None)]


def test_json_in_utf8_may_say_so(public: Api) -> None:
    answer = public.generic(
        "POST",
        "/api/users",
        '{"name": "A", "email": "a@b.co"}',
        content_type="Application/JSON; charset=UTF-8",
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=0.1"])
def test_the_answer_is_json_whatever_is_asked_for(public: Api, accept: str) -> None:
    answer = public.get("/api/users", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_a_body_over_the_limit_is_too_large(public: Api) -> None:
    body = '{"name": "' + "x" * 1_100_000 + '"}'
    answer = public.send("POST", "/api/users", body)
    assert answer.status_code == 413
    assert errors(answer) == [("PAYLOAD_TOO_LARGE", None)]


def test_a_host_that_is_not_ours_is_refused(public: Api) -> None:
    answer = public.get("/api/users", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert errors(answer) == [("MALFORMED_REQUEST", None)]


def _cancelled() -> Exception:
    error = OperationalError("canceling statement")
    error.__cause__ = QueryCanceled()
    return error


@pytest.mark.parametrize(
    ("cause", "status", "code"),
    [
        (lambda: DatabaseUnavailable(retry_after=3), 503, "DATABASE_UNAVAILABLE"),
        (lambda: OperationalError("secret host"), 503, "DATABASE_UNAVAILABLE"),
        (lambda: InterfaceError("secret"), 503, "DATABASE_UNAVAILABLE"),
        (BulkheadFull, 503, "BULKHEAD_FULL"),
        (DeadlineExceeded, 504, "DEADLINE_EXCEEDED"),
        (_cancelled, 504, "DEADLINE_EXCEEDED"),
        (lambda: DatabaseError("secret sql"), 500, "INTERNAL_ERROR"),
        (lambda: RuntimeError("secret"), 500, "INTERNAL_ERROR"),
    ],
)
def test_a_failure_inside_is_told_by_its_code_alone(
    public: Api,
    monkeypatch: pytest.MonkeyPatch,
    cause: Callable[[], Exception],
    status: int,
    code: str,
) -> None:
    def broken(_query: Any) -> Any:
        raise cause()

    monkeypatch.setattr(views, "user_page", broken)
    answer = public.get("/api/users")
    assert answer.status_code == status
    assert errors(answer) == [(code, None)]
    assert b"secret" not in answer.content
    assert ("Retry-After" in answer) is (status == 503)


def test_what_fails_after_the_view_is_in_the_envelope_too(
    public: Api, monkeypatch: pytest.MonkeyPatch, ann: User
) -> None:
    monkeypatch.setattr("ironclad.envelope.joined", _unspeakable)
    answer = public.get(f"/api/users/{ann.pk}")
    assert answer.status_code == 500
    assert errors(answer) == [("INTERNAL_ERROR", None)]


def _unspeakable(*_: object, **__: object) -> bytes:
    return "\ud800".encode()


def test_a_database_that_fails_outside_the_view_is_unavailable(
    public: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request", gone
    )
    answer = public.get("/api/users")
    assert answer.status_code == 503
    assert errors(answer) == [("DATABASE_UNAVAILABLE", None)]
