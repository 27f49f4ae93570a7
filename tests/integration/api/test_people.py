"""/api/people: administrators signed in change them, never a token, never oneself."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from sre_console.accounts.roles import role_of
from sre_console.models import AuditEntry
from tests.integration.api.conftest import OPERATOR, Api, errors
from tests.integration.pages.conftest import person

pytestmark = pytest.mark.django_db
PEOPLE = "/api/people"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(name: str, role: str) -> Api:
    api = Api()
    api.force_login(person(name, role))
    return api


@pytest.fixture
def ann(db: None) -> Api:
    return signed_in("ann", "administrator")


def test_a_person_is_added_changed_and_listed(ann: Api) -> None:
    made = ann.send("POST", PEOPLE, {"name": "vera", "role": "viewer"})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    told = made.json()["data"]
    vera = User.objects.get(username="vera")
    assert vera.check_password(told.pop("password"))
    at = f"{PEOPLE}/{vera.pk}"
    assert ann.get(at).json()["data"] == told
    changed = ann.send("PATCH", at, {"role": "operator", "active": False})
    assert changed.status_code == 200
    assert (changed.json()["data"]["role"], changed.json()["data"]["active"]) == (
        "operator",
        False,
    )
    assert role_of(User.objects.get(pk=vera.pk)) is None
    listed = ann.get(PEOPLE).json()
    assert [each["name"] for each in listed["data"]] == ["ann", "vera"]
    assert ann.send("PATCH", at, {"role": None}).json()["data"]["role"] == ""


def test_a_service_is_added_and_handed_over(ann: Api) -> None:
    person("olga", "operator")
    asked = {"name": "robot", "role": "viewer", "kind": "service", "owner": "ann"}
    told = ann.send("POST", PEOPLE, asked).json()["data"]
    assert (told["kind"], told["owner"], told["password"]) == ("service", "ann", None)
    at = f"{PEOPLE}/{told['id']}"
    changed = ann.send("PATCH", at, {"owner": "olga"})
    assert changed.json()["data"]["owner"] == "olga"


def test_nobody_lifts_themselves_up(ann: Api) -> None:
    own = User.objects.get(username="ann")
    for change in ({"role": "viewer"}, {"active": False}, {"role": "administrator"}):
        answer = ann.send("PATCH", f"{PEOPLE}/{own.pk}", change)
        assert answer.status_code == 403
    vic = signed_in("vic", "viewer")
    at = f"{PEOPLE}/{User.objects.get(username='vic').pk}"
    assert vic.send("PATCH", at, {"role": "administrator"}).status_code == 403
    assert not AuditEntry.objects.exists()


def test_mass_assignment_changes_nothing(ann: Api) -> None:
    vic = person("vic", "viewer")
    for field in ("superuser", "is_superuser", "is_staff", "password", "id", "groups"):
        answer = ann.send("PATCH", f"{PEOPLE}/{vic.pk}", {field: True, "role": "operator"})  # fmt: skip
        assert errors(answer) == [("VALIDATION_ERROR", field)]
        new = {"name": "new", "role": "viewer", field: True}
        assert ann.send("POST", PEOPLE, new).status_code == 400
    vic.refresh_from_db()
    assert not vic.is_superuser
    assert role_of(vic) == "viewer"


def test_all_of_a_change_or_nothing(ann: Api) -> None:
    vic = person("vic", "viewer")
    answer = ann.send("PATCH", f"{PEOPLE}/{vic.pk}", {"active": False, "role": "boss"})
    assert errors(answer) == [("VALIDATION_ERROR", "role")]
    assert User.objects.get(pk=vic.pk).is_active


def test_a_token_and_a_stranger_are_refused(public: Api) -> None:
    for api, status in ((Api(OPERATOR), 403), (public, 401)):
        assert api.get(PEOPLE).status_code == status
        assert api.send("POST", PEOPLE, {"name": "x"}).status_code == status
        assert api.send("PATCH", f"{PEOPLE}/1", {}).status_code == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "x y", "role": "viewer"}, "name"),
        ({"name": "x", "role": "boss"}, "role"),
        ({"name": "x", "role": "viewer", "kind": "robot"}, "kind"),
        ({"name": "x", "role": "viewer", "owner": "ann"}, "owner"),
        ({"name": "x", "role": "viewer", "kind": "service"}, "owner"),
    ],
)
def test_what_is_wrong_is_told(ann: Api, body: dict[str, object], field: str) -> None:
    answer = ann.send("POST", PEOPLE, body)
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", field)]
    assert User.objects.count() == 1
