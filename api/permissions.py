"""Who may do what. A view that names none of these lets nobody in."""

from __future__ import annotations

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.caller import caller

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Denied(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        return False


class Everybody(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        return True


class PublicOrToken(BasePermission):
    """The service itself: open where the operator said so, else for known callers."""

    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        if settings.PUBLIC_API:
            return True
        known = caller(request)
        return known is not None and known.role is not None


class ViewerReads(BasePermission):
    """Viewers and operators read; operators change."""

    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        known = caller(request)
        if known is None:
            return False
        allowed = {"operator", "viewer"} if request.method in _SAFE else {"operator"}
        return known.role in allowed
