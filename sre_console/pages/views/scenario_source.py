"""The source of scenarios: written, read from a file, imported, and taken away again."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import (
    Conflict,
    FieldsInvalid,
    PermissionRefused,
    ValidationFailed,
)
from sre_console.access.checks import access_check
from sre_console.accounts.actors import actor_of
from sre_console.gamedays.chaos_toolkit.exchange import (
    TOOLKIT,
    scenario_export,
    scenario_import,
)
from sre_console.gamedays.scenarios.library import scenario_find
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.shelving import (
    scenario_delete,
    scenario_runnable,
    scenario_store,
)
from sre_console.pages.access import signed_in_page
from sre_console.pages.views.papers import sent_text, show

_MOST = 256 * 1024  # bytes of a file
EXAMPLE = """\
apiVersion: ironclad/v1
kind: Scenario
metadata:
  name: my-first-scenario
  title: My first scenario
spec:
  hypothesis: Three percent of errors page within half an hour.
  expects:
    # any other alert that fires stops it
    alerts: [ErrorBudgetBurn1h, ErrorBudgetBurn6h, ErrorBudgetBurn1d, ErrorBudgetBurn3d]
  steps:
    - title: 3 % errors
      fault: {errorRate: 0.03}
      for: 1h
      note: Ask the room what will happen first.
      checks:
        - title: It pages
          eventually: {alert: ErrorBudgetBurn1h, slo: availability, is: firing}
          within: 30m
    - title: Recover
      fault: none
      for: 1h
      checks:
        - title: Every page has cleared
          atEnd: {alert: ErrorBudgetBurn1h, is: quiet}
"""


def writing(  # noqa: PLR0913 - what the form shows
    request: HttpRequest,
    source: str,
    *,
    kind: str = "",
    invalid: ScenarioInvalid | None = None,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form, with what is wrong about what it holds."""
    problems = [
        (each.line, f"{each.path} {each.message}".strip())
        for each in (invalid.problems if invalid else ())
    ]
    answer = show(
        request,
        "scenario_write",
        source=source,
        kind=kind,
        problems=problems,
        message=message,
    )
    answer.status_code = 400 if invalid else status
    return answer


def _sent_file(request: HttpRequest) -> str:
    """The text of a file that was sent instead; empty without one."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return ""
    if file.size > _MOST:
        message = _("A file may have {n} KiB at most.").format(n=_MOST // 1024)
        raise ValidationFailed(message, field="file")
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationFailed(
            _("The file is not UTF-8 text."), field="file"
        ) from error
    return text


@require_safe
@signed_in_page
def download(request: HttpRequest, name: str) -> HttpResponse:
    """As a file: as it was written, as JSON, or as an experiment of the Chaos Toolkit."""
    shelved, kind = scenario_find(name), request.GET.get("format", "yaml")
    found = scenario_runnable(shelved)
    media, file, text = scenario_export(found, kind, source=shelved.source)
    return HttpResponse(
        text,
        content_type=f"{media}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def write(request: HttpRequest) -> HttpResponse:
    """A scenario of one's own: written here, from a file, or out of a Chaos Toolkit experiment."""
    if request.method != "POST":
        begun = request.GET.get("from", "")
        return writing(request, _copy(begun) if begun else EXAMPLE)
    kind = TOOLKIT if request.POST.get("kind") == TOOLKIT else ""
    source, notes = sent_text(request.POST, "source"), tuple[str, ...]()
    try:
        actor = actor_of(request)
        access_check(actor, "scenarios.change")
        source = _sent_file(request) or source
        if kind:
            shelved, notes = scenario_import(actor=actor, text=source)
        else:
            shelved, _new = scenario_store(actor=actor, source=source)
    except PermissionRefused:
        raise
    except ScenarioInvalid as invalid:
        return writing(request, source, kind=kind, invalid=invalid)
    except (FieldsInvalid, ValidationFailed, Conflict) as error:
        return writing(request, source, kind=kind, message=error.message, status=error.status)  # fmt: skip
    for note in notes:
        messages.info(request, note)
    return redirect("console:scenario", name=shelved.name)


@require_POST
@signed_in_page
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Forget a scenario of one's own; its runs stay."""
    scenario_delete(actor=actor_of(request), name=name)
    return redirect("console:game-days")


def _copy(name: str) -> str:
    """The source of a scenario; of one that ships under another name, for its own stays taken."""
    shelved = scenario_find(name)
    if shelved.origin != "shipped":
        return shelved.source
    named = re.compile(rf"(\bname[\"']?:\s*[\"']?){re.escape(name)}\b")
    return named.sub(rf"\1my-{name}", shelved.source, count=1)
