"""People and services: who may make and change them, and what holds whoever does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from ironclad.errors import Conflict, FieldsInvalid, PermissionRefused
from sre_console.accounts.people import (
    person_add,
    person_switch,
    role_change,
)
from sre_console.accounts.people_programs import service_add, service_hand_over
from sre_console.accounts.people_sign_in import (
    password_reset,
    person_second_factor_reset,
    person_unlock,
)
from sre_console.accounts.roles import Role, role_group, role_of
from sre_console.accounts.tokens import identify, token_create
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.models import Account, ApiToken, AuditEntry, Service
from tests.integration.accounts.people import PASSWORD, person
from tests.integration.pages.conftest import signed_in
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db
ADA = Actor("ada", "administrator", via="session")


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def test_somebody_new_has_a_role_and_a_password_to_be_changed() -> None:
    user, password = person_add(actor=ADA, name="vera", role="viewer")
    assert role_of(user) == "viewer"
    assert user.check_password(password)
    assert Account.objects.get(user=user).must_change_password
    entry = AuditEntry.objects.order_by("id")[0]
    assert (entry.action, entry.subject) == ("person.added", "vera")
    assert entry.after == {"role": "viewer", "active": True}
    assert password not in str(AuditEntry.objects.values())


@pytest.mark.parametrize(
    "name",
    ["", " ", None, 7, "a b", "a\x00b", "\ud800", "x" * 151, "Ironclad", "nobody"],
)
def test_a_name_that_is_none_is_refused(name: object) -> None:
    with pytest.raises(FieldsInvalid):
        person_add(actor=ADA, name=name, role="viewer")


def test_a_name_is_somebodys_in_any_letter_case() -> None:
    person("vera", "viewer")
    with pytest.raises(Conflict):
        person_add(actor=ADA, name="Vera", role="viewer")


@pytest.mark.parametrize("role", ["", None, "root", "superuser", ["viewer"]])
def test_a_role_that_is_none_is_refused(role: object) -> None:
    with pytest.raises(FieldsInvalid, match="administrator, operator"):
        person_add(actor=ADA, name="vera", role=role)


CHANGES: list[Callable[[Actor, User], object]] = [
    lambda actor, user: role_change(actor=actor, user=user, role="administrator"),
    lambda actor, user: role_change(actor=actor, user=user, role="viewer"),
    lambda actor, user: person_switch(actor=actor, user=user, on=False),
    lambda actor, user: password_reset(actor=actor, user=user),
    lambda actor, user: person_unlock(actor=actor, user=user),
    lambda actor, user: person_second_factor_reset(actor=actor, user=user),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_what_they_may_do(change: Callable[..., object]) -> None:
    ada = person("ada", "administrator")
    person("eve", "administrator")
    with pytest.raises(PermissionRefused, match="themselves"):
        change(ADA, ada)
    assert role_of(User.objects.get(pk=ada.pk)) == "administrator"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["operator", "approver", "viewer"])
def test_only_an_administrator_changes_people(
    change: Callable[..., object], role: Role
) -> None:
    vic = person("vic", "viewer")
    for actor in (
        Actor("otto", role, via="session"),
        Actor("ada", "administrator", scopes=frozenset({"read"}), via="token x"),
    ):
        with pytest.raises(PermissionRefused):
            change(actor, vic)
        with pytest.raises(PermissionRefused):
            person_add(actor=actor, name="vera", role="viewer")


@pytest.mark.parametrize("change", CHANGES)
def test_a_superuser_is_changed_by_a_command_alone(
    change: Callable[..., object],
) -> None:
    root = User.objects.create_superuser("root")
    person("eve", "administrator")
    with pytest.raises((PermissionRefused, Conflict), match="command"):
        change(ADA, root)


def test_whoever_is_switched_off_is_refused_everywhere_until_switched_on() -> None:
    vic = person("vic", "viewer")
    token = token_create(actor=SYSTEM, user=vic, name="laptop")
    browser = signed_in(vic)
    assert browser.get("/console/live").status_code == 200
    person_switch(actor=ADA, user=vic, on=False)
    assert identify(token) is None
    assert browser.get("/console/live").status_code == 302
    assert browser.get("/api/chaos").status_code == 401
    assert newest().action == "person.switched_off"
    person_switch(actor=ADA, user=vic, on=True)
    assert identify(token) is not None
    assert browser.get("/console/live").status_code == 302  # that session has ended
    person_switch(actor=ADA, user=vic, on=True)
    assert AuditEntry.objects.filter(action="person.switched_on").count() == 1


def test_another_role_ends_the_sessions_and_counts_from_the_next_request_on() -> None:
    otto = person("otto", "operator")
    browser = signed_in(otto)
    assert browser.post("/api/chaos/disable").status_code == 200
    role_change(actor=ADA, user=otto, role="viewer")
    assert browser.post("/api/chaos/disable").status_code == 401  # that session ended
    assert signed_in(otto).post("/api/chaos/disable").status_code == 403


def test_a_new_password_ends_the_sessions() -> None:
    vic = person("vic", "viewer")
    browser = signed_in(vic)
    password = password_reset(actor=ADA, user=vic)
    vic.refresh_from_db()
    assert vic.check_password(password)
    assert not vic.check_password(PASSWORD)
    assert browser.get("/console/live").status_code == 302
    assert Account.objects.get(user=vic).must_change_password


# -- the last administrator ----------------------------------------------------------------


def test_the_last_administrator_stays() -> None:
    eve = person("eve", "administrator")
    person("off", "administrator")
    User.objects.filter(username="off").update(is_active=False)
    changes: list[Callable[[], None]] = [
        lambda: role_change(actor=ADA, user=eve, role="operator"),
        lambda: role_change(actor=ADA, user=eve, role=None),
        lambda: person_switch(actor=ADA, user=eve, on=False),
    ]
    for change in changes:
        with pytest.raises(Conflict, match="last active administrator"):
            change()
    User.objects.filter(username="off").update(is_active=True)
    role_change(actor=ADA, user=eve, role="operator")


WAYS: dict[str, Callable[[User], object]] = {
    "switched off": lambda user: User.objects.filter(pk=user.pk).update(
        is_active=False
    ),
    "without the group": lambda user: user.groups.clear(),
    "another group": lambda user: user.groups.set([role_group("viewer")]),
    "deleted": lambda user: user.delete(),
    "the group deleted": lambda _: Group.objects.get(name="administrator").delete(),
    "the group renamed": lambda _: Group.objects.filter(name="administrator").update(
        name="boss"
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_last_administrator_from_any_side(way: str) -> None:
    """As from `manage.py shell`: no code of ours in between."""
    eve = person("eve", "administrator")
    with pytest.raises(IntegrityError, match="last active administrator"):
        WAYS[way](eve)
    assert role_of(User.objects.get(username="eve")) == "administrator"
    person("ada", "administrator")
    if not way.startswith("the group"):
        WAYS[way](User.objects.get(username="eve"))
        assert role_of(User.objects.filter(username="eve").first()) != "administrator"


@pytest.mark.django_db(transaction=True)
def test_a_superuser_counts_and_a_service_does_not() -> None:
    root = User.objects.create_superuser("root")
    vic = person("vic", "viewer")
    robot = person("robot", "administrator")
    Service.objects.create(user=robot, owner=vic)
    with pytest.raises(IntegrityError, match="last active administrator"):
        User.objects.filter(pk=root.pk).update(is_superuser=False)
    eve = person("eve", "administrator")
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    with pytest.raises(Conflict):
        person_switch(actor=ADA, user=eve, on=False)


@pytest.mark.django_db(transaction=True)
def test_without_any_administrator_the_others_can_be_changed() -> None:
    """As in the built-in profile, whose only person is an operator."""
    otto = person("otto", "operator")
    User.objects.filter(pk=otto.pk).update(is_active=False)
    otto.groups.clear()
    otto.delete()


@pytest.mark.any_postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_demote_each_other_at_once_one_stays() -> None:
    ada, eve = _again("ada"), _again("eve")
    outcomes = at_once(
        [
            partial(role_change, actor=_by("eve"), user=ada, role="viewer"),
            partial(role_change, actor=_by("ada"), user=eve, role="viewer"),
        ]
    )
    _one_stays(outcomes, ada, eve)


@pytest.mark.any_postgres
@pytest.mark.django_db(transaction=True)
def test_so_does_one_of_two_removed_by_statements_that_do_not_see_each_other() -> None:
    ada, eve = _again("ada"), _again("eve")
    both = Barrier(2)

    def demote(user: User) -> None:
        with transaction.atomic():
            user.groups.set([role_group("viewer")])
            both.wait(timeout=10)  # neither is committed yet

    _one_stays(at_once([partial(demote, ada), partial(demote, eve)]), ada, eve)


def _one_stays(outcomes: list[object], *users: User) -> None:
    failed = [each for each in outcomes if each is not None]
    assert len(failed) == 1, outcomes
    assert isinstance(failed[0], Conflict | IntegrityError)
    roles = sorted(str(role_of(User.objects.get(pk=each.pk))) for each in users)
    assert roles == ["administrator", "viewer"]


def _by(name: str) -> Actor:
    return Actor(name, "administrator", via="session")


def _again(name: str) -> User:
    user, _made = User.objects.get_or_create(username=name)
    user.groups.set([role_group("administrator")])
    return user


def test_open_consoles_are_told_of_each_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr("sre_console.accounts.told._tell", told.append)
    person("eve", "administrator")
    vic = person("vic", "viewer")
    topic = f"user:{vic.pk}"
    changes: list[Callable[[], object]] = [
        lambda: role_change(actor=ADA, user=vic, role="operator"),
        lambda: person_switch(actor=ADA, user=vic, on=False),
        lambda: person_switch(actor=ADA, user=vic, on=True),
        lambda: password_reset(actor=ADA, user=vic),
        lambda: person_second_factor_reset(actor=ADA, user=vic),
    ]
    for change in changes:
        told.clear()
        change()
        assert topic in told


# -- services ------------------------------------------------------------------------------


def test_a_service_has_an_owner_a_role_and_no_password() -> None:
    person("olga", "operator")
    robot = service_add(
        actor=ADA, name="deployer", role="operator", owner="olga", purpose="deploys"
    )
    assert role_of(robot) == "operator"
    assert not robot.has_usable_password()
    entry = newest()
    assert entry.action == "service.added"
    assert entry.after == {"role": "operator", "owner": "olga", "purpose": "deploys"}
    secret = token_create(actor=ADA, user=robot, name="ci", days=None)
    assert ApiToken.objects.get().expires_at is None
    found = identify(secret)
    assert found is not None
    assert (found.name, found.role) == ("deployer", "operator")


@pytest.mark.parametrize("owner", ["", None, 7, "nobody-here", "ned", "robot", "a\x00"])
def test_somebody_with_a_role_must_answer_for_it(owner: object) -> None:
    person("ned")
    vic = person("vic", "viewer")
    Service.objects.create(user=person("robot", "viewer"), owner=vic)
    with pytest.raises(FieldsInvalid, match="answers for it"):
        service_add(actor=ADA, name="deployer", role="viewer", owner=owner)
    assert not User.objects.filter(username="deployer").exists()


def test_no_service_is_an_administrator_or_gets_a_password() -> None:
    person("olga", "operator")
    with pytest.raises(FieldsInvalid, match="takes a person"):
        service_add(actor=ADA, name="boss", role="administrator", owner="olga")
    robot = service_add(actor=ADA, name="robot", role="viewer", owner="olga")
    with pytest.raises(FieldsInvalid, match="takes a person"):
        role_change(actor=ADA, user=robot, role="administrator")
    with pytest.raises(Conflict, match="signs in"):
        password_reset(actor=ADA, user=robot)


def test_a_service_is_handed_over() -> None:
    person("olga", "operator")
    person("vic", "viewer")
    robot = service_add(actor=ADA, name="robot", role="viewer", owner="olga")
    service_hand_over(actor=ADA, user=robot, owner="vic")
    service_hand_over(actor=ADA, user=robot, owner="vic")
    assert Service.objects.get().owner.username == "vic"
    assert AuditEntry.objects.filter(action="service.handed_over").count() == 1
    with pytest.raises(PermissionRefused):
        service_hand_over(actor=Actor("otto", "operator"), user=robot, owner="olga")
