"""Who may do what, by the matrix. A view that names nothing lets nobody in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.caller import Caller, caller
from sre_console.access.checks import refusal
from sre_console.access.matrix import ACTIONS, permitted

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Denied(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        return False


class Everybody(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        return True


class Matrix(BasePermission):
    """Refuses with the reason: who may do what was asked for."""

    read: ClassVar[str]
    change: ClassVar[str]

    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        known = caller(request)
        if known is None:
            return False
        action = self.read if request.method in _SAFE else self.change
        if not allowed(known, action):
            raise refusal(action, role=known.role, scopes=known.scopes)
        return True


class PublicOrMatrix(Matrix):
    """The service itself: open where the operator said so, else for known callers."""

    def has_permission(self, request: Request, view: object) -> bool:
        return bool(settings.PUBLIC_API) or super().has_permission(request, view)


def may(read: str, *, change: str = "", public: bool = False) -> type[Matrix]:
    """A permission class: `read` is asked of GET, HEAD and OPTIONS, `change` of the rest."""
    changed = change or read
    assert {read, changed} <= ACTIONS.keys()  # noqa: S101 - at import, by the code itself
    base = PublicOrMatrix if public else Matrix
    return type("May", (base,), {"read": read, "change": changed})


def allowed(known: Caller, action: str) -> bool:
    return permitted(action, known.role, known.scopes)
