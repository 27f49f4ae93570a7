"""Whether a secret was drawn, or thought up. Pure."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

LEAST = 32  # characters
_LEAST_BITS = 90.0  # 32 hexadecimal digits have about 110 by this measure
_MOST_STEPS = (
    0.6  # share of neighbours that are alike or follow each other; drawn: under 0.2
)
_RUN = 8  # characters that come twice: in a drawn key less than once in a million times
# In a drawn key of 50 characters none of these turns up once in a million times.
_PLACEHOLDERS = (
    *("changeme", "change-me", "change_me", "replace", "placeholder", "your-key"),
    *("secret", "password", "default", "insecure", "example", "ironclad", "django"),
    *("only-for-", "testing", "xxxxxx", "123456", "abcdef", "qwerty", "lorem"),
)


def weakness(secret: str) -> str:
    """What makes the secret one that can be guessed, as the end of a sentence; else empty."""
    if len(secret) < LEAST:
        return f"is missing or shorter than {LEAST} characters"
    lower = secret.lower()
    for word in _PLACEHOLDERS:
        if word in lower:
            return f'holds the word "{word}", as placeholders do'
    steps = sum(abs(ord(b) - ord(a)) <= 1 for a, b in pairwise(secret))
    runs = [secret[start : start + _RUN] for start in range(len(secret) - _RUN + 1)]
    alike = steps > _MOST_STEPS * len(secret) or len(set(runs)) < len(runs)
    if alike or bits(secret) < _LEAST_BITS:
        return "repeats itself too much to have been drawn"
    return ""


def bits(secret: str) -> float:
    """Shannon's entropy of its characters, times their number: what they could tell at most."""
    share = [count / len(secret) for count in Counter(secret).values()]
    return -sum(part * math.log2(part) for part in share) * len(secret)
