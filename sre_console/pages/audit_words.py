"""Words of the audit page."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_word(kind: str) -> str:
    return {
        "faults": _("faults"),
        "patterns": _("patterns and breakers"),
        "traffic": _("traffic"),
        "game-days": _("game days"),
        "scenarios": _("scenarios"),
        "incidents": _("incidents"),
        "silences": _("silences"),
        "notifications": _("notifications"),
        "people": _("people and roles"),
        "sign-ins": _("sign-ins and sessions"),
        "tokens": _("tokens"),
        "settings": _("settings and deployments"),
        "recovery": _("backups and recovery"),
        "audit": _("the audit log, evidence"),
    }[kind]


def audit_strings() -> dict[str, str]:
    """For the page's script."""
    return {
        "audit.verifying": _("Verified up to {n} of {total}…"),
        "audit.exported": _("{n} bytes. SHA-256 {digest}"),
        "audit.cut": _("The newest {n} entries: filter for the others. {told}"),
        "audit.failed": _("That did not work: {problem}"),
        "audit.exporting": _("Exporting…"),
    }
