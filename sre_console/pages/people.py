"""Who sits behind a session cookie, read away from the event loop."""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import close_old_connections

from ironclad.resilience import bulkhead, deadline
from sre_console.accounts.roles import Role, role_of
from sre_console.accounts.session_store import SessionStore
from sre_console.accounts.session_user import user_of

# Two threads of their own: with the database hung, consoles wait for each other and not for
# the thread that every `sync_to_async` outside a request shares.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="console-session")
_DEADLINE = 3.0  # seconds for the three small reads


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role | None
    pk: int = field(default=0, compare=False)


def read(session_key: str) -> Person | None:
    """The person signed in under this session; None when there is none (any more).

    Raises DatabaseUnavailable or DeadlineExceeded.
    """
    token = bulkhead.compartment.set("console")
    try:
        with deadline.within(_DEADLINE):
            # The browser cannot be given another cookie here: nothing may be changed.
            user = user_of(SessionStore(session_key))
            if not user.is_authenticated or not user.is_active:
                return None
            return Person(user.get_username(), role_of(user), pk=user.pk)
    finally:
        bulkhead.compartment.reset(token)
        close_old_connections()  # back to the pool


async def person_of(session_key: str) -> Person | None:
    """As `read`, for the event loop."""
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, context.run, read, session_key)
