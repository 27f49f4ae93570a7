from __future__ import annotations

import json
from typing import Any

import pytest

from sre_console.gamedays.chaos_toolkit.reading import Imported, chaos_toolkit_read
from sre_console.gamedays.scenarios.problems import ScenarioInvalid

BASE = ["http://127.0.0.1:3000"]


def experiment(*method: dict[str, Any], **more: Any) -> str:
    whole = {"version": "1.0.0", "title": "T", "method": [*method], **more}
    return json.dumps(whole, indent=1)


def act(**provider: Any) -> dict[str, Any]:
    provider = {"type": "http", "method": "POST", **provider}
    return {"type": "action", "name": "act", "provider": provider}


def look(tolerance: Any = 200, **provider: Any) -> dict[str, Any]:
    provider = {"type": "http", "url": "/health", **provider}
    return {"type": "probe", "name": "look", "tolerance": tolerance, "provider": provider}  # fmt: skip


def read(text: str, **parameters: object) -> Imported:
    return chaos_toolkit_read(text, "it.json", base=BASE, parameters=parameters)


def refused(text: str) -> tuple[int, str]:
    with pytest.raises(ScenarioInvalid) as refusal:
        read(text)
    (problem,) = refusal.value.problems
    return problem.line, problem.message


@pytest.mark.parametrize(
    ("activity", "line", "message"),
    [
        (act(type="process", path="/bin/rm"), 9, "activity 'act' starts a program, which is never done here: only HTTP requests to this service are taken"),
        (act(type="python", module="os"), 9, "activity 'act' calls Python code, which is never done here: only HTTP requests to this service are taken"),
        (act(url="http://example.org/api/chaos/errors/1"), 11, "activity 'act' asks http://example.org/api/chaos/errors/1, which is not this service"),
        (act(url="http://127.0.0.1:3001/"), 11, "activity 'act' asks http://127.0.0.1:3001/, which is not this service"),
        (act(url="//127.0.0.1:3000/"), 11, "activity 'act' asks //127.0.0.1:3000/, which is not this service"),
        (act(url="http://u:p@127.0.0.1:3000/"), 11, "activity 'act' asks http://u:p@127.0.0.1:3000/, which is not this service"),
        (act(url="file:///etc/passwd"), 11, "activity 'act' asks file:///etc/passwd, which is not this service"),
        (act(url="/api/chaos/errors/2"), 11, "errorRate must be a number from 0 to 1."),
        (act(url="/api/chaos/errors"), 11, "activity 'act' must have rate among its arguments"),
        (act(url="/api/chaos/everything"), 11, "activity 'act' asks /api/chaos/everything, which is no address of the faults"),
        (act(url="/api/game-days", arguments={}), 11, "is of game days, which no scenario starts or ends"),
        (act(url="${nowhere}/x"), 11, "${nowhere} is not in the configuration"),
        (look(method="POST"), 11, "activity 'look' looks by POST: a probe may only GET"),
        (look({"type": "probe", "name": "x", "provider": {}}), 8, "activity 'look' has a tolerance that is a probe, and runs code"),
        (look({"type": "range", "range": [1, 2], "target": "body"}), 8, "activity 'look' has a tolerance that cannot be judged here: it must be a status, a range of statuses, or a regex or jsonpath of the body"),
        (look({"type": "regex", "pattern": "(a)\\1", "target": "body"}), 10, "has a \\1 that is not read, at character 6"),
        (look({"type": "jsonpath", "path": "$..a", "target": "body"}), 10, "cannot be read from '..a' on"),
        (look(False), 8, "activity 'look' has a tolerance that no answer can be"),
        ({"ref": "nobody"}, 6, "activity 'nobody' is not there"),
        ({**act(url="/x"), "controls": [{"name": "c"}]}, 13, "activity 'act' has controls, which run code: that is never done"),
        ({**act(url="/x"), "pauses": {"after": -1}}, 14, "activity 'act' must have a pause after it of seconds, 30 days at most"),
    ],
)  # fmt: skip
def test_an_activity_that_is_not_taken_is_named_by_line_and_name(
    activity: dict[str, Any], line: int, message: str
) -> None:
    assert refused(experiment(activity)) == (line, message)


def test_every_activity_that_is_not_taken_is_named_at_once() -> None:
    text = experiment(act(type="process"), act(type="python"), look(False))
    with pytest.raises(ScenarioInvalid) as refusal:
        read(text)
    assert len(refusal.value.problems) == 3


def test_controls_of_the_whole_are_refused() -> None:
    text = experiment(look(), controls=[{"name": "c", "provider": {"type": "python"}}])
    assert refused(text)[1] == "has controls, which run code: that is never done"


def test_the_environment_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_PATH", "/livez")
    place = {"type": "env", "key": "SERVICE_PATH"}
    text = experiment(look(url="${place}"), configuration={"place": place})
    assert "would be read from outside, which is not done" in refused(text)[1]
    assert read(text, place="/readyz").scenario.steps


def test_secrets_are_refused_where_they_are_used() -> None:
    secrets = {"ours": {"token": "abc"}}
    assert read(experiment(look(), secrets=secrets)).scenario.steps
    text = experiment(look(url="/health?t=${token}"), secrets=secrets)
    assert refused(text)[1] == "${token} is a secret, and those are not read"


def test_loopback_by_another_name_is_this_service_where_the_port_is() -> None:
    for url in ("http://localhost:3000/a", "http://[::1]:3000/a", "https://127.0.0.1:3000/a#b"):  # fmt: skip
        assert read(experiment(act(url=url))).scenario.steps[0].action


def test_what_is_no_experiment_is_refused() -> None:
    for text in ("[]", "{}", "a: &a 1", '{"title": "T", "method": []}'):
        with pytest.raises(ScenarioInvalid):
            read(text)


@pytest.mark.parametrize(
    ("arguments", "value"),
    [("${x}" * 10_000, "x" * 200_000), (["${x}"] * 10_000, [1] * 9_000)],
    ids=["text", "lists"],
)
def test_values_that_are_named_often_come_to_no_more_than_a_bound(
    arguments: object, value: object
) -> None:
    text = experiment(
        act(url="/api/users", arguments=arguments), configuration={"x": value}
    )
    with pytest.raises(ScenarioInvalid, match="more than 1024 KiB with its values"):
        read(text)


def test_what_is_repeated_often_comes_to_no_more_than_a_bound() -> None:
    act_ = act(url="/api/users", arguments=[1] * 7000)
    text = experiment(act_, *({"ref": "act"} for _ in range(50)))
    assert "is repeated too often" in refused(text)[1]
