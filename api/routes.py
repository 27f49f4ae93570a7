"""How addresses are read: both forms of each, and ids that a column can hold."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter

from api.view import View

_LARGEST = 2**31 - 1  # of a serial column


class Id32Converter(IntConverter):
    """An id in ASCII digits; `<int:…>` also takes other scripts' and any size."""

    regex = "[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > _LARGEST:
            raise ValueError  # the address matches nothing
        return number


register_converter(Id32Converter, "id32")


def both(address: str, view: type[View]) -> list[URLPattern]:
    """The address without and with a trailing slash."""
    handler = view.as_view()
    return [path(address, handler), path(f"{address}/", handler)]
