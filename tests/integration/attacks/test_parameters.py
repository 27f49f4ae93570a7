"""A parameter is a value and nothing more, whatever is written into it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from api.docs_views import document
from tests.integration.access.calls import NOBODY, Call
from tests.integration.access.conftest import Stage, undone
from tests.integration.attacks.pages_asked import ASKED

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
HARMLESS = "zzzz-nobody"
STRINGS = (
    "' OR '1'='1' --", "zzzz'; DROP TABLE users; --", 'zzzz" OR 1=1 --',
    "zzzz') UNION SELECT 1,2,3 --", "zzzz'||pg_sleep(5)||'", "zzzz%' OR name LIKE '%",
    "\\'; SELECT 1; --", "$$; SELECT pg_sleep(5); --", "%s%(x)s{0}", "zzzz\x00", "\udc80",
    "\ud800", "9" * 5000, "-" + "9" * 5000, "\u0661\u0662", "1e400", "NaN", "[]", "{}", "\u202e",
)  # fmt: skip
_METHODS = {"get", "post", "put", "patch", "delete"}
HUGE = "HUGE"  # becomes a number of 5,000 digits
VALUES: tuple[object, ...] = (
    *STRINGS,
    HUGE,
    -1,
    True,
    None,
    [STRINGS[0]],
    {"a": STRINGS[1]},
    1.5,
)


@cache
def described() -> dict[str, Any]:
    return document()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/") and method in _METHODS:
                yield method.upper(), path, operation


def filled(path: str) -> str:
    for name, value in {
        "{id}": str(NOBODY), "{action}": str(NOBODY), "{rate}": "0.1", "{ms}": "100",
        "{name}": "nobody-s",
    }.items():  # fmt: skip
        path = path.replace(name, value)
    return path


def query(**asked: str) -> str:
    return urlencode(asked, errors="surrogatepass")


def fields(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = described()["components"]["schemas"][schema["$ref"].split("/")[-1]]
    return sorted(schema.get("properties", {}))


def written(stage: Stage, method: str, path: str, body: object) -> Any:
    text = json.dumps(body).replace(f'"{HUGE}"', "9" * 5000)
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = stage.sessions["administrator"]
    with undone():
        return client.generic(method, path, text, "application/json")


def count(answer: Any) -> int | None:
    if answer.status_code != 200 or answer["Content-Type"] != "application/json":
        return None
    data = json.loads(answer.content).get("data")
    return len(data) if isinstance(data, list) else None


def test_no_parameter_of_the_api_is_more_than_a_value(stage: Stage) -> None:
    sent = asked_for = 0
    for method, path, operation in operations():
        if method != "GET":
            continue
        names = {
            each["name"]
            for each in operation.get("parameters", [])
            if each["in"] == "query"
        }
        if path != "/api/users":
            names -= {"limit", "offset"}  # one code reads them everywhere
        for name in sorted(names):
            asked_for += 1
            quiet = stage.send(
                Call("rest", method, f"{filled(path)}?{query(**{name: HARMLESS})}"),
                role="administrator",
            )
            # not all of them to each: one code reads them, and the next has the others
            for value in STRINGS[asked_for % 6 :: 6]:
                asked = Call("rest", method, f"{filled(path)}?{query(**{name: value})}")
                answer = stage.send(asked, role="administrator")
                sent += 1
                assert answer.status_code in {200, 400, 404}, (
                    asked.path[:200],
                    value[:50],
                )
                if count(quiet) is not None and count(answer) is not None:
                    assert count(answer) == count(quiet), (asked.path[:200], value[:50])
    assert sent > 150


def test_no_part_of_an_address_is_more_than_a_value(stage: Stage) -> None:
    from urllib.parse import quote

    for method, path, _ in operations():
        if "{" not in path:
            continue
        head, _, tail = path.partition("{")
        rest = filled(tail.partition("}")[2])
        for value in STRINGS[1:11:2]:
            asked = head + quote(value, safe="", errors="surrogatepass") + rest
            answer = stage.send(Call("rest", method, asked), role="administrator")
            assert answer.status_code in {400, 404, 405}, (method, asked[:200])


def test_no_field_of_a_body_is_more_than_a_value(stage: Stage) -> None:
    sent = 0
    for method, path, operation in operations():
        names = fields(operation)
        if method == "GET" or not names:
            continue
        # all of them at once, each another one: what is wrong is told of each
        for shift in range(sent % 3, len(VALUES), 3):
            body = {
                name: VALUES[(shift + place * 7) % len(VALUES)]
                for place, name in enumerate(names)
            }
            answer = written(stage, method, filled(path), body)
            sent += 1
            assert answer.status_code < 500, (method, path, str(body)[:300])
    assert sent > 160


def test_no_parameter_of_a_page_is_more_than_a_value(stage: Stage) -> None:
    for path, names in ASKED.items():
        # all of them at once, and alone: another one that is wrong would hide it
        tries = [dict.fromkeys(names, value) for value in STRINGS[::3]]
        alone = (STRINGS[0], STRINGS[9], STRINGS[12])
        tries += [{name: value} for name in names for value in alone]
        for each in tries:
            if path.startswith("/admin/") and "\x00" in "".join(each.values()):
                continue  # Django's own pages: the edge lets no NUL through
            asked = Call("page", "GET", f"{path}?{query(**each)}")
            status = stage.send(asked, role="administrator").status_code
            assert status in {200, 302, 400, 404}, (path, each)
