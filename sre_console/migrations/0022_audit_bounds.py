"""What is appended to the audit log can be read again: bounds on its time and its JSON.

Whoever has the application's role, and no key, could append what no program can read (a time
without end, a number of 5,000 digits, JSON 5,000 levels deep). Nobody can take such an entry away
again, and verification, pages and exports would have failed at it ever after.
"""
from __future__ import annotations

from django.db import migrations

# The function that appends stays as it is.
BOUNDS = """
CREATE FUNCTION audit_entry_bounds() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
BEGIN
    IF coalesce(current_setting('ironclad.audit_append', true), '') <> 'on' THEN
        RETURN NEW;
    END IF;
    IF NEW.at NOT BETWEEN timestamptz '2000-01-01 00:00+00' AND timestamptz '2200-01-01 00:00+00' THEN
        RAISE EXCEPTION 'audit entry % is of no time', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOREACH told IN ARRAY ARRAY[NEW.before, NEW.after, NEW.detail] LOOP
        IF jsonb_typeof(told) IS DISTINCT FROM 'object'
            OR octet_length(told::text) > 1048576
            OR jsonb_path_exists(told, '$.**{64}')
            OR jsonb_path_exists(told, '$.** ? (@ > 1e301 || @ < -1e301)') THEN
            RAISE EXCEPTION 'audit entry % says what cannot be read again', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_entry_readable BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_bounds();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("sre_console", "0021_people"),
    ]

    operations = [migrations.RunSQL(BOUNDS, migrations.RunSQL.noop)]
