"""Whether statements are prepared: safe only where a session is ours alone."""

from __future__ import annotations

from ironclad import env

# auto: off where a pooler stands between us and PostgreSQL (docs/guide/performance.md).
PREPARED_STATEMENTS = env.choice(
    "IRONCLAD_PREPARED_STATEMENTS", "auto", ("auto", "on", "off")
)
