"""However long an incident grows, its page is bounded and says what it leaves out."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sre_console.incidents.story import MOST
from sre_console.models import Incident
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.incidents.test_bounds import comments, told
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_charts_read_nothing_else_of_it(viewer: User, incident: Incident) -> None:
    told(incident, 3)
    client = signed_in(viewer)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/console/incidents/{incident.pk}/series").status_code == 200
    assert not [q for q in asked if '"notification"' in q["sql"]]


def test_the_page_says_what_it_leaves_out(viewer: User, incident: Incident) -> None:
    client = signed_in(viewer)
    at = f"/console/incidents/{incident.pk}"
    assert "not shown" not in client.get(at).text
    comments(incident, MOST + 9)
    told(incident, 53)
    page = client.get(at).text
    assert page.count("data-moment=") == MOST
    assert "10 older lines are not shown." in page
    assert f'href="/api/incidents/{incident.pk}/timeline' in page
    assert client.get(f"/api/incidents/{incident.pk}/timeline").status_code == 200
    assert "3 older notifications are not shown." in page
    assert page.count("place-") == 50
    link = f"/console/notifications?incident={incident.pk}"
    assert f'href="{link}"' in page
    others = client.get(link).text
    assert f'name="incident" value="{incident.pk}"' in others  # the filters keep it
    assert f'href="/console/notifications?incident={incident.pk}&amp;page=2"' in others
