"""Tells every replica that users have changed, so that what they keep is never older.

The transaction's id is the version: a counter in a row would make each writer wait for the commit
of every other one (docs/adr/0041-read-cache.md). Once a statement, however many rows; PostgreSQL
delivers it at commit, once a transaction, and never when that is rolled back. ALWAYS: also for
sessions that skip ordinary triggers.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION users_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ironclad_users', pg_current_xact_id()::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON users
    FOR EACH STATEMENT EXECUTE FUNCTION users_changed();
ALTER TABLE users ENABLE ALWAYS TRIGGER users_changed;
"""

BACK = """
DROP TRIGGER users_changed ON users;
DROP FUNCTION users_changed();
"""


class Migration(migrations.Migration):

    dependencies = [("api", "0001_initial")]

    operations = [migrations.RunSQL(TRIGGER, BACK)]
