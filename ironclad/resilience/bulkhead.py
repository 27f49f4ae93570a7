"""Which bounded compartment the current work belongs to.

Each compartment has its own database connections, so that one can be exhausted without
the others noticing. The edge sets it per request; background threads set their own.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Literal

Compartment = Literal["service", "console", "background"]

compartment: ContextVar[Compartment] = ContextVar("compartment", default="background")
