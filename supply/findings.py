"""Bandit over what runs, with one rule for its exceptions and ruff's: a reason at the line.

`python -m supply.findings`. Bandit's B608 and ruff's S608 are the same finding: what stands
there as `# noqa: S608 - reason` holds for both, `# nosec B608 - reason` for bandit alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_LOOKED_AT = ("ironclad", "sre_console", "api", "supply", "manage.py")
# Findings that say nothing about the line: that a module is imported, and that a program is
# started at all. How it is started is judged by B602, B604, B605 and B607.
_SKIPPED = ("B404", "B603")
# Said of `must_change_password=False` as of a secret that begins empty.
_NO_SECRET = re.compile(r"hardcoded password: '(?:True|False|None|)'$")
_REASON = re.compile(r"#\s*(?:noqa:|nosec)\s*(?P<codes>[A-Z0-9, ]+?)\s+-\s+\S")


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    rule: str
    text: str

    def is_explained(self, lines: list[str]) -> bool:
        """Whether one of the statement's lines names the rule and gives a reason."""
        twin = f"S{self.rule[1:]}"
        return any(
            {self.rule, twin} & set(re.split(r"[, ]+", match["codes"]))
            for line in lines
            if (match := _REASON.search(line))
        )


def run(root: Path, looked_at: tuple[str, ...]) -> dict[str, Any]:
    """Bandit's own report; `--ignore-nosec`, as a reason is asked for here."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive"]
    how = ["--format", "json", "--ignore-nosec", "--skip", ",".join(_SKIPPED)]
    done = subprocess.run(
        [*command, *how, *looked_at],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def unexplained(root: Path, report: dict[str, Any]) -> list[Finding]:
    found = []
    for each in report["results"]:
        if _NO_SECRET.search(each["issue_text"]):
            continue
        lines = (root / each["filename"]).read_text("utf-8").splitlines()
        finding = Finding(
            each["filename"].removeprefix("./"),
            each["line_number"],
            each["test_id"],
            each["issue_text"],
        )
        if not finding.is_explained([lines[n - 1] for n in each["line_range"]]):
            found.append(finding)
    return found


def main(root: Path = ROOT, looked_at: tuple[str, ...] = _LOOKED_AT) -> int:
    report = run(root, looked_at)
    for error in report["errors"]:
        print(f"{error['filename']}: not looked at: {error['reason']}")
    looked = sum(
        held["loc"] for name, held in report["metrics"].items() if name != "_totals"
    )
    found = unexplained(root, report)
    for each in found:
        print(f"{each.file}:{each.line}: {each.rule} {each.text}")
    if not looked:
        print("bandit has looked at nothing")
    return bool(found or report["errors"] or not looked)


if __name__ == "__main__":
    sys.exit(main())
