"""No address without a rule: every view of the API, every page, found in the URL confs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, resolve

from api.permissions import Matrix, PublicOrMatrix
from sre_console.access.matrix import ACTIONS, ROLES, permitted
from tests.integration.access.calls import (
    CALLS,
    HARMLESS_POSTS,
    NOBODY,
    PUBLIC_PAGES,
    PUBLIC_VIEWS,
    Call,
)
from tests.integration.access.conftest import Stage

pytestmark = pytest.mark.django_db
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NAMES = {
    "<id32:id>": str(NOBODY),
    "<id32:action>": str(NOBODY),
    "<str:name>": "nobody-s",
    "<str:rate>": "0.1",
    "<str:ms>": "100",
}


def _walk(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield before + str(each.pattern), each
        elif str(each.pattern) != "admin/":  # the admin's own: each asks `admin.enter`
            yield from _walk(each.url_patterns, before + str(each.pattern))


ADDRESSES = list(_walk(get_resolver().url_patterns))
VIEWS = {
    path: found.callback.cls  # type: ignore[attr-defined] # as DRF leaves it
    for path, found in ADDRESSES
    if path.startswith("api/") and not path.endswith("/")
}
PAGES = {
    (f"console:{found.name}" if found.name else path): found.callback
    for path, found in ADDRESSES
    if not path.startswith("api/")
}


def _rules(view: Any) -> list[type[Matrix]]:
    return [each for each in view.permission_classes if issubclass(each, Matrix)]


def _endpoints() -> Iterator[tuple[Call, str]]:
    for path, view in VIEWS.items():
        for method in _METHODS:
            if _rules(view) and hasattr(view, method.lower()):
                filled = path
                for name, value in _NAMES.items():
                    filled = filled.replace(name, value)
                rule = _rules(view)[0]
                action = rule.read if method == "GET" else rule.change
                yield Call("rest", method, f"/{filled}"), action


ENDPOINTS = list(_endpoints())


def test_the_walk_finds_them() -> None:
    assert len(VIEWS) > 60
    assert len(ENDPOINTS) > len(VIEWS)
    assert len(PAGES) > 50
    assert not [call for call, _ in ENDPOINTS if "<" in call.path]


def test_every_view_of_the_api_asks_the_matrix_or_says_why_not() -> None:
    without = {view.__name__ for view in VIEWS.values() if not _rules(view)}
    assert without == set(PUBLIC_VIEWS)


def test_only_the_service_itself_may_be_public() -> None:
    public = {
        path
        for path, view in VIEWS.items()
        if any(issubclass(rule, PublicOrMatrix) for rule in _rules(view))
    }
    assert all(path.startswith("api/users") for path in public)


def test_every_page_has_an_action_or_says_why_not() -> None:
    without = {
        name for name, view in PAGES.items() if not getattr(view, "actions", None)
    }
    assert without == set(PUBLIC_PAGES)


def test_every_action_of_a_page_is_one() -> None:
    for name, view in PAGES.items():
        assert set(getattr(view, "actions", ())) <= ACTIONS.keys(), name


def test_every_page_that_changes_something_names_who_may_or_is_tried(
    stage: Stage,
) -> None:
    """Those whose own rule is to look alone: then their services judge, and CALLS shows it."""
    tried = {
        f"console:{resolve(call.path.replace('{id}', '1')).url_name}"
        for action, calls in CALLS.items()
        for call in calls
        if call.surface == "page" and call.method == "POST" and action != "console.read"
    }
    untold = []
    for name, view in PAGES.items():
        if getattr(view, "actions", None) != ("console.read", "console.read"):
            continue
        takes_post = not _refuses_post(view)
        if takes_post and name not in tried | set(HARMLESS_POSTS):
            untold.append(name)
    assert untold == []


def _refuses_post(view: Any) -> bool:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    try:
        answer = view(request)
    except TypeError:  # arguments are missing: so the method was taken
        return False
    return bool(answer.status_code == 405)


@pytest.mark.parametrize("role", [*ROLES, "none", ""])
def test_every_address_of_the_api(stage: Stage, role: str) -> None:
    for call, action in ENDPOINTS:
        status = stage.send(call, role=role).status_code
        if not role:
            assert status == 401, call
        elif permitted(action, role):
            assert status not in {401, 403, 429, 500}, call
        else:
            assert status == 403, call


@pytest.mark.parametrize("role", ["none", ""])
def test_every_page_is_closed_to_whoever_has_no_role(stage: Stage, role: str) -> None:
    """With ids of nobody; whatever the method."""
    fills = {
        "number": NOBODY, "item": NOBODY, "token": NOBODY, "handle": "0" * 16, "name": "none",
    }  # fmt: skip
    from django.urls import NoReverseMatch, reverse

    seen = 0
    for name, view in PAGES.items():
        actions = getattr(view, "actions", None)
        if not actions:
            continue
        wanted = _arguments(name)
        try:
            path = reverse(name, kwargs={key: fills[key] for key in wanted})
        except (KeyError, NoReverseMatch):
            continue  # named by one of its own actions: CALLS tries it
        seen += 1
        for method in ("GET", "POST"):
            status = stage.send(Call("page", method, path), role=role).status_code
            assert status in ({302, 401, 405} if not role else {403, 405}), (
                method,
                path,
            )
    assert seen > 40


def _arguments(name: str) -> set[str]:
    found = next(
        pattern for _, pattern in ADDRESSES if f"console:{pattern.name}" == name
    )
    return set(found.pattern.regex.groupindex)


def test_the_ways_in_of_the_admin_ask_the_matrix(stage: Stage) -> None:
    asked = {
        "/admin/": (),
        "/admin/auth/user/": ("access.review",),
        "/admin/sre_console/apitoken/": ("tokens.all",),
    }
    for role, path in product(ROLES, asked):
        status = stage.send(Call("page", "GET", path), role=role).status_code
        may = all(permitted(each, role) for each in ("admin.enter", *asked[path]))
        assert status == (200 if may else 403), (role, path)
