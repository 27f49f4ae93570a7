"""No secret gets through the real logging, whoever logs it and in whichever form."""

from __future__ import annotations

import io
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import structlog
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from ironclad.observability import logs, secret_values
from ironclad.observability.redaction import HIDDEN

S = "zQ8/kf+3Wm.Lr9xT"  # with what has to be encoded in an address

OURS = {
    **dict.fromkeys(secret_values.NAMES, S),
    **{name: [S] for name in secret_values.LISTS},
    "REDIS_URL": f"redis://:{quote(S, safe='')}@cache:6379/0",
    "PROMETHEUS_URL": f"https://me:{quote(S, safe='')}@prometheus:9090",
    "ALERT_WEBHOOKS": [f"https://hooks.example.org/x?who={quote(S, safe='')}"],
}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure("stderr")


def structlog_field(said: str) -> None:
    structlog.get_logger("x").warning("event", note=said)


def structlog_message(said: str) -> None:
    structlog.get_logger("x").error(said)


def nested(said: str) -> None:
    structlog.get_logger("x").info("event", seen=[{"deep": (said, said.encode())}])


def a_library(said: str) -> None:
    logging.getLogger("any.library").warning("it said %s", said)


def an_exception(said: str) -> None:
    try:
        raise ValueError(said)  # noqa: TRY301
    except ValueError:
        logging.getLogger("y").exception("oh")


def a_cause(said: str) -> None:
    try:
        try:
            raise KeyError(said)  # noqa: TRY301
        except KeyError as error:
            raise RuntimeError("it failed") from error
    except RuntimeError:
        structlog.get_logger("x").exception("oh")


WAYS: list[Callable[[str], None]] = [
    structlog_field, structlog_message, nested, a_library, an_exception, a_cause,
]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_a_setting_that_is_secret_is_known(name: str, settings: Settings) -> None:
    setattr(settings, name, OURS[name])
    stream = io.StringIO()
    logs.configure(stream)
    pair = b64encode(f"{settings.EMAIL_HOST_USER}:{S}".encode()).decode()
    try:
        for way in WAYS:
            for form in (S, quote(S, safe=""), pair):
                way(f"before {form} after")
                assert "before" in stream.getvalue()
                assert form not in stream.getvalue(), way.__name__
                stream.seek(0)
                stream.truncate()
    finally:
        logs.configure("stderr")


def test_one_learnt_while_we_run_is_hidden_from_then_on(stream: io.StringIO) -> None:
    logs.logs.hide(S)
    for way in WAYS:
        way(f"the password is now {S}")
    assert S not in stream.getvalue()


def test_no_setting_that_sounds_like_a_secret_is_forgotten() -> None:
    sounding = {
        name
        for name in dir(django_settings)
        if not name.startswith("_")
        and name.endswith(("_KEY", "TOKEN", "SECRET", "PASSWORD", "KEY_FALLBACKS"))
    }
    assert "SECRET_KEY_FALLBACKS" in sounding
    assert sounding - {*secret_values.NAMES, *secret_values.LISTS} == set()


SHAPES = [
    f"Authorization: Bearer {S.replace('/', '_')}",
    "Authorization: Basic dXNlcjp6UThrZjM=",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhZGEifQ.zQ8kf3WmLr9xT",
    "redis://:zQ8kf3WmLr9xT@cache:6379/0",
    "postgresql://ironclad:zQ8kf3WmLr9xT@db/ironclad",
    "GET /enter/zQ8kf3WmLr9xT",
    "GET /console/oidc?code=zQ8kf3WmLr9xT&state=zQ8kf3WmLr9xT",
    "https://hooks.example.org/x?token=zQ8kf3WmLr9xT&y=1",
    "otpauth://totp/Ironclad:ada?secret=zQ8kf3WmLr9xT&issuer=Ironclad",
    "otp=zQ8kf3WmLr9xT",
    '{"totp": "zQ8kf3WmLr9xT"}',
    "{'client_secret': 'zQ8kf3WmLr9xT', 'x': 1}",
    "AUDIT_KEY=zQ8kf3WmLr9xT",
    "X-Api-Key: zQ8kf3WmLr9xT",
    "Cookie: ironclad_session=zQ8kf3WmLr9xT; ironclad_csrf=zQ8kf3WmLr9xT",
    "sessionid=zQ8kf3WmLr9xT",
    "password: zQ8kf3WmLr9xT",
    "-----BEGIN EC " + "PRIVATE KEY-----\nzQ8kf3WmLr9xT\n-----END EC PRIVATE KEY-----",
]


@pytest.mark.parametrize("said", SHAPES)
def test_a_secret_is_known_by_its_shape(said: str, stream: io.StringIO) -> None:
    for way in WAYS:
        way(f"before, {said}")
    told = stream.getvalue()
    assert told.count("before") >= len(WAYS)
    assert HIDDEN in told
    for part in ("zQ8kf3WmLr9xT", "3Wm.Lr9xT", "dXNlcjp6"):
        assert part not in told


@pytest.mark.parametrize(
    "name",
    [
        "password", "client_secret", "accessToken", "Set-Cookie", "session_key",
        "csrf", "totp", "otp_code", "recovery_code", "api_key", "auditKey", "credentials",
    ],
)  # fmt: skip
def test_a_field_is_hidden_by_its_name(name: str, stream: io.StringIO) -> None:
    structlog.get_logger("x").warning("event", **{name: "123456"})
    structlog.get_logger("x").warning("event", sent={name: ["123456"]})
    logging.getLogger("y").warning("event", extra={name: "123456"})
    assert "123456" not in stream.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "code=CIRCUIT_OPEN status=503",
        "GET /api/users?search=ada&ordering=name 200",
        "https://ironclad.example.org/console/live?range=1h",
        "option hotpath keys=12 monkey=1",
        "the tokens of two people were revoked",
        "at 12:30:05 2026-01-31T12:30:05.123Z",
    ],
)
def test_what_is_none_stays_to_be_read(said: str, stream: io.StringIO) -> None:
    structlog_message(said)
    assert said in stream.getvalue()
