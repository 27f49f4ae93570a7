"""Runs that are over: the record, its lessons, two of them side by side, and one played again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from sre_console.models import GameDay
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in
from tests.integration.pages.runs import FIGURES, line, over, run

pytestmark = pytest.mark.django_db


def test_the_verdict_is_a_word_and_what_differs_from_the_forecast_is_marked(
    viewer: User,
) -> None:
    page = signed_in(viewer).get(f"/console/game-days/{over().pk}").text
    assert '<p class="verdict__word">FAILED</p>' in page
    assert "1 check did not hold." in page
    assert 'class="is-off" data-figure="bad-measured">180' in page
    assert "Twice the traffic came." in page
    assert page.count('class="step is-failed"') == 1
    assert "12.3 s" in page  # time to detect
    assert "8.00 %" in page
    assert "0.00 %" in page  # of the ledger without exercises
    assert "data-unsettled" not in page


def test_figures_that_can_still_change_are_read_again(viewer: User) -> None:
    row = over()
    GameDay.objects.update(outcome={**row.outcome, "settled": False})
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}").text
    assert "data-unsettled" in page


def test_why_it_was_stopped_and_how_fast_is_said(viewer: User) -> None:
    row = over(
        state="stopped", verdict=None, end_kind="operator", end_reason="smoke",
        stop_ms=41.6,
    )  # fmt: skip
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}").text
    assert "STOPPED" in page
    assert "It ended before its time: a person stopped it. smoke" in page
    assert "Every fault was off after 42 ms." in page


def test_lessons_and_what_is_to_be_done_are_kept(operator: User) -> None:
    row, client = over(), signed_in(operator)
    at = f"/console/game-days/{row.pk}"
    client.post(f"{at}/lessons", {"lessons": "Page sooner.\r\nAnd louder."})
    sent = {"text": "Lower the threshold", "owner": "ada", "dueOn": "2027-01-31"}
    assert client.post(f"{at}/actions", sent).status_code == 302
    page = client.get(at).text
    assert "Page sooner.\nAnd louder." in page
    assert "Lower the threshold" in page
    assert "2027-01-31" in page
    item = row.actions.get()
    client.post(f"{at}/actions/{item.pk}", {"done": "1"})
    assert row.actions.get().done_at is not None
    client.post(f"{at}/actions/{item.pk}")
    assert row.actions.get().done_at is None
    refused = client.post(f"{at}/actions", {"text": ""})
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text


def test_an_incident_of_that_time_is_linked(viewer: User, incident: object) -> None:
    from sre_console.models import Incident

    row = over()
    mine = Incident.objects.get()
    Incident.objects.update(began_at=row.ended_at - timedelta(seconds=5))  # type: ignore[operator]
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}").text
    assert f'href="/console/incidents/{mine.pk}"' in page


def test_two_runs_are_compared_check_by_check(viewer: User) -> None:
    one = over(score=0.67)
    checks = [{**check, "state": "passed"} for check in one.checks]
    two = over(score=1.0, verdict="passed", checks=checks)
    client = signed_in(viewer)
    page = client.get(f"/console/game-days/compare?a={one.pk}&b={two.pk}").text
    assert "It pages (step 1)" in page
    assert page.count("differs</span>") == 1
    assert "better</span>" in page
    assert page.count("data-run-charts=") == 2
    # without a choice it is the newest against the one before
    assert client.get("/console/game-days/compare").text.count("selected") == 2
    assert client.get("/console/game-days/compare?a=x").status_code == 400


def test_one_run_alone_has_nothing_to_be_compared_with(viewer: User) -> None:
    over()
    page = signed_in(viewer).get("/console/game-days/compare").text
    assert "There are no two runs to compare yet." in page


def test_a_replay_has_the_charts_and_every_line_with_its_time(viewer: User) -> None:
    row = over()
    line(row, "check_failed", step=0, detail={"check": "0.1"})
    client = signed_in(viewer)
    page = client.get(f"/console/game-days/{row.pk}/replay").text
    assert 'data-kind="check_failed"' in page
    assert 'data-moment="1"' in page
    assert 'data-spends="0.08"' in page
    kept = client.get(f"/console/game-days/{row.pk}/figures").json()["data"]
    assert kept["err"] == FIGURES["err"]


def test_a_replay_of_what_kept_no_charts_says_so(viewer: User) -> None:
    row = over(figures={})
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}/replay").text
    assert "No charts were kept" in page


def test_the_history_is_filtered_sorted_and_comes_as_csv(viewer: User) -> None:
    one, two = over(), run()
    client = signed_in(viewer)
    at = "/console/game-days"
    assert f'data-game-day="{two.pk}"' in client.get(at).text
    failed = client.get(f"{at}?verdict=failed").text
    assert f'data-game-day="{one.pk}"' in failed
    assert f'data-game-day="{two.pk}"' not in failed
    gone = client.get(f"{at}?scenario=other").text
    assert "No game day matches." in gone
    assert client.get(f"{at}?state=lost").status_code == 400
    assert client.get(f"{at}?sort=colour").status_code == 400
    by_cost = client.get(f"{at}?sort=-spent").text
    rows = by_cost[by_cost.index("<tbody>") :]
    assert rows.index(f'data-game-day="{one.pk}"') < rows.index(f"#{two.pk} ")
    lines = client.get(f"{at}?format=csv").text.splitlines()
    assert lines[0].startswith("id,scenario,title,state,verdict")
    assert len(lines) == 3
