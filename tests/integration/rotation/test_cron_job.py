"""The CronJob gives a run what it needs, and time enough."""

from __future__ import annotations

from typing import Any

from ironclad.management.commands.rotate_database_password import Command
from ironclad.rotation.api import ACCOUNT
from tests.integration.rotation.manifests import manifest


def job() -> dict[str, Any]:
    found: dict[str, Any] = manifest("cron-job")["spec"]["jobTemplate"]["spec"]
    return found


def timeout() -> float:
    word, *options = job()["template"]["spec"]["containers"][0]["args"]
    assert word == "rotate-database-password"
    parsed = Command().create_parser("manage.py", word).parse_args(options)
    return float(parsed.timeout)


def test_every_try_may_wait_as_long_as_it_was_told() -> None:
    tries = job()["backoffLimit"] + 1
    assert job()["activeDeadlineSeconds"] > tries * timeout()


def test_the_token_and_what_is_beside_it_lie_where_they_are_read() -> None:
    pod = job()["template"]["spec"]
    mounts = pod["containers"][0]["volumeMounts"]
    (name,) = [each["name"] for each in mounts if each["mountPath"] == str(ACCOUNT)]
    (volume,) = [each for each in pod["volumes"] if each["name"] == name]
    sources = volume["projected"]["sources"]
    files = {
        item["path"]
        for source in sources
        for part in source.values()
        for item in part.get("items", [part])
    }
    assert files == {"token", "ca.crt", "namespace"}
    tokens = [s["serviceAccountToken"] for s in sources if "serviceAccountToken" in s]
    assert [token["expirationSeconds"] for token in tokens] == [600]


def test_it_signs_in_as_the_owner() -> None:
    (container,) = job()["template"]["spec"]["containers"]
    keys = {
        each["name"]: tuple(each["valueFrom"]["secretKeyRef"].values())
        for each in container["env"]
    }
    assert keys["DATABASE_URL"] == ("database-owner", "url")
