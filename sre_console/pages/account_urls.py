"""The addresses of accounts: one's own, everybody's, and their review."""

from __future__ import annotations

from django.urls import re_path

from sre_console.pages.views import access_review, account, people

_ID = "(?P<number>[1-9][0-9]{0,8})"
_HANDLE = "(?P<handle>[0-9a-f]{16})"
_ACTIONS = "role|on|off|unlock|second-factor|password|owner"
patterns = [
    re_path(r"^console/account/?$", account.account, name="account"),
    re_path(r"^console/account/tokens/?$", account.token_new, name="token-new"),
    re_path(
        rf"^console/account/tokens/{_ID}/revoke/?$", account.token_end, name="token-end"
    ),
    re_path(
        r"^console/account/sessions/end/?$", account.sessions_over, name="sessions-over"
    ),
    re_path(
        rf"^console/account/sessions/{_HANDLE}/end/?$",
        account.session_over,
        name="session-over",
    ),
    re_path(r"^console/people/?$", people.people, name="people"),
    re_path(rf"^console/people/{_ID}/?$", people.person, name="person"),
    re_path(
        rf"^console/people/{_ID}/(?P<action>{_ACTIONS})/?$",
        people.person_change,
        name="person-change",
    ),
    re_path(
        rf"^console/people/{_ID}/sessions/end/?$",
        people.person_sessions,
        name="person-sessions",
    ),
    re_path(
        rf"^console/people/{_ID}/sessions/{_HANDLE}/end/?$",
        people.person_sessions,
        name="person-session",
    ),
    re_path(
        rf"^console/people/{_ID}/tokens/(?P<action>new|revoke)/?$",
        people.person_tokens,
        name="person-tokens",
    ),
    re_path(
        rf"^console/people/{_ID}/tokens/(?P<token>[1-9][0-9]{{0,8}})/revoke/?$",
        people.person_token,
        name="person-token",
    ),
    re_path(r"^console/access/?$", access_review.access, name="access"),
    re_path(r"^console/access/reviewed/?$", access_review.reviewed, name="reviewed"),
]
