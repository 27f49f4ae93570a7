"""The report: one HTML file with all in it, for a person; nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from tests.load.shaped.drawing import drawn
from tests.load.shaped.outcome import MIX, Change, Outcome, changes
from tests.load.shaped.parts.part import Part, Table

_STYLE = Path(__file__).with_name("report.css")


def page(outcome: Outcome, before: Mapping[str, Any] | None, record: str) -> str:
    """`before` is the summary of the last run; `record` says what became of the knee."""
    title = f"Load test {outcome.shape}, {outcome.at:%Y-%m-%d %H:%M} UTC"
    body = [
        _head(outcome),
        "<main>",
        _thresholds(outcome.parts),
        _comparison(outcome, before),
        *(_part(part) for part in outcome.parts),
        _about(outcome),
        "</main>",
        f"<footer><p>{escape(record)}</p></footer>" if record else "",
    ]
    style = _STYLE.read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        + "\n".join(body)
        + "</body></html>\n"
    )


def _head(outcome: Outcome) -> str:
    seen = outcome.json()
    facts = [("Server", outcome.server, _many(outcome.processes, "process"))]
    if outcome.knee:
        rate, p99 = f"{outcome.knee.knee_rps:g}", f"p99 {outcome.knee.p99_ms:.0f} ms"
        facts.insert(0, ("Knee", rate, f"requests/s · {p99}"))
    elif seen["p99_ms"] is not None:
        facts.insert(0, ("p99", f"{seen['p99_ms']:.0f}", "ms"))
    own = outcome.target == "own"
    shared = "cores, the load's too" if own else "cores, of the load's machine"
    held = sum(each["ok"] for each in seen["thresholds"])
    facts += [
        ("Thresholds", f"{held}", f"of {len(seen['thresholds'])} hold"),
        ("Machine", str(outcome.cores), shared),
        ("Mix", MIX, "80 % reads, 20 % writes"),
    ]
    told = "".join(
        f'<div class="fact"><dt>{escape(name)}</dt><dd>{escape(value)}'
        f" <small>{escape(more)}</small></dd></div>"
        for name, value, more in facts
    )
    where = "an instance of its own" if own else outcome.target
    return (
        f"<header><h1>Load test {_verdict(outcome.ok)}</h1>"
        f"<p>{outcome.at:%Y-%m-%d %H:%M} UTC · {escape(outcome.shape.replace(',', ', '))}"
        f" · {escape(where)} · requests are begun by the clock (open loop), and their time"
        f' counts from when they were due</p><dl class="facts">{told}</dl></header>'
    )


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "es")


def _verdict(ok: bool) -> str:
    word = "✓ passed" if ok else "✗ failed"
    return f'<span class="verdict{"" if ok else " no"}">{word}</span>'


def _state(ok: bool) -> str:
    word = "✓ holds" if ok else "✗ fails"
    return f'<span class="state {"ok" if ok else "no"}">{word}</span>'


def _thresholds(parts: Sequence[Part]) -> str:
    groups = {
        part.title: [
            [
                escape(each.what),
                escape(each.measured),
                escape(each.target),
                _state(each.ok),
            ]
            for each in part.figures
        ]
        for part in parts
    }
    head = ["what", "measured", "threshold", ""]
    return f'<h2>Thresholds</h2><div class="panel">{_grouped(head, groups)}</div>'


def _comparison(outcome: Outcome, before: Mapping[str, Any] | None) -> str:
    if before is None:
        told = "There is no earlier run of these shapes on this target, server and machine to compare with."
        return f"<h2>Compared with the last run</h2><p>{told}</p>"
    titles = {part.name: part.title for part in outcome.parts}
    groups: dict[str, list[list[str]]] = {}
    for each in changes(before, outcome.json()):
        groups.setdefault(titles[each.part], []).append(_change(each))
    told = f"With the run of {str(before['at'])[:16].replace('T', ' ')} UTC. Within a tenth nothing is said to have changed."
    if before.get("about", {}).get("Settings") != outcome.about.get("Settings"):
        told += " Its settings were others."
    head = ["what", "last", "now", ""]
    return (
        f"<h2>Compared with the last run</h2><p>{escape(told)}</p>"
        f'<div class="panel">{_grouped(head, groups)}</div>'
    )


def _change(each: Change) -> list[str]:
    if each.verdict == "same":
        word = "about the same"
    else:
        word = f"{each.verdict}: {100 * (each.ratio - 1):+.0f} %"
    return [
        escape(each.what),
        f"{each.before:.4g}",
        f"{each.now:.4g}",
        f'<span class="state {each.verdict}">{word}</span>',
    ]


def _part(part: Part) -> str:
    notes = "".join(f'<p class="note">{escape(each)}</p>' for each in part.notes)
    notes += "".join(f'<p class="doubt">{escape(each)}</p>' for each in part.doubts)
    charts = "".join(f'<div class="panel">{drawn(each)}</div>' for each in part.charts)
    tables = "".join(
        f'<div class="panel">{_listed(each)}</div>' for each in part.tables
    )
    return (
        f'<section id="{escape(part.name)}"><h2>{escape(part.title)} {_verdict(part.ok)}</h2>'
        f"<p>{escape(part.said)}</p>{notes}"
        f'<div class="grid">{charts}</div><div class="grid">{tables}</div></section>'
    )


def _about(outcome: Outcome) -> str:
    tables = "".join(
        f'<div class="panel">{_listed(Table(title, (), list(rows.items())))}</div>'
        for title, rows in outcome.about.items()
        if rows
    )
    return f'<h2>How it was measured</h2><div class="grid">{tables}</div>'


def _listed(table: Table) -> str:
    rows = [[escape(cell) for cell in row] for row in table.rows]
    return _table([escape(name) for name in table.head], rows, escape(table.title))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Cells are HTML."""
    caption = f"<caption>{title}</caption>" if title else ""
    body = f"{caption}{_names(head)}<tbody>{_rows(rows)}</tbody>"
    return f'<div class="scroll"><table>{body}</table></div>'


def _grouped(head: Sequence[str], groups: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """The same, under a heading for each group."""
    bodies = "".join(
        f'<tbody><tr class="group"><th scope="rowgroup" colspan="{len(head)}">'
        f"{escape(name)}</th></tr>{_rows(rows)}</tbody>"
        for name, rows in groups.items()
    )
    return f'<div class="scroll"><table>{_names(head)}{bodies}</table></div>'


def _names(head: Sequence[str]) -> str:
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    return f"<thead><tr>{names}</tr></thead>" if head else ""


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
