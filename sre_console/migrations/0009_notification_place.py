"""Addresses of webhooks are secrets: what was told keeps their names alone.

What is pending stays as it is: the version before, which may still lead, finds its address by
it. The version after names it when it takes it.
"""

import hashlib
import re
from urllib.parse import urlsplit

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMED = re.compile(r".*… #[0-9a-f]{8}")


def name(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = "" if parts.port is None else f":{parts.port}"
        host = parts.hostname or ""
        origin = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
    except ValueError:
        origin = "webhook:"
    end = f"… #{hashlib.sha256(address.encode()).hexdigest()[:8]}"
    return f"{origin}/"[:255 - len(end)] + end


def rename(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("sre_console", "Notification").objects
    told = rows.filter(channel="webhook").exclude(state="pending")
    for address in told.order_by().values_list("place", flat=True).distinct():
        if not NAMED.fullmatch(address):
            told.filter(place=address).update(place=name(address))


class Migration(migrations.Migration):

    dependencies = [
        ("sre_console", "0008_incident_figures"),
    ]

    # Forward only: an address cannot be found by its name.
    operations = [migrations.RunPython(rename)]
