"""`{% module "js/pages/live.js" %}`: a page's script, with all that it imports."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sre_console.pages.modules import needed

register = template.Library()


@register.simple_tag
def module(entry: str) -> SafeString:
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((static(name),) for name in needed(entry)),
    )
    script = format_html('<script type="module" src="{}"></script>', static(entry))
    return format_html("{}\n{}", preloads, script)
