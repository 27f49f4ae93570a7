"""The audit log is sealed, and entries come in by one function of the database alone.

Safe beside the version before: as long as the log holds none but its plain entries, its own
INSERTs are let through. From the first sealed entry on they are refused.
"""

from django.db import migrations, models

# What may be looked for by its words; bounded, as one tsvector is.
WORDS = """
ALTER TABLE audit_entry ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, translate(left(
        actor || ' ' || role || ' ' || via || ' ' || address || ' ' || request_id || ' '
        || action || ' ' || subject || ' ' || reason || ' '
        || before::text || ' ' || after::text || ' ' || detail::text,
        20000), '._-/:@"''{}[](),;=<>&|!*#+', repeat(' ', 40)))
) STORED;
CREATE INDEX idx_audit_words ON audit_entry USING gin (words);
"""

# A setting of the functions below alone says that a row comes by them; the owner could set it,
# too, as it could drop the triggers: then verification tells.
REFUSE = """
CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry'
        AND current_setting('ironclad.audit_retain', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION audit_entry_refuse_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'audit_entry' THEN
        IF current_setting('ironclad.audit_append', true) = 'on' THEN
            RETURN NULL;
        END IF;
        -- the version before this one, until the first sealed entry is there
        IF (SELECT scheme = 1 FROM audit_entry ORDER BY id DESC LIMIT 1) THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'audit_entry is appended to by audit_entry_append alone'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('ironclad.audit_retain', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit_checkpoint is written by audit_entry_retain alone'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_by_function BEFORE INSERT ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse_insert();
CREATE TRIGGER audit_checkpoint_by_function BEFORE INSERT ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse_insert();
CREATE TRIGGER audit_checkpoint_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse();
"""

# The number of the lock is CHAIN_LOCK in sre_console/audit/services.py.
APPEND = """
CREATE FUNCTION audit_entry_append(
    p_number bigint, p_at timestamptz, p_actor text, p_role text, p_via text, p_address text,
    p_request_id text, p_action text, p_subject text, p_reason text, p_before jsonb,
    p_after jsonb, p_detail jsonb, p_previous_hash text, p_hash text, p_key_id text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    newest record;
BEGIN
    PERFORM pg_advisory_xact_lock(5283372510381163604);
    SELECT id AS number, hash INTO newest FROM public.audit_entry ORDER BY id DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT number, hash INTO newest FROM public.audit_checkpoint
            ORDER BY number DESC LIMIT 1;
    END IF;
    IF p_number IS DISTINCT FROM coalesce(newest.number, 0) + 1
        OR p_previous_hash IS DISTINCT FROM coalesce(newest.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'audit entry % does not follow the newest one', p_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF coalesce(p_hash !~ '^[0-9a-f]{64}$' OR p_key_id !~ '^[0-9a-f]{16}$', true) THEN
        RAISE EXCEPTION 'audit entry % has no seal', p_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM set_config('ironclad.audit_append', 'on', true);
    INSERT INTO public.audit_entry (
        id, at, actor, role, via, address, request_id, action, subject, reason, before, after,
        detail, previous_hash, hash, scheme, key_id
    ) VALUES (
        p_number, p_at, p_actor, p_role, p_via, p_address, p_request_id, p_action, p_subject,
        p_reason, p_before, p_after, p_detail, p_previous_hash, p_hash, 2, p_key_id
    );
    PERFORM set_config('ironclad.audit_append', '', true);
    RETURN p_number;
END
$$;
"""

# For the owner alone: what is older than the policy, once it is in an archive.
RETAIN = """
CREATE FUNCTION audit_entry_retain(
    p_number bigint, p_hash text, p_scheme smallint, p_at timestamptz, p_removed bigint,
    p_archive_digest text, p_key_id text, p_seal text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(5283372510381163604);
    PERFORM 1 FROM public.audit_entry WHERE id = p_number AND hash = p_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no audit entry % with that hash', p_number;
    END IF;
    IF p_number >= (SELECT max(id) FROM public.audit_entry) THEN
        RAISE EXCEPTION 'the newest audit entry stays';
    END IF;
    PERFORM set_config('ironclad.audit_retain', 'on', true);
    INSERT INTO public.audit_checkpoint (
        number, hash, scheme, at, removed, archive_digest, key_id, seal
    ) VALUES (
        p_number, p_hash, p_scheme, p_at, p_removed, p_archive_digest, p_key_id, p_seal
    );
    DELETE FROM public.audit_entry WHERE id <= p_number;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('ironclad.audit_retain', '', true);
    IF gone <> p_removed THEN
        RAISE EXCEPTION '% audit entries would go, not the % archived', gone, p_removed;
    END IF;
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION audit_entry_append FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_entry_retain FROM PUBLIC;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sre_console', '0015_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditCheckpoint',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64)),
                ('scheme', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('removed', models.BigIntegerField()),
                ('archive_digest', models.CharField(max_length=64)),
                ('key_id', models.CharField(max_length=16)),
                ('seal', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'audit_checkpoint',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuditVerification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=150)),
                ('stepped_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('verified', models.BigIntegerField(default=0)),
                ('hash', models.CharField(max_length=64)),
                ('sealed', models.BooleanField(default=False)),
                ('fresh', models.BooleanField(default=False)),
                ('target', models.BigIntegerField(default=0)),
                ('broken', models.BigIntegerField(null=True)),
                ('why', models.CharField(default='', max_length=16)),
                ('other', models.BigIntegerField(null=True)),
                ('seal', models.CharField(default='', max_length=64)),
            ],
            options={
                'db_table': 'audit_verification',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='auditentry',
            name='address',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='after',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='before',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='key_id',
            field=models.CharField(db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='reason',
            field=models.CharField(db_default='', default='', max_length=2000),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='scheme',
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='via',
            field=models.CharField(db_default='', default='', max_length=150),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor', '-id'], name='idx_audit_actor'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', '-id'], name='idx_audit_action', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['subject', '-id'], name='idx_audit_subject'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['request_id', '-id'], name='idx_audit_request'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['address', '-id'], name='idx_audit_address'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['at'], name='idx_audit_at'),
        ),
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (WORDS, REFUSE, APPEND, RETAIN)
        ),
    ]
