-- expand/3006_tables_checkout.sql: moves to its schema what checkout owns
-- Indexes, constraints, triggers and the sequences of columns move along; names in the code stay as they are.
-- Undone by rollback/3006_tables_checkout.sql. May be applied twice.
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = 'warning';

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."cart_lines"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."cart_lines"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."cart_lines" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."cart_lines" OWNER TO "owner_checkout";

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."carts"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."carts"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."carts" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."carts" OWNER TO "owner_checkout";

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."counters"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."counters"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."counters" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."counters" OWNER TO "owner_checkout";

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."order_lines"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."order_lines"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."order_lines" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."order_lines" OWNER TO "owner_checkout";

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."orders"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."orders"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."orders" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."orders" OWNER TO "owner_checkout";

INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
SELECT 'owner', '"checkout"."payments"', pg_catalog.pg_get_userbyid(relowner)
FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."payments"')
ON CONFLICT ("what", "name") DO NOTHING;
ALTER TABLE IF EXISTS "public"."payments" SET SCHEMA "checkout";
ALTER TABLE IF EXISTS "checkout"."payments" OWNER TO "owner_checkout";

-- Whoever owned these tables, the monolith, still may do everything with them; whoever was granted something still has it.
DO $step$
DECLARE
  who text;
BEGIN
  FOR who IN
    SELECT DISTINCT "value" FROM "refactor_rollout"."remembered"
    WHERE "what" = 'owner' AND "name" LIKE '"checkout".%'
  LOOP
    IF NOT pg_catalog.pg_has_role(who, 'owner_checkout', 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', 'owner_checkout', who);
    END IF;
  END LOOP;
  FOR who IN
    SELECT DISTINCT grantee.rolname
    FROM pg_catalog.pg_class AS tables, aclexplode(tables.relacl) AS given
    JOIN pg_catalog.pg_roles AS grantee ON grantee.oid = given.grantee
    WHERE tables.relnamespace = to_regnamespace('"checkout"') AND grantee.oid <> tables.relowner
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', 'checkout', who);
  END LOOP;
END
$step$;

INSERT INTO "refactor_rollout"."steps" ("step") VALUES ('3006_tables_checkout') ON CONFLICT ("step") DO NOTHING;
COMMIT;
