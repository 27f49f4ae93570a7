"""What was injected, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.chaos.plan import SERVICE_PREFIX, FaultSpec
from sre_console.gamedays.telling.wording import fault_words


def fault_told(spec: FaultSpec) -> str:
    """As "3 % errors, 400 ± 50 ms of latency, on GET /api/users"."""
    said = fault_words(spec)
    if spec.latency_ms and spec.jitter_ms:
        said = said.replace(
            f"{spec.latency_ms} ms", f"{spec.latency_ms} ± {spec.jitter_ms} ms", 1
        )
    if spec.latency_ms and spec.latency_rate < 1:
        share = _("latency for {share} of them").format(
            share=f"{spec.latency_rate * 100:.4g} %"
        )
        said = f"{said} ({share})"
    if spec.methods or spec.path_prefix != SERVICE_PREFIX:
        where = f"{' '.join(spec.methods)} {spec.path_prefix}".strip()
        said = _("{fault}, on {where}").format(fault=said, where=where)
    return said


def patterns_told(off: list[str]) -> str:
    """As "breaker and retry switched off"."""
    words = {
        "breaker": _("circuit breaker"),
        "retry": _("retries"),
        "bulkhead": _("bulkheads"),
        "deadline": _("deadlines"),
        "cache": _("read cache"),
    }
    named = ", ".join(words.get(name, name) for name in off)
    return _("switched off: {patterns}").format(patterns=named)
