"""The words of the tour's JavaScript."""

from __future__ import annotations

from django.utils.translation import gettext as _


def tour_strings() -> dict[str, str]:
    return {
        "tour.running": _("The fault is on."),
        "tour.settling": _("The fault is over; what it leads to is still under way."),
        "tour.told": _("The answer is there."),
        "tour.quiet": _("none yet"),
        "drill.over": _("The drill is over."),
        "faults.concealed": _("a drill: find it"),
        "stop.concealed": _("a drill's fault is on"),
    }
