"""The Python packages, by pip-audit.

It asks the database of PyPI; PIP_AUDIT_VULNERABILITY_SERVICE and PIP_AUDIT_OSV_URL name others.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from supply.audit.advisories import Advisory, Audited, NotAudited, Part, judged

CANARY = Part("jinja2", "2.4.1")  # CVE-2014-0012
_DEADLINE = 600  # seconds
_WORKED = {0, 1}  # nothing found, something found


def audit(parts: Iterable[Part]) -> Audited:
    """Raises NotAudited."""
    wanted = set(parts)
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch) / "requirements.txt"
        listed = sorted(f"{p.name}=={p.version}" for p in wanted | {CANARY})
        asked.write_text("\n".join(listed), "utf-8")
        command = [sys.executable, "-m", "pip_audit", "--format", "json", "--no-deps"]
        how = [
            "--disable-pip",
            "--progress-spinner",
            "off",
            "--requirement",
            str(asked),
        ]
        try:
            done = subprocess.run(
                [*command, *how],
                check=False,
                capture_output=True,
                text=True,
                timeout=_DEADLINE,
            )
        except subprocess.TimeoutExpired as late:
            raise NotAudited(f"pip-audit took over {_DEADLINE} s") from late
    try:
        report = json.loads(done.stdout)["dependencies"]
    except (ValueError, LookupError, TypeError):
        report = None
    if report is None or done.returncode not in _WORKED:
        last = (done.stderr.strip() or "pip-audit gave no reason").splitlines()[-1]
        raise NotAudited(last)
    looked_at = {_part(each) for each in report if "skip_reason" not in each}
    found = [one for each in report for one in _advisories(each)]
    return judged(
        "Python", wanted=wanted, looked_at=looked_at, found=found, canary=CANARY
    )


def _part(held: dict[str, Any]) -> Part:
    return Part(canonicalize_name(held["name"]), str(held.get("version")))


def _advisories(held: dict[str, Any]) -> list[Advisory]:
    return [
        Advisory(
            part=_part(held),
            ids=(each["id"], *each.get("aliases", ())),
            fixed=", ".join(each.get("fix_versions", ())),
        )
        for each in held.get("vulns", ())
    ]
