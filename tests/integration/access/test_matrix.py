"""Each cell of the matrix: role by action, asked of the server over REST, pages, WebSocket.

Generated from the table. Nothing passes by being hidden: each call is sent.
"""

from __future__ import annotations

from itertools import product

import pytest

from sre_console.access.matrix import ACTIONS, ROLES, SCOPES, permitted
from sre_console.pages.people import Person
from tests.integration.access.calls import AWAITED, CALLS, Call
from tests.integration.access.conftest import Stage
from tests.integration.access.sockets import outcome_of

pytestmark = pytest.mark.django_db
WHO = (*ROLES, "none")
TRIED = [action for action in ACTIONS if action in CALLS]
REST = [
    action for action in TRIED if any(call.surface == "rest" for call in CALLS[action])
]


def sent(action: str, surface: str) -> list[Call]:
    return [call for call in CALLS[action] if call.surface == surface]


def test_every_action_is_tried() -> None:
    assert set(CALLS) | AWAITED == set(ACTIONS)
    assert not set(CALLS) & AWAITED
    assert all(CALLS.values())


@pytest.mark.parametrize(("action", "role"), list(product(TRIED, WHO)))
def test_a_person(stage: Stage, action: str, role: str) -> None:
    allowed = permitted(action, role)
    for call in CALLS[action]:
        if call.surface == "frame":
            continue
        answer = stage.send(call, role=role)
        if allowed:
            assert answer.status_code not in {401, 403, 429, 500}, call
            assert "/sign-in" not in answer.get("Location", ""), call
        else:
            assert answer.status_code == 403, call
            if call.surface == "rest":
                assert answer.json()["errors"][0]["code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize("action", TRIED)
def test_a_stranger(stage: Stage, action: str) -> None:
    for call in sent(action, "rest"):
        assert stage.send(call).status_code == 401, call
    for call in sent(action, "page"):
        answer = stage.send(call)
        assert answer.status_code == 302, call
        assert answer["Location"].startswith(("/console/sign-in", "/admin/login")), call


@pytest.mark.parametrize(("action", "role"), list(product(REST, ROLES)))
def test_a_token_of_each_scope(stage: Stage, action: str, role: str) -> None:
    for scope, call in product(SCOPES, sent(action, "rest")):
        answer = stage.send(call, role=role, scope=scope)
        if permitted(action, role, {scope}):
            assert answer.status_code not in {401, 403, 429, 500}, (scope, call)
        else:
            assert answer.status_code == 403, (scope, call)


@pytest.mark.parametrize(
    ("action", "role"),
    [(each, who) for each, who in product(TRIED, WHO) if sent(each, "frame")],
)
async def test_a_frame(action: str, role: str) -> None:
    known = Person(name="ada", role=None if role == "none" else role)  # type: ignore[arg-type]
    for call in sent(action, "frame"):
        got = await outcome_of(known, call.path)
        assert (got == "allowed") == permitted(action, role), (call, got)


@pytest.mark.parametrize("action", [each for each in TRIED if sent(each, "frame")])
async def test_a_strangers_frame(action: str) -> None:
    for call in sent(action, "frame"):
        assert await outcome_of(None, call.path) == "closed"


def test_no_token_does_what_only_people_may() -> None:
    for action, row in ACTIONS.items():
        if row.scope is None:
            assert not any(permitted(action, role, SCOPES) for role in ROLES)
