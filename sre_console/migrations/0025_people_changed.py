"""Tells every replica that a token, a person or a group has changed, on the users' channel.

What a replica remembers of callers it forgets then. Not for what a sign-in or a use of a token writes
(`last_login`, `last_used_at`): that takes nothing from anybody.
"""

from django.conf import settings
from django.db import migrations

TRIGGERS = """
CREATE FUNCTION people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ironclad_users', 'people');
    RETURN NULL;
END
$$;
CREATE TRIGGER people_changed AFTER INSERT OR DELETE OR TRUNCATE
    OR UPDATE OF digest, user_id, scopes, expires_at, revoked_at, name ON api_token
    FOR EACH STATEMENT EXECUTE FUNCTION people_changed();
CREATE TRIGGER people_changed AFTER INSERT OR DELETE OR TRUNCATE
    OR UPDATE OF username, password, is_active, is_superuser ON auth_user
    FOR EACH STATEMENT EXECUTE FUNCTION people_changed();
CREATE TRIGGER people_changed AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON auth_user_groups
    FOR EACH STATEMENT EXECUTE FUNCTION people_changed();
CREATE TRIGGER people_changed AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON auth_group
    FOR EACH STATEMENT EXECUTE FUNCTION people_changed();
ALTER TABLE api_token ENABLE ALWAYS TRIGGER people_changed;
ALTER TABLE auth_user ENABLE ALWAYS TRIGGER people_changed;
ALTER TABLE auth_user_groups ENABLE ALWAYS TRIGGER people_changed;
ALTER TABLE auth_group ENABLE ALWAYS TRIGGER people_changed;
"""

BACK = """
DROP TRIGGER people_changed ON api_token;
DROP TRIGGER people_changed ON auth_user;
DROP TRIGGER people_changed ON auth_user_groups;
DROP TRIGGER people_changed ON auth_group;
DROP FUNCTION people_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sre_console", "0024_capacity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunSQL(TRIGGERS, BACK)]
