"""The words of the lever "no faults" and of the typed confirmation."""

from __future__ import annotations

from django.utils.translation import gettext as _


def safety_strings() -> dict[str, str]:
    return {
        "why.forbidden": _("every fault is forbidden"),
        "lever.pulled": _("every fault is forbidden"),
        "lever.free": _("faults may be set"),
        "lever.by": _("pulled by {name} {time}: {reason}"),
        "confirm.reaches": _("{share} of the requests to {path} in {environment}."),
        "confirm.reaches.methods": _(
            "{share} of the {methods} requests to {path} in {environment}."
        ),
        "confirm.reaches.rate": _(
            "{share} of the requests to {path} in {environment}, about {n} a second."
        ),
        "confirm.spends": _("Spends {share} of the budget a minute: {slo}."),
    }
