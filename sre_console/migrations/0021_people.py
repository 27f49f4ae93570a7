"""Services, reviews of access, more about tokens; the last administrator stays.

Whichever way somebody goes (a page, the admin, a command, a shell), the database itself looks
when the transaction ends whether an administrator is left. Those that end at the same time wait
for each other, so that two administrators cannot remove one another.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


LAST_ADMINISTRATOR = """
CREATE FUNCTION last_administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loses boolean := TRUE;
BEGIN
    IF TG_TABLE_NAME = 'auth_user_groups' THEN
        loses := EXISTS (
            SELECT 1 FROM auth_group WHERE id = OLD.group_id AND name = 'administrator'
        );
    ELSIF TG_TABLE_NAME = 'auth_group' THEN
        loses := OLD.name = 'administrator';
    ELSIF TG_OP = 'UPDATE' AND NEW.is_active AND NEW.is_superuser >= OLD.is_superuser THEN
        loses := FALSE;
    ELSE
        loses := OLD.is_active AND (OLD.is_superuser OR EXISTS (
            SELECT 1 FROM auth_user_groups held JOIN auth_group role ON role.id = held.group_id
            WHERE held.user_id = OLD.id AND role.name = 'administrator'
        ));
    END IF;
    IF NOT loses THEN
        RETURN NULL;
    END IF;
    -- "IRONLAST": whoever had to wait here sees what the other one has done
    PERFORM pg_advisory_xact_lock(x'49524F4E4C415354'::bigint);
    IF NOT EXISTS (
        SELECT 1 FROM auth_user person WHERE person.is_active AND (
            person.is_superuser OR EXISTS (
                SELECT 1 FROM auth_user_groups held
                JOIN auth_group role ON role.id = held.group_id
                WHERE held.user_id = person.id AND role.name = 'administrator'
            )
        ) AND NOT EXISTS (SELECT 1 FROM service_account WHERE user_id = person.id)
    ) THEN
        RAISE EXCEPTION 'the last active administrator cannot be removed, demoted or switched off'
            USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'last_administrator_stays';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER last_administrator_stays
    AFTER DELETE OR UPDATE ON auth_user DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION last_administrator_stays();
CREATE CONSTRAINT TRIGGER last_administrator_stays
    AFTER DELETE OR UPDATE ON auth_user_groups DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION last_administrator_stays();
CREATE CONSTRAINT TRIGGER last_administrator_stays
    AFTER DELETE OR UPDATE ON auth_group DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION last_administrator_stays();
"""

BACK = """
DROP TRIGGER last_administrator_stays ON auth_user;
DROP TRIGGER last_administrator_stays ON auth_user_groups;
DROP TRIGGER last_administrator_stays ON auth_group;
DROP FUNCTION last_administrator_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('sre_console', '0020_governance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reviewer', models.CharField(max_length=150)),
                ('note', models.CharField(db_default='', max_length=500)),
                ('digest', models.CharField(max_length=64)),
                ('counts', models.JSONField()),
            ],
            options={
                'db_table': 'access_review',
                'get_latest_by': 'at',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('purpose', models.CharField(db_default='', max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'service_account',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='apitoken',
            name='last_used_from',
            field=models.CharField(db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='made_by',
            field=models.CharField(db_default='', max_length=150),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='name',
            field=models.CharField(max_length=64),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.UniqueConstraint(fields=('user', 'name'), condition=models.Q(('revoked_at', None)), name='api_token_live_name'),
        ),
        migrations.AddField(
            model_name='service',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(LAST_ADMINISTRATOR, BACK),
    ]
