"""The control panel in the Django admin, a file a subject."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sre_console.access.matrix import permitted
from sre_console.accounts.roles import role_of
from sre_console.admin import incidents, people, recovery

__all__ = ["incidents", "people", "recovery"]

admin.site.site_header = admin.site.site_title = _("Ironclad administration")


def _enters(request: HttpRequest) -> bool:
    """By the matrix, not by a flag: strangers are led to the sign-in, others refused."""
    if permitted("admin.enter", role_of(request.user)):
        return True
    if request.user.is_authenticated:
        raise PermissionDenied
    return False


admin.site.has_permission = _enters  # type: ignore[method-assign]
