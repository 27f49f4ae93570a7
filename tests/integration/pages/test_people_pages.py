"""The pages of people and services, and the access review."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from sre_console.accounts.people_programs import service_add
from sre_console.accounts.roles import role_of
from sre_console.accounts.tokens import identify, token_create
from sre_console.audit.actor import SYSTEM
from sre_console.models import (
    AccessReview,
    ApiToken,
    AuditEntry,
    SecondFactor,
    SignInLock,
)
from tests.integration.pages.conftest import person, signed_in

pytestmark = pytest.mark.django_db
PEOPLE, ACCESS = "/console/people", "/console/access"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ann(db: None) -> Client:
    return signed_in(person("ann", "administrator"))


@pytest.fixture
def vic(db: None) -> User:
    return person("vic", "viewer")


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def test_a_person_is_added_with_a_password_told_once(ann: Client) -> None:
    sent = {"kind": "person", "name": "vera", "role": "operator"}
    answer = ann.post(PEOPLE, sent)
    assert answer.status_code == 200
    found = re.search(r"data-secret>([\w-]{20})<", answer.text)
    assert found is not None
    vera = User.objects.get(username="vera")
    assert vera.check_password(found[1])
    assert role_of(vera) == "operator"
    assert found[1] not in ann.get(PEOPLE).text
    again = ann.post(PEOPLE, sent)
    assert again.status_code == 409
    assert "Somebody has this name" in again.text


def test_a_service_is_added_and_gets_a_token(ann: Client) -> None:
    sent = {"kind": "service", "name": "deployer", "role": "operator", "owner": "ann"}
    answer = ann.post(PEOPLE, sent)
    robot = User.objects.get(username="deployer")
    assert answer["Location"] == f"{PEOPLE}/{robot.pk}"
    new = {"name": "ci", "days": "30", "scopes": ["chaos"]}
    made = ann.post(f"{PEOPLE}/{robot.pk}/tokens/new", new)
    found = re.search(r"irn_[\w-]{43}", made.text)
    assert found is not None
    assert identify(found[0]) is not None
    number = ApiToken.objects.get().pk
    other = User.objects.get(username="ann").pk
    astray = ann.post(f"{PEOPLE}/{other}/tokens/{number}/revoke")
    assert astray.status_code == 404
    ann.post(f"{PEOPLE}/{robot.pk}/tokens/{number}/revoke")
    assert identify(found[0]) is None


def test_what_an_administrator_does_for_somebody(ann: Client, vic: User) -> None:
    at = f"{PEOPLE}/{vic.pk}"
    ann.post(f"{at}/role", {"role": "approver"})
    assert role_of(User.objects.get(pk=vic.pk)) == "approver"
    SignInLock.objects.create(user=vic, browser="", wrong=9)
    ann.post(f"{at}/unlock")
    assert not SignInLock.objects.exists()
    assert newest().action == "account.unlocked"
    SecondFactor.objects.create(user=vic, secret="x")
    browser = signed_in(vic)
    ann.post(f"{at}/second-factor")
    assert not SecondFactor.objects.exists()
    assert browser.get("/console/live").status_code == 302
    browser = signed_in(vic)
    ann.post(f"{at}/sessions/end")
    assert browser.get("/console/live").status_code == 302
    secret = token_create(actor=SYSTEM, user=vic, name="laptop")
    ann.post(f"{at}/tokens/revoke")
    assert identify(secret) is None
    told = ann.post(f"{at}/password").text
    found = re.search(r"data-secret>([\w-]{20})<", told)
    assert found is not None
    assert User.objects.get(pk=vic.pk).check_password(found[1])
    ann.post(f"{at}/off")
    assert not User.objects.get(pk=vic.pk).is_active
    ann.post(f"{at}/on")
    assert User.objects.get(pk=vic.pk).is_active


def test_nobody_changes_their_own_and_is_told_so(ann: Client) -> None:
    own = User.objects.get(username="ann")
    at = f"{PEOPLE}/{own.pk}"
    assert f'action="{at}/role"' not in ann.get(at).text
    for action in ("role", "off", "unlock", "second-factor", "password"):
        answer = ann.post(f"{at}/{action}", {"role": "viewer"})
        assert answer.status_code == 403, action
        assert "themselves" in answer.text
    assert role_of(User.objects.get(pk=own.pk)) == "administrator"


def test_the_last_administrator_stays_and_it_says_why(ann: Client) -> None:
    eve = person("eve", "administrator")
    User.objects.filter(username="ann").update(is_superuser=True)
    User.objects.get(username="ann").groups.clear()
    at = f"{PEOPLE}/{eve.pk}"
    ann.post(f"{at}/role", {"role": "viewer"})  # a superuser is left
    assert role_of(User.objects.get(pk=eve.pk)) == "viewer"


def test_an_approver_looks_and_changes_nothing(vic: User) -> None:
    paula = signed_in(person("paula", "approver"))
    assert paula.get(PEOPLE).status_code == 200
    page = paula.get(f"{PEOPLE}/{vic.pk}")
    assert page.status_code == 200
    assert 'method="post" action="/console/people' not in page.text
    for path in ("role", "off", "sessions/end", "tokens/revoke", "tokens/new"):
        assert paula.post(f"{PEOPLE}/{vic.pk}/{path}").status_code == 403
    assert paula.post(PEOPLE, {"name": "x"}).status_code == 403
    assert signed_in(vic).get(PEOPLE).status_code == 403


def test_the_list_is_filtered_sorted_and_comes_as_csv(ann: Client, vic: User) -> None:
    service_add(actor=SYSTEM, name="robot", role="viewer", owner="ann")
    assert "robot" not in ann.get(PEOPLE, {"kind": "person"}).text.split("<form")[1]
    rows = ann.get(PEOPLE, {"sort": "-name", "format": "csv"}).text.splitlines()
    assert [row.split(",")[0] for row in rows] == ["name", "vic", "robot", "ann"]
    assert ann.get(PEOPLE, {"sort": "shoe"}).status_code == 400


def test_somebody_who_is_not_there(ann: Client) -> None:
    assert ann.get(f"{PEOPLE}/999999").status_code == 404
    assert ann.post(f"{PEOPLE}/999999/off").status_code == 404


# -- the review ----------------------------------------------------------------------------


def test_it_shows_what_to_look_at(
    ann: Client, vic: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sre_console.accounts.people_listing.second_factor_required",
        lambda role: role == "administrator",
    )
    person("otto", "operator")
    long_ago = Now() - timedelta(days=91)
    User.objects.filter(pk=vic.pk).update(date_joined=long_ago)
    token_create(actor=SYSTEM, user=vic, name="old")
    ApiToken.objects.update(created_at=long_ago)
    robot = service_add(actor=SYSTEM, name="robot", role="viewer", owner="otto")
    token_create(actor=SYSTEM, user=robot, name="ci", days=None)
    User.objects.filter(username="otto").update(is_active=False)
    token_create(actor=SYSTEM, user=(gone := person("gone", "viewer")), name="x")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    told = {
        row["name"]: row["findings"]
        for row in ann.get(ACCESS, {"format": "json"}).json()["access"]
    }
    assert told == {
        "ann": ["no_second_factor"],
        "gone": ["off_with_tokens"],
        "otto": [],
        "robot": ["token_never", "owner_gone"],
        "vic": ["unused", "token_unused"],
    }
    page = ann.get(ACCESS).text
    assert "one administrator only" in page
    assert "a token without an end" in page
    only = ann.get(ACCESS, {"finding": "token_never", "format": "json"}).json()
    assert [row["name"] for row in only["access"]] == ["robot"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_is_taken_away_is_recorded_with_its_digest(
    ann: Client, vic: User, kind: str
) -> None:
    User.objects.filter(pk=vic.pk).update(username="=cmd|x")
    answer = ann.get(ACCESS, {"format": kind})
    digest = hashlib.sha256(answer.content).hexdigest()
    assert answer["X-Content-SHA256"] == digest
    entry = newest()
    assert (entry.action, entry.actor) == ("access_review.exported", "ann")
    assert entry.detail["sha256"] == digest
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert {row[0] for row in rows[1:]} == {"ann", "'=cmd|x"}


def seen(client: Client) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(ACCESS).text)
    assert found is not None
    return found[1]


def test_a_review_is_recorded_and_shown_until_it_is_due(ann: Client) -> None:
    assert "never reviewed" in ann.get(ACCESS).text
    sent = {"seen": seen(ann), "note": "all right"}
    assert ann.post(f"{ACCESS}/reviewed", sent).status_code == 302
    entry = newest()
    assert (entry.action, entry.reason) == ("access_review.done", "all right")
    assert entry.detail["people"] == 1
    assert entry.detail["sha256"] == AccessReview.objects.get().digest
    page = ann.get(ACCESS).text
    assert "last reviewed" in page
    assert "overdue" not in page
    AccessReview.objects.update(at=Now() - timedelta(days=91))
    assert "overdue" in ann.get(ACCESS).text


def test_a_review_of_what_has_changed_meanwhile_does_not_count(ann: Client) -> None:
    before = seen(ann)
    person("eve", "operator")
    answer = ann.post(f"{ACCESS}/reviewed", {"seen": before})
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.text
    assert not AccessReview.objects.exists()


def test_its_use_alone_does_not_undo_a_review(ann: Client, vic: User) -> None:
    token_create(actor=SYSTEM, user=vic, name="laptop")
    before = seen(ann)
    signed_in(vic)
    ApiToken.objects.update(last_used_at=Now())
    assert seen(ann) == before


def test_more_people_cost_no_more_queries(
    ann: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        user = User.objects.create(username=f"p{number}")
        ApiToken.objects.create(user=user, name="x", digest=str(number), scopes=[])
    with django_assert_max_num_queries(25):
        assert ann.get(ACCESS).status_code == 200


def test_the_matrix_is_on_the_page(ann: Client) -> None:
    page = ann.get(ACCESS).text
    assert "no_faults.release" in page
    assert "people only" in page
