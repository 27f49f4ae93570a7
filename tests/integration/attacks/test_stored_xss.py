"""Text that somebody stored stays text, on every page, in every export, in the admin."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from sre_console.models import (
    DisasterDrill,
    GameDay,
    Incident,
    RestoreRun,
    Service,
)
from tests.integration.access.calls import Call
from tests.integration.access.conftest import Stage
from tests.integration.attacks.hostile_rows import ELSEWHERE, plant

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
_PLAIN = {
    "application/json", "application/x-ndjson", "application/yaml", "text/csv", "text/calendar",
    "text/markdown", "text/plain",
}  # fmt: skip
OURS = ("/static/", "/admin/jsi18n/")
FORMATS = {
    "game-day-report": ("html", "markdown", "json"), "post-mortem": ("markdown",),
    "incidents": ("csv",), "alerts": ("csv",), "notifications": ("csv",), "changes": ("csv", "ics"),
    "disaster-drill": ("markdown",), "disaster-drills": ("csv",),
    "injections": ("csv",), "audit-export": ("csv", "jsonl"), "evidence": ("csv",),
    "access": ("csv",), "people": ("csv",), "scenario-download": ("yaml", "json"),
    "recovery-backups": ("csv",), "recovery-restores": ("csv",),
    "capacity": ("csv",),
}  # fmt: skip
_DATA = {"application/json", "speculationrules", "importmap"}


class Judge(HTMLParser):
    """What of a page would run that is not ours to run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[str] = []
        self._data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._data = tag == "script" and given.get("type") in _DATA
        if (
            tag == "script"
            and not self._data
            and not given.get("src", "").startswith(OURS)
        ):
            self.runs.append(f"<script {given}>")
        for name, value in given.items():
            scheme = re.sub(r"[\s\x00-\x1f]", "", value).casefold()
            if name.startswith("on") or name in {"srcdoc", "style"}:
                self.runs.append(f"<{tag} {name}={value}>")
            elif (
                scheme.startswith(("javascript:", "vbscript:", "data:text"))
                and name != "value"
            ):
                if name in {
                    "href",
                    "src",
                    "action",
                    "formaction",
                    "xlink:href",
                    "data",
                }:
                    self.runs.append(f"<{tag} {name}={value}>")
            elif tag == "img" and name == "src" and value == "x":
                self.runs.append("<img src=x>")

    def handle_data(self, data: str) -> None:
        if self._data:
            json.loads(data)
            if "<" in data:
                self.runs.append(f"json_script: {data[:100]}")
            self._data = False


def judged(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.runs


def _patterns(patterns: Any) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _patterns(each.url_patterns)


def pages() -> Iterator[str]:
    """The address of every page of the console and every list and form of the admin."""
    numbers: dict[str, Model | None] = {
        "game-day": GameDay.objects.first(), "incident": Incident.objects.first(),
        "post-mortem": Incident.objects.first(), "incident-series": Incident.objects.first(),
        "recovery-restore": RestoreRun.objects.first(),
        "disaster-drill": DisasterDrill.objects.first(),
    }  # fmt: skip
    day = GameDay.objects.first()
    for found in _patterns(get_resolver("sre_console.pages.urls").url_patterns):
        name, wanted = found.name or "", set(found.pattern.regex.groupindex)
        about: Model | None = numbers.get(name, day)
        if name.startswith("person"):
            about = Service.objects.first()
        if name.startswith("lesson"):
            about = None
        fills = {
            "number": about.pk if about else 1, "name": "progressive-errors",
            "item": 1, "token": 1,
        }  # fmt: skip
        if name.startswith("runbook"):
            fills["name"] = "high-error-rate"
        try:
            path = reverse(
                f"console:{name}", kwargs={key: fills[key] for key in wanted}
            )
        except (KeyError, NoReverseMatch):
            continue
        yield path
        for kind in FORMATS.get(name, ()):
            yield f"{path}?format={kind}"
    yield "/console/game-days/scenarios/hostile"
    yield "/console/game-days/write?from=hostile"
    yield from ("/api/chaos", "/api/no-faults", "/api/resilience", "/api/traffic")
    for person in {Service.objects.all()[0].owner_id, *_everybody()}:
        yield f"/console/people/{person}"
    for model in admin.site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{label}_changelist")
        row = model._default_manager.first()
        if row is not None:
            yield reverse(f"{label}_change", args=[row.pk])
            yield reverse(f"{label}_history", args=[row.pk])


def _everybody() -> Iterator[int]:
    from django.contrib.auth.models import User

    yield from User.objects.values_list("pk", flat=True)


def test_what_runs_is_known() -> None:
    for text in (
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
        '<a href="java\nscript:alert(1)">x</a>',
        '<script type="application/json">{"a": "<!--<script>"}</script>',
    ):  # fmt: skip
        assert judged(text), text
    assert (
        judged('<script src="/static/a.js"></script><a href="/x">&lt;script&gt;</a>')
        == []
    )


def test_no_text_that_is_stored_runs_on_any_page(stage: Stage) -> None:
    names = plant()
    assert len(names) > 80
    seen: set[int] = set()
    found: dict[str, list[str]] = {}
    shown = 0
    for path in pages():
        answer = stage.send(Call("page", "GET", path), role="administrator")
        assert answer.status_code < 500, path
        kind = answer.get("Content-Type", "").split(";")[0]
        text = "" if answer.streaming else answer.content.decode()
        seen |= {int(number) for number in re.findall(r"zq(\d+)q", text)}
        assert answer["X-Content-Type-Options"] == "nosniff", path
        if kind == "text/html":
            shown += answer.status_code == 200
            if runs := judged(text):
                found[path] = runs
        elif text and answer.status_code == 200:
            assert kind in _PLAIN, (path, kind)
    assert found == {}
    assert shown > 70
    unseen = {name for number, name in names.items() if number not in seen}
    assert unseen <= ELSEWHERE.keys()
