"""docs/dashboards.md: how to read each dashboard, and each panel with its live result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.stack.panels.answers import Answer, Dashboard, Panel, Series
from tests.stack.panels.look import column, look_of

_MOST = 4  # series of one query
PICTURES = "images/dashboards"
MARK = "<!-- From here on by `python -m tests.stack.panels`. -->"


def file_name(dashboard: str, row: str) -> str:
    """Of the picture of one row."""
    return f"{dashboard}-{row.partition(':')[0].lower().replace(',', '').replace(' ', '-')}.png"


def page(introduction: str, dashboards: list[Dashboard]) -> str:
    """The hand-written introduction, and below its mark what was asked and answered."""
    lines = [introduction.partition(MARK)[0].rstrip(), "", MARK, ""]
    for dashboard in dashboards:
        lines += _section(dashboard)
    return "\n".join(lines)


def rewrite(path: Path, dashboards: list[Dashboard]) -> None:
    path.write_text(page(path.read_text("utf-8"), dashboards), "utf-8")


def _section(dashboard: Dashboard) -> Iterator[str]:
    by_title = {panel.spec["title"]: panel for panel in dashboard.panels}
    yield f"## {dashboard.spec['title']}"
    yield ""
    for spec in dashboard.spec["panels"]:
        if spec["type"] == "row":
            yield f"### {spec['title']}"
            yield ""
            file = file_name(dashboard.name, spec["title"])
            yield f"![{dashboard.spec['title']}: {spec['title']}]({PICTURES}/{file})"
            yield ""
        else:
            yield from _panel(by_title[spec["title"]])
    yield "### Annotations"
    yield ""
    for name, _, answer in dashboard.annotations:
        found = ", ".join(series.name for series in answer.series) or "none"
        yield f"**{name}.** In the run: {found}."
        yield ""
        yield "```promql"
        yield answer.expression
        yield "```"
        yield ""


def _panel(panel: Panel) -> Iterator[str]:
    yield f"**{panel.spec['title']}.** {panel.spec['description']}"
    yield ""
    yield "```promql"
    for answer in panel.answers:
        yield answer.expression
        yield from _results(panel, answer)
    yield "```"
    yield ""


def _results(panel: Panel, answer: Answer) -> Iterator[str]:
    shown = sorted(answer.series, key=lambda series: -series.last)[:_MOST]
    for series in shown:
        look = look_of(panel, column(panel, answer.ref) or series.name)
        yield f"# {_named(series)}{look.written(series.last)}"
    if len(answer.series) > len(shown):
        yield f"# and {len(answer.series) - len(shown)} more"
    if not shown:
        yield "# nothing: see above what it waits for"


def _named(series: Series) -> str:
    labels = [value for _, value in sorted(series.labels.items())]
    name = series.name or ", ".join(labels)
    return f"{name}: " if name else ""
