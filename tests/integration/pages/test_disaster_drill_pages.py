"""The pages of disaster drills, as a browser without scripts uses them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.models import DisasterDrill
from sre_console.recovery.drills.scenarios import SCENARIOS
from tests.integration.pages.conftest import signed_in
from tests.integration.recovery.drilling import READ, began, followed, restored

pytestmark = pytest.mark.django_db
PATH = "/console/recovery/drills"
SENT = {"scenario": "volume-lost", "reason": "quarterly"}


def send(client: Client, path: str, **sent: str) -> tuple[int, str]:
    answer = client.post(path, sent)
    return answer.status_code, answer.get("Location", answer.text)


def test_the_list_has_every_disaster_and_when_it_is_due(viewer: User) -> None:
    html = signed_in(viewer).get(PATH).text
    assert re.findall(r'data-scenario="([^"]+)"', html) == list(SCENARIOS)
    assert html.count("never passed; in 91 days") >= 1 or html.count("in 90 days") >= 1
    assert "No disaster has been drilled yet" in html
    assert "Start the drill" not in html


def test_a_drill_goes_from_its_start_to_its_report(operator: User) -> None:
    client = signed_in(operator)
    status, here = send(client, PATH, **SENT)
    row = DisasterDrill.objects.get()
    assert (status, here) == (302, f"{PATH}/{row.pk}")
    html = client.get(here).text
    assert "The disaster has not struck yet" in html
    assert "manage.py restore --latest" in html  # from the runbook
    for key in ("backup", "note", "lose", "restore", "check", "serve", "anew"):
        status, where = send(client, f"{here}/steps/{key}", done="1", note="", at="")
        assert (status, where) == (302, f"{here}#step-{key}")
    status, _ = send(client, f"{here}/steps/loss", done="1", restore="", **READ)
    assert status == 302
    assert send(client, f"{here}/finish", lessons="Begin\r\nearlier.") == (302, here)
    html = client.get(here).text
    assert 'verdict is-ok"' in html
    assert "Our own aim of 15 min and 1 min was met too." in html
    assert "Begin<br>earlier." in html
    html = client.get(PATH).text
    assert "30 s" in html
    assert f'data-drill="{row.pk}"' in html


def test_the_timer_is_told_to_the_script(operator: User) -> None:
    row, client = began(), signed_in(operator)
    send(client, f"{PATH}/{row.pk}/steps/lose", done="1")
    html = client.get(f"{PATH}/{row.pk}").text
    assert re.search(r'data-outage="\d+\.\d+" data-runs>', html)
    send(client, f"{PATH}/{row.pk}/steps/serve", done="1")
    html = client.get(f"{PATH}/{row.pk}").text
    assert re.search(r'data-outage="\d+\.\d+">', html)


def test_a_step_is_taken_back(operator: User) -> None:
    row, client = began(), signed_in(operator)
    send(client, f"{PATH}/{row.pk}/steps/backup", done="1", note="of 03:00")
    assert "of 03:00" in client.get(f"{PATH}/{row.pk}").text
    send(client, f"{PATH}/{row.pk}/steps/backup")
    row.refresh_from_db()
    assert row.steps == []


def test_a_restore_that_measured_the_loss_is_offered(operator: User) -> None:
    row, client = began(), signed_in(operator)
    run = restored(lost=2.5)
    assert "2.5 s lost" in client.get(f"{PATH}/{row.pk}").text
    send(client, f"{PATH}/{row.pk}/steps/loss", done="1", restore=str(run.pk))
    row.refresh_from_db()
    assert row.lost_seconds == 2.5


@pytest.mark.parametrize(
    ("key", "sent", "told"),
    [
        ("loss", {}, "a loss is measured"),
        ("loss", {"before": "noon", "after": "", "source": ""}, "before must be a time"),
        ("serve", {}, "has not struck yet"),
        ("lose", {"at": "2099-01-01 00:00:00Z"}, "at must be past"),
        ("loss", {"restore": "x"}, "whole number"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_on_the_page_and_kept(
    operator: User, key: str, sent: dict[str, str], told: str
) -> None:
    row = began()
    here = f"{PATH}/{row.pk}/steps/{key}"
    status, html = send(signed_in(operator), here, done="1", note="as I saw it", **sent)
    assert status in {400, 409}
    assert told in html
    assert html.count(">as I saw it</textarea>") == 1
    typed = [text for name, text in sent.items() if text and name != "restore"]
    assert [text for text in typed if f'value="{text}"' not in html] == []


def test_a_start_that_is_refused_keeps_what_was_typed(operator: User) -> None:
    status, html = send(signed_in(operator), PATH, scenario="x", reason="because")
    assert status == 400
    assert 'value="because"' in html
    began()
    status, html = send(signed_in(operator), PATH, **SENT)
    assert status == 409
    assert "goes on: end it first" in html
    assert "Start the drill" not in html


def test_a_viewer_sees_it_and_changes_nothing(viewer: User) -> None:
    row, client = followed(began()), signed_in(viewer)
    html = client.get(f"{PATH}/{row.pk}").text
    assert "Finish and judge" not in html
    assert "/steps/" not in html.replace("/api/recovery/drills", "")
    for path in (PATH, f"{PATH}/{row.pk}/steps/backup", f"{PATH}/{row.pk}/finish"):
        assert send(client, path, **SENT)[0] == 403


def test_the_report_is_downloaded_and_the_history_too(operator: User) -> None:
    row, client = began(), signed_in(operator)
    assert client.get(f"{PATH}/{row.pk}?format=markdown").status_code == 409
    send(client, f"{PATH}/{row.pk}/abandon", reason="a real incident")
    answer = client.get(f"{PATH}/{row.pk}?format=markdown")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "a real incident" in answer.text
    answer = client.get(f"{PATH}?format=csv")
    assert f"disaster drill {row.pk}" in answer.text


def test_there_is_none_of_that_number(operator: User) -> None:
    client = signed_in(operator)
    assert client.get(f"{PATH}/999").status_code == 404
    assert send(client, f"{PATH}/999/steps/lose", done="1")[0] == 404


def test_the_recovery_page_has_them_too(viewer: User) -> None:
    row = began("region-lost")
    html = signed_in(viewer).get("/console/recovery").text
    assert re.findall(r'data-scenario="([^"]+)"', html) == list(SCENARIOS)
    assert f'href="{PATH}/{row.pk}"' in html
