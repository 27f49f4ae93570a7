"""The tables of docs/guide/sizing.md are what the arithmetic and the manifests give."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from ironclad.workers.bounds import connections, living
from tests.load.capacity import RECKONED, RESIDENT, left, replicas
from tests.load.sustainable import SLOWEST

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/guide/sizing.md").read_text("utf-8")
BASE = ROOT / "deploy/kubernetes/base"
BACKGROUND = 4  # connections that threads keep for themselves; one hears of changes


def table(head: str) -> list[list[str]]:
    """The cells of the rows below the head that begins so."""
    (body,) = re.findall(
        rf"^\| {re.escape(head)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE
    )
    lines: list[str] = body.splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in lines]


def manifest(name: str) -> Any:
    return yaml.safe_load((BASE / name).read_text("utf-8"))


SCALER = manifest("backend/hpa.yaml")["spec"]
POD = manifest("backend/deployment.yaml")["spec"]["template"]["spec"]
(RESOURCES,) = [each["resources"] for each in POD["containers"]]


def milli(cores: float) -> str:
    return f"{cores * 1000:.0f}m"


def cores(quantity: str) -> float:
    return int(quantity.removesuffix("m")) / 1000


def aim() -> float:
    """Cores of a pod at which the autoscaler is content."""
    (metric,) = SCALER["metrics"]
    share: int = metric["resource"]["target"]["averageUtilization"]
    return share / 100 * cores(RESOURCES["requests"]["cpu"])


def test_it_reckons_with_the_figures_that_the_bench_holds_to() -> None:
    told = [row[2] for row in table("what | measured")]
    wanted = [
        milli(RECKONED.idle),
        f"{RECKONED.request * 1000:g} ms",
        f"{RESIDENT:g} MiB",
    ]
    assert told == wanted


def test_what_was_measured_is_no_more_than_what_it_reckons_with() -> None:
    for what, measured, reckoned in table("what | measured"):
        number, bound = (
            float(re.findall(r"[\d.]+", x)[0]) for x in (measured, reckoned)
        )
        assert 0 < number <= bound, what


def test_a_pod_carries_what_the_manifests_allow() -> None:
    rows = table("CPU of a pod")
    pods = [aim(), *(cores(RESOURCES[kind]["cpu"]) for kind in ("requests", "limits"))]
    assert [row[0].split(":")[0] for row in rows] == [milli(each) for each in pods]
    assert [row[1] for row in rows] == [f"{RECKONED.rate(each):.1f}" for each in pods]


@pytest.mark.parametrize("row", table("requests/s"), ids=lambda row: row[0])
def test_a_load_needs_so_many_replicas(row: list[str]) -> None:
    load = float(row[0])
    bounds = {"least": SCALER["minReplicas"], "most": SCALER["maxReplicas"]}
    needed = replicas(load, RECKONED.rate(aim()), **bounds)
    if needed is None:
        assert row[1:] == ["too many", "", ""]
        return
    after = RECKONED.cores(load / left(needed))
    assert row[1:] == [str(needed), milli(RECKONED.cores(load / needed)), milli(after)]
    assert after < cores(RESOURCES["limits"]["cpu"])


def test_the_most_is_what_the_largest_number_of_replicas_carries() -> None:
    most = SCALER["maxReplicas"] * RECKONED.rate(aim())
    assert f"÷ {RECKONED.rate(aim()):.1f}, rounded up" in GUIDE
    assert f"**{math.floor(most)} requests/s are the most**" in GUIDE


@pytest.mark.parametrize("row", table("at most"), ids=lambda row: row[0])
def test_so_many_pods_ask_for_so_much(row: list[str]) -> None:
    pods = int(row[1])
    mebi = {
        kind: int(RESOURCES[kind]["memory"].removesuffix("Mi")) for kind in RESOURCES
    }
    asked = [milli(pods * cores(RESOURCES["requests"]["cpu"]))]
    asked += [f"{pods * mebi[kind]}Mi" for kind in ("requests", "limits")]
    assert row[2:] == asked


def test_the_numbers_of_pods_are_the_autoscalers_and_one_more() -> None:
    surge = manifest("backend/deployment.yaml")["spec"]["strategy"]["rollingUpdate"]
    most = SCALER["maxReplicas"]
    wanted = [SCALER["minReplicas"], most, most + surge["maxSurge"]]
    assert [int(row[1]) for row in table("at most")] == wanted


def test_the_database_takes_every_connection_of_a_rolling_update() -> None:
    conf = (BASE / "postgres/postgresql.conf").read_text("utf-8")
    (allowed,) = re.findall(r"^max_connections = (\d+)", conf, re.MULTILINE)
    rows = [int(row[1]) for row in table("what | connections")]
    pods = int(table("at most")[-1][1])
    each = sum(settings.DATABASE_POOLS.values()) + BACKGROUND
    assert rows[:2] == [pods * each, pods]
    assert sum(rows[:-1]) == rows[-1] == int(allowed)


def test_the_slowest_that_it_speaks_of_is_the_benchs() -> None:
    assert f"p99 under {SLOWEST * 1000:.0f} ms" in GUIDE


@pytest.mark.parametrize("row", table("`WEB_PROCESSES`"), ids=lambda row: row[0])
def test_so_many_processes_open_so_many_connections(row: list[str]) -> None:
    count, alive, without, counting = map(int, row)
    assert alive == living(count)
    assert without == connections(count, counting=False)
    assert counting == connections(count, counting=True)
