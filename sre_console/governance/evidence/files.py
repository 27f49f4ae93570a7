"""The report as files: an index for people and one for programs, a table for each query."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.template.loader import render_to_string

from ironclad.envelope import timestamp
from ironclad.spreadsheet import cell
from sre_console.governance.evidence.answer import MOST, Row
from sre_console.governance.evidence.report import Report

MANIFEST = "MANIFEST.sha256"
SCHEMA = "ironclad/evidence/v1"
Files = dict[str, bytes]


def files_of(report: Report, *, base: str, by: str) -> Files:
    """By name; the manifest last, which has the digest of every other."""
    tables = {
        f"queries/{name}.csv": _table(answer.found.head, answer.found.rows)
        for name, answer in report.answers.items()
        if answer.found.head
    }
    told = _told(report, by)
    files: Files = {
        "index.html": render_to_string(
            "console/governance/evidence_file.html",
            {"report": report, "base": base.rstrip("/"), "by": by},
        ).encode(),
        "index.md": _markdown(told).encode(),
        "index.json": json.dumps(told, indent=2, ensure_ascii=False).encode(),
        **tables,
    }
    files[MANIFEST] = manifest(files).encode()
    return files


def manifest(files: Mapping[str, bytes]) -> str:
    """As `sha256sum --check` reads it."""
    lines = (
        f"{hashlib.sha256(body).hexdigest()}  {name}\n"
        for name, body in sorted(files.items())
    )
    return "".join(lines)


def digest(files: Files) -> str:
    """Of the manifest: it stands for all of them."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def zipped(files: Files) -> bytes:
    """The same files give the same bytes: no times of today."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = zipfile.ZipInfo(f"ironclad-evidence/{name}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return made.getvalue()


def _table(head: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    left = iter(rows)
    for row in islice(left, MOST):
        writer.writerow([cell(value) for value in row])
    if next(left, None) is not None:
        writer.writerow([f"Cut after {MOST} rows: choose a shorter period."])
    return text.getvalue().encode()


def _told(report: Report, by: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "title": "Evidence mapping",
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "madeAt": timestamp(report.period.now),
        "madeBy": by,
        "controls": [
            {
                "framework": control.framework,
                "id": control.id,
                "subject": control.subject,
                "queries": list(control.queries),
                "notShown": control.gap,
            }
            for control in (each.control for each in report.mapped)
        ],
        "queries": {
            name: {
                "title": answer.query.title,
                "asks": answer.query.asks,
                "figures": dict(answer.found.figures),
                "file": f"queries/{name}.csv" if answer.found.head else None,
            }
            for name, answer in report.answers.items()
        },
    }


def _markdown(told: dict[str, Any]) -> str:
    queries = told["queries"]
    out = [
        "# Evidence mapping",
        "",
        f"{told['from']} to {told['to']} (UTC, both included). Made {told['madeAt']} by {_plain(told['madeBy'])}.",
        "",
        "Records of this system, beside the criteria they speak to. It judges nothing.",
    ]
    for control in told["controls"]:
        out += ["", f"## {control['framework']} {control['id']}: {control['subject']}"]
        for name in control["queries"]:
            query = queries[name]
            out += ["", f"**{query['title']}** ({query['asks']})", ""]
            out += [
                f"* {word}: {_plain(value)}" for word, value in query["figures"].items()
            ]
            if query["file"]:
                out += [f"* records: [{query['file']}]({query['file']})"]
        out += ["", f"What this does not show: {control['notShown']}"]
    return "\n".join(out) + "\n"


def _plain(value: object) -> str:
    """Text that somebody typed as Markdown shows it: nothing of it is markup."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>#|" else c for c in str(value))
