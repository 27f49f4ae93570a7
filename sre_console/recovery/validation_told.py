"""A validation as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from sre_console.recovery.recording import Restored

_MIB = 1 << 20
_SHOWN = 12  # tables, the largest; and all that differ


def lines(restored: Restored) -> Iterator[str]:
    yield f"validation of {restored.label or 'no backup'} in {restored.repository}"
    for check in restored.checks:
        mark = "✓" if check["passed"] else "✗"
        yield f"  {mark} {check['name']}: {check['told']}"
    yield from _tables(restored)
    yield f"  {_figures(restored)}"
    yield f"✗ failed: {restored.reason}" if restored.reason else "✓ the backup is good"


def _tables(restored: Restored) -> Iterator[str]:
    counts = restored.counts
    if not counts:
        return
    largest = sorted(counts, key=lambda name: -_rows(counts[name]["source"]))[:_SHOWN]
    shown = [name for name in counts if name in largest or not counts[name]["passed"]]
    width = max(map(len, shown))
    yield f"  {'table'.ljust(width)}  {'source':>12}  {'restored':>12}"
    for name in shown:
        one, other = (_rows(counts[name][side]) for side in ("source", "restored"))
        why = counts[name]["why"]
        yield f"  {name.ljust(width)}  {one:>12,}  {other:>12,}  {why}".rstrip()
    if len(counts) > len(shown):
        yield f"  and {len(counts) - len(shown)} tables more, which agree"


def _rows(side: dict[str, object] | None) -> int:
    rows = side["rows"] if side else 0
    return rows if isinstance(rows, int) else 0


def _figures(restored: Restored) -> str:
    told = [f"up to {restored.target}"]
    if restored.size is not None:
        told.append(f"{restored.size / _MIB:.1f} MiB")
    if restored.wal is not None:
        told.append(f"{restored.wal / _MIB:.1f} MiB of WAL")
    if restored.recovery_seconds is not None:
        told.append(f"answered after {restored.recovery_seconds:.1f} s")
    if restored.lost_seconds is not None:
        told.append(f"{restored.lost_seconds:.1f} s of commits lost")
    return ", ".join(told)
