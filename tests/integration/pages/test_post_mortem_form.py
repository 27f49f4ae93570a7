"""The post-mortem's form says what it was made from, and an action belongs to its incident."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from sre_console.chaos.rows import database_now
from sre_console.models import ActionItem, Incident, PostMortem
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 5000, "²"])
def test_without_a_version_nothing_is_overwritten(
    operator: User, incident: Incident, version: str | None
) -> None:
    PostMortem.objects.create(incident=incident, happened="Theirs.", version=1)
    sent = {"happened": "Mine."} | ({} if version is None else {"version": version})
    answer = signed_in(operator).post(
        f"/console/incidents/{incident.pk}/post-mortem", sent
    )
    assert answer.status_code == 400
    assert "without its version" in answer.text
    assert "Mine." in answer.text  # what was written is not lost
    assert PostMortem.objects.get().happened == "Theirs."


def test_a_viewer_is_refused_whatever_the_version(
    viewer: User, incident: Incident
) -> None:
    at = f"/console/incidents/{incident.pk}/post-mortem"
    assert signed_in(viewer).post(at, {"happened": "Mine."}).status_code == 403


def test_an_action_is_settled_on_its_own_incident_only(
    operator: User, incident: Incident
) -> None:
    now = database_now()
    other = Incident.objects.create(
        service="b", title="T", severity="page", state="open", began_at=now,
        opened_at=now,
    )  # fmt: skip
    item = ActionItem.objects.create(incident=incident, text="x", created_by="o")
    client = signed_in(operator)
    done = {"done": "1"}
    wrong = client.post(f"/console/incidents/{other.pk}/actions/{item.pk}", done)
    assert wrong.status_code == 404
    item.refresh_from_db()
    assert item.done_at is None
    right = client.post(f"/console/incidents/{incident.pk}/actions/{item.pk}", done)
    assert right.status_code == 302
    item.refresh_from_db()
    assert item.done_at is not None


@pytest.mark.parametrize(
    "text", ["look\n\n" + "1. " * 660, "1. " * 2600, "> " * 4000, "![" * 4000]
)
def test_no_section_makes_its_page_fail(
    operator: User, incident: Incident, text: str
) -> None:
    client = signed_in(operator)
    at = f"/console/incidents/{incident.pk}/post-mortem"
    sent = {"happened": text, "version": "0"}
    assert client.post(at, sent).status_code == 302
    assert client.get(at).status_code == 200


def test_no_comment_makes_the_draft_fail(operator: User, incident: Incident) -> None:
    client = signed_in(operator)
    at = f"/console/incidents/{incident.pk}"
    client.post(f"{at}/comment", {"text": "look\n\n" + "1. " * 660})
    assert client.get(f"{at}/post-mortem").status_code == 200
