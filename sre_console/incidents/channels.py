"""The ways out: a signed webhook, and e-mail through Django's backend."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from smtplib import SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage

from ironclad.errors import CircuitOpen, IroncladError
from ironclad.outbound.answer import AddressForbidden
from ironclad.outbound.client import Outbound
from ironclad.resilience.deadline import within
from sre_console.incidents.outbox import Message, Outcome
from sre_console.incidents.places import address_of

_WITHIN = 10.0  # seconds for one attempt
_MAIL_WITHIN = 15.0  # a mail server asks more often, and may take its time on purpose
_GONE = 410  # whoever answers so wants nothing more
# A breaker and a bulkhead for each: a webhook that is away must not hold the others up.
WEBHOOKS: dict[str, Outbound] = {
    address: Outbound(f"alert-webhook-{number}", body_limit=64 * 1024)
    for number, address in enumerate(settings.ALERT_WEBHOOKS, 1)
}


def deliver(message: Message) -> Outcome:
    """One attempt; raises nothing that a place or its network may cause."""
    try:
        if message.channel == "webhook":
            return _post(message)
        return _mail(message)
    except AddressForbidden as error:
        return Outcome(message, error.message, final=True)
    except CircuitOpen as error:
        return Outcome(message, error.message, unsent=True)
    except (IroncladError, SMTPException, OSError, ValueError) as error:
        return Outcome(message, _said(error))


def signature(secret: str, at: int, body: bytes) -> str:
    """`t=<epoch seconds>,v1=<HMAC-SHA256 of "t.body", hex>`: old ones can't be sent again."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def _post(message: Message) -> Outcome:
    address = address_of("webhook", message.place, WEBHOOKS)
    if address is None:
        return Outcome(message, "This webhook is not configured any more.", final=True)
    body = json.dumps(message.body, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        # The same at every attempt: who has seen it needs not look again.
        "x-ironclad-event-id": str(message.pk),
    }
    if settings.ALERT_WEBHOOK_SECRET:
        at = int(time.time())
        headers["x-ironclad-signature"] = signature(
            settings.ALERT_WEBHOOK_SECRET, at, body
        )
    answer = WEBHOOKS[address].request(
        "POST",
        address,
        headers=headers,
        content=body,
        deadline=_WITHIN,
        public_only=not settings.ALERT_WEBHOOKS_INTERNAL,
    )
    if 200 <= answer.status < 300:  # noqa: PLR2004
        return Outcome(message)
    gone = answer.status == _GONE
    return Outcome(message, f"It answered with status {answer.status}.", final=gone)


def _mail(message: Message) -> Outcome:
    address = address_of("email", message.place, settings.ALERT_EMAILS)
    if address is None:
        said = "This mail address is not configured any more."
        return Outcome(message, said, final=True)
    mail = EmailMessage(
        subject=subject(message.body),
        body=text(message.body),
        to=[address],
        headers={"X-Ironclad-Event-Id": str(message.pk)},
    )
    with within(_MAIL_WITHIN):
        mail.send()
    return Outcome(message)


def subject(body: Mapping[str, object]) -> str:
    """One line, whatever is in a title."""
    incident = body["incident"]
    assert isinstance(incident, dict)  # noqa: S101 - mails are of incidents
    exercise = "exercise, " if incident["exercise"] else ""
    what = str(body["event"]).removeprefix("incident.")
    line = f"[{exercise}{incident['severity']}] {incident['title']} ({what})"
    return " ".join(line.split())


def text(body: Mapping[str, object]) -> str:
    incident, alerts = body["incident"], body["alerts"]
    assert isinstance(incident, dict)  # noqa: S101 - for the types
    assert isinstance(alerts, list)  # noqa: S101 - for the types
    lines = [
        str(incident["title"]),
        "",
        (
            f"Incident {incident['id']} of {incident['service']}: {incident['state']}, "
            f"{incident['severity']}, opened {incident['openedAt']}."
        ),
    ]
    if incident["exercise"]:
        lines.append("It belongs to an exercise: a fault is being injected on purpose.")
    lines += [*_held(body), "", "Alerts:"]
    for alert in alerts:
        state = "fires" if alert["firing"] else "cleared"
        lines.append(f"* {alert['name']} ({state}): {alert['summary']}")
        if alert["runbookUrl"]:
            lines.append(f"  {alert['runbookUrl']}")
    if more := body.get("alertsLeftOut", 0):  # the version before left none out
        lines.append(f"* and {more} more")
    return "\n".join([*lines, "", str(incident["url"]), ""])


def _held(body: Mapping[str, object]) -> list[str]:
    """What the reader was not told; the version before wrote nothing of it."""
    held = body.get("held", 0)
    if held is None:
        return ["It was held back when it was written, and is sent by hand."]
    if not held:
        return []
    number = "1 notification was" if held == 1 else f"{held} notifications were"
    where = f"{settings.CONSOLE_URL}/console/notifications?state=held"
    return [f"{number} held back since the last mail to this address: {where}"]


def _said(error: Exception) -> str:
    """What went wrong without what was sent; a server's own words may hold anything."""
    if isinstance(error, IroncladError):
        return error.message
    if isinstance(error, SMTPResponseException):
        return f"The mail server answered with {error.smtp_code}."
    return f"It could not be sent: {type(error).__name__}."
