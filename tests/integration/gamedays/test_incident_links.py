"""An incident says during which game day it was, on its page and in the API."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.integration.gamedays.conftest import at, game_day, incident
from tests.integration.pages.conftest import operator as operator  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_its_page_leads_to_the_game_day(operator: User) -> None:
    run, row = game_day(title="<b>Errors</b>"), incident()
    page = signed_in(operator).get(f"/console/incidents/{row.pk}").text
    assert f'<a href="/console/game-days/{run.row.pk}">game day {run.row.pk}: ' in page
    assert "&lt;b&gt;Errors&lt;/b&gt;" in page


def test_the_api_names_the_game_day(operator: User) -> None:
    run, row = game_day(), incident()
    told = signed_in(operator).get(f"/api/incidents/{row.pk}").json()["data"]
    assert told["gameDay"] == run.row.pk


def test_one_of_another_time_belongs_to_none(operator: User) -> None:
    game_day()
    row = incident(began_at=at(-900), opened_at=at(-890), fault_version=None)
    client = signed_in(operator)
    assert client.get(f"/api/incidents/{row.pk}").json()["data"]["gameDay"] is None
    assert "During" not in client.get(f"/console/incidents/{row.pk}").text
