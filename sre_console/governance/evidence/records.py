"""Queries over the audit log: who got, used and changed access."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet

from sre_console.access.matrix import ROLES
from sre_console.accounts.roles import role_of
from sre_console.audit.verification import head, verify
from sre_console.governance.evidence.answer import Found, Period, Query, Row
from sre_console.models import ApiToken, AuditEntry

_HEAD = ("number", "at", "actor", "role", "action", "subject", "reason", "link")
_FIELDS = ("id", "at", "actor", "role", "action", "subject", "reason")


def entries(period: Period, *prefixes: str) -> QuerySet[AuditEntry]:
    named = Q()
    for prefix in prefixes:
        named |= Q(action__startswith=prefix)
    return AuditEntry.objects.filter(named, at__gte=period.begin, at__lt=period.end)


def entry_rows(found: QuerySet[AuditEntry], most: int) -> Iterator[Row]:
    rows = found.order_by("-id").values_list(*_FIELDS)
    for number, at, *rest in rows[:most]:
        yield (
            number,
            at.isoformat(timespec="seconds"),
            *rest,
            f"/console/audit?before={number + 1}#entry-{number}",
        )


def _of_log(
    name: str, title: str, asks: str, prefixes: tuple[str, ...], *words: str
) -> Query:
    """Entries whose action begins so, counted by action; `words` are named though there is none."""

    def run(period: Period) -> Found:
        found = entries(period, *prefixes)
        counts = dict.fromkeys(words, 0)
        grouped = found.values_list("action").annotate(n=Count("id")).order_by("action")
        counts |= dict(grouped)
        figures = tuple((action, f"{n:,}") for action, n in counts.items())
        return Found(
            figures or (("entries", "0"),), _HEAD, entry_rows(found, period.most)
        )

    return Query(name, title, asks, run)


def _chain(period: Period) -> Found:
    newest = head()
    figures = [
        (
            "entries in the period",
            f"{entries(period, '').count():,}",
        ),
        ("newest entry", f"{newest.number}"),
        ("its hash", newest.hash),
    ]
    if period.deep:
        finding = verify()
        state = f"as it was written, up to {finding.place.number}"
        if finding.broken is not None:
            state = f"broken at {finding.broken.number}: {finding.broken.why}"
        figures.append(("verified now", state))
    else:
        figures.append(("verified", "by the export, and on the audit page"))
    return Found(tuple(figures))


def _people(period: Period) -> Found:
    """As they are now: rights of the past are in the log of changes."""
    del period
    users = list(
        get_user_model().objects.prefetch_related("groups").order_by("username")
    )
    roles: Counter[str] = Counter(
        role_of(user) or "no role" for user in users if user.is_active
    )
    figures = [(role, f"{roles[role]}") for role in (*ROLES, "no role")]
    figures.append(("switched off", f"{sum(not user.is_active for user in users)}"))
    head_ = ("name", "role", "active", "last signed in", "link")
    rows = [
        (
            user.get_username(),
            role_of(user) or "",
            user.is_active,
            user.last_login and user.last_login.isoformat(timespec="seconds"),
            "/console/access",
        )
        for user in users
    ]
    return Found(tuple(figures), head_, rows)


def _tokens(period: Period) -> Found:
    live = ApiToken.objects.filter(revoked_at=None)
    live = live.filter(Q(expires_at=None) | Q(expires_at__gt=period.now))
    made = entries(period, "api_token.")
    figures = (
        ("in force now", f"{live.count()}"),
        ("of those without an end", f"{live.filter(expires_at=None).count()}"),
        ("never used", f"{live.filter(last_used_at=None).count()}"),
        ("made or revoked in the period", f"{made.count()}"),
    )
    return Found(figures, _HEAD, entry_rows(made, period.most))


LOGGED: tuple[Query, ...] = (
    Query("audit_chain", "Audit log", "Entries of the period, and whether the chain of all entries holds.", _chain),
    Query("people", "People and their roles", "Every account as it is now.", _people),
    _of_log("people_changes", "Accounts", "Accounts added, switched off or on, and services.", ("person.", "service."), "person.added", "person.switched_off"),
    _of_log("role_changes", "Changes of roles", "Each change of somebody's role.", ("role.",), "role.changed"),
    _of_log("access_reviews", "Access reviews", "Reviews that were done, and their exports.", ("access_review.",), "access_review.done"),
    _of_log("sign_ins", "Sign-ins", "Sign-ins accepted and refused, accounts locked, sessions ended.", ("sign_in.", "account.", "session.", "sign_out"), "sign_in.accepted", "sign_in.refused", "account.locked"),
    _of_log("second_factors", "Second factors and passwords", "Factors enrolled, refused, reset; passwords changed.", ("second_factor.", "password."), "second_factor.enrolled", "second_factor.refused"),
    Query("tokens", "API tokens", "Tokens in force, made and revoked.", _tokens),
    _of_log("changes", "All changes", "Every entry of the audit log, by action.", ("",)),
    _of_log("lever", "The lever against all faults", "When it was pulled and released, and STOP ALL's block of game days.", ("no_faults.", "game_days."), "no_faults.pulled", "no_faults.released"),
    _of_log("exports", "Exports", "Exports of the log, of access reviews and of evidence, with their digests.", ("audit.", "evidence.", "access_review.exported"), "evidence.exported"),
)  # fmt: skip
