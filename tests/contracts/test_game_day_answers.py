"""What is answered of scenarios and game days is what `/api/schema` promises, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pytest_django.fixtures import Settings

from api.docs_views import document
from sre_console.chaos.rows import database_now
from sre_console.gamedays.course.course import Course
from sre_console.models import GameDay, StoredScenario
from sre_console.slo.seeding import seed_gaps
from tests.integration.api.conftest import Api
from tests.integration.gamedays.conftest import FORECAST, game_day

TOKEN = "operator-token-of-the-answers"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return document()


@pytest.fixture
def api(settings: Settings) -> Api:
    settings.OPERATOR_TOKEN = TOKEN
    settings.CHAOS_ALLOWED = True
    settings.CLOCK_SCALE = 60
    return Api(TOKEN)


@pytest.fixture
def ended(db: None) -> GameDay:
    curve = {"t": [0, 180], "bad": {"availability": [0, 210]}, "burn": {"5m": [None, 30.0]}}  # fmt: skip
    steps = [{**step, "budgetSpentRatio": {"availability": 0.1}} for step in FORECAST["steps"]]  # fmt: skip
    forecast = {**FORECAST, "curve": curve, "steps": steps}
    cursor = Course(phase="over").json()
    return game_day(settled=True, cursor=cursor, forecast=forecast).row


def judge(schema: dict[str, Any], answer: Any, method: str, path: str) -> None:
    """Fails where the body is not what is described for its status."""
    responses = schema["paths"][path][method]["responses"]
    described = responses[str(answer.status_code)]["content"]["application/json"]
    whole = {**described["schema"], "components": schema["components"]}
    problems = [
        f"{error.json_path}: {error.message[:200]}"
        for error in Draft202012Validator(whole).iter_errors(answer.json())
    ]
    assert problems == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/api/scenarios",
        "/api/game-days",
        "/api/game-days/{id}",
        "/api/game-days/{id}/events",
        "/api/game-days/{id}/lessons",
        "/api/game-days/{id}/report",
        "/api/game-days/block",
    ],
)
def test_what_is_read(
    schema: dict[str, Any], api: Api, ended: GameDay, path: str
) -> None:
    StoredScenario.objects.create(name="broken", source="kind: Old", updated_by="ada")
    answer = api.get(path.replace("{id}", str(ended.pk)))
    assert answer.status_code == 200
    judge(schema, answer, "get", path)


@pytest.mark.django_db
def test_a_drill_that_goes_on(schema: dict[str, Any], api: Api, ended: GameDay) -> None:
    GameDay.objects.update(drill=True, state="running", settled=False)
    for path in ("/api/game-days/{id}", "/api/game-days/{id}/events"):
        answer = api.get(path.replace("{id}", str(ended.pk)))
        judge(schema, answer, "get", path)
    assert api.get(f"/api/game-days/{ended.pk}").json()["data"]["forecast"] == {}


@pytest.mark.django_db
def test_two_runs_side_by_side(
    schema: dict[str, Any], api: Api, ended: GameDay
) -> None:
    answer = api.get(f"/api/game-days/{ended.pk}/compare?with={ended.pk}")
    judge(schema, answer, "get", "/api/game-days/{id}/compare")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["circuit-breaker", "broken"])
def test_one_scenario(
    schema: dict[str, Any], api: Api, ended: GameDay, name: str
) -> None:
    StoredScenario.objects.create(name="broken", source="kind: Old", updated_by="ada")
    GameDay.objects.update(scenario=name)
    answer = api.get(f"/api/scenarios/{name}")
    assert answer.json()["data"]["lastRun"]["id"] == ended.pk
    judge(schema, answer, "get", "/api/scenarios/{name}")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["progressive-errors", "circuit-breaker"])
def test_a_dry_run(schema: dict[str, Any], api: Api, name: str) -> None:
    answer = api.send("POST", f"/api/scenarios/{name}/forecast", {})
    judge(schema, answer, "post", "/api/scenarios/{name}/forecast")
    body = {"scenario": name, "dryRun": True}
    answer = api.send("POST", "/api/game-days", body)
    assert answer.status_code == 200
    judge(schema, answer, "post", "/api/game-days")


@pytest.mark.django_db
def test_a_run_from_its_start_to_the_release_of_the_block(
    schema: dict[str, Any], api: Api
) -> None:
    seed_gaps(int(database_now().timestamp()), scale=60, rps=10, period=3 * 86_400)
    answer = api.send("POST", "/api/game-days", {"scenario": "circuit-breaker"})
    assert answer.status_code == 201
    judge(schema, answer, "post", "/api/game-days")
    one = "/api/game-days/{id}"
    path = one.replace("{id}", str(answer.json()["data"]["id"]))
    for action, body in (("attend", {}), ("lessons", {"text": "x"}), ("actions", {"text": "x"})):  # fmt: skip
        judge(schema, api.send("POST", f"{path}/{action}", body), "post", f"{one}/{action}")  # fmt: skip
    judge(schema, api.send("POST", "/api/chaos/disable"), "post", "/api/chaos/disable")
    judge(schema, api.get(path), "get", one)
    release = "/api/game-days/block/release"
    judge(schema, api.send("POST", release, {}), "post", release)
