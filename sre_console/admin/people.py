"""People, groups, tokens, and the audit log to read.

Every change made here is audited in its own transaction.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sre_console.accounts.actors import actor_of
from sre_console.accounts.roles import role_of
from sre_console.accounts.tokens import token_revoke
from sre_console.admin.read_only import ReadOnlyAdmin
from sre_console.audit.services import audited, record
from sre_console.models import ApiToken, AuditEntry

if TYPE_CHECKING:  # generic for the type checker alone
    ModelAdmin = admin.ModelAdmin[Any]
    AccountAdmin = UserAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin
    AccountAdmin = UserAdmin

admin.site.unregister(User)
admin.site.unregister(Group)


def _change(request: HttpRequest) -> AbstractContextManager[None]:
    """Around a whole view: rows are locked after the audit log, as everywhere."""
    return audited() if request.method == "POST" else nullcontext()


class AuditedAdmin(ModelAdmin):
    """Audits where Django itself logs: in the transaction of the change, after it."""

    def facts(self, obj: models.Model) -> dict[str, object]:
        """What the audit log says of a row; never a secret."""
        return {"name": str(obj)}

    def save_model(
        self,
        request: HttpRequest,
        obj: models.Model,
        form: ModelForm[Any],
        change: bool,
    ) -> None:
        if change:
            stored = type(obj)._default_manager.get(pk=obj.pk)  # noqa: SLF001
            request.META["ironclad.before"] = self.facts(stored)
        super().save_model(request, obj, form, change)

    def log_addition(
        self, request: HttpRequest, obj: models.Model, message: Any
    ) -> Any:
        self._record(request, obj, "added", {"after": self.facts(obj)})
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        detail = {
            "before": request.META.get("ironclad.before"),
            "after": self.facts(obj),
            "changed": message,  # the names of the fields alone
        }
        self._record(request, obj, "changed", detail)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted", {"before": self.facts(obj)})
        return super().log_deletions(request, queryset)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _change(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _change(request):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _change(request):  # by an action, such as delete
            return super().changelist_view(request, *args, **kwargs)

    def _record(
        self,
        request: HttpRequest,
        obj: models.Model,
        what: str,
        detail: dict[str, object],
    ) -> None:
        record(
            actor=actor_of(request),
            action=f"{self.opts.model_name}.{what}",
            subject=str(obj),
            detail=detail,
        )


@admin.register(User)
class PersonAdmin(AuditedAdmin, AccountAdmin):
    """An operator manages people; only a superuser makes or touches a superuser."""

    # With the group at once: without a role nobody may sign in.
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username", "usable_password", "password1", "password2", "groups",
                ),
            },
        ),
    )  # fmt: skip

    def facts(self, obj: models.Model) -> dict[str, object]:
        # read again: groups and role are cached on the object that was changed
        user = User.objects.get(pk=obj.pk)
        return {
            "name": user.get_username(),
            "role": role_of(user),
            "groups": sorted(user.groups.values_list("name", flat=True)),
            "active": user.is_active,
            "staff": user.is_staff,
            "superuser": user.is_superuser,
        }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fixed
        return (*fixed, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        with _change(request):
            return super().user_change_password(request, id, form_url)


@admin.register(Group)
class RoleAdmin(AuditedAdmin, GroupAdmin):
    def facts(self, obj: models.Model) -> dict[str, object]:
        group = Group.objects.get(pk=obj.pk)
        codes = group.permissions.values_list("codename", flat=True)
        return {"name": group.name, "permissions": sorted(codes)}


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "actor", "role", "action", "subject", "request_id")
    list_filter = ("action", "role")
    search_fields = ("actor", "subject", "request_id")
    ordering = ("-id",)
    show_full_result_count = False  # the log only grows


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are made by `manage.py api_token`, which prints them once."""

    list_display = ("name", "user", "created_at", "expires_at", "revoked_at")
    fields = ("name", "user", "created_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            token_revoke(actor=actor_of(request), token=token)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("sre_console.change_apitoken")
