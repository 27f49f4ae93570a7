-- The roles and the database, made once, when the data folder is. The passwords are those of the
-- Secret `postgres` on that day; `manage.py prepare` (the Job `migrate`) adds tables and grants.
\set ON_ERROR_STOP on
\set owner_password `cat "$POSTGRES_SECRETS/owner-password"`
\set app_password `cat "$POSTGRES_SECRETS/app-password"`
\set exporter_password `cat "$POSTGRES_SECRETS/exporter-password"`
\set replication_password `cat "$POSTGRES_SECRETS/replication-password"`

-- Without CREATEROLE: what the rotation needs is in rotation.sql.
CREATE ROLE ironclad_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ironclad_app LOGIN PASSWORD :'app_password';
CREATE ROLE ironclad_exporter LOGIN CONNECTION LIMIT 5 PASSWORD :'exporter_password' IN ROLE pg_monitor;
CREATE ROLE ironclad_replicator LOGIN REPLICATION CONNECTION LIMIT 5 PASSWORD :'replication_password';

CREATE DATABASE ironclad OWNER ironclad_owner;
REVOKE ALL ON DATABASE ironclad, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE ironclad TO ironclad_app, ironclad_exporter;
