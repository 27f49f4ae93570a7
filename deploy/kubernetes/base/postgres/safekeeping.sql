-- The two roles of deploy/backup. Run once, after roles.sql, as the superuser; on a cluster that is older
-- than this file by hand (docs/guide/backup.md). Run again it changes nothing but the password.
\set ON_ERROR_STOP on
\set backup_password `cat "$POSTGRES_SECRETS/backup-password"`
\connect postgres

-- pgBackRest's: it begins and ends a backup and asks where the files are, and reads no table. Without a
-- password: pg_hba.conf lets it in by the socket alone, as the server's own account.
SELECT 'CREATE ROLE ironclad_pgbackrest' WHERE to_regrole('ironclad_pgbackrest') IS NULL
\gexec
ALTER ROLE ironclad_pgbackrest LOGIN CONNECTION LIMIT 6;
GRANT CONNECT ON DATABASE postgres TO ironclad_pgbackrest;
GRANT pg_read_all_settings TO ironclad_pgbackrest;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_start(text, boolean), pg_catalog.pg_backup_stop(boolean),
  pg_catalog.pg_create_restore_point(text), pg_catalog.pg_switch_wal() TO ironclad_pgbackrest;

-- The dump's: it reads every row and writes none.
SELECT 'CREATE ROLE ironclad_backup' WHERE to_regrole('ironclad_backup') IS NULL
\gexec
ALTER ROLE ironclad_backup LOGIN CONNECTION LIMIT 3 PASSWORD :'backup_password';
ALTER ROLE ironclad_backup SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE ironclad TO ironclad_backup;
GRANT pg_read_all_data TO ironclad_backup;
