-- The roles and the database, made once, when the data folder is. The passwords are those of the
-- Secret `postgres` on that day; `manage.py prepare` (the Job `migrate`) adds tables and grants.
\set ON_ERROR_STOP on
\set owner_password `cat "$POSTGRES_SECRETS/owner-password"`
\set app_password `cat "$POSTGRES_SECRETS/app-password"`
\set exporter_password `cat "$POSTGRES_SECRETS/exporter-password"`
\set replication_password `cat "$POSTGRES_SECRETS/replication-password"`

-- CREATEROLE, for the rotation: it makes the application's login roles by turns.
CREATE ROLE ironclad_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE ironclad_app LOGIN PASSWORD :'app_password';
CREATE ROLE ironclad_exporter LOGIN CONNECTION LIMIT 5 PASSWORD :'exporter_password' IN ROLE pg_monitor;
CREATE ROLE ironclad_replicator LOGIN REPLICATION CONNECTION LIMIT 5 PASSWORD :'replication_password';
-- From PostgreSQL 16 on, CREATEROLE alone no longer reaches a role that somebody else made.
GRANT ironclad_app TO ironclad_owner WITH ADMIN OPTION;

CREATE DATABASE ironclad OWNER ironclad_owner;
REVOKE ALL ON DATABASE ironclad, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE ironclad TO ironclad_app, ironclad_exporter;
