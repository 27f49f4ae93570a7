"""Every page, also an error: a strict CSP, and nothing kept on the way."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.integration.pages.conftest import signed_in

CODE = "x" * 43
PAGES = [
    "/console/live",
    "/console/sign-in?next=/admin/",
    f"/enter/{CODE}",
    "/nothing/here",
]


@pytest.mark.parametrize("path", PAGES)
def test_scripts_and_styles_come_from_this_server_alone(
    operator: User, path: str
) -> None:
    policy = signed_in(operator).get(path)["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept(operator: User, path: str) -> None:
    answer = signed_in(operator).get(path)
    kept = {part.strip() for part in answer["Cache-Control"].split(",")}
    assert {"private", "no-store"} <= kept


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_script_or_style(operator: User, path: str) -> None:
    html = signed_in(operator).get(path).text
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert " onclick=" not in html


@pytest.mark.parametrize("path", PAGES)
def test_no_page_may_be_framed_or_sniffed(operator: User, path: str) -> None:
    answer = signed_in(operator).get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
