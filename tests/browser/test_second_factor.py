"""An authenticator app is set up, asked for and switched off, on pages where axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import assert_clean, bare
from tests.browser.stage import PASSWORD, VIEWER, Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

PAGE = "/console/account/second-factor"


def steps(page: Page, url: str) -> Iterator[str]:
    """Walk from page to page; each is told when it is there to be looked at."""
    page.goto(f"{url}/console/sign-in?next=/console/account/password")
    yield "sign-in"
    password(page)
    yield "password"
    page.goto(url + PAGE)
    yield "enrol"
    app = pyotp.TOTP("".join(page.locator(".plain__secret code").all_inner_texts()))
    page.get_by_label("six digits").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("clock of your phone")
    yield "enrol-refused"
    page.get_by_label("six digits").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    codes = page.locator(".plain__codes code").all_inner_texts()
    assert len(codes) == 10
    yield "recovery-codes"
    page.get_by_role("link", name="I have kept them").click()
    yield "second-factor"
    page.context.clear_cookies()
    page.goto(f"{url}/console/sign-in?next={PAGE}")
    password(page)
    expect(page).to_have_url(f"{url}/console/sign-in/code")
    yield "code"
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(url + PAGE)
    page.get_by_label("Code of your app").fill(codes[1])
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()


def password(page: Page) -> None:
    page.get_by_label("Name").fill(VIEWER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_second_factor_from_its_first_code_to_its_last(
    stage: Stage, contexts: Callable[..., BrowserContext]
) -> None:
    page = bare(contexts)
    for name in steps(page, stage.url):
        assert_clean(page, name)
