from __future__ import annotations

import pytest
from django.urls import resolve

from sre_console.limits.classes import kind_of


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("GET /api/users", "default"),
        ("HEAD /api/chaos", "default"),
        ("OPTIONS /api/chaos", "default"),
        ("POST /api/users", "write"),
        ("DELETE /api/users/7", "write"),
        ("POST /api/users/disable", "write"),
        ("POST /api/chaos", "chaos"),
        ("POST /api/chaos/", "chaos"),
        ("POST /api/chaos/errors/0.5", "chaos"),
        ("POST /api/chaosx", "write"),
        ("POST /api/resilience/patterns", "chaos"),
        ("POST /api/resilience/breakers/database/trip", "chaos"),
        ("POST /api/game-days", "chaos"),
        ("POST /api/game-days/7/lessons", "write"),
        ("POST /console/drill/start", "chaos"),
        ("GET /api/reports/sla", "export"),
        ("GET /api/game-days/7/report/", "export"),
        ("GET /console/reports", "export"),
        ("GET /console/audit/export.csv", "export"),
        ("GET /api/audit/export", "export"),
        ("GET /api/scenarios/my-own/export", "export"),
        ("GET /api/users/reporters", "default"),
        ("POST /api/no-faults", None),
        ("POST /api/no-faults/release", "write"),
        ("GET /api/no-faults", "default"),
        ("POST /console/sign-in/code", "sign-in"),
        ("POST /console/sign-in", "sign-in"),
        ("GET /console/sign-in", "default"),
        ("POST /enter/abcdefgh", "sign-in"),
        ("POST /api/chaos/disable", None),
        ("POST /api/chaos/disable/", None),
        ("POST /api/chaos/disable/x", "chaos"),
        ("POST /api/game-days/7/stop", None),
        ("POST /console/game-days/7/stop/", None),
        ("POST /console/drill/7/give-up", None),
        ("POST /console/sign-out", None),
    ],
)
def test_method_and_address_decide(asked: str, kind: str | None) -> None:
    method, path = asked.split()
    assert kind_of(method, path) == kind


@pytest.mark.parametrize(
    "path",
    [
        "/api/chaos/disable",
        "/api/no-faults",
        "/api/game-days/7/stop",
        "/console/game-days/7/stop",
        "/console/drill/7/give-up",
        "/console/tour/1/end",
        "/console/sign-out",
        "/admin/logout/",
    ],
)
def test_what_is_never_refused_is_there(path: str) -> None:
    assert kind_of("POST", path) is None
    resolve(path)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("chaos", "/api/chaos/extend"),
        ("chaos", "/api/resilience/patterns"),
        ("chaos", "/api/game-days"),
        ("chaos", "/api/game-days/7/approve"),
        ("chaos", "/console/game-days/scenarios/a-b/start"),
        ("chaos", "/console/game-days/7/approve"),
        ("chaos", "/console/drill/start"),
        ("chaos", "/console/tour/1/run"),
        ("sign-in", "/console/sign-in/code"),
        ("sign-in", "/enter/abcdefghabcdefgh"),
        ("sign-in", "/admin/login/"),
    ],
)
def test_each_class_has_addresses_that_are_there(kind: str, path: str) -> None:
    assert kind_of("POST", path) == kind
    resolve(path)
