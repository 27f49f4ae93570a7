"""The audit log: searched, verified, exported."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import IO
from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from ironclad.errors import FieldsInvalid
from sre_console.access.matrix import permitted
from sre_console.accounts.actors import actor_of
from sre_console.accounts.roles import role_of
from sre_console.audit.asking import ASKED, search_read
from sre_console.audit.checking import (
    check_json,
    check_newest,
    check_start,
    check_step,
)
from sre_console.audit.export import FORMS, TYPES, lines, written
from sre_console.audit.searching import KINDS, Search, search
from sre_console.audit.verification import head
from sre_console.pages.access import page_for
from sre_console.pages.audit_models import audit_rows, verdict_of
from sre_console.pages.audit_words import kind_word
from sre_console.pages.views.papers import show

A_PAGE = 50  # entries
EXPORT_MOST = 20_000
_IN_MEMORY = 4 * 2**20  # bytes of an export; what is over it is a file
_CHUNK = 64 * 1024
_STEP_SECONDS = 1.0  # of a request that verifies


@require_safe
@page_for("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    problems: list[tuple[str | None, str]] = []
    try:
        asked = search_read(request.GET, form=True)
    except FieldsInvalid as error:
        asked, problems = Search(), error.problems
    some = [] if problems else list(search(asked)[: A_PAGE + 1])
    query = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    older = ""
    if len(some) > A_PAGE:
        older = urlencode({**query, "before": some[A_PAGE - 1].id})
    answer = show(
        request,
        "audit",
        rows=audit_rows(
            some[:A_PAGE], people=permitted("people.change", role_of(request.user))
        ),
        asked=query,
        query=urlencode(query),
        older=older,
        below=asked.below,
        kinds=[(kind, kind_word(kind)) for kind in KINDS],
        problems=[told for _name, told in problems],
        verdict=verdict_of(check_newest()),
        head=head(),
        export_most=EXPORT_MOST,
    )
    answer.status_code = 400 if problems else 200
    return answer


@require_POST
@page_for("audit.read")
def verify(request: HttpRequest) -> HttpResponseBase:
    """Begin a walk along the chain, or go on with it: a second's worth of it."""
    newest = check_newest()
    if newest is None or newest.finished_at is not None:
        newest = check_start(by=actor_of(request).name)
    row = check_step(newest, seconds=_STEP_SECONDS)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"data": check_json(row)})
    return redirect("/console/audit")


@require_safe
@page_for("audit.export")
def export(request: HttpRequest) -> HttpResponseBase:
    """What the filters find, the newest first, with its digest in the head."""
    asked_for = request.GET.get("format", "jsonl")
    form = next((each for each in FORMS if each == asked_for), None)
    if form is None:
        raise FieldsInvalid([("format", f"format must be {' or '.join(FORMS)}.")])
    asked = search_read(request.GET, form=True)
    if asked.below is None:  # what is written meanwhile is not in it
        asked = replace(asked, below=head().number + 1)
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - streamed
    entries = search(asked)[: EXPORT_MOST + 1].iterator(chunk_size=1000)
    digest = written(lines(islice(entries, EXPORT_MOST), form), file.write)
    cut = next(entries, None) is not None
    answer = StreamingHttpResponse(
        _chunks(file),
        content_type=TYPES[form],
        headers=digest_headers(digest)
        | {"Content-Disposition": f'attachment; filename="ironclad-audit.{form}"'},
    )
    answer["Content-Length"] = str(file.tell())
    if cut:
        answer["X-Ironclad-Cut"] = str(EXPORT_MOST)
    file.seek(0)
    return answer


def digest_headers(digest: str) -> dict[str, str]:
    """RFC 9530, and the older header that some tools still read (RFC 3230)."""
    told = base64.b64encode(bytes.fromhex(digest)).decode()
    return {"Repr-Digest": f"sha-256=:{told}:", "Digest": f"sha-256={told}"}


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
