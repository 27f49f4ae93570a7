from __future__ import annotations

import re

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from drf_spectacular.renderers import OpenApiYamlRenderer

from api.docs_views import document
from tests.integration.api.conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def test_the_schema_comes_as_json_and_as_yaml(public: Api) -> None:
    as_json = public.get("/api/schema")
    as_yaml = public.get("/api/schema?format=yaml")
    assert as_json.json() == yaml.safe_load(as_yaml.content)
    assert as_yaml["Content-Type"].startswith("application/vnd.oai.openapi")
    accepted = public.get("/api/schema", headers={"Accept": "application/yaml"})
    assert accepted.content == as_yaml.content


def test_the_page_works_with_the_network_cut(public: Api) -> None:
    html = public.get("/api/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        if address.startswith("/static/"):
            name = address.removeprefix(static("x").removesuffix("x"))
            assert finders.find(name.removeprefix("/static/")), address


def test_the_page_keeps_to_the_content_security_policy(public: Api) -> None:
    answer = public.get("/api/docs")
    html = answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def test_its_script_asks_for_our_schema(public: Api) -> None:
    html = public.get("/api/docs").content.decode()
    script = re.findall(r'src="([^"]+)"', html)[-1].replace("&amp;", "&")
    answer = public.get(script)
    assert answer["Content-Type"].startswith("application/javascript")
    assert b"/api/schema" in answer.content


def test_a_wrong_method_is_answered_in_the_envelope(public: Api) -> None:
    answer = public.send("POST", "/api/schema", {})
    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "METHOD_NOT_ALLOWED"
    answer = public.send("POST", "/api/docs", {})
    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


def test_the_generator_has_nothing_to_guess(capsys: pytest.CaptureFixture[str]) -> None:
    document.cache_clear()
    document()
    assert capsys.readouterr().err == ""  # it would be no JSON line in the log


def test_it_is_written_once_whoever_asks(
    public: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = public.get("/api/schema?format=yaml").content

    def again(*_: object) -> bytes:
        raise NotImplementedError

    monkeypatch.setattr(OpenApiYamlRenderer, "render", again)
    assert public.get("/api/schema?format=yaml").content == asked
