"""From a target and the names of shapes to the outcome, its report and its summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ironclad.observability.usage import cores_there
from tests.load.shaped import about, outcome, report
from tests.load.shaped.outcome import Outcome
from tests.load.shaped.parts import consoles, faults, ramp, smoke, soak, spike
from tests.load.shaped.parts.part import Asked, Shape
from tests.load.shaped.target import Refused, Target

# In the order in which `all` runs them: what is cheap to learn first.
SHAPES: dict[str, Shape] = {
    "smoke": smoke.run,
    "ramp": ramp.run,
    "spike": spike.run,
    "faults": faults.run,
    "consoles": consoles.run,
    "soak": soak.run,
}


def run(
    target: Target, names: Sequence[str], asked: Asked, folder: Path, load: float
) -> tuple[Outcome, Path]:
    """The outcome, and where its report is. `load` is what the machine was busy with before."""
    at = outcome.moment()
    parts = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        parts.append(SHAPES[name](target, asked))
    found = Outcome(
        at=at,
        shape="all" if list(names) == list(SHAPES) else ",".join(names),
        server=target.server,
        processes=target.processes,
        cores=cores_there(),
        target="own" if target.own else target.url,
        parts=parts,
        about=about.about(target, asked, load),
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.name}.html"
    summary = found.json()
    before = outcome.last(folder, summary)
    told = record(target, found, path)
    path.write_text(report.page(found, before, told), "utf-8")
    text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
    path.with_suffix(".json").write_text(text + "\n", "utf-8")
    return found, path


def record(target: Target, found: Outcome, path: Path) -> str:
    """Tells the instance its knee, for its Capacity page; or says how somebody can."""
    knee = found.knee
    if knee is None:
        return ""
    words = (
        "measured_knee",
        *("--rps", f"{knee.knee_rps:g}", "--p99", f"{knee.p99_ms:.0f}"),
        *("--server", found.server, "--processes", str(found.processes)),
        *("--cores", str(found.cores), "--mix", outcome.MIX, "--report", str(path)),
    )
    by_hand = f"To tell an instance of this knee: .venv/bin/python manage.py {' '.join(words)}"
    if target.own:
        return by_hand
    try:
        return target.manage(*words).strip()
    except Refused as reason:
        return f"The instance was not told of its knee ({reason}). {by_hand}"
