"""A post-mortem's draft can be kept as it is, and takes text from elsewhere as text."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from sre_console.incidents.post_mortems import SECTION_MOST, sheet_get
from sre_console.models import Incident
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.incidents.test_bounds import comments
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_long_draft_can_be_kept_as_it_is(operator: User, incident: Incident) -> None:
    comments(incident, 9, "y" * 900)
    sections = sheet_get(incident.pk).sections
    assert len(sections["happened"]) <= SECTION_MOST
    assert sections["happened"].endswith("\n… and 1 more line: see the incident")
    client = signed_in(operator)
    sent = {**sections, "version": "0"}
    at = f"/console/incidents/{incident.pk}/post-mortem"
    assert client.post(at, sent).status_code == 302
    assert sheet_get(incident.pk).sections == sections


def test_a_draft_takes_foreign_text_as_text(viewer: User, incident: Incident) -> None:
    foreign = '<img src="https://evil.example/x.png"> [in](https://evil.example)'
    Incident.objects.update(title=foreign)
    incident.alerts.update(name=foreign, summary=foreign)
    comments(incident, 1, foreign + "\n\n1. x")
    client = signed_in(viewer)
    at = f"/console/incidents/{incident.pk}/post-mortem"
    kept = client.get(f"{at}?format=markdown").text
    assert "<img" not in kept
    assert "[in](" not in kept
    assert kept.count(r"&lt;img src") == 5  # head, sentence, comment, name, summary
    page = client.get(at).text
    assert 'href="https://evil.example' not in page
    assert "\\[" not in page.split('class="prose"')[1].split("</article>")[0]


def test_what_a_person_wrote_stays_theirs_in_the_file(
    operator: User, incident: Incident
) -> None:
    client = signed_in(operator)
    at = f"/console/incidents/{incident.pk}/post-mortem"
    client.post(at, {"happened": "**See** [this](https://x.example).", "version": "0"})
    actions = f"/console/incidents/{incident.pk}/actions"
    client.post(actions, {"text": "![a](b)", "owner": "<b>Ann</b>"})
    kept = client.get(f"{at}?format=markdown").text
    assert "**See** [this](https://x.example)." in kept
    assert r"* [ ] \!\[a\]\(b\) (&lt;b\>Ann&lt;/b\>)" in kept
