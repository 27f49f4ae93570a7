"""Reading what `pgbackrest info` and `repo-ls` say, which may come from another machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import Archive, BaseBackup, Kind

_KINDS: Mapping[str, Kind] = {"full": "full", "diff": "diff", "incr": "incr"}
_LABEL = re.compile(r"\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?", re.ASCII)
_SEGMENT = re.compile(r"([0-9A-F]{24})(?:-[0-9a-f]{40})?(?:\.[a-z0-9]+)?", re.ASCII)
_NAME: Final = re.compile(r"[0-9A-F]{24}", re.ASCII)
# Segments of 16 MiB, PostgreSQL's default and ours: 256 of them to one log number.
_PER_LOG = 0x100
_MISSING_TOLD = 1000  # more gaps than this say nothing new
_NOTHING_YET = 2  # the status of a stanza without a backup
_NO_STANZA = (1, 3)
_NONSENSE = (
    AttributeError, LookupError, TypeError, ValueError, ArithmeticError, OSError,
)  # fmt: skip


def repository_name(stanza: str, repo: int) -> str:
    """For people, and in the rows about it."""
    return f"pgBackRest {stanza} repo{repo}"


class Unreadable(RecoveryFailed):
    """It is not what pgBackRest writes."""


def parsed(text: str | bytes) -> Any:
    """Raises Unreadable."""
    try:
        # Complaints hold bytes as they were found: control characters, too.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        message = "what should be pgBackRest's JSON is none"
        raise Unreadable(message, "write it with --output=json") from error


class Info:
    """`pgbackrest info --output=json` of one stanza."""

    def __init__(self, text: str | bytes, stanza: str) -> None:
        """Raises Unreadable."""
        whole = parsed(text)
        if not isinstance(whole, list):
            message = "pgBackRest's info is no list of stanzas"
            raise Unreadable(message)
        named = [s for s in whole if isinstance(s, dict) and s.get("name") == stanza]
        if len(named) != 1:
            message = f"pgBackRest's info has no stanza {stanza}"
            raise Unreadable(message, "see PGBACKREST_STANZA")
        self._stanza: dict[str, Any] = named[0]

    @property
    def repositories(self) -> list[int]:
        """Their numbers, by the configuration."""
        with _shape():
            return [int(repo["key"]) for repo in self._stanza["repo"]]

    def complaint(self, repo: int) -> str:
        """What is wrong with a repository; nothing of one that works, with backups or not."""
        with _shape():
            for each in self._stanza["repo"]:
                if int(each["key"]) == repo:
                    code, message = each["status"]["code"], each["status"]["message"]
                    if code in _NO_STANZA:
                        return f"missing stanza: {message}"
                    return "" if code in {0, _NOTHING_YET} else str(message)
        return f"there is no repository {repo} in the configuration"

    def backups(self, repo: int) -> list[BaseBackup]:
        """Whole ones of a repository, oldest first. Raises Unreadable."""
        with _shape():
            versions = {
                int(db["id"]): int(str(db["version"]).partition(".")[0])
                for db in self._stanza["db"]
                if int(db["repo-key"]) == repo
            }
            found = [
                _backup(each, versions)
                for each in self._stanza["backup"]
                if int(each["database"]["repo-key"]) == repo
            ]
        return sorted(found, key=lambda backup: backup.ended_at)

    def damaged(self, repo: int) -> set[str]:
        """Labels of those in which pages were bad already when they were copied."""
        with _shape():
            return {
                str(each["label"])
                for each in self._stanza["backup"]
                if int(each["database"]["repo-key"]) == repo and each.get("error")
            }

    def archive_id(self, repo: int) -> str | None:
        """Of the newest database, such as 15-1."""
        with _shape():
            ids = [
                (int(each["database"]["id"]), str(each["id"]))
                for each in self._stanza["archive"]
                if int(each["database"]["repo-key"]) == repo and each.get("max")
            ]
        return max(ids)[1] if ids else None

    def archive(self, repo: int) -> Archive | None:
        """First and last segment alone: what is missing between them info does not say."""
        newest = self.archive_id(repo)
        with _shape():
            for each in self._stanza["archive"]:
                if int(each["database"]["repo-key"]) == repo and each["id"] == newest:
                    return Archive(_segment(each["min"]), _segment(each["max"]))
        return None


@contextmanager
def _shape() -> Iterator[None]:
    """What is not as pgBackRest writes it, is told as that."""
    try:
        yield
    except _NONSENSE as error:
        message = f"pgBackRest's JSON is not as expected: {error!r:.100}"
        raise Unreadable(message, "compare `pgbackrest version`") from error


def _backup(each: Mapping[str, Any], versions: Mapping[int, int]) -> BaseBackup:
    label, info = str(each["label"]), each["info"]
    if not _LABEL.fullmatch(label):
        raise ValueError(label[:80])
    # With bundles or block increments the set's whole size is not known: its own part is.
    stored = info["repository"].get("delta", info["repository"].get("size"))
    return BaseBackup(
        label=label,
        kind=_KINDS[each["type"]],
        started_at=datetime.fromtimestamp(int(each["timestamp"]["start"]), UTC),
        ended_at=datetime.fromtimestamp(int(each["timestamp"]["stop"]), UTC),
        size=_bytes(info["size"]),
        stored=_bytes(stored),
        wal_start=_segment(each["archive"]["start"]),
        wal_stop=_segment(each["archive"]["stop"]),
        version=versions[int(each["database"]["id"])],
    )


def _bytes(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**62:
        raise ValueError(value)
    return value


def _segment(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(str(name)[:80])
    return name


def listed(text: str | bytes) -> dict[str, int]:
    """Files and their bytes of `repo-ls --recurse --output=json`. Raises Unreadable."""
    whole = parsed(text)
    with _shape():
        return {
            str(path): _bytes(entry.get("size", 0))
            for path, entry in whole.items()
            if entry["type"] == "file"
        }


def archive_of(files: Mapping[str, int], timeline: str) -> Archive | None:
    """Of the files below an archive's id; `timeline`: 8 digits; in it gaps are looked for, else in the newest."""
    stored = {
        found[1]: size
        for path, size in files.items()
        if (found := _SEGMENT.fullmatch(path.rpartition("/")[2]))
    }
    if not stored:
        return None
    names = sorted(stored)
    timeline = timeline or names[-1][:8]
    ours = [_number(name) for name in names if name.startswith(timeline)]
    missing = tuple(_gaps(timeline, ours))
    return Archive(names[0], names[-1], missing, sum(stored.values()))


def _number(name: str) -> int:
    return int(name[8:16], 16) * _PER_LOG + int(name[16:24], 16)


def _gaps(timeline: str, numbers: list[int]) -> Iterator[str]:
    told = 0
    for before, after in pairwise(numbers):
        for number in range(before + 1, after):
            if told == _MISSING_TOLD:
                return
            told += 1
            yield f"{timeline}{number // _PER_LOG:08X}{number % _PER_LOG:08X}"


_SET = re.compile(
    r"^ +(archiveId|backup): ([^,\n]+)(?:, status: ([^,\n]+))?", re.MULTILINE
)
_WRONG = re.compile(r"\b(missing|checksum invalid|size invalid|other): ([1-9]\d*)")


def verified(text: str, label: str) -> list[str]:
    """What `verify --output=text` found of a backup, and of the WAL beside it."""
    problems = []
    parts = list(_SET.finditer(text))
    ends = [*(part.start() for part in parts[1:]), len(text)]
    for part, end in zip(parts, ends, strict=False):
        kind, name, status = part.groups()
        if kind == "backup" and name != label:
            continue
        wrong = [f"{n} {what}" for what, n in _WRONG.findall(text[part.end() : end])]
        if wrong or status not in {None, "valid"}:
            about = f"WAL {name}" if kind == "archiveId" else f"backup {name}"
            problems.append(f"{about}: {', '.join(wrong) or status}")
    return problems
