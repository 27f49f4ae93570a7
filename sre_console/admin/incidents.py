"""Alerts and incidents, all of the record: to search in it, and to look at single rows."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sre_console.admin.read_only import ReadOnlyAdmin, ReadOnlyInline, readable
from sre_console.models import (
    ActionItem,
    AlertPeriod,
    AlertState,
    Incident,
    IncidentAlert,
    IncidentEvent,
    Notification,
    PostMortem,
    ReceivedAlert,
    Silence,
)


@admin.register(AlertState)
class AlertStateAdmin(ReadOnlyAdmin):
    list_display = ("name", "slo", "state", "since", "fired_at", "resolved_at", "value")
    list_filter = ("state", "slo")
    search_fields = ("name", "slo")
    ordering = ("name", "slo")


@admin.register(AlertPeriod)
class AlertPeriodAdmin(ReadOnlyAdmin):
    list_display = (
        "name", "slo", "severity", "fired_at", "ended_at", "value", "threshold",
        "silenced",
    )  # fmt: skip
    list_filter = ("severity", "silenced", "slo")
    search_fields = ("name", "slo")
    date_hierarchy = "fired_at"
    ordering = ("-fired_at", "-id")


class AlertsInline(ReadOnlyInline):
    model = IncidentAlert
    verbose_name_plural = _("alerts")
    fields = (
        "name", "slo", "severity", "source", "summary", "joined_at", "fired_at",
        "cleared_at", "times",
    )  # fmt: skip
    ordering = ("joined_at", "id")


class EventsInline(ReadOnlyInline):
    model = IncidentEvent
    verbose_name_plural = _("timeline")
    fields = ("at", "kind", "actor", "text", "details")
    readonly_fields = ("details",)
    ordering = ("at", "id")

    @admin.display(description=_("details"))
    def details(self, event: IncidentEvent) -> SafeString | str:
        return readable(event.detail) if event.detail else ""


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "title", "service", "severity", "state", "exercise", "opened_at",
        "resolved_at", "owner",
    )  # fmt: skip
    list_display_links = ("id", "title")
    list_filter = ("state", "severity", "exercise", "service")
    search_fields = ("title", "owner", "alerts__name")
    date_hierarchy = "opened_at"
    ordering = ("-opened_at", "-id")
    inlines = (AlertsInline, EventsInline)


@admin.register(Silence)
class SilenceAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "name", "slo", "service", "maintenance", "starts_at", "ends_at",
        "created_by", "reason",
    )  # fmt: skip
    list_filter = ("maintenance", "service")
    search_fields = ("name", "slo", "reason", "created_by")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-id")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "incident", "kind", "channel", "place", "state", "attempts",
        "created_at", "delivered_at", "problem",
    )  # fmt: skip
    list_filter = ("state", "channel", "kind")
    list_select_related = ("incident",)
    search_fields = ("place", "problem", "incident__title")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    fields = (
        "incident", "kind", "channel", "place", "state", "attempts", "created_at",
        "due_at", "delivered_at", "problem", "what_is_told",
    )  # fmt: skip
    readonly_fields = ("what_is_told",)

    @admin.display(description=_("what is told"))
    def what_is_told(self, row: Notification) -> SafeString:
        return readable(row.body)


@admin.register(ReceivedAlert)
class ReceivedAlertAdmin(ReadOnlyAdmin):
    list_display = ("fingerprint", "status", "starts_at", "received_at", "group_key")
    list_filter = ("status",)
    search_fields = ("fingerprint", "group_key")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-id")


@admin.register(PostMortem)
class PostMortemAdmin(ReadOnlyAdmin):
    list_display = ("incident", "updated_by", "updated_at", "published_at", "version")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    list_select_related = ("incident",)
    search_fields = ("incident__title", "happened", "learned", "updated_by")
    date_hierarchy = "updated_at"
    ordering = ("-updated_at", "-incident_id")


@admin.register(ActionItem)
class ActionItemAdmin(ReadOnlyAdmin):
    list_display = ("text", "incident", "owner", "due_on", "done_at", "created_by")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "due_on")
    list_select_related = ("incident",)
    search_fields = ("text", "owner", "incident__title")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
