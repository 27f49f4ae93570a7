"""The scoring rules of Mozilla's HTTP Observatory (version 4 of its tests), as data.

Each rule names what it looks at; the first outcome whose condition holds gives the points. From
100; points above are credit and count only for who has 90 without them. What our answers cannot
show is left out: SRI (no script comes from elsewhere) and the redirect to TLS, which the
proxy makes (deploy/proxy/nginx.conf), each 0 points where it is right.
Source: https://github.com/mdn/mdn-http-observatory/blob/main/src/scoring/ (MPL 2.0; rules restated).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GRADES = (
    (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"),
    (50, "C"), (45, "C-"), (40, "D+"), (30, "D"), (25, "D-"),
)  # fmt: skip
_CREDIT_FROM = 90
_HALF_A_YEAR = 15_768_000  # seconds
_PRIVATE = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
_UNSAFE = ("'unsafe-inline'", "data:", "https:", "http:", "*")


@dataclass(frozen=True)
class Answer:
    headers: Mapping[str, str]  # names in lower case
    cookies: Sequence[str]  # Set-Cookie, whole

    def has(self, name: str, value: str | None = None) -> bool:
        said = self.headers.get(name)
        return said is not None and value in {None, said.lower()}

    @property
    def csp(self) -> dict[str, list[str]]:
        rules = self.headers.get("content-security-policy", "").split(";")
        return {words[0]: words[1:] for rule in rules if (words := rule.split())}

    def sources(self, directive: str) -> list[str]:
        return self.csp.get(directive, self.csp.get("default-src", ["*"]))

    @property
    def max_age(self) -> int:
        said = self.headers.get("strict-transport-security", "")
        found = re.search(r"max-age=(\d+)", said)
        return int(found[1]) if found else 0

    def every_cookie(self, attribute: str) -> bool:
        return all(attribute in cookie.lower() for cookie in self.cookies)


Outcome = tuple[str, int, Callable[[Answer], bool]]


def _loose(answer: Answer) -> bool:
    return any(
        word in answer.sources(name)
        for name in ("script-src", "object-src")
        for word in _UNSAFE
    )


def _otherwise(_answer: Answer) -> bool:
    return True


RULES: Mapping[str, Sequence[Outcome]] = {
    "content-security-policy": (
        ("not implemented", -25, lambda a: not a.csp),
        ("unsafe-inline, or any source, for scripts", -20, _loose),
        ("unsafe-eval", -10, lambda a: "'unsafe-eval'" in a.sources("script-src")),
        ("unsafe-inline for styles", 0, lambda a: "'unsafe-inline'" in a.sources("style-src")),
        ("nothing unsafe, nothing by default", 10, lambda a: a.csp.get("default-src") == ["'none'"]),
        ("nothing unsafe", 5, _otherwise),
    ),
    "cookies": (
        ("none", 0, lambda a: not a.cookies),
        ("session without Secure", -40, lambda a: not a.every_cookie("secure")),
        ("session without HttpOnly", -30, lambda a: not a.every_cookie("httponly")),
        ("against CSRF without SameSite", -20, lambda a: not a.every_cookie("samesite=")),
        ("Secure, HttpOnly and SameSite", 5, _otherwise),
    ),
    "cross-origin-resource-sharing": (
        ("anybody, with credentials", -50, lambda a: a.has("access-control-allow-credentials", "true")),
        ("closed", 0, _otherwise),
    ),
    "cross-origin-resource-policy": (
        ("same origin", 10, lambda a: a.has("cross-origin-resource-policy", "same-origin")),
        ("same site", 10, lambda a: a.has("cross-origin-resource-policy", "same-site")),
        ("not implemented, or for all", 0, _otherwise),
    ),
    "referrer-policy": (
        ("not implemented", 0, lambda a: not a.has("referrer-policy")),
        ("private", 5, lambda a: a.headers["referrer-policy"].lower() in _PRIVATE),
        ("unsafe", -5, _otherwise),
    ),
    "strict-transport-security": (
        ("half a year or more", 0, lambda a: a.max_age >= _HALF_A_YEAR),
        ("shorter", -10, lambda a: a.max_age > 0),
        ("not implemented", -20, _otherwise),
    ),
    "x-content-type-options": (
        ("nosniff", 0, lambda a: a.has("x-content-type-options", "nosniff")),
        ("not implemented", -5, _otherwise),
    ),
    "x-frame-options": (
        ("by the policy", 5, lambda a: "frame-ancestors" in a.csp),
        ("deny or same origin", 5, lambda a: a.has("x-frame-options")),
        ("not implemented", -20, _otherwise),
    ),
}  # fmt: skip


def score(answer: Answer) -> tuple[int, dict[str, str]]:
    """The points, and which outcome each rule has come to."""
    total, credit, told = 100, 0, {}
    for name, outcomes in RULES.items():
        outcome, points, _ = next(each for each in outcomes if each[2](answer))
        told[name] = outcome
        if points > 0:
            credit += points
        else:
            total += points
    return max(0, total + credit if total >= _CREDIT_FROM else total), told


def grade(answer: Answer) -> str:
    points, _ = score(answer)
    return next((letter for least, letter in GRADES if points >= least), "F")
