-- What the rotation of the application's password needs, so that the owner needs no CREATEROLE: with
-- that it could give itself any predefined role before PostgreSQL 16, and so run programs in this pod.
-- Run once, after roles.sql, as the superuser, or by the administrator of a managed PostgreSQL: whoever
-- runs it owns the functions, and they act with that role's rights.
\set ON_ERROR_STOP on
\connect ironclad
BEGIN;

SELECT format('CREATE ROLE %I NOLOGIN IN ROLE ironclad_app', role)
  FROM unnest(ARRAY['ironclad_app_a', 'ironclad_app_b']) AS role
  WHERE to_regrole(role) IS NULL
\gexec

-- The owner of the database has no right to change a schema of somebody else's.
CREATE SCHEMA ironclad_rotation;

CREATE FUNCTION ironclad_rotation.login_give(login text, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF (login IN ('ironclad_app_a', 'ironclad_app_b')) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = format('%L is no login role of the rotation', login);
  END IF;
  -- Never a plain text, and not repeated here: this goes into the log.
  IF (verifier ~ '^SCRAM-SHA-256\$[1-9][0-9]{3,6}:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$')
    IS NOT TRUE THEN
    RAISE invalid_parameter_value USING MESSAGE = 'the password is no SCRAM verifier';
  END IF;
  EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L VALID UNTIL ''infinity''', login, verifier);
END
$body$;

-- ironclad_app too: the first rotation retires it.
CREATE FUNCTION ironclad_rotation.login_take(login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF (login IN ('ironclad_app', 'ironclad_app_a', 'ironclad_app_b')) IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = format('%L is no login role of the rotation', login);
  END IF;
  EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', login);
END
$body$;

REVOKE ALL ON FUNCTION ironclad_rotation.login_give, ironclad_rotation.login_take FROM PUBLIC;
GRANT USAGE ON SCHEMA ironclad_rotation TO ironclad_owner;
GRANT EXECUTE ON FUNCTION ironclad_rotation.login_give, ironclad_rotation.login_take TO ironclad_owner;
COMMIT;
