"""The dashboards ask for what there is, lead where something is, and their page is not stale."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from django.urls import resolve
from prometheus_client import REGISTRY

from ironclad.embedded.home import CHECKOUT
from sre_console.live.runtime import runtime
from tests.stack.dashboards import FOLDER, NAMES, load, panels, targets
from tests.stack.exporters import RECORDED
from tests.stack.measured import metrics
from tests.stack.tools import MONITORING

DASHBOARDS = [load(name) for name in NAMES]
TARGETS = [target for dashboard in DASHBOARDS for target in targets(dashboard)]
PANELS = [(d, panel) for d in DASHBOARDS for panel in panels(d)]
# By real exporters: whether they have the series is seen where they run, in tests/stack.
EXPORTERS = re.compile(r"(node|pg|prometheus)_\w+")
OWN = {"up", "ALERTS"}  # Prometheus' own
_BLOCK = re.compile(
    r"\*\*(?P<title>.+?)\.\*\* .+?```promql\n(?P<block>.*?)```", re.DOTALL
)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def _exported() -> set[str]:
    runtime()  # declares what only a replica has
    ours = {
        f"{m.name}{end}"
        for m in REGISTRY.collect()
        for end in ("", "_total", "_bucket", "_count")
    }
    rules = yaml.safe_load((MONITORING / "prometheus/rules.yaml").read_text("utf-8"))
    recorded = {
        r["record"] for g in rules["groups"] for r in g["rules"] if "record" in r
    }
    others = {
        line.split()[2]
        for path in RECORDED.glob("*.prom")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("# TYPE")
    }
    return ours | recorded | others | OWN


def test_each_query_names_only_what_is_exported() -> None:
    exported = _exported()
    for target in TARGETS:
        asked = metrics(target.filled)
        assert asked, target
        unknown = {m for m in asked - exported if not EXPORTERS.fullmatch(m)}
        assert not unknown, target


def test_a_recording_has_nothing_that_nobody_asks_for() -> None:
    health = yaml.safe_load((MONITORING / "prometheus/health.yaml").read_text("utf-8"))
    expressions = [r["expr"] for group in health["groups"] for r in group["rules"]]
    asked = {
        m for e in [*expressions, *(t.filled for t in TARGETS)] for m in metrics(e)
    }
    for path in RECORDED.glob("*.prom"):
        found = set(re.findall(r"^# TYPE (\w+)", path.read_text("utf-8"), re.MULTILINE))
        assert found <= asked, path.name


@pytest.mark.parametrize("name", NAMES)
def test_its_file_is_written_so_that_a_change_is_a_small_difference(name: str) -> None:
    text = json.dumps(load(name), indent=2, ensure_ascii=False, sort_keys=True)
    assert (FOLDER / f"{name}.json").read_text("utf-8") == f"{text}\n"


def test_no_dashboard_is_forgotten_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)


def _sources(value: Any) -> list[str]:
    """Every data source that is named anywhere."""
    if isinstance(value, list):
        return [found for each in value for found in _sources(each)]
    if not isinstance(value, dict):
        return []
    own = [value["datasource"]["uid"]] if "datasource" in value else []
    return own + [found for each in value.values() for found in _sources(each)]


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=NAMES)
def test_every_query_goes_to_the_provisioned_source(dashboard: dict[str, Any]) -> None:
    path = MONITORING / "grafana/provisioning/datasources.yaml"
    (source,) = yaml.safe_load(path.read_text("utf-8"))["datasources"]
    assert set(_sources(dashboard)) == {source["uid"]}
    assert all("datasource" in panel for panel in panels(dashboard))


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=NAMES)
def test_it_has_variables_links_and_the_annotations(
    dashboard: dict[str, Any],
) -> None:
    names = {each["name"] for each in dashboard["templating"]["list"]}
    assert names >= {"namespace", "pod", "console"}
    notes = [each["name"] for each in dashboard["annotations"]["list"]]
    assert notes == ["Faults", "Alerts", "Incidents", "Deployments"]
    used = set(_VARIABLE.findall(json.dumps(dashboard))) - {"__data"}
    assert used <= names


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=NAMES)
def test_each_link_leads_to_a_page_of_the_console(dashboard: dict[str, Any]) -> None:
    paths = re.findall(r'"\$\{console\}(/[\w/]+)', json.dumps(dashboard))
    assert len(paths) >= 2
    for path in paths:
        resolve(path)


@pytest.mark.parametrize(("dashboard", "panel"), PANELS, ids=lambda each: each["title"])
def test_a_panel_says_what_it_shows_in_which_unit_and_from_where_on_it_is_bad(
    dashboard: dict[str, Any], panel: dict[str, Any]
) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["description"].endswith((".", "…", "?")), dashboard["title"]
    assert defaults["unit"]
    assert defaults["thresholds"]["steps"][0]["value"] is None


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=NAMES)
def test_its_panels_have_names_of_their_own_and_fill_the_grid_without_overlap(
    dashboard: dict[str, Any],
) -> None:
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        own = {
            (place["x"] + x, place["y"] + y)
            for x in range(place["w"])
            for y in range(place["h"])
        }
        assert not cells & own, panel["title"]
        cells |= own
    rows = range(1 + max(y for _, y in cells))
    assert cells == {(x, y) for x in range(24) for y in rows}
    for key in ("id", "title"):
        each = [panel[key] for panel in dashboard["panels"] if panel["type"] != "row"]
        assert len(each) == len(set(each)), key


def test_an_slo_has_the_same_colour_in_every_graph() -> None:
    slos = {each["metadata"]["name"] for each in _slos()}
    graphs = [
        panel
        for _, panel in PANELS
        if panel["type"] == "timeseries"
        and any("{{slo}}" in each["legendFormat"] for each in panel["targets"])
    ]
    assert len(graphs) == 6
    found = [_colours(panel) for panel in graphs]
    assert set(found[0]) == {f"/^{slo}/" for slo in slos}
    assert len(set(found[0].values())) == len(slos)
    assert all(each == found[0] for each in found)


def _slos() -> list[dict[str, Any]]:
    texts = [p.read_text("utf-8") for p in sorted((CHECKOUT / "deploy/slo").glob("*"))]
    every = [each for text in texts for each in yaml.safe_load_all(text)]
    return [each for each in every if each["kind"] == "SLO"]


def _colours(panel: dict[str, Any]) -> dict[str, str]:
    """Fixed ones, by the pattern of the names that have them."""
    return {
        override["matcher"]["options"]: each["value"]["fixedColor"]
        for override in panel["fieldConfig"]["overrides"]
        for each in override["properties"]
        if each["id"] == "color"
    }


def _listed(page: str, title: str) -> list[tuple[str, list[str]]]:
    section = page.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]
    return [
        (
            found["title"],
            [line for line in found["block"].splitlines() if not line.startswith("#")],
        )
        for found in _BLOCK.finditer(section)
    ]


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=NAMES)
def test_the_page_lists_exactly_its_panels(dashboard: dict[str, Any]) -> None:
    page = (CHECKOUT / "docs/dashboards.md").read_text("utf-8")
    shown = [
        (panel["title"], [target["expr"] for target in panel["targets"]])
        for panel in panels(dashboard)
    ]
    notes = [(n["name"], [n["expr"]]) for n in dashboard["annotations"]["list"]]
    assert _listed(page, dashboard["title"]) == shown + notes
