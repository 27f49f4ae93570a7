"""Users of the service in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from api.users.models import User
from api.users.services import user_update


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "name", "email", "created_at", "updated_at")
    list_display_links = ("id", "name")
    list_filter = ("created_at",)
    list_per_page = 50
    show_full_result_count = False  # counting a large table twice helps nobody
    search_fields = ("name", "email")
    ordering = ("-id",)
    date_hierarchy = "created_at"
    fields = ("name", "email", "created_at", "updated_at")
    readonly_fields = ("created_at", "updated_at")

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: ModelForm[User],
        change: bool,  # noqa: FBT001
    ) -> None:
        """A change goes the API's way, or entity tags would not notice it."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changes: dict[str, Any] = {
            name: form.cleaned_data[name] for name in form.changed_data
        }
        user_update(user_id=obj.pk, changes=changes, condition=lambda _user: None)
