"""Where Django looks for this app's models."""

from __future__ import annotations

from api.users.models import User

__all__ = ["User"]
