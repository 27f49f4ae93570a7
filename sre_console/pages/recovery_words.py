"""The words of backups and restores."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import DASH
from sre_console.models import RepositoryState
from sre_console.pages.incident_models import Mark

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_STEP = 1000
_WHOLE = 100  # from here on no digit behind the point


def size(count: float | None) -> str:
    """As "81.3 MB": thousands, as disks are sold."""
    if count is None:
        return DASH
    left, unit = float(count), 0
    while left >= _STEP and unit < len(_UNITS) - 1:
        left, unit = left / _STEP, unit + 1
    digits = 0 if unit == 0 or left >= _WHOLE else 1
    return f"{left:,.{digits}f} {_UNITS[unit]}"


def backup_word(kind: str) -> str:
    return {
        "full": _("full"),
        "diff": _("differential"),
        "incr": _("incremental"),
        "dump": _("dump"),
    }.get(kind, kind)


def restore_word(kind: str) -> str:
    return {
        "restore": _("restore"),
        "validation": _("validation"),
        "drill": _("drill"),
    }.get(kind, kind)


def state_word(state: str) -> str:
    return {"good": _("good"), "failed": _("failed")}.get(state, state)


def backup_mark(state: str, *, gone: bool) -> Mark:
    if gone:
        return Mark(_("gone"), "is-stale", "ring")
    return state_mark(state)


def state_mark(state: str) -> Mark:
    if state == "good":
        return Mark(_("good"), "is-ok", "ok")
    return Mark(state_word(state), "is-exhausted", "exhausted")


def repository_mark(row: RepositoryState, *, old: bool) -> Mark:
    """What nobody has looked at for long says nothing of today."""
    if row.complaint:
        return Mark(_("out of reach"), "is-exhausted", "exhausted")
    if row.missing_wal:
        return Mark(_("a gap in the WAL"), "is-exhausted", "exhausted")
    if old:
        return Mark(_("not seen lately"), "is-stale", "stale")
    return Mark(_("good"), "is-ok", "ok")


def check_mark(*, passed: bool) -> Mark:
    if passed:
        return Mark(_("passed"), "is-ok", "ok")
    return Mark(_("failed"), "is-exhausted", "exhausted")


def same_mark(*, same: bool | None) -> Mark:
    if same is None:
        return Mark(_("not compared"), "is-stale", "ring")
    if same:
        return Mark(_("the same"), "is-ok", "ok")
    return Mark(_("differs"), "is-risk", "risk")


def met_mark(*, met: bool | None) -> Mark:
    if met is None:
        return Mark(_("not measured"), "is-stale", "ring")
    if met:
        return Mark(_("kept"), "is-ok", "ok")
    return Mark(_("missed"), "is-exhausted", "exhausted")
