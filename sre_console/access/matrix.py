"""Who may do what: one table, from which the checks, the tests and the docs follow. Pure.

A person has one role. A program acts with a token: what its owner's role may do and the token's
scopes hold, and never what only people may do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["administrator", "operator", "approver", "viewer"]
Scope = Literal["read", "chaos", "incidents", "users"]

ROLES: tuple[Role, ...] = get_args(Role)
SCOPES: tuple[Scope, ...] = get_args(Scope)

# Ironclad itself: expiry, lapsed leases, a game day's own steps.
SYSTEM = "system"
# The built-in traffic, which is no person; it may use the service and nothing else.
TRAFFIC = "traffic"

ROLES_TOLD: dict[Role, str] = {
    "administrator": "gives roles and tokens, releases what was locked, and does what the others do",
    "operator": "breaks the service and mends it: faults, game days, incidents",
    "approver": "lets other people's game days begin, and stops anything; changes nothing else",
    "viewer": "sees everything, changes nothing",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is allowed to some and refused to others."""

    name: str
    told: str  # for the docs: "may …"
    roles: frozenset[str]
    scope: Scope | None  # a token needs it; None: people alone, signed in


def _action(name: str, told: str, roles: Iterable[Role], scope: Scope | None) -> Action:
    return Action(name, told, frozenset(roles), scope)


_ALL: tuple[Role, ...] = ROLES
_CHANGES: tuple[Role, ...] = ("administrator", "operator")
_ENDS: tuple[Role, ...] = ("administrator", "operator", "approver")
_APPROVES: tuple[Role, ...] = ("administrator", "approver")
_ADMINISTRATES: tuple[Role, ...] = ("administrator",)

ACTIONS: dict[str, Action] = {
    each.name: each
    for each in (
        _action("console.read", "see the console and read the API", _ALL, "read"),
        _action("faults.change", "set, raise and extend faults", _CHANGES, "chaos"),
        _action("faults.stop", "end every fault and game day: STOP ALL", _ENDS, "chaos"),
        _action("patterns.change", "switch patterns, trip and reset breakers", _CHANGES, "chaos"),
        _action("traffic.change", "set the built-in traffic's rate", _CHANGES, "chaos"),
        _action("scenarios.change", "write, import and delete scenarios", _CHANGES, "chaos"),
        _action("game_days.start", "start a game day", _CHANGES, "chaos"),
        _action("game_days.approve", "let another's game day begin", _APPROVES, None),
        _action("game_days.stop", "stop a game day, or call it off", _ENDS, "chaos"),
        _action("game_days.learn", "write down lessons and actions of a game day", _CHANGES, "chaos"),
        _action("game_days.release", "let game days start again after STOP ALL", _CHANGES, "chaos"),
        _action("drills.run", "start, answer and give up drills", _CHANGES, "chaos"),
        _action("disaster_drills.run", "start, follow and end disaster drills", _CHANGES, "chaos"),
        _action("tour.run", "run the guided tour's lessons", _CHANGES, None),
        _action("incidents.change", "acknowledge, mitigate, resolve, comment, learn", _CHANGES, "incidents"),
        _action("silences.change", "silence alerts, and end silences", _CHANGES, "incidents"),
        _action("notifications.retry", "tell a place again", _CHANGES, "incidents"),
        _action("users.read", "read the service's users", _ALL, "users"),
        _action("users.change", "create, change and delete the service's users", _CHANGES, "users"),
        _action("no_faults.pull", "forbid every fault, for all", _ENDS, "chaos"),
        _action("no_faults.release", "allow faults again", _ADMINISTRATES, None),
        _action("audit.read", "read the audit log and verify it", _ALL, "read"),
        _action("audit.export", "export the audit log", _ALL, "read"),
        _action("evidence.export", "export the evidence mapping", _APPROVES, None),
        _action("access.review", "see who has which access, and export it", _APPROVES, None),
        _action("people.change", "add people, give roles, switch off, unlock, reset", _ADMINISTRATES, None),
        _action("tokens.own", "make and revoke own tokens", _ALL, None),
        _action("tokens.all", "make tokens of services, revoke anybody's", _ADMINISTRATES, None),
        _action("sessions.own", "see and end own sessions, change own password and second factor", _ALL, None),
        _action("sessions.all", "see and end anybody's sessions", _ADMINISTRATES, None),
        _action("deployments.record", "tell of a deployment that a pipeline made", _CHANGES, "chaos"),
        _action("admin.enter", "enter the Django admin", _CHANGES, None),
    )
}  # fmt: skip


def permitted(
    action: str, role: str | None, scopes: Iterable[str] | None = None
) -> bool:
    """Whether somebody of this role may; `scopes` are those of a token, None a person's.

    Raises KeyError for an action that the table does not have.
    """
    row = ACTIONS[action]
    if role == SYSTEM:
        return True
    if role == TRAFFIC:
        return action in {"users.read", "users.change"}
    if role not in row.roles:
        return False
    return scopes is None or (row.scope is not None and row.scope in set(scopes))


def may(role: str | None, scopes: Iterable[str] | None = None) -> frozenset[str]:
    """All that somebody of this role may do."""
    held = None if scopes is None else frozenset(scopes)
    return frozenset(name for name in ACTIONS if permitted(name, role, held))
