"""The control panel in the Django admin, a file a subject."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from sre_console.admin import incidents, people

__all__ = ["incidents", "people"]

admin.site.site_header = admin.site.site_title = _("Ironclad administration")
