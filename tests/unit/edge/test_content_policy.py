from __future__ import annotations

import pytest
from csp.constants import HEADER, NONCE, SELF
from csp.decorators import csp_replace
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ironclad.content_policy import ContentPolicy


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def parts(answer: object) -> set[str]:
    assert isinstance(answer, HttpResponse)
    return set(answer[HEADER].split("; "))


def test_an_answer_has_what_django_csp_would_give_it() -> None:
    request = RequestFactory().get("/")
    assert parts(ContentPolicy(plain)(request)) == parts(CSPMiddleware(plain)(request))


def test_an_answer_of_its_own_policy_keeps_that() -> None:
    own = csp_replace({"script-src": [SELF, NONCE]})

    @own
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]

    answer = ContentPolicy(view)(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    assert f"'nonce-{answer.content.decode()}'" in answer[HEADER]


def test_one_that_is_set_already_is_left_alone() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={HEADER: "default-src 'none'"})

    assert parts(ContentPolicy(view)(RequestFactory().get("/"))) == {
        "default-src 'none'"
    }


@pytest.mark.parametrize("name", ["_csp_update", "_csp_exempt"])
def test_what_a_view_says_of_its_policy_counts(name: str) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        answer = HttpResponse()
        setattr(answer, name, {"img-src": ["x.example"]} if "update" in name else True)
        return answer

    answer = ContentPolicy(view)(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    assert ("x.example" in answer.get(HEADER, "")) is (name == "_csp_update")
