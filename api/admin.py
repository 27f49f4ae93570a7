"""Where Django looks for this app's admin pages."""

from __future__ import annotations

from api.users.admin import UserAdmin

__all__ = ["UserAdmin"]
