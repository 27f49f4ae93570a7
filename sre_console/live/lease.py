"""Who evaluates: a lease of three seconds with a fencing number.

Renewing it is the first statement of each evaluator transaction, so that its row stays locked
until the commit: a holder that was stopped and wakes again finds another number and writes
nothing. (A session-level advisory lock would outlive a stopped holder.)
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

SECONDS = 3.0
_RENEW = """
UPDATE evaluator_lease SET expires_at = clock_timestamp() + %s * interval '1 second'
WHERE id = 1 AND holder = %s AND fence = %s
"""
# Looked at first without a lock, so that waiting replicas don't queue behind the leader.
_FREE = "SELECT NOT EXISTS (SELECT FROM evaluator_lease WHERE id = 1 AND expires_at >= clock_timestamp())"
_TAKE = """
INSERT INTO evaluator_lease AS lease (id, holder, fence, expires_at)
VALUES (1, %(holder)s, 1, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1,
    expires_at = excluded.expires_at
WHERE lease.expires_at < clock_timestamp()
RETURNING fence
"""
_JUDGED = "UPDATE evaluator_lease SET judged_at = %s WHERE id = 1"
_GIVE_BACK = """
UPDATE evaluator_lease SET expires_at = clock_timestamp()
WHERE id = 1 AND holder = %s AND fence = %s
"""


def judged(at: datetime) -> None:
    """Remember what is judged; run inside the transaction that holds the lease."""
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [at])


class Lease:
    def __init__(self, holder: UUID) -> None:
        self.holder = holder
        self.fence: int | None = None  # None: not the leader

    def hold(self) -> bool:
        """Renew the lease, or take it if it is free; run inside the transaction it guards."""
        with connection.cursor() as cursor:
            if self.fence is not None:
                cursor.execute(_RENEW, [SECONDS, self.holder, self.fence])
                if cursor.rowcount == 1:
                    return True
                self.fence = None  # somebody took over meanwhile
            cursor.execute(_FREE)
            if not cursor.fetchone()[0]:
                return False
            cursor.execute(_TAKE, {"holder": self.holder, "seconds": SECONDS})
            taken = cursor.fetchone()
        self.fence = None if taken is None else taken[0]
        return self.fence is not None

    def give_back(self) -> bool:
        """Let the next one who looks have it; False where it was not held (any more)."""
        if self.fence is None:
            return False
        fence, self.fence = self.fence, None
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [self.holder, fence])
            return int(cursor.rowcount) == 1
