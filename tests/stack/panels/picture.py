"""A dashboard as a picture: its panels where its file puts them, photographed by Chromium."""

from __future__ import annotations

from html import escape
from pathlib import Path

from playwright.sync_api import Browser

from tests.stack.panels import charts
from tests.stack.panels.answers import Dashboard, Panel
from tests.stack.panels.page import file_name

WIDTH = 1440
_COLUMN = (WIDTH - 16) / 24
_ROW = 32  # pixels of one of Grafana's rows
_TOP = 4
_STYLE = """
body{margin:0;background:#eef0f2;font:13px/1.25 sans-serif;color:#212529;position:relative}
section,h2{position:absolute;box-sizing:border-box;margin:0;overflow:hidden}
section{background:#fff;border:1px solid #ced4da;border-radius:3px;padding:5px 8px}
h2{font-size:14px;padding:8px 6px} h3{margin:0 0 4px;font-size:13px;font-weight:600}
svg path{fill:none} svg .grid{stroke:#e9ecef} svg text{font-size:10.5px;fill:#495057}
table{border-collapse:collapse;width:100%} th{font-weight:400;color:#495057;text-align:left}
.legend{font-size:12px;line-height:15px} .legend td,.legend th{padding:1px 4px;white-space:nowrap}
.legend td:first-child{overflow:hidden;text-overflow:ellipsis;max-width:0;width:99%}
.legend td+td,.legend th+th{text-align:right;min-width:48px}
.legend i{display:inline-block;width:15px;height:0;margin-right:6px;vertical-align:middle}
.stats{display:flex;flex-wrap:wrap;gap:4px 18px;justify-content:center;align-content:center;height:85%}
.stats small{display:block;color:#495057} .stats b{font-weight:600;line-height:1.1}
.bars td{padding:3px 4px;white-space:nowrap} .bar{width:55%;background:#f1f3f5} .bar i{display:block}
.rows td,.rows th{border-bottom:1px solid #e9ecef;padding:3px 6px;font-size:12px}
"""


def photograph(browser: Browser, dashboard: Dashboard, folder: Path) -> None:
    """One picture a row: of a whole dashboard nothing could be read."""
    tab = browser.new_page(viewport={"width": WIDTH, "height": 600})
    tab.set_content(_html(dashboard))
    rows = tab.locator("h2").all()
    tops = [row.bounding_box()["y"] for row in rows]  # type: ignore[index]
    ends = [*tops[1:], tab.evaluate("document.body.scrollHeight")]
    titles = [row.inner_text() for row in rows]
    for title, top, end in zip(titles, tops, ends, strict=True):
        tab.screenshot(
            path=folder / file_name(dashboard.name, title),
            full_page=True,
            clip={"x": 0, "y": top, "width": WIDTH, "height": end - top},
        )
    tab.close()


def _html(dashboard: Dashboard) -> str:
    spec = dashboard.spec
    by_title = {panel.spec["title"]: panel for panel in dashboard.panels}
    inside = []
    ends = 0
    for each in spec["panels"]:
        place = each["gridPos"]
        left, top = 8 + place["x"] * _COLUMN, _TOP + place["y"] * _ROW
        width, height = place["w"] * _COLUMN - 6, place["h"] * _ROW - 6
        ends = max(ends, top + height)
        box = f"left:{left:.0f}px;top:{top}px;width:{width:.0f}px;height:{height}px"
        title = escape(each["title"])
        if each["type"] == "row":
            inside.append(f'<h2 style="{box}">{title}</h2>')
        else:
            body = _inside(by_title[each["title"]], dashboard, int(width), height)
            inside.append(f'<section style="{box}"><h3>{title}</h3>{body}</section>')
    return (
        f"<!doctype html><style>{_STYLE}</style><body style=height:{ends + 6}px>"
        + "".join(inside)
    )


def _inside(panel: Panel, dashboard: Dashboard, width: int, height: int) -> str:
    kind = panel.spec["type"]
    if kind == "timeseries":
        return charts.lines(panel, dashboard, width - 18, height - 34)
    return {"stat": charts.stat, "bargauge": charts.bars, "table": charts.table}[kind](
        panel
    )
