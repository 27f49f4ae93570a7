"""Roles, scopes, findings and browsers, as the console says them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.access.matrix import ACTIONS, ROLES
from sre_console.accounts.people_findings import Finding, Overall
from sre_console.accounts.sessions_told import agent_told
from sre_console.pages.incident_models import Mark


def role_word(role: str) -> str:
    return {
        "administrator": _("administrator"),
        "operator": _("operator"),
        "approver": _("approver"),
        "viewer": _("viewer"),
    }.get(role, _("no role"))


def role_told(role: str) -> str:
    return {
        "administrator": _("gives roles and tokens, and does what the others do"),
        "operator": _("breaks the service and mends it: faults, game days, incidents"),
        "approver": _("lets other people's game days begin, and stops anything"),
        "viewer": _("sees everything, changes nothing"),
    }.get(role, "")


def roles() -> list[tuple[str, str]]:
    """For a choice: the weakest first."""
    return [(role, f"{role_word(role)}: {role_told(role)}") for role in reversed(ROLES)]


def scope_told(scope: str) -> str:
    return {
        "read": _("read: the console's data and the audit log"),
        "chaos": _("chaos: faults, game days, traffic"),
        "incidents": _("incidents: incidents and silences"),
        "users": _("users: the service's users"),
    }[scope]


def finding_word(finding: Finding | Overall) -> str:
    return {
        "unused": _("unused for 90 days"),
        "no_second_factor": _("no second factor"),
        "off_with_tokens": _("switched off, with tokens"),
        "token_never": _("a token without an end"),
        "token_unused": _("a token unused for 90 days"),
        "owner_gone": _("its owner is switched off"),
        "permissions": _("permissions beside the role"),
        "no_role": _("no role"),
        "one_administrator": _(
            "There is one administrator only: nobody else could help if they cannot."
        ),
        "no_administrator": _(
            "There is no administrator: nobody can give roles. One is made on the machine by "
            "manage.py createsuperuser."
        ),
        "many_administrators": _("There are more than five administrators."),
    }[finding]


def active_mark(*, active: bool) -> Mark:
    if active:
        return Mark(_("active"), "is-ok", "ok")
    return Mark(_("switched off"), "is-stale", "stale")


def agent_word(agent: str) -> str:
    browser, system = agent_told(agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("unknown browser")


def how_word(how: str) -> str:
    return {
        "password": _("password"),
        "one-time link": _("one-time link"),
        "provider": _("identity provider"),
    }.get(how, how or _("unknown"))


def matrix() -> list[tuple[str, str, list[bool], str]]:
    """Each action: its name, what it lets one do, whether each role may, the token's scope."""
    return [
        (row.name, row.told, [role in row.roles for role in ROLES], row.scope or "")
        for row in ACTIONS.values()
    ]


def matrix_heads() -> list[str]:
    return [role_word(role) for role in ROLES]
