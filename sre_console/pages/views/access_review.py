"""The access review: who has what, what to look at, and that somebody has."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import Conflict, FieldsInvalid
from ironclad.spreadsheet import cell
from sre_console.accounts.actors import actor_of
from sre_console.accounts.people_findings import FINDINGS, overall, review_overdue
from sre_console.accounts.people_review import (
    Reviewed,
    access_digest,
    counts_of,
    digest_of,
    export_json,
    export_record,
    review_done,
    review_last,
    review_rows,
    row_json,
)
from sre_console.chaos.rows import database_now
from sre_console.pages import access_words as words
from sre_console.pages.access import page_for
from sre_console.pages.people_models import FILTERS as PEOPLE_FILTERS
from sre_console.pages.people_models import KEYS, factor_word, matches, person_row
from sre_console.pages.tables import (
    Column,
    Key,
    Order,
    address,
    heads,
    order_read,
    rows_sorted,
)
from sre_console.pages.views.papers import asked_of, sent_text, show

FILTERS = (*PEOPLE_FILTERS, "finding")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_KEYS: dict[str, Key[Any]] = {
    **{name: (lambda row, key=key: key(row.facts)) for name, key in KEYS.items()},  # type: ignore[misc]
    "changed": lambda row: row.facts.changed,
    "signedIn": lambda row: row.facts.signed_in,
    "findings": lambda row: len(row.findings),
}


def _columns() -> list[Column]:
    return [
        Column(_("Name"), "name"),
        Column(_("Role"), "role"),
        Column(_("Second factor"), "factor"),
        Column(_("Last used"), "used", down=True),
        Column(_("Access changed"), "changed", down=True),
        Column(_("Sessions"), "sessions", right=True, down=True),
        Column(_("Tokens"), "tokens", down=True),
        Column(_("To look at"), "findings", down=True),
    ]


@require_safe
@page_for("access.review")
def access(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    kind = asked.get("format", "")
    if kind in _TYPES:
        return _export(request, kind, asked)
    return _access(request, asked)


@require_POST
@page_for("access.review")
def reviewed(request: HttpRequest) -> HttpResponse:
    try:
        review_done(
            actor=actor_of(request),
            seen=sent_text(request.POST, "seen"),
            note=sent_text(request.POST, "note"),
            now=database_now(),
        )
    except (Conflict, FieldsInvalid) as error:
        answer = _access(request, {}, problem=error.message)
        answer.status_code = error.status
        return answer
    return redirect("console:access")


def _export(request: HttpRequest, kind: str, asked: Mapping[str, str]) -> HttpResponse:
    """With its digest, which the audit log has too."""
    rows = _chosen(review_rows(database_now()), asked)
    body = export_json(rows) if kind == "json" else _csv(rows)
    digest = digest_of(body)
    export_record(actor=actor_of(request), kind=kind, digest=digest, rows=rows)
    name = f"ironclad-access-{database_now():%Y-%m-%d}.{kind}"
    return HttpResponse(
        body,
        content_type=_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-SHA256": digest,
        },
    )


def _csv(rows: Sequence[Reviewed]) -> bytes:
    """A line a token, and one for whoever has none."""
    text = io.StringIO()
    writer = csv.writer(text)
    told = [row_json(row) for row in rows]
    plain = ("name", "kind", "owner", "role", "active", "superuser", "staff",
             "permissionsBesideTheRole", "signsInBy", "secondFactor", "secondFactorRequired",
             "joinedAt", "lastSignInAt", "lastUsedAt", "accessChangedAt", "sessions")  # fmt: skip
    token = ("name", "scopes", "createdAt", "madeBy", "expiresAt", "lastUsedAt", "lastUsedFrom")  # fmt: skip
    writer.writerow([*plain, "findings", *(f"token.{name}" for name in token)])
    for row, line in zip(rows, told, strict=True):
        tokens: Any = line["tokens"]
        for each in tokens or [{}]:
            told_of_it = {**each, "scopes": " ".join(each.get("scopes", ()))}
            if each and each["expiresAt"] is None:
                told_of_it["expiresAt"] = "never"
            values = [line[name] for name in plain]
            values += [" ".join(row.findings), *(told_of_it.get(name) for name in token)]  # fmt: skip
            writer.writerow([cell("" if value is None else value) for value in values])
    return text.getvalue().encode()


def _chosen(
    rows: Sequence[Reviewed], asked: Mapping[str, str], order: Order | None = None
) -> list[Reviewed]:
    finding = asked.get("finding", "")
    kept = [
        row
        for row in rows
        if matches(row.facts, asked)
        and (not finding or finding in row.findings or (finding == "any" and row.findings))
    ]  # fmt: skip
    return rows_sorted(kept, order, _KEYS)


def _access(
    request: HttpRequest, asked: Mapping[str, str], *, problem: str = ""
) -> HttpResponse:
    now = database_now()
    order = order_read(asked, _columns())
    everybody = review_rows(now)
    last = review_last()
    told = overall([row.facts for row in everybody])
    path = reverse("console:access")
    return show(
        request,
        "access",
        rows=[
            (
                person_row(row.facts),
                row.facts,
                factor_word(row.facts),
                [words.finding_word(each) for each in row.findings],
            )
            for row in _chosen(everybody, asked, order)
        ],
        heads=heads(_columns(), order, path, asked),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        counts=counts_of(everybody),
        overall=words.finding_word(told) if told else "",
        last=last,
        overdue=review_overdue(last.at if last else None, now),
        seen=access_digest(everybody),
        roles=words.roles(),
        findings=[(each, words.finding_word(each)) for each in FINDINGS],
        csv=address(path, {**asked, "format": "csv"}),
        json=address(path, {**asked, "format": "json"}),
        matrix=words.matrix(),
        matrix_heads=words.matrix_heads(),
        problem=problem,
    )
