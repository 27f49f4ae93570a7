"""The database writes the JSON of a list: to the byte what the serializer would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.http import HttpRequest

from api.users.models import User
from api.users.serializers import UserSerializer
from ironclad import envelope
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db

NAMES = (
    "Zoë Ångström",
    "李小龍 عبد \u202e turned",
    "\U0001f680 beyond the plane \U0010ffff",
    "e\u0301 combining, \ufeff mark, \u2028 \u2029 lines, \ufffe no character",
    'said "so" \\ and \\u0041 / </script>',
    "".join(chr(code) for code in range(1, 0x20)),
    "\x7f\x80\x9f\xa0\xad",
    "%s %% %(name)s $1 {} {0} :id ? ''; --",
    "null",
    " ",
    "",
    "x" * 255,
    "\\" * 255,
)
MOMENTS = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999499, tzinfo=UTC),
    datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
    datetime(2026, 2, 3, 4, 5, 6, 999999, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 30, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
    datetime(476, 9, 4, 12, 0, 0, 123456, tzinfo=UTC),
)


def make() -> None:
    for number, name in enumerate(NAMES):
        User.objects.create(
            name=name,
            email=f"{number}{name}"[:255],
            created_at=MOMENTS[number % len(MOMENTS)],
            updated_at=MOMENTS[-number % len(MOMENTS)],
        )


def told(answer: bytes) -> bytes:
    return answer[len(b'{"data":') : answer.rindex(b',"meta":{')]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Chatham"])
def test_each_row_is_what_the_serializer_gives(public: Api, zone: str) -> None:
    make()
    rows = User.objects.order_by("id")
    expected = envelope.encode(UserSerializer(rows, many=True).data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    answer = public.get("/api/users?limit=100")
    assert answer.status_code == 200, answer.content
    assert told(answer.content) == expected


def test_the_whole_answer_is_what_one_encoder_gives(public: Api) -> None:
    make()
    answer = public.get("/api/users?limit=3")
    assert answer.content == envelope.encode(answer.json())


def test_no_rows_are_an_empty_list(public: Api) -> None:
    assert told(public.get("/api/users").content) == b"[]"


def test_a_moment_without_end_loses_no_row(public: Api) -> None:
    make()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users SET created_at = 'infinity'")
    rows = public.get("/api/users").json()["data"]
    assert [row["created_at"] for row in rows] == ["infinity"] * len(NAMES)


def test_the_state_that_was_read_is_told_beside_the_answer(public: Api) -> None:
    make()
    answer = public.get("/api/users?limit=3")
    request: HttpRequest = answer.wsgi_request
    assert request.__dict__["ironclad_facts"].snapshot.count(":") == 2
