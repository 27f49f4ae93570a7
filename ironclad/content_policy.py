"""The Content-Security-Policy of what Django answers, written once and not for each answer."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class ContentPolicy(CSPMiddleware):
    """As django-csp's, which puts the same words together anew each time."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        # A nonce that was asked for, or a policy of the answer's own, is its business.
        plain = "_csp_nonce" not in request.__dict__ and not any(
            name in response.__dict__ for name in _OWN
        )
        if not plain:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, policy())
        return response


@cache
def policy() -> str:
    """That of the settings, for all that have none of their own."""
    return build_policy()
