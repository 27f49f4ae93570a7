from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.integration.pages.conftest import signed_in


def config(html: str) -> dict[str, object]:
    match = re.search(
        r'<script id="console-config" type="application/json">(.*?)</script>', html
    )
    assert match
    found: dict[str, object] = json.loads(match[1])
    return found


def test_the_live_page_carries_what_its_javascript_needs(operator: User) -> None:
    answer = signed_in(operator).get("/console/live")
    assert answer.status_code == 200
    found = config(answer.text)
    assert found["wsUrl"] == "/ws/console"
    assert found["seriesUrl"] == "/console/live/series"
    assert found["forecastUrl"] == "/console/live/forecast"
    assert found["role"] == "operator"
    assert found["scale"] == 60
    assert found["csrf"]
    assert found["strings"]


def test_it_names_the_three_slos(viewer: User) -> None:
    html = signed_in(viewer).get("/console/live").text
    for name in ("availability", "latency", "error-rate"):
        assert f'data-slo="{name}"' in html


def test_a_viewer_sees_the_page_as_a_viewer(viewer: User) -> None:
    answer = signed_in(viewer).get("/console/live")
    assert config(answer.text)["role"] == "viewer"


def test_both_forms_of_an_address_answer(viewer: User) -> None:
    assert signed_in(viewer).get("/console/live/").status_code == 200


def test_it_leads_a_stranger_to_the_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/console/live?range=1h")
    assert answer.status_code == 302
    assert answer["Location"] == "/console/sign-in?next=/console/live%3Frange%3D1h"


def test_it_refuses_an_account_without_a_role(nobody: User) -> None:
    answer = signed_in(nobody).get("/console/live")
    assert answer.status_code == 403
    assert "no role" in answer.text


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/", "/console/"), ("/console/", "/console/live"), ("/console", "/console/live")],
)
def test_the_first_page_is_live(client: Client, path: str, leads_to: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


def test_it_only_reads(operator: User) -> None:
    assert signed_in(operator).post("/console/live").status_code == 405
