"""Backups, restores and disaster drills, all of the record."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sre_console.admin.read_only import ReadOnlyAdmin, readable
from sre_console.models import BackupRun, DisasterDrill, RepositoryState, RestoreRun


@admin.register(BackupRun)
class BackupRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "label", "repository", "state", "ended_at", "size", "stored", "gone_at")  # fmt: skip
    list_filter = ("state", "kind")
    search_fields = ("label", "repository", "reason")
    date_hierarchy = "ended_at"
    ordering = ("-ended_at", "-id")


@admin.register(RepositoryState)
class RepositoryStateAdmin(ReadOnlyAdmin):
    list_display = ("repository", "seen_at", "used", "free", "oldest_at", "missing_wal", "complaint")  # fmt: skip
    search_fields = ("repository", "complaint")
    ordering = ("repository",)


@admin.register(RestoreRun)
class RestoreRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "target", "label", "state", "ended_at", "recovery_seconds", "lost_seconds", "size")  # fmt: skip
    list_filter = ("state", "kind")
    search_fields = ("label", "target", "repository", "reason")
    date_hierarchy = "ended_at"
    ordering = ("-ended_at", "-id")
    exclude = ("checks", "counts")
    readonly_fields = ("what_was_checked", "rows_by_table")

    @admin.display(description=_("checks"))
    def what_was_checked(self, row: RestoreRun) -> SafeString:
        return readable(row.checks)

    @admin.display(description=_("rows by table"))
    def rows_by_table(self, row: RestoreRun) -> SafeString:
        return readable(row.counts)


@admin.register(DisasterDrill)
class DisasterDrillAdmin(ReadOnlyAdmin):
    list_display = ("id", "scenario", "state", "verdict", "started_by", "started_at", "ended_at", "recovery_seconds", "lost_seconds")  # fmt: skip
    list_filter = ("state", "verdict", "scenario")
    list_select_related = ("restore",)
    search_fields = ("scenario", "started_by", "reason", "lessons")
    date_hierarchy = "started_at"
    ordering = ("-started_at", "-id")
