"""The metrics of several processes as one exposition. Pure.

Each keeps its own series, told apart by a label: added up, the sums would fall whenever one
process is not there to be asked, and Prometheus takes a fall for a restart and a jump.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LABEL = "process"
UP = "ironclad_process_up"
_NAME = re.compile(rb"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{?)")
_END = b"# EOF"  # of OpenMetrics


def labelled(text: bytes, slot: int) -> bytes:
    """Every sample with the label of its process; comments as they are."""
    mark = f'{LABEL}="{slot}"'.encode()
    return b"\n".join(_with(line, mark) for line in text.split(b"\n"))


def _with(line: bytes, mark: bytes) -> bytes:
    found = _NAME.match(line)
    if found is None:
        return line
    name, brace = found.groups()
    rest = line[found.end() :]
    if not brace:
        return name + b"{" + mark + b"}" + rest
    comma = b"" if rest.startswith(b"}") else b","
    return name + b"{" + mark + comma + rest


def joined(texts: Mapping[int, bytes | None]) -> bytes:
    """One exposition of those of several slots; None: it was asked and has not answered.

    Each family is described once, with all of its samples below, as the format demands.
    """
    heads: dict[bytes, dict[bytes, None]] = {}
    samples: dict[bytes, list[bytes]] = {}
    ended = False
    for text in texts.values():
        family = b""
        for line in (text or b"").split(b"\n"):
            if line == _END:
                ended = True
            elif line.startswith(b"# "):
                family = line.split(b" ", 3)[2]
                heads.setdefault(family, {})[line] = None
            elif line:
                samples.setdefault(family, []).append(line)
    lines = [
        line for family in heads for line in (*heads[family], *samples.get(family, ()))
    ]
    lines += _up(texts)
    if ended:
        lines.append(_END)
    return b"\n".join(lines) + b"\n"


def _up(texts: Mapping[int, bytes | None]) -> list[bytes]:
    told = [
        f'{UP}{{{LABEL}="{slot}"}} {int(text is not None)}'
        for slot, text in texts.items()
    ]
    about = f"# HELP {UP} Whether a server process of this instance told its metrics."
    return [line.encode() for line in (about, f"# TYPE {UP} gauge", *told)]
