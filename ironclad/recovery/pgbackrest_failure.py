"""What pgBackRest complains of, as the one reason that a person can do something about."""

from __future__ import annotations

import re

from ironclad.recovery.failure import RecoveryFailed

_ERROR = re.compile(r"^(?:P\d+ +)?ERROR: \[(\d+)\]: (.*)", re.MULTILINE | re.DOTALL)
_LONGEST = 300  # characters of a complaint that are repeated

# The first that is found counts: what a store answers is told inside other errors.
_CAUSES = (
    (
        r"ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|\b40[13] \(",
        "the store refuses the credentials: they are wrong, expired or may not do this",
        "renew them: docs/guide/backup.md; nothing has to be restarted",
    ),
    (
        r"certificate|CryptoError.*(?:verify|key file)|tls.*alert",
        "the repository's host and this one do not trust each other's certificates",
        "see that they have not expired and are of one authority",
    ),
    (
        # What was decrypted with another passphrase is noise, which has no section.
        r"outside of section|cipher header|CryptoError.*(?:decrypt|cipher|flush)",
        "the repository cannot be read with this passphrase",
        "use the one that it was made with; nobody can read it without: docs/guide/backup.md",
    ),
    (
        r"requires option: repo\d-(?:cipher-pass|s3-key)",
        "the passphrase or the key of the repository is missing",
        "name the folder of its file: PGBACKREST_CONFIG_INCLUDE_PATH",
    ),
    (
        r"No space left|\[28\]|Disk quota|\[122\]|File too large",
        "the repository is full",
        "make room or shorten the retention: docs/guide/backup.md",
    ),
    (
        r"HostConnect|connect to '[^']*:\d|get address|timeout connecting|ProtocolTimeout",
        "the repository's host does not answer",
        "see that it runs and that a policy lets this one through to it",
    ),
    (
        r"stanza-create|missing stanza|missing path '[^']*/(?:archive|backup)/",
        "there is no such stanza in the repository",
        "make it once: pgbackrest stanza-create",
    ),
    (
        r"backup set .* is not valid|no backup set found",
        "that backup is not in the repository",
        "name one of those that pgbackrest info lists",
    ),
    (
        r"because it contains files",
        "the folder is not empty: a restore goes into a new one",
        "name another folder",
    ),
    (
        r"unable to acquire lock|lock file",
        "another pgBackRest is at work on this",
        "wait until it has ended",
    ),
    (
        r"Permission denied|\[13\]",
        "the repository or the configuration may not be read by this account",
        "run it as the account that runs PostgreSQL",
    ),
)  # fmt: skip


def failure(where: str, told: str) -> RecoveryFailed:
    """Of what pgBackRest wrote; `where` names the repository for people."""
    found = _ERROR.search(told)
    plain = found[2] if found else told
    for pattern, message, remedy in _CAUSES:
        if re.search(pattern, plain, re.IGNORECASE | re.DOTALL):
            return RecoveryFailed(f"{where}: {message} ({_short(plain)})", remedy)
    return RecoveryFailed(f"{where}: {_short(plain) or 'no reason was given'}")


def _short(told: str) -> str:
    """Its first line, without what no screen can show."""
    lines = [line.strip() for line in told.strip().splitlines()] or [""]
    return "".join(c if c.isprintable() else "?" for c in lines[0])[:_LONGEST]
