from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from sre_console.accounts.people import role_change
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor
from sre_console.models import AuditEntry
from tests.integration.accounts.people import person

pytestmark = pytest.mark.django_db
ADA = Actor("ada", "administrator", via="session")


def test_a_role_is_a_group() -> None:
    assert role_of(person("ann", "operator")) == "operator"
    assert role_of(person("vic", "viewer")) == "viewer"


def test_the_stronger_of_two_roles_counts() -> None:
    user = person("ann", "viewer")
    role_change(actor=ADA, user=user, role="operator")
    user.groups.add(Group.objects.get(name="viewer"))
    assert role_of(user) == "operator"


def test_a_superuser_is_an_administrator() -> None:
    assert role_of(User.objects.create_superuser("root")) == "administrator"


def test_others_have_no_role() -> None:
    assert role_of(person("bob")) is None
    assert role_of(AnonymousUser()) is None
    assert role_of(None) is None


def test_whoever_is_switched_off_has_no_role() -> None:
    user = person("ann", "operator")
    user.is_active = False
    assert role_of(user) is None


def test_a_changed_role_replaces_the_one_before_and_is_audited() -> None:
    user = person("vic", "viewer")
    role_change(actor=ADA, user=user, role="operator")
    assert list(user.groups.values_list("name", flat=True)) == ["operator"]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("ada", "role.changed", "vic")
    assert (entry.before, entry.after) == ({"role": "viewer"}, {"role": "operator"})


def test_a_role_can_be_taken_away() -> None:
    user = person("ann", "operator")
    role_change(actor=ADA, user=user, role=None)
    assert role_of(user) is None


def test_a_viewer_may_look_in_the_admin_and_nothing_else() -> None:
    allowed = person("vic", "viewer").get_all_permissions()
    assert {"api.view_user", "sre_console.view_auditentry"} <= allowed
    assert all(".view_" in permission for permission in allowed)


def test_an_operator_changes_the_services_users_and_no_people() -> None:
    allowed = person("ann", "operator").get_all_permissions()
    assert "api.change_user" in allowed
    assert "auth.change_user" not in allowed


def test_an_administrator_changes_people_and_never_the_audit_log() -> None:
    allowed = person("ann", "administrator").get_all_permissions()
    assert {"api.change_user", "auth.change_user"} <= allowed
    assert "auth.delete_user" not in allowed
    assert not any(
        permission.endswith("_auditentry") and ".view_" not in permission
        for permission in allowed
    )
