"""Bandit in `make check`: a finding is red until its line says why it is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from supply import findings

REPORT: dict[str, Any] = {
    "results": [
        {
            "filename": "./shop.py",
            "line_number": 2,
            "line_range": [2, 3],
            "test_id": "B608",
            "issue_text": "SQL",
        }
    ],
    "errors": [],
    "metrics": {"_totals": {"loc": 3}, "./shop.py": {"loc": 3}},
}


def told(folder: Path, comment: str) -> list[findings.Finding]:
    (folder / "shop.py").write_text(f"q = 1\nq = f(\n  1)  {comment}\n")
    return findings.unexplained(folder, REPORT)


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: S608 - columns of ours",
        "# noqa: E501, S608 - columns of ours",
        "# nosec B608 - columns of ours",
    ],
)
def test_a_reason_at_the_line_explains_it(tmp_path: Path, comment: str) -> None:
    assert told(tmp_path, comment) == []


@pytest.mark.parametrize(
    "comment",
    ["", "# noqa: S608", "# nosec", "# nosec B608", "# noqa: S101 - for the types"],
)
def test_without_one_it_stays(tmp_path: Path, comment: str) -> None:
    (found,) = told(tmp_path, comment)
    assert (found.file, found.line, found.rule) == ("shop.py", 2, "B608")


def test_a_truth_value_is_no_password(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("must_change_password = False\n" * 3)
    (only,) = REPORT["results"]
    said = "Possible hardcoded password: 'False'"
    report = {**REPORT, "results": [{**only, "issue_text": said}]}
    assert findings.unexplained(tmp_path, report) == []
    report["results"][0]["issue_text"] = "Possible hardcoded password: 'Falsehood'"
    assert len(findings.unexplained(tmp_path, report)) == 1


def test_bandit_itself_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.py").write_text("import tempfile\n\ntempfile.mktemp()\n")
    assert findings.main(tmp_path, ("shop.py",)) == 1
    assert "shop.py:3: B306" in capsys.readouterr().out
    (tmp_path / "shop.py").write_text("1 = 2\n")
    assert findings.main(tmp_path, ("shop.py",)) == 1
    assert "not looked at" in capsys.readouterr().out
    assert findings.main(tmp_path, ("nowhere.py",)) == 1
    assert "nothing" in capsys.readouterr().out
