"""The base of the service's own views: all their queries go the guarded way."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from api.view import View
from ironclad.database import guard

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})


class GuardedView(View):
    """Authentication, permissions and the method itself are one guarded call.

    So a request has one breaker call for each try, whatever it asks, and a try that fails is
    repeated as a whole. It takes a connection when it first needs one.
    """

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """As DRF's, with the part that may ask the database guarded."""
        self.args, self.kwargs = args, kwargs
        asked = self.initialize_request(request, *args, **kwargs)
        self.request = asked
        self.headers = self.default_response_headers
        answer = partial(self._answer, asked, *args, **kwargs)
        try:
            response = guard.service().run(
                answer, idempotent=asked.method in _IDEMPOTENT
            )
        except Exception as error:  # noqa: BLE001 - as DRF: the handler knows each of them
            response = self.handle_exception(error)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        return self.response

    def _answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        if method in self.http_method_names:
            handler = getattr(self, method, self.http_method_not_allowed)
        else:
            handler = self.http_method_not_allowed
        answer: Response = handler(request, *args, **kwargs)
        return answer
