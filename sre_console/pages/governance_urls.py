"""The addresses of the pages that auditors read."""

from __future__ import annotations

from django.urls import re_path

from sre_console.governance.decisions import NAME
from sre_console.pages.views import changes, evidence, governance, injections

patterns = [
    re_path(r"^console/evidence/?$", evidence.evidence, name="evidence"),
    re_path(r"^console/governance/?$", governance.governance, name="governance"),
    re_path(r"^console/policy/?$", governance.policy, name="policy"),
    re_path(r"^console/decisions/?$", governance.decision_list, name="decisions"),
    re_path(
        rf"^console/decisions/(?P<name>{NAME.pattern})/?$",
        governance.decision_page,
        name="decision",
    ),
    re_path(r"^console/changes/?$", changes.changes, name="changes"),
    re_path(r"^console/injections/?$", injections.injections, name="injections"),
]
