"""`{% environment as here %}`: for pages that have neither request nor database, too."""

from __future__ import annotations

from django import template

from sre_console.pages.environment import Environment
from sre_console.pages.environment import environment as read

register = template.Library()


@register.simple_tag
def environment() -> Environment:
    return read()
