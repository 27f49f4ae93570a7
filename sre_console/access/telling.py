"""The matrix as a table in Markdown, for the guide. Pure."""

from __future__ import annotations

from sre_console.access.matrix import ACTIONS, ROLES, ROLES_TOLD, SCOPES

_SCOPES_TOLD = {
    "read": "reading: the console's data, the audit log",
    "chaos": "faults, patterns, traffic, scenarios, game days",
    "incidents": "incidents, silences, notifications",
    "users": "the service's users",
}


def roles_table() -> str:
    lines = ["| role | what for |", "|---|---|"]
    lines += [f"| `{role}` | {ROLES_TOLD[role]} |" for role in ROLES]
    return "\n".join(lines)


def actions_table() -> str:
    """A row an action: what it lets one do, who may, what a token needs for it."""
    lines = [
        f"| action | may | {' | '.join(ROLES)} | a token needs |",
        f"|---|---|{'---|' * len(ROLES)}---|",
    ]
    for row in ACTIONS.values():
        cells = " | ".join("yes" if role in row.roles else "" for role in ROLES)
        scope = f"`{row.scope}`" if row.scope else "people only"
        lines.append(f"| `{row.name}` | {row.told} | {cells} | {scope} |")
    return "\n".join(lines)


def scopes_table() -> str:
    lines = ["| scope | what for |", "|---|---|"]
    lines += [f"| `{scope}` | {_SCOPES_TOLD[scope]} |" for scope in SCOPES]
    return "\n".join(lines)
