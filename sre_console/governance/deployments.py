"""Which version served from when on: seen by the service itself, or told by a pipeline."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from ironclad.envelope import timestamp
from sre_console.access.checks import access_check
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import Asked
from sre_console.chaos.rows import database_now
from sre_console.models import Deployment

# What changes how the service behaves, and is no secret.
_SETTINGS = (
    "PROFILE", "CHAOS_ALLOWED", "CHAOS_FLOOR", "CHAOS_BUDGET_GAME_DAY",
    "CHAOS_BUDGET_DAY", "CHAOS_ABSENCE", "CHAOS_APPROVAL_ABOVE", "CLOCK_SCALE",
    "PUBLIC_API", "SEED_HISTORY", "TRAFFIC_RPS",
)  # fmt: skip
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_LINK = re.compile(r"https?://[^\s\x00-\x20\"'<>\\]{1,490}", re.ASCII)
_FIELDS = frozenset({"version", "commit", "who", "link", "note"})
VERSION = _VERSION.pattern
COMMIT = _COMMIT.pattern
LINK = r"https?://[^\s\x00-\x20\x7f\"'<>\\]{1,490}"


def configuration() -> dict[str, str]:
    """The settings of a deployment that are worth telling, and a digest of its SLO files."""
    told = {name: str(getattr(settings, name, "")) for name in _SETTINGS}
    files = hashlib.sha256()
    for path in sorted(settings.SLO_DIR.glob("*.yaml")):
        files.update(path.name.encode() + b"\0" + path.read_bytes())
    return {**told, "SLO files": files.hexdigest()[:16]}


def digest(of: Mapping[str, str]) -> str:
    canonical = json.dumps(of, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def deployment_seen() -> Deployment:
    """A replica has begun to serve: a row where its version or configuration is a new one.

    New is what the newest row does not say, so going back to an older version is told too. Of
    replicas that start at once one writes the row; the others are counted.
    """
    told = configuration()
    mine = settings.APP_VERSION[:64], digest(told)
    known = _newest()
    if known is None or (known.version, known.digest) != mine:
        with audited():  # one after the other
            known = _newest()
            if known is None or (known.version, known.digest) != mine:
                return _first(*mine, told, known)
    Deployment.objects.filter(pk=known.pk).update(
        starts=F("starts") + 1, last_start_at=database_now()
    )
    return known


def _newest() -> Deployment | None:
    return Deployment.objects.filter(source="service").order_by("-id").first()


def _first(
    version: str, of: str, told: dict[str, str], known: Deployment | None
) -> Deployment:
    now = database_now()
    row = Deployment.objects.create(
        source="service", version=version, digest=of, configuration=told, at=now,
        last_start_at=now,
    )  # fmt: skip
    before = {} if known is None else known.configuration
    changed = {name: value for name, value in told.items() if before.get(name) != value}
    record(
        actor=SYSTEM,
        action="deployment.seen",
        subject=f"deployment {row.pk}",
        detail={
            "version": version,
            "before": None if known is None else known.version,
            "changed": changed if before else {},
        },
    )
    return row


def deployment_record(*, actor: Actor, asked: Mapping[str, object]) -> Deployment:
    """What a pipeline tells. Raises FieldsInvalid and PermissionRefused."""
    access_check(actor, "deployments.record")
    fields = Asked(asked)
    version = fields.line("version", most=64, least=1)
    commit = fields.line("commit", most=64)
    link = fields.line("link", most=500)
    who = fields.line("who", most=150)
    note = fields.line("note", most=500)
    if version and not _VERSION.fullmatch(version):
        fields.wrong("version", "version must be as in 1.4.0: letters, digits, . _ + -")
    if commit and not _COMMIT.fullmatch(commit):
        fields.wrong("commit", "commit must be 7 to 64 lower-case hexadecimal digits.")
    if link and not _LINK.fullmatch(link):
        fields.wrong("link", "link must be an address that begins with http(s)://.")
    fields.refuse_unknown(_FIELDS)
    fields.refuse()
    with audited():
        row = Deployment.objects.create(
            source="pipeline", version=version, commit=commit, link=link, note=note,
            by=who or actor.name[:150], at=database_now(),
        )  # fmt: skip
        record(
            actor=actor,
            action="deployment.recorded",
            subject=f"deployment {row.pk}",
            detail={
                "version": version,
                "commit": commit,
                "who": row.by,
                "link": link,
                "note": note,
            },
        )
    return row


def deployment_list() -> QuerySet[Deployment]:
    return Deployment.objects.order_by("-at", "-id")


def changed_since(row: Deployment) -> dict[str, str]:
    """Settings that were others before it, as "old → new"; nothing of the first one."""
    mine = Deployment.objects.filter(source="service", pk__lt=row.pk).order_by("-pk")
    before = mine.first() if row.source == "service" else None
    if before is None:
        return {}
    return {
        name: f"{before.configuration.get(name, '')} → {value}"
        for name, value in row.configuration.items()
        if before.configuration.get(name) != value
    }


def deployment_json(row: Deployment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "source": row.source,
        "version": row.version,
        "at": timestamp(row.at),
        "by": row.by or None,
        "commit": row.commit or None,
        "link": row.link or None,
        "note": row.note,
        "digest": row.digest or None,
        "configuration": row.configuration,
        "starts": row.starts if row.source == "service" else None,
    }
