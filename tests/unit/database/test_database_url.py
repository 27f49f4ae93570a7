"""DATABASE_URL as Django's settings."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from ironclad.database_url import database

QUIET = "quiet"  # a password that no message may repeat
WHO = f"u:{QUIET}@"


def test_it_is_taken_apart_and_decoded() -> None:
    read = database("postgresql://a%40b:p%2F@db:5433/my%20name?sslmode=verify-full")
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [read[name] for name in names] == ["a@b", "p/", "db", "5433", "my name"]
    assert read["OPTIONS"] == {
        "connect_timeout": 3,
        "application_name": "ironclad",
        "sslmode": "verify-full",
    }


def test_several_servers_stay_in_their_order() -> None:
    hosts = "postgres:5432,postgres-replica:5433"
    read = database(f"postgresql://u:p@{hosts}/n?target_session_attrs=read-write")
    assert (read["HOST"], read["PORT"]) == ("postgres,postgres-replica", "5432,5433")
    assert read["OPTIONS"] == {
        "connect_timeout": 3,
        "application_name": "ironclad",
        "target_session_attrs": "read-write",
    }


def test_a_folder_and_addresses_in_brackets_are_hosts_too() -> None:
    assert database("postgresql://u@/n?host=%2Frun%2Fpg")["HOST"] == "/run/pg"
    assert database("postgres://u@[::1]:5,[::2]:6/n")["HOST"] == "::1,::2"


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"mysql://{WHO}h/n",
        f"postgresql://{WHO}h:5432/",
        f"postgresql://{WHO[:-1]}/x@h:5432/n",
        f"postgresql://{WHO}h/n?nonsense=1",
        f"postgresql://{WHO}[::1/n",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must look like") as told:
        database(url)
    assert QUIET not in str(told.value)
    assert told.value.__cause__ is None
