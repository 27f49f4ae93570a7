"""A fault plan: what is asked for, within which bounds, and until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ironclad.errors import FieldsInvalid
from sre_console.chaos import faults  # noqa: F401 - registers every fault
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.asked import Asked
from sre_console.chaos.faults.registry import Bounds, Refused, known

Pacing = Literal["even", "random"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SERVICE_PREFIX = "/api/users"
SEED_MOST = 2**31 - 1

_PREFIX = re.compile(r"/api/users(/[A-Za-z0-9_-]{1,64}){0,3}/?", re.ASCII)
# What the server itself says of a plan: may be sent back, is not listened to.
_ANSWERED = frozenset(
    {
        "version",
        "startedAt",
        "expiresAt",
        "startedBy",
        "injected",
        "remainingSeconds",
        "requests",
        "failed",
        "replicas",
        "holder",
        "concealed",
        "environment",
    }
)


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """The faults themselves; every one is off by default."""

    error_rate: float = 0.0
    pacing: Pacing = "even"
    seed: int | None = None  # of random pacing
    latency_ms: int = 0
    jitter_ms: int = 0
    latency_rate: float = 1.0
    dependency_error_rate: float = 0.0
    dependency_latency_ms: int = 0
    methods: tuple[str, ...] = ()  # none: every method
    path_prefix: str = SERVICE_PREFIX

    @property
    def active(self) -> bool:
        """Whether any fault is on."""
        return any(getattr(self, fault.switch) > 0 for fault in known())

    def raises(self, before: FaultSpec) -> bool:
        """Whether it asks for more of anything than `before`, or for more requests."""
        on = [fault for fault in known() if getattr(self, fault.switch) > 0]
        more = any(
            getattr(self, bounds.attribute) > getattr(before, bounds.attribute)
            for fault in on
            for bounds in fault.bounds
        )
        narrower = not before.methods or (
            self.methods and set(self.methods) <= set(before.methods)
        )
        within = f"{self.path_prefix}/".startswith(f"{before.path_prefix}/")
        return self.active and (more or not narrower or not within)

    def targets(self, method: str, path: str) -> bool:
        """Whole path segments count: /api/users/1 does not reach /api/users/12."""
        if self.methods and method not in self.methods:
            return False
        return path == self.path_prefix or path.startswith(self.path_prefix + "/")


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of the fault plan."""

    version: int
    enabled: bool
    spec: FaultSpec
    ttl_seconds: int
    started_at: datetime | None
    expires_at: datetime | None
    started_by: str
    reason: str
    holder: str = ""  # the game day that nobody else may change it beside
    held_until: datetime | None = None
    renewals: int = 0  # only grows; see `Lease.confirm`
    allowance: Allowance | None = None
    concealed: bool = False

    @property
    def secret(self) -> bool:
        """In force, and to be found out."""
        return self.concealed and self.enabled


def parse(asked: Mapping[str, object]) -> tuple[FaultSpec, int, str]:
    """The faults, their time to live in seconds, and the reason, out of a request's JSON.

    Raises FieldsInvalid that names every wrong field as it is spelt in JSON.
    """
    fields = _Reader(asked)
    problems = fields.problems
    every = [bounds for fault in known() for bounds in fault.bounds]
    values: dict[str, Any] = {
        bounds.attribute: fields.number(bounds) for bounds in every
    }
    if not any(bounds.name in asked for bounds in every) and not problems:
        problems.append(("errorRate", "Name at least one fault, such as errorRate."))
    pacing, seed = fields.pacing()
    methods, prefix = fields.target()
    ttl = fields.ttl()
    reason = fields.reason()
    fields.confirm()
    enabled = asked.get("enabled", True)
    if not isinstance(enabled, bool):
        problems.append(("enabled", "enabled must be true or false."))
    fields.refuse_unknown(
        {bounds.name for bounds in every}
        | {"pacing", "seed", "target", "ttlSeconds", "reason", "enabled", "confirm"}
        | _ANSWERED
    )
    fields.refuse()
    spec = FaultSpec(
        **values,
        pacing=pacing,
        seed=seed,
        methods=methods,
        path_prefix=prefix,
    )
    return spec, ttl, reason


def number_read(bounds: Bounds, value: object, *, field: str) -> float:
    """One number under another name; raises FieldsInvalid naming `field`."""
    try:
        return bounds.read(value)
    except Refused as refusal:
        message = str(refusal).replace(bounds.name, field, 1)
        raise FieldsInvalid([(field, message)]) from refusal


def number_in_path(text: str) -> object:
    """A number out of an address; other text comes back as it is, to be refused by name."""
    if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", text, re.ASCII):
        return float(text)
    return text


class _Reader(Asked):
    """The fields that only a plan has."""

    def number(self, bounds: Bounds) -> float:
        default = int(bounds.default) if bounds.whole else bounds.default
        try:
            return bounds.read(self.asked.get(bounds.name, default))
        except Refused as refusal:
            self.wrong(bounds.name, str(refusal))
            return default

    def pacing(self) -> tuple[Pacing, int | None]:
        pacing = self.asked.get("pacing", "even")
        if pacing not in ("even", "random"):
            self.wrong("pacing", 'pacing must be "even" or "random".')
        if pacing == "random":
            return "random", self.whole("seed", None, least=0, most=SEED_MOST)
        if self.asked.get("seed") is not None:
            self.wrong("seed", 'seed goes with pacing "random" only.')
        return "even", None

    def target(self) -> tuple[tuple[str, ...], str]:
        target = self.asked.get("target", {})
        if not isinstance(target, Mapping):
            self.wrong("target", "target must be an object.")
            return (), SERVICE_PREFIX
        for name in sorted(set(target) - {"methods", "pathPrefix"}):
            self.wrong(f"target.{name}", "There is no such field.")
        prefix = target.get("pathPrefix", SERVICE_PREFIX)
        if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
            self.wrong(
                "target.pathPrefix", f"pathPrefix must be within {SERVICE_PREFIX}."
            )
            prefix = SERVICE_PREFIX
        return self._methods(target.get("methods", [])), prefix.rstrip("/")

    def _methods(self, asked: object) -> tuple[str, ...]:
        if isinstance(asked, list | tuple) and all(name in METHODS for name in asked):
            return tuple(name for name in METHODS if name in asked)
        self.wrong("target.methods", f"methods must be a list of {', '.join(METHODS)}.")
        return ()
