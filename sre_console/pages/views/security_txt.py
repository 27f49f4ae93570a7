"""/.well-known/security.txt: whom to tell of a weakness (RFC 9116). Without a contact there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

# Less than a year is what the RFC asks for; computed at each answer, so a copy that somebody
# keeps ends, and the address never does.
_GOOD_FOR = timedelta(days=90)
_KEPT = 3600  # seconds in caches on the way


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    del request
    if not settings.SECURITY_CONTACT:
        raise Http404
    text = written(datetime.now(UTC))
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    patch_cache_control(answer, public=True, max_age=_KEPT)
    return answer


def written(now: datetime) -> str:
    until = (now + _GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    languages = ", ".join(code for code, _ in settings.LANGUAGES)
    fields = [
        *(("Contact", contact) for contact in settings.SECURITY_CONTACT),
        ("Expires", until.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("Preferred-Languages", languages),
        ("Canonical", settings.CONSOLE_URL + reverse("console:security-txt")),
        *([("Policy", settings.SECURITY_POLICY)] if settings.SECURITY_POLICY else []),
    ]
    return "".join(f"{name}: {value}\n" for name, value in fields)
