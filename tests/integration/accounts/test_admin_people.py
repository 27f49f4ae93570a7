"""In the Django admin nobody lifts themselves up, and the last administrator stays."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from sre_console.accounts.people_programs import service_add
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import SYSTEM
from sre_console.models import SignedIn
from tests.integration.accounts.people import PASSWORD, person, sign_in
from tests.integration.accounts.test_admin import change_url, form
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(db: None) -> User:
    return person("ann", "administrator")


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


def groups(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def test_an_administrator_changes_nothing_of_their_own(ann: User) -> None:
    person("otto", "administrator")
    sent = form(ann, groups=groups("viewer"), is_superuser="on", is_staff="on")
    del sent["is_active"]
    sent["username"] = "anna"
    answer = signed_in(ann).post(change_url(ann), sent)
    assert answer.status_code == 302
    stored = User.objects.get(pk=ann.pk)
    assert (stored.username, role_of(stored)) == ("ann", "administrator")
    assert (stored.is_active, stored.is_superuser, stored.is_staff) == (
        True, False, False,
    )  # fmt: skip


def test_not_even_a_superuser_makes_another_or_gives_permissions(root: User) -> None:
    vic = person("vic", "viewer")
    right = Permission.objects.get(
        codename="delete_user", content_type__app_label="api"
    )
    sent = form(vic, is_superuser="on", is_staff="on", user_permissions=[right.pk])
    assert signed_in(root).post(change_url(vic), sent).status_code == 302
    stored = User.objects.get(pk=vic.pk)
    assert not stored.is_superuser
    assert not stored.is_staff
    assert not stored.user_permissions.exists()


def test_a_person_has_one_role(ann: User) -> None:
    vic = person("vic", "viewer")
    answer = signed_in(ann).post(
        change_url(vic), form(vic, groups=groups("viewer", "operator"))
    )
    assert "A person has one role." in answer.content.decode()
    assert role_of(vic) == "viewer"


@pytest.mark.parametrize("how", ["off", "demoted", "roleless"])
def test_the_last_administrator_stays_one(root: User, how: str) -> None:
    ann = person("ann", "administrator")
    client = signed_in(root)
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    root.groups.set(groups("administrator"))
    ann.groups.set(groups("operator"))
    # whoever is no administrator any more is let in no longer: so by another one's hand
    bob = person("bob", "administrator")
    root.groups.set([])
    client = signed_in(bob)
    sent = form(bob, groups=groups("viewer") if how == "demoted" else [])
    if how == "off":
        sent = form(bob)
        del sent["is_active"]
    client.post(change_url(bob), sent)
    assert role_of(User.objects.get(pk=bob.pk)) == "administrator"


def test_the_form_refuses_what_would_leave_none(root: User) -> None:
    """A superuser who is switched off meanwhile is none either."""
    ann = person("ann", "administrator")
    client = signed_in(root)
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    root.groups.set(groups("operator"))
    rights = Permission.objects.filter(codename__in=("change_user", "view_user"))
    root.user_permissions.set(rights)
    answer = client.post(change_url(ann), form(ann, groups=groups("viewer")))
    assert "last active administrator" in answer.content.decode()
    assert role_of(User.objects.get(pk=ann.pk)) == "administrator"


def test_deleting_the_last_administrator_or_oneself_is_refused(root: User) -> None:
    client = signed_in(root)
    url = reverse("admin:auth_user_changelist")
    vic = person("vic", "viewer")
    chosen = {"action": "delete_selected", "post": "yes"}
    for pks in ([root.pk], [root.pk, vic.pk]):
        answer = client.post(url, {**chosen, "_selected_action": pks})
        assert answer.status_code in {302, 403}
    one = reverse("admin:auth_user_delete", args=[root.pk])
    assert client.post(one, {"post": "yes"}).status_code == 403
    assert set(User.objects.values_list("username", flat=True)) == {"root", "vic"}


def test_the_roles_can_be_read_and_not_changed(root: User) -> None:
    group = Group.objects.get(name="viewer")
    change = reverse("admin:auth_group_change", args=[group.pk])
    client = signed_in(root)
    assert client.get(change).status_code == 200
    sent = {"name": "viewer", "permissions": [Permission.objects.all()[0].pk]}
    before = set(group.permissions.values_list("pk", flat=True))
    assert client.post(change, sent).status_code == 403
    assert (
        client.post(reverse("admin:auth_group_add"), {"name": "x"}).status_code == 403
    )
    delete = reverse("admin:auth_group_delete", args=[group.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert set(group.permissions.values_list("pk", flat=True)) == before


def test_whoever_is_switched_off_is_out_at_once(ann: User) -> None:
    vic = person("vic", "viewer")
    browser = signed_in(vic)
    assert browser.get("/console/live").status_code == 200
    sent = form(vic)
    del sent["is_active"]
    signed_in(ann).post(change_url(vic), sent)
    assert browser.get("/console/live").status_code == 302
    assert not SignedIn.objects.filter(user=vic).exists()


def test_a_service_gets_neither_a_password_nor_the_role_of_an_administrator(
    ann: User,
) -> None:
    robot = service_add(actor=SYSTEM, name="robot", role="viewer", owner="ann")
    client = signed_in(ann)
    sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[robot.pk])
    for before in ("", "0", "%20", "+"):
        spelt = url.replace(f"/{robot.pk}/", f"/{before}{robot.pk}/")
        assert client.post(spelt, {**sent, "set-password": "1"}).status_code == 403
    answer = client.post(change_url(robot), form(robot, groups=groups("administrator")))
    assert "takes a person" in answer.content.decode()
    robot.refresh_from_db()
    assert not robot.has_usable_password()
    assert role_of(robot) == "viewer"
    robot.set_password(PASSWORD)  # on the machine
    robot.save()
    assert sign_in(Client(), "robot") == "401"


def test_no_spelling_of_ones_own_number_spares_one_the_present_password(
    ann: User,
) -> None:
    sent = {"password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    sent |= {"usable_password": "true", "set-password": "1"}
    for before in ("0", "%20"):
        url = f"/admin/auth/user/{before}{ann.pk}/password/"
        answer = signed_in(ann).post(url, sent)
        assert answer.headers["Location"] == "/console/account/password"
    assert User.objects.get(pk=ann.pk).check_password(PASSWORD)
