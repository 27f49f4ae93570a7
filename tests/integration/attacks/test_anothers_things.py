"""What belongs to somebody else is not there, by its number or by guessing, in any role."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User as Person

from sre_console.access.matrix import ROLES
from sre_console.models import ApiToken, SignedIn
from tests.integration.access.calls import Call
from tests.integration.access.conftest import Stage, undone

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
OTHERS = [role for role in ROLES if role != "administrator"]


@pytest.mark.parametrize("role", OTHERS)
def test_anothers_token_and_session_are_not_there(stage: Stage, role: str) -> None:
    owner = Person.objects.get(username="the-administrator")
    token = ApiToken.objects.filter(user=owner).latest("pk")
    session = SignedIn.objects.get(user=owner)
    none = 900_000_000
    answers = {}
    for number, handle in ((token.pk, session.digest[:16]), (none, "0" * 16)):
        sent = (
            Call("rest", "DELETE", f"/api/tokens/{number}"),
            Call("page", "POST", f"/console/account/tokens/{number}/revoke"),
            Call("page", "POST", f"/console/account/sessions/{handle}/end"),
            Call("page", "POST", f"/console/people/{owner.pk}/tokens/{number}/revoke"),
            Call("page", "POST", f"/console/people/{owner.pk}/sessions/{handle}/end"),
        )
        with undone():
            answers[number] = [stage.send(call, role=role).status_code for call in sent]
            token.refresh_from_db()
            assert token.revoked_at is None
    # one that is there is answered like one that is not: nothing to be guessed by
    assert answers[token.pk] == answers[none]
    assert set(answers[none]) <= {403, 404}
    listed = stage.send(Call("rest", "GET", "/api/tokens"), role=role).json()["data"]
    own = ApiToken.objects.filter(user__username=f"the-{role}")
    assert {each["id"] for each in listed} <= set(own.values_list("pk", flat=True))


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_what_is_the_teams_is_changed_by_no_one_without_the_role(
    stage: Stage, role: str
) -> None:
    """Silences, scenarios and post-mortems are the team's: the role decides."""
    for method, path in (
        ("PUT", "/api/scenarios/nobody-s"), ("DELETE", "/api/scenarios/nobody-s"),
        ("POST", "/api/silences"), ("POST", "/api/silences/1/end"),
        ("PUT", "/api/incidents/1/post-mortem"),
    ):  # fmt: skip
        answer = stage.send(Call("rest", method, path, {"reason": "x"}), role=role)
        assert answer.status_code == 403, path
