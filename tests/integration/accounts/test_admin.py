"""People are managed in the Django admin; each change is in the audit log."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from sre_console.accounts.roles import Role
from sre_console.accounts.tokens import identify, token_create
from sre_console.audit.actor import SYSTEM
from sre_console.audit.verification import verify
from sre_console.models import ApiToken, AuditEntry, SignedIn
from tests.integration.accounts.people import PASSWORD, person, sign_in
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    user = person("ann", "administrator")
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def administrator(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def change_url(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def form(user: User, **changes: object) -> dict[str, object]:
    """What the change form sends."""
    joined = user.date_joined
    return {
        "username": user.username,
        "is_active": "on",
        "groups": [group.pk for group in user.groups.all()],
        "date_joined_0": joined.date().isoformat(),
        "date_joined_1": joined.time().isoformat(),
        **changes,
    }


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def test_a_role_given_in_the_admin_is_audited(administrator: Client) -> None:
    vic = person("vic", "viewer")
    group = Group.objects.get(name="operator")
    answer = administrator.post(change_url(vic), form(vic, groups=[group.pk]))
    assert answer.status_code == 302
    entry = newest()
    assert (entry.actor, entry.action, entry.subject) == ("ann", "user.changed", "vic")
    assert entry.before["role"] == "viewer"
    assert entry.after["role"] == "operator"
    assert verify().broken is None


def test_a_change_that_fails_half_way_leaves_neither_change_nor_entry(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    vic = person("vic", "viewer")

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("django.contrib.admin.ModelAdmin.log_change", fail)
    with pytest.raises(RuntimeError):
        administrator.post(change_url(vic), form(vic, groups=[]))
    assert vic.groups.exists()
    assert not AuditEntry.objects.exists()


def test_a_password_or_a_deletion_that_cannot_be_audited_does_not_happen(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    vic = person("vic", "viewer")
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    client = Client()
    client.force_login(ann)

    def fail(**_what: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("sre_console.admin.people.record", fail)
    sent = {"password1": "another-horse", "password2": "another-horse"}
    url = reverse("admin:auth_user_password_change", args=[vic.pk])
    with pytest.raises(RuntimeError):
        client.post(url, {**sent, "set-password": "1", "usable_password": "true"})
    monkeypatch.undo()
    monkeypatch.setattr("django.contrib.admin.ModelAdmin.delete_queryset", fail_late)
    chosen = {"action": "delete_selected", "_selected_action": [vic.pk], "post": "yes"}
    with pytest.raises(RuntimeError):
        client.post(reverse("admin:auth_user_changelist"), chosen)
    vic.refresh_from_db()
    assert vic.check_password(PASSWORD)
    assert not AuditEntry.objects.exists()


def fail_late(*_what: object) -> None:
    raise RuntimeError


def test_a_new_person_is_audited_without_the_password(administrator: Client) -> None:
    password = "correct-horse-battery"
    sent = {"username": "new", "password1": password, "password2": password}
    url = reverse("admin:auth_user_add")
    answer = administrator.post(url, {**sent, "usable_password": "true"})
    assert answer.status_code == 302
    assert newest().action == "user.added"
    assert password not in str(AuditEntry.objects.values().get())
    sent["username"] = "System"  # entries have that name for Ironclad itself
    answer = administrator.post(url, {**sent, "usable_password": "true"})
    assert "letters, digits" in answer.content.decode()
    assert not User.objects.filter(username__iexact="system").exists()


def test_a_new_password_is_audited_without_it(administrator: Client) -> None:
    vic = person("vic", "viewer")
    password = "correct-horse-battery"
    sent = {"password1": password, "password2": password, "set-password": "1"}
    url = reverse("admin:auth_user_password_change", args=[vic.pk])
    answer = administrator.post(url, {**sent, "usable_password": "true"})
    assert answer.status_code == 302
    vic.refresh_from_db()
    assert vic.check_password(password)
    assert (newest().action, newest().subject) == ("user.changed", "vic")
    assert password not in str(AuditEntry.objects.values().get())


def test_deleting_several_is_audited_one_by_one(ann: User) -> None:
    ann.is_superuser = True
    ann.save()
    client = Client()
    client.force_login(ann)
    gone = [person("one").pk, person("two").pk]
    client.post(
        reverse("admin:auth_user_changelist"),
        {"action": "delete_selected", "_selected_action": gone, "post": "yes"},
    )
    assert not User.objects.filter(pk__in=gone).exists()
    deleted = AuditEntry.objects.filter(action="user.deleted")
    assert set(deleted.values_list("subject", flat=True)) == {"one", "two"}


def test_an_administrator_cannot_become_a_superuser(
    administrator: Client, ann: User
) -> None:
    administrator.post(change_url(ann), form(ann, is_staff="on", is_superuser="on"))
    ann.refresh_from_db()
    assert not ann.is_superuser


def test_an_administrator_cannot_touch_a_superuser(administrator: Client) -> None:
    root = User.objects.create_superuser("root", password="secret")
    assert administrator.post(change_url(root), form(root)).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[root.pk])
    assert (
        administrator.post(url, {"password1": "x", "password2": "x"}).status_code == 403
    )


def test_the_audit_log_can_be_read_and_not_changed(administrator: Client) -> None:
    entry = write()
    names = (
        "admin:sre_console_auditentry_change",
        "admin:sre_console_auditentry_delete",
    )
    change, delete = (reverse(name, args=[entry.pk]) for name in names)
    assert (
        administrator.get(
            reverse("admin:sre_console_auditentry_changelist")
        ).status_code
        == 200
    )
    assert administrator.get(change).status_code == 200
    assert administrator.post(change, {"actor": "mallory"}).status_code == 403
    assert administrator.post(delete, {"post": "yes"}).status_code == 403


def test_a_token_is_revoked_in_the_admin_and_that_is_audited(
    administrator: Client, ann: User
) -> None:
    token = token_create(actor=SYSTEM, user=ann, name="ci")
    url = reverse("admin:sre_console_apitoken_changelist")
    page = administrator.get(url).content.decode()
    assert ApiToken.objects.get().digest not in page
    administrator.post(
        url, {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]}
    )
    assert identify(token) is None
    assert (newest().actor, newest().action) == ("ann", "api_token.revoked")


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_the_matrix_says_who_enters_whatever_a_flag_says(role: Role) -> None:
    vic = person("vic", role)
    vic.is_staff = True
    vic.save()
    client = Client()
    client.force_login(vic)
    assert client.get(reverse("admin:index")).status_code == 403
    group = Group.objects.get(name="operator")
    answer = client.post(change_url(vic), form(vic, groups=[group.pk]))
    assert answer.status_code == 403
    assert not AuditEntry.objects.exists()


def test_an_operator_enters_without_a_flag_and_sees_no_people_nor_tokens() -> None:
    client = Client()
    client.force_login(person("otto", "operator"))
    vic = person("vic", "viewer")
    index = client.get(reverse("admin:index"))
    assert index.status_code == 200
    for name in ("auth_user", "sre_console_apitoken"):
        listed = reverse(f"admin:{name}_changelist")
        assert listed not in index.content.decode()
        assert client.get(listed).status_code == 403, name
    assert client.get(change_url(vic)).status_code == 403
    assert client.post(change_url(vic), form(vic, groups=[])).status_code == 403


def test_somebody_new_gets_a_role_at_once_and_may_sign_in(
    administrator: Client,
) -> None:
    viewer = Group.objects.get(name="viewer")
    new = {"username": "vera", "usable_password": "true", "groups": [viewer.pk]}
    new |= {"password1": PASSWORD, "password2": PASSWORD}
    answer = administrator.post(reverse("admin:auth_user_add"), new)
    assert answer.status_code == 302
    assert newest().after["role"] == "viewer"
    client = Client()
    assert sign_in(client, "vera") == "/console/sign-in/password"
    own = {"new": "a horse of my own", "again": "a horse of my own"}
    client.post("/console/sign-in/password", own)
    assert client.get("/console/live").status_code == 200


def test_another_role_or_password_ends_the_sessions(
    administrator: Client, ann: User
) -> None:
    vic = person("vic", "viewer")
    group = Group.objects.get(name="operator")
    password = {"password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    url = reverse("admin:auth_user_password_change", args=[vic.pk])
    changes = (
        (change_url(vic), form(vic, groups=[group.pk])),
        (url, {**password, "set-password": "1", "usable_password": "true"}),
    )
    for where, sent in changes:
        client = Client()
        client.force_login(User.objects.get(pk=vic.pk))
        assert client.get("/console/live").status_code == 200
        assert administrator.post(where, sent).status_code == 302
        assert not SignedIn.objects.filter(user=vic).exists()
        assert client.get("/console/live").status_code == 302
    assert sign_in(Client(), "vic", PASSWORD + "!") == "/console/sign-in/password"
    own = reverse("admin:auth_user_password_change", args=[ann.pk])
    answer = administrator.get(own)
    assert answer.headers["Location"] == "/console/account/password"
