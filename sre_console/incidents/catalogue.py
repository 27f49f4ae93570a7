"""The alert rules of this installation."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from sre_console.incidents.rules import Catalogue, load
from sre_console.slo.objectives import ALERTS_FILE, burn_rules, objectives


@cache
def catalogue() -> Catalogue:
    """As deploy/slo says; read once."""
    return load(settings.SLO_DIR / ALERTS_FILE, objectives(), burn_rules())
