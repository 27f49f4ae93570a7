"""`python -m supply.secret_scan` fails where the tree holds what looks like a secret.

The shapes are detect-secrets'. What it finds and is none stands in secrets_allowed.toml, each
with its reason; an entry that nothing needs any more fails as well.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = Path(__file__).with_name("secrets_allowed.toml")

# A line without any of these holds no secret; most are passed over by it, which is what makes
# the scan quick.
_WORTH_A_LOOK = re.compile(
    r"(?i)[a-z0-9+/=_-]{16}|pass|pwd|secret|key|token|contrase|://[^/\s]*@|BEGIN"
)
# What the plugins of entropy see in quotes alone, as environment files and YAML write it.
_BARE = re.compile(r"^\s*(?:export\s+)?[\w.-]+\s*[:=]\s*([A-Za-z0-9+/=_-]{20,})\s*$")
_LEFT_OUT = {
    "Public IP (ipv4)",  # an address is no secret
    "IBM Cloud IAM Key",  # any 44 characters after the word "key"
}
_LIMITS = {"Base64 High Entropy String": 4.5, "Hex High Entropy String": 3.0}
_LONGEST_LINE = 4000  # characters; longer ones are data
# Digests of public files; tests/contracts/test_lock.py reads them as such.
_LOCKS = re.compile(r"requirements[\w-]*\.txt|package-lock\.json")
_BINARY = {".png", ".jpg", ".ico", ".woff2", ".gz", ".mo"}


@dataclass(frozen=True, order=True)
class Found:
    """`value` is what was found and `text` its line; neither is told anywhere."""

    file: str
    line: int
    kind: str
    value: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.value.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Allowance:
    """What is no secret in files whose path begins so.

    All of that kind, or with these digests, or on lines where `line` (a pattern) is found.
    """

    reason: str
    file: str
    kind: str
    digests: tuple[str, ...] = ()
    line: str = ""

    def covers(self, found: Found) -> bool:
        return (
            found.file.startswith(self.file)
            and found.kind == self.kind
            and (not self.digests or found.digest in self.digests)
            and re.search(self.line, found.text) is not None
        )


def allowances(path: Path = ALLOWED) -> list[Allowance]:
    read = tomllib.loads(path.read_text("utf-8"))
    found = [
        Allowance(
            reason=each["reason"].strip(),
            file=each["file"],
            kind=each["kind"],
            digests=tuple(each.get("digests", ())),
            line=each.get("line", ""),
        )
        for each in read["allowed"]
    ]
    if any(not each.reason for each in found):
        raise ValueError(f"{path.name}: each entry has to say why it is no secret")
    return found


def tracked(root: Path = ROOT) -> list[str]:
    """Every file that is in the repository or would be with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=root, check=True, capture_output=True, text=True
    )
    names = set(filter(None, listed.stdout.split("\0")))
    return sorted(
        name
        for name in names
        if Path(name).suffix not in _BINARY
        and not _LOCKS.fullmatch(name)
        and (root / name).is_file()
    )


def scanned(root: Path, names: Sequence[str]) -> list[Found]:
    return [found for name in names for found in _in_file(root, name)]


def _in_file(root: Path, name: str) -> Iterator[Found]:
    text = (root / name).read_text("utf-8", errors="replace")
    if name.endswith(".md"):
        text = text.replace("`", " ")  # they mark names there, and quote no value
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE or not _WORTH_A_LOOK.search(line):
            continue
        if bare := _BARE.match(line):
            line = f'{line[: bare.start(1)]}"{bare[1]}"'  # noqa: PLW2901 - as if quoted
        for plugin in _plugins():
            for secret in plugin.analyze_line(name, line, number) or ():
                value = secret.secret_value or ""
                yield Found(name, number, secret.type, value, line)


@cache
def _plugins() -> list[BasePlugin]:
    kinds: Mapping[str, type[BasePlugin]] = get_mapping_from_secret_type_to_class()
    return [
        made(**({"limit": _LIMITS[kind]} if kind in _LIMITS else {}))
        for kind, made in sorted(kinds.items())
        if kind not in _LEFT_OUT
    ]


def everything(root: Path = ROOT) -> list[Found]:
    """Two processes, as this machine's checks have two cores."""
    names = tracked(root)
    with ProcessPoolExecutor(2) as pool:
        parts = pool.map(partial(scanned, root), [names[0::2], names[1::2]])
        return sorted({found for part in parts for found in part})


def judged(found: list[Found], allowed: list[Allowance]) -> list[str]:
    """What is wrong, a line each: secrets without an entry, and entries without a use."""
    told = [
        f"{each.file}:{each.line}: {each.kind} (digest {each.digest})"
        for each in found
        if not any(entry.covers(each) for entry in allowed)
    ]
    for entry in allowed:
        used = {each.digest for each in found if entry.covers(each)}
        idle = sorted(set(entry.digests) - used)
        if idle or not used:
            what = ", ".join(idle) or entry.kind
            told.append(f"{ALLOWED.name}: not needed any more: {entry.file}: {what}")
    return told


def main(root: Path = ROOT) -> int:
    wrong = judged(everything(root), allowances())
    for line in wrong:
        print(line)
    if wrong:
        print(
            "\n→ take the secret out, and change it where it is used: it counts as seen."
            f"\n  What is none gets an entry in supply/{ALLOWED.name}, with the reason."
        )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
