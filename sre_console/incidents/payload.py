"""Alertmanager's webhook, version 4, read strictly: what it says is untrusted text. Pure.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast
from urllib.parse import urlsplit

from ironclad.errors import FieldsInvalid
from sre_console.incidents.severity import SEVERITIES, Severity

VERSION = "4"
MOST = 500  # alerts in one delivery
_LABELS_MOST = 64
_TEXT_MOST = 8192  # characters of a label or an annotation
_LINK_MOST = 500
_ZONE_END = timedelta(hours=16)
_FINGERPRINT = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
# Format characters turn text round or hide it; line ends and tabs become blanks.
_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no bytes stand for it
_BREAKS = re.compile(r"[\s]+")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Received:
    """One alert of a delivery."""

    status: Literal["firing", "resolved"]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    fingerprint: str  # Alertmanager's
    link: str  # of the source, http(s) or empty

    @property
    def name(self) -> str:
        return line(self.labels["alertname"], 128)

    @property
    def slo(self) -> str:
        return line(self.labels.get("slo", ""), 64)

    @property
    def service(self) -> str:
        return line(self.labels.get("service", ""), 64)

    @property
    def severity(self) -> Severity:
        """One that we don't know wakes nobody."""
        sent = self.labels.get("severity", "")
        return cast("Severity", sent) if sent in SEVERITIES else "warning"

    def says(self, name: str, most: int) -> str:
        return line(self.annotations.get(name, ""), most)


@dataclass(frozen=True, slots=True)
class Delivery:
    group_key: str
    alerts: tuple[Received, ...]


def line(text: str, most: int) -> str:
    """Foreign text as one line without what could mislead a reader."""
    return _HIDDEN.sub("", _BREAKS.sub(" ", text)).strip()[:most]


def web_link(text: str) -> str:
    """The link if it leads to the web; else nothing: a script must not become one."""
    if len(text) > _LINK_MOST or _HIDDEN.search(text) or " " in text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.netloc else ""


def delivery_read(sent: Mapping[str, object]) -> Delivery:
    """Raises FieldsInvalid that names everything that is wrong."""
    reader = _Reader()
    if sent.get("version") != VERSION:
        reader.wrong("version", f"version must be {VERSION!r}.")
    group = reader.text(sent, "groupKey", "groupKey")
    alerts = sent.get("alerts")
    found: list[Received | None] = []
    if not isinstance(alerts, list) or not 1 <= len(alerts) <= MOST:
        reader.wrong("alerts", f"alerts must be a list of 1 to {MOST} alerts.")
    else:
        found = [reader.alert(each, f"alerts.{i}") for i, each in enumerate(alerts)]
    if reader.problems:
        raise FieldsInvalid(reader.problems)
    return Delivery(group, tuple(each for each in found if each is not None))


class _Reader:
    def __init__(self) -> None:
        self.problems: list[tuple[str | None, str]] = []

    def wrong(self, field: str, message: str) -> None:
        if len(self.problems) < 20:  # noqa: PLR2004 - enough to see what is the matter
            self.problems.append((field, message))

    def alert(self, sent: object, at: str) -> Received | None:
        if not isinstance(sent, dict):
            self.wrong(at, "An alert must be an object.")
            return None
        before = len(self.problems)
        status = sent.get("status")
        if status not in ("firing", "resolved"):
            self.wrong(f"{at}.status", "status must be firing or resolved.")
        labels = self.texts(sent, "labels", at)
        if not line(labels.get("alertname", ""), 128):
            self.wrong(f"{at}.labels.alertname", "alertname must not be empty.")
        annotations = (
            self.texts(sent, "annotations", at) if "annotations" in sent else {}
        )
        starts_at = self.moment(sent, "startsAt", f"{at}.startsAt")
        fingerprint = self.text(sent, "fingerprint", f"{at}.fingerprint")
        if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
            self.wrong(f"{at}.fingerprint", "fingerprint must be hexadecimal.")
        link = sent.get("generatorURL", "")
        if len(self.problems) > before or starts_at is None:
            return None
        return Received(
            status=cast("Literal['firing', 'resolved']", status),
            labels=labels,
            annotations=annotations,
            starts_at=starts_at,
            fingerprint=fingerprint,
            link=web_link(link) if isinstance(link, str) else "",
        )

    def text(self, sent: Mapping[str, object], name: str, at: str) -> str:
        value = sent.get(name)
        text = value if isinstance(value, str) and not _HALF.search(value) else ""
        if not 1 <= len(text) <= _TEXT_MOST:
            self.wrong(at, f"{name} must be text of 1 to {_TEXT_MOST} characters.")
            return ""
        return text

    def texts(self, sent: Mapping[str, object], name: str, at: str) -> dict[str, str]:
        value = sent.get(name)
        good = (
            isinstance(value, dict)
            and len(value) <= _LABELS_MOST
            and all(isinstance(v, str) and len(v) <= _TEXT_MOST for v in value.values())
        )
        if not good:
            message = f"{name} must be an object of at most {_LABELS_MOST} texts."
            self.wrong(f"{at}.{name}", message)
            return {}
        return cast("dict[str, str]", value)

    def moment(self, sent: Mapping[str, object], name: str, at: str) -> datetime | None:
        moment = _moment(sent.get(name))
        if moment is None:
            self.wrong(at, f"{name} must be a moment as in 2026-01-31T12:00:00Z.")
        return moment


def _moment(value: object) -> datetime | None:
    """In UTC; None for what is none, or none that PostgreSQL takes and anybody means."""
    if not isinstance(value, str):
        return None
    try:
        sent = datetime.fromisoformat(value)
        zone = sent.utcoffset()
        if zone is None or abs(zone) >= _ZONE_END:
            return None
        moment = sent.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 1970 <= moment.year <= 3000 else None  # noqa: PLR2004
