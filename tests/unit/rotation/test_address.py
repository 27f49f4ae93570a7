"""The same address for another role."""

from __future__ import annotations

import pytest

from ironclad.rotation.address import (
    address_for,
    new_password,
    next_role,
    password_of,
    role_of,
)


@pytest.mark.parametrize(
    "place",
    [
        "postgres.ironclad-demo.svc:5432/ironclad?sslmode=verify-full&sslrootcert=/run/ca.crt",
        "[fd00::1]:5432/ironclad",
        "/ironclad?host=%2Frun%2Fpostgres",
        "one:5432,two:5433/ironclad?target_session_attrs=primary",
    ],
)
def test_all_but_role_and_password_stays(place: str) -> None:
    given = address_for(f"postgresql://old:p%40ss@{place}", "new role", "p/w:@")
    assert given == f"postgresql://new%20role:p%2Fw%3A%40@{place}"
    assert role_of(given) == "new role"
    assert password_of(given) == "p/w:@"


@pytest.mark.parametrize(
    ("current", "following"), [("app", "app_a"), ("app_a", "app_b"), ("app_b", "app_a")]
)
def test_the_two_roles_take_turns(current: str, following: str) -> None:
    assert next_role("app", current) == following


def test_a_password_is_long_and_needs_no_quoting() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        assert len(password) >= 43  # 256 bits at 6 bits a letter
        assert address_for("postgresql://h/d", "r", password).count(password) == 1
