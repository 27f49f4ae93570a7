"""Our version started on a restored cluster, in a process that knows of no other database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from ironclad.recovery.checking import Check, Cluster, short

_NAME = "application"
_MOST = 100_000  # characters of its answer


def smoke(cluster: Cluster, within: float, *, database: str) -> list[Check]:
    """What `manage.py validate_backup --smoke` finds there."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "validate_backup"]
    try:
        done = subprocess.run(  # noqa: S603 - this program
            [*command, "--smoke"],
            env=_environment(address(cluster, database)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )
    except subprocess.TimeoutExpired:
        return [Check(_NAME, passed=False, told=f"not done after {within:.0f} s")]
    try:
        found = json.loads(done.stdout[-_MOST:].strip().splitlines()[-1])
        return [
            Check(str(each["name"]), each["passed"] is True, short(str(each["told"])))
            for each in found
        ]
    except (ValueError, LookupError, TypeError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return [Check(_NAME, passed=False, told=short(f"it did not start: {last}"))]


def address(cluster: Cluster, database: str) -> str:
    """As DATABASE_URL is written."""
    named = conninfo_to_dict(cluster.url)
    who = ":".join(
        quote(str(named.get(key, "")), safe="") for key in ("user", "password")
    )
    host = quote(str(named.get("host", "")), safe="")
    port = f"&port={named['port']}" if named.get("port") else ""
    return f"postgresql://{who}@/{quote(database, safe='')}?host={host}{port}"


def _environment(url: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in {"DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE", "PROMETHEUS_URL"}
    }
    return kept | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "ironclad.settings",
        # Asked as any client asks; the answer is counted and thrown away.
        "ALLOWED_HOSTS": "127.0.0.1",
        "IRONCLAD_PUBLIC_API": "on",
        "LOG_LEVEL": "CRITICAL",
        "SECRET_KEY": settings.SECRET_KEY,
        **({"AUDIT_KEY": settings.AUDIT_KEY} if settings.AUDIT_KEY else {}),
    }
