"""The addresses of the pages about backups, restores and recovery."""

from __future__ import annotations

from django.urls import re_path

from sre_console.pages.views import recovery

_ID = "(?P<number>[1-9][0-9]{0,8})"

patterns = [
    re_path(r"^console/recovery/?$", recovery.recovery, name="recovery"),
    re_path(r"^console/recovery/backups/?$", recovery.backups, name="recovery-backups"),
    re_path(
        r"^console/recovery/restores/?$", recovery.restores, name="recovery-restores"
    ),
    re_path(
        rf"^console/recovery/restores/{_ID}/?$",
        recovery.restore,
        name="recovery-restore",
    ),
]
