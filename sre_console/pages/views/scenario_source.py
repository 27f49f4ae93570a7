"""The source of scenarios: written, read from a file, and taken away again."""

from __future__ import annotations

import json
import re

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ironclad.errors import (
    Conflict,
    FieldsInvalid,
    PermissionRefused,
    ValidationFailed,
)
from sre_console.accounts.actors import actor_of
from sre_console.chaos.policy import changer_check
from sre_console.gamedays.library import Shelved, scenario_find
from sre_console.gamedays.problems import ScenarioInvalid
from sre_console.gamedays.shelving import scenario_store
from sre_console.gamedays.writing import scenario_document, scenario_yaml
from sre_console.pages.access import signed_in_page
from sre_console.pages.views.papers import sent_text, show

EXPORTS = ("yaml", "json")
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
    alerts: [ErrorBudgetBurn1h]
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


def writing(
    request: HttpRequest,
    source: str,
    *,
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
    """As a file: as it was written, or as JSON."""
    kind = request.GET.get("format", "yaml")
    if kind not in EXPORTS:
        message = _("Choose one of {formats}.").format(formats=", ".join(EXPORTS))
        raise ValidationFailed(message, field="format")
    text, ending = exported(scenario_find(name), kind)
    media = "application/yaml" if ending == "yaml" else "application/json"
    file = f"{name}.{ending}"
    return HttpResponse(
        text,
        content_type=f"{media}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def write(request: HttpRequest) -> HttpResponse:
    """A scenario of one's own: written here, or out of a file."""
    if request.method != "POST":
        begun = request.GET.get("from", "")
        return writing(request, _copy(begun) if begun else EXAMPLE)
    source = sent_text(request.POST, "source")
    try:
        changer_check(actor_of(request).role)
        source = _sent_file(request) or source
        shelved, _new = scenario_store(actor=actor_of(request), source=source)
    except PermissionRefused:
        raise
    except ScenarioInvalid as invalid:
        return writing(request, source, invalid=invalid)
    except (FieldsInvalid, ValidationFailed, Conflict) as error:
        return writing(request, source, message=error.message, status=error.status)  # fmt: skip
    return redirect("console:scenario", name=shelved.name)


def _copy(name: str) -> str:
    """The source of a scenario; of one that ships under another name, for its own stays taken."""
    shelved = scenario_find(name)
    if shelved.origin != "shipped":
        return shelved.source
    named = re.compile(rf"(\bname[\"']?:\s*[\"']?){re.escape(name)}\b")
    return named.sub(rf"\1my-{name}", shelved.source, count=1)


def exported(shelved: Shelved, kind: str) -> tuple[str, str]:
    """The text, and the ending of its file; raises Conflict where it cannot be read."""
    if kind == "yaml" and not shelved.source.lstrip().startswith("{"):
        return shelved.source, "yaml"
    if shelved.scenario is None:
        raise Conflict(_("This scenario cannot be read, so it cannot be written otherwise."))  # fmt: skip
    if kind == "yaml":
        return scenario_yaml(shelved.scenario), "yaml"
    document = scenario_document(shelved.scenario)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n", "json"
