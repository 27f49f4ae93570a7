"""People, groups, tokens, and the audit log to read.

Every change made here is audited in its own transaction.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ironclad.errors import FieldsInvalid
from sre_console.access.matrix import permitted
from sre_console.accounts.actors import actor_of
from sre_console.accounts.passwords import by_provider, password_is_temporary
from sre_console.accounts.people import (
    administrators,
    is_service,
    last_administrator,
    last_administrator_told,
    name_read,
    service_refused,
)
from sre_console.accounts.roles import ROLES, role_of
from sre_console.accounts.sessions import sessions_drop
from sre_console.accounts.tokens import token_revoke
from sre_console.accounts.told import people_changed
from sre_console.admin.read_only import ReadOnlyAdmin
from sre_console.audit.changes import changes
from sre_console.audit.services import audited, record
from sre_console.models import ApiToken, AuditEntry

if TYPE_CHECKING:  # generic for the type checker alone
    ModelAdmin = admin.ModelAdmin[Any]
    AccountAdmin = UserAdmin[Any]
    ChangeForm = UserChangeForm[User]
    CreationForm = AdminUserCreationForm
else:
    ModelAdmin = admin.ModelAdmin
    AccountAdmin = UserAdmin
    ChangeForm = UserChangeForm
    CreationForm = AdminUserCreationForm

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
        self._record(request, obj, "added", after=self.facts(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        before, after = changes(
            request.META.get("ironclad.before") or {}, self.facts(obj)
        )
        # the message has the names of the fields alone
        self._record(
            request, obj, "changed", before=before, after=after, changed=message
        )
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted", before=self.facts(obj))
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
        *,
        before: dict[str, object] | None = None,
        after: dict[str, object] | None = None,
        **detail: object,
    ) -> None:
        record(
            actor=actor_of(request),
            action=f"{self.opts.model_name}.{what}",
            subject=str(obj),
            before=before,
            after=after,
            detail=detail,
        )


class PersonForm(ChangeForm):
    """Refuses in words what the services refuse, and the database at last."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        roles_judge(self, self.instance)
        return given


class NewPersonForm(CreationForm):
    def clean_username(self) -> str:
        name = super().clean_username()
        try:
            return name_read(name)
        except FieldsInvalid as error:  # a name that entries of the audit log bear
            raise ValidationError(error.problems[0][1]) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        roles_judge(self, None)
        return given


def roles_judge(form: ModelForm[Any], user: User | None) -> None:
    """One role at most, and an administrator is left; read-only fields are not there."""
    given = form.cleaned_data
    if "groups" in given:
        roles = [each.name for each in given["groups"] if each.name in ROLES]
    else:
        roles = []
    if len(roles) > 1:
        form.add_error("groups", gettext("A person has one role."))
    if user is None or ("groups" not in given and "is_active" not in given):
        return
    if "administrator" in roles and is_service(user):
        form.add_error("groups", service_refused())
    stays = given.get("is_active", user.is_active) and (
        user.is_superuser or "administrator" in roles or "groups" not in given
    )
    if not stays and last_administrator(user):
        form.add_error(None, last_administrator_told())


@admin.register(User)
class PersonAdmin(AuditedAdmin, AccountAdmin):
    """An administrator manages others. Superusers are made by a command alone."""

    form = PersonForm
    add_form = NewPersonForm
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
        if obj is None:
            return fixed
        # the audit log knows people by name; the role decides who enters the admin; an
        # access review goes by the two times
        fixed = (*fixed, "username", "is_superuser", "is_staff", "user_permissions")
        fixed = (*fixed, "last_login", "date_joined")
        return (*fixed, "groups", "is_active") if obj == request.user else fixed

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        known = permitted("access.review", role_of(request.user))
        return known and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            if obj.is_superuser and not request.user.is_superuser:
                return False
            if obj == request.user or last_administrator(obj):
                return False
        return super().has_delete_permission(request, obj)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        before = request.META.get("ironclad.before") or {}
        after = self.facts(form.instance)
        if any(before.get(key) != after[key] for key in ("role", "active")):
            sessions_drop(form.instance)  # what they were is over
        people_changed(form.instance.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = set(queryset.values_list("pk", flat=True))
        left = set(administrators().values_list("pk", flat=True))
        if request.user.pk in chosen or (left & chosen and not left - chosen):
            raise PermissionDenied
        super().delete_queryset(request, queryset)

    def log_addition(
        self, request: HttpRequest, obj: models.Model, message: Any
    ) -> Any:
        password_is_temporary(User.objects.get(pk=obj.pk))
        return super().log_addition(request, obj, message)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        # as Django reads it: " 7", "+7" and "07" are 7, too
        user = self.get_object(request, unquote(id))
        if user is not None and (is_service(user) or by_provider(user)):
            raise PermissionDenied  # no password lets these in
        if user == request.user:  # one's own page asks for the present one
            return redirect("console:account-password")
        with _change(request):
            answer = super().user_change_password(request, id, form_url)
            if user is not None and answer.status_code == HTTPStatus.FOUND:
                password_is_temporary(user)
                sessions_drop(user)
                people_changed(user.pk)
            return answer


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """To look at: what the roles may do here follows from the code."""

    fields = ("name", "permissions")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "actor", "role", "action", "subject", "request_id")
    list_filter = ("action", "role")
    search_fields = ("actor", "subject", "request_id")
    ordering = ("-id",)
    show_full_result_count = False  # the log only grows


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are made in the console and by `manage.py api_token`, which tell them once."""

    list_display = (
        "name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
    )  # fmt: skip
    fields = (*list_display, "made_by", "last_used_from")
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            token_revoke(actor=actor_of(request), token=token)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        known = permitted("tokens.all", role_of(request.user))
        return known and super().has_view_permission(request, obj)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("sre_console.change_apitoken")
