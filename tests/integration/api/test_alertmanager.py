"""/api/alertmanager: Alertmanager's webhook, version 4."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from sre_console.models import Incident, IncidentAlert, ReceivedAlert

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
ADDRESS = "/api/alertmanager"
TOKEN = "alertmanagers-token-of-the-tests-xxxxxxx"

DELIVERY: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{service="users"}',
    "status": "firing",
    "receiver": "ironclad",
    "truncatedAlerts": 0,
    "groupLabels": {"service": "users"},
    "commonLabels": {},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "ErrorBudgetBurn1h", "slo": "availability",
                "severity": "page", "service": "users",
            },
            "annotations": {
                "summary": "The error budget of availability burns at 70x",
                "runbook_url": "http://127.0.0.1:3000/console/runbooks/error-budget-burn",
            },
            "startsAt": "2026-01-31T12:00:00.123Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=x",
            "fingerprint": "a1b2c3d4e5f60718",
        }
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.ALERTMANAGER_TOKEN = TOKEN


@pytest.fixture
def alertmanager() -> Api:
    return Api(TOKEN)


def changed(**fields: Any) -> dict[str, Any]:
    """The delivery with other fields in its alert."""
    delivery = copy.deepcopy(DELIVERY)
    delivery["alerts"][0] |= fields
    return delivery


def test_an_alert_that_fires_opens_an_incident(alertmanager: Api) -> None:
    answer = alertmanager.send("POST", ADDRESS, DELIVERY)
    assert answer.json()["data"] == {"alerts": 1, "news": 1}
    incident = Incident.objects.get()
    assert (incident.severity, incident.service) == ("page", "users")
    assert incident.paged_at is not None
    alert = incident.alerts.get()
    assert (alert.source, alert.runbook) == ("alertmanager", "error-budget-burn")
    assert alert.link == "http://prometheus:9090/graph?g0.expr=x"


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": []},
        {"status": {}},
        {"startsAt": "2026-01-31T12:00:00+20:00"},
        {"startsAt": "0001-01-01T00:00:00+12:00"},
        {"annotations": {"summary": 7}},
    ],
)
def test_what_cannot_be_read_is_refused_and_not_stored(
    alertmanager: Api, wrong: dict[str, Any]
) -> None:
    answer = alertmanager.send("POST", ADDRESS, changed(**wrong))
    (field,) = wrong
    assert errors(answer) == [("VALIDATION_ERROR", f"alerts.0.{field}")]
    assert not ReceivedAlert.objects.exists()
    assert not Incident.objects.exists()


def test_the_same_again_changes_nothing(alertmanager: Api) -> None:
    for _ in range(3):
        alertmanager.send("POST", ADDRESS, DELIVERY)
    assert alertmanager.send("POST", ADDRESS, DELIVERY).json()["data"]["news"] == 0
    incident = Incident.objects.get()
    assert incident.events.count() == 2  # opened, paged
    assert ReceivedAlert.objects.count() == 1


def test_resolved_clears_it_and_a_late_repetition_does_not_bring_it_back(
    alertmanager: Api,
) -> None:
    alertmanager.send("POST", ADDRESS, DELIVERY)
    alertmanager.send("POST", ADDRESS, changed(status="resolved"))
    assert IncidentAlert.objects.get().cleared_at is not None
    assert alertmanager.send("POST", ADDRESS, DELIVERY).json()["data"]["news"] == 0
    assert IncidentAlert.objects.get().cleared_at is not None


def test_a_new_start_fires_again_in_the_same_incident(alertmanager: Api) -> None:
    alertmanager.send("POST", ADDRESS, DELIVERY)
    alertmanager.send("POST", ADDRESS, changed(status="resolved"))
    alertmanager.send("POST", ADDRESS, changed(startsAt="2026-01-31T12:05:00Z"))
    assert Incident.objects.count() == 1
    assert IncidentAlert.objects.get().times == 2


def test_another_group_key_is_another_delivery(alertmanager: Api) -> None:
    alertmanager.send("POST", ADDRESS, DELIVERY)
    other = copy.deepcopy(DELIVERY) | {"groupKey": "{}:{}"}
    assert alertmanager.send("POST", ADDRESS, other).json()["data"]["news"] == 1
    assert IncidentAlert.objects.get().times == 1  # it was known to fire


def test_labels_are_foreign_text(alertmanager: Api) -> None:
    labels = {"alertname": "Odd\u202ename\n<b>", "severity": "apocalypse"}
    annotations = {"summary": "a\u0085b  c", "runbook_url": "javascript:alert(1)"}
    body = changed(
        labels=labels, annotations=annotations, generatorURL="javascript:alert(1)"
    )
    alertmanager.send("POST", ADDRESS, body)
    alert = IncidentAlert.objects.get()
    assert (alert.name, alert.severity) == ("Oddname <b>", "warning")
    assert (alert.link, alert.runbook) == ("", "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "version"),
        (DELIVERY | {"version": "3"}, "version"),
        (DELIVERY | {"version": 4}, "version"),
        (DELIVERY | {"groupKey": ""}, "groupKey"),
        (DELIVERY | {"groupKey": 7}, "groupKey"),
        (DELIVERY | {"alerts": []}, "alerts"),
        (DELIVERY | {"alerts": {}}, "alerts"),
        (DELIVERY | {"alerts": DELIVERY["alerts"] * 501}, "alerts"),
        (DELIVERY | {"alerts": ["x"]}, "alerts.0"),
        (changed(status="pending"), "alerts.0.status"),
        (changed(labels={}), "alerts.0.labels.alertname"),
        (changed(labels={"alertname": "\u200b"}), "alerts.0.labels.alertname"),
        (changed(labels={"alertname": 7}), "alerts.0.labels"),
        (changed(labels=["x"]), "alerts.0.labels"),
        (changed(labels={f"l{n}": "x" for n in range(65)}), "alerts.0.labels"),
        (changed(annotations="x"), "alerts.0.annotations"),
        (changed(startsAt="now"), "alerts.0.startsAt"),
        (changed(startsAt="2026-01-31T12:00:00"), "alerts.0.startsAt"),
        (changed(startsAt="9999-12-31T23:59:59Z"), "alerts.0.startsAt"),
        (changed(startsAt=7), "alerts.0.startsAt"),
        (changed(startsAt=None), "alerts.0.startsAt"),
        (changed(fingerprint="XYZ"), "alerts.0.fingerprint"),
        (changed(fingerprint=None), "alerts.0.fingerprint"),
    ],
)
def test_a_bad_delivery_is_refused_and_nothing_is_stored(
    alertmanager: Api, body: object, field: str
) -> None:
    answer = alertmanager.send("POST", ADDRESS, body)
    assert ("VALIDATION_ERROR", field) in errors(answer)
    assert not ReceivedAlert.objects.exists()
    assert not Incident.objects.exists()


def test_one_bad_alert_spoils_the_delivery(alertmanager: Api) -> None:
    body = copy.deepcopy(DELIVERY)
    body["alerts"].append(changed(status="?")["alerts"][0])
    assert errors(alertmanager.send("POST", ADDRESS, body)) == [
        ("VALIDATION_ERROR", "alerts.1.status")
    ]
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"version": "4", "version": "4"}', b"\xff"]
)
def test_what_is_no_json_object_is_refused(alertmanager: Api, body: Any) -> None:
    assert alertmanager.send("POST", ADDRESS, body).status_code == 400


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "é"])
def test_a_wrong_token_is_refused(token: str) -> None:
    answer = Api(token).send("POST", ADDRESS, DELIVERY)
    assert errors(answer) == [("AUTHENTICATION_REQUIRED", None)]
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Incident.objects.exists()


def test_without_a_token_of_ours_there_is_nothing(settings: Settings) -> None:
    settings.ALERTMANAGER_TOKEN = ""
    assert errors(Api("").send("POST", ADDRESS, DELIVERY)) == [("NOT_FOUND", None)]


def test_the_operators_token_is_not_alertmanagers(operator: Api) -> None:
    assert operator.send("POST", ADDRESS, DELIVERY).status_code == 401


def test_inside_the_cluster_it_answers_without_tls(settings: Settings) -> None:
    """As deploy/monitoring/alertmanager posts: past the Ingress, to the Service's name."""
    settings.ALLOWED_HOSTS = ["ironclad.example.org", "backend"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    inside = Api(TOKEN, HTTP_HOST="backend:3000")
    assert inside.send("POST", ADDRESS, DELIVERY).status_code == 200
