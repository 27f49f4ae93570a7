from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ironclad.embedded import credentials, environment
from ironclad.embedded.home import Home


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def held(place: Home) -> dict[str, str]:
    return credentials.complete(place.secrets)


def test_the_profile_is_the_rehearsals(place: Home, held: dict[str, str]) -> None:
    made = environment.profile(place, held, {})
    assert made["IRONCLAD_PROFILE"] == "builtin"
    assert made["IRONCLAD_CLOCK_SCALE"] == "60"
    assert made["IRONCLAD_TRAFFIC_RPS"] == "50"
    assert made["SECRET_KEY"] == held["SECRET_KEY"]


def test_what_the_person_set_wins(place: Home, held: dict[str, str]) -> None:
    given = {"IRONCLAD_CLOCK_SCALE": "1", "LOG_LEVEL": "DEBUG"}
    made = environment.profile(place, held, given)
    assert made["IRONCLAD_CLOCK_SCALE"] == "1"
    assert made["LOG_LEVEL"] == "DEBUG"


def test_a_secret_from_a_file_is_not_overruled(
    place: Home, held: dict[str, str]
) -> None:
    made = environment.profile(place, held, {"SECRET_KEY_FILE": "/run/secrets/key"})
    assert "SECRET_KEY" not in made


def test_database_passwords_stay_out_of_the_profile(
    place: Home, held: dict[str, str]
) -> None:
    made = environment.profile(place, held, {})
    assert held["OWNER_PASSWORD"] not in made.values()


def test_each_role_has_its_own_address(place: Home, held: dict[str, str]) -> None:
    parts = urlsplit(environment.database_url(place, held, environment.APP))
    assert parts.username == "ironclad_app"
    assert parts.password == held["APP_PASSWORD"]
    assert parse_qs(parts.query)["host"][0].startswith("/")


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("migrate", environment.OWNER),
        ("audit retain", environment.OWNER),
        ("audit verify", environment.APP),
        ("sign_in_link", environment.APP),
    ],
)
def test_a_command_by_hand_reaches_the_database_in_its_role(
    place: Home, held: dict[str, str], command: str, role: str
) -> None:
    given = {"IRONCLAD_HOME": str(place.root)}
    environment.complete(given, ["manage.py", *command.split()])
    assert urlsplit(given["DATABASE_URL"]).username == role
    assert given["SECRET_KEY"] == held["SECRET_KEY"]
    assert given["AUDIT_KEY"] == held["AUDIT_KEY"]


def test_a_command_by_hand_names_the_port_of_the_instance(
    place: Home, held: dict[str, str]
) -> None:
    text = json.dumps({"port": 3456, "processes": []})
    place.processes.write_text(text, encoding="utf-8")
    given = {"IRONCLAD_HOME": str(place.root)}
    environment.complete(given, ["manage.py", "sign_in_link"])
    assert given["PORT"] == "3456"


@pytest.mark.parametrize(
    "given",
    [
        {"DATABASE_URL": "postgresql://u@h/d"},
        {"SECRET_KEY": "k"},
        {"IRONCLAD_PROFILE": "production"},
    ],
)
def test_a_person_who_names_the_database_or_profile_is_left_alone(
    place: Home, held: dict[str, str], given: dict[str, str]
) -> None:
    given = given | {"IRONCLAD_HOME": str(place.root)}
    before = dict(given)
    environment.complete(given, ["manage.py", "migrate"])
    assert given == before


def test_nothing_is_made_up_before_the_first_start(place: Home) -> None:
    given = {"IRONCLAD_HOME": str(place.root)}
    environment.complete(given, ["manage.py", "check"])
    assert "SECRET_KEY" not in given
