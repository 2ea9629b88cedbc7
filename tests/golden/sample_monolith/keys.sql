-- contract/8000_foreign_keys.sql: foreign keys between services are dropped
-- When both sides no longer rely on it: the services check what they refer to themselves, and handle what is deleted.
-- ON DELETE of these keys ends with them.
-- Undone by rollback/8000_foreign_keys.sql. May be applied twice.
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = 'warning';

-- checkout: order_lines.product_id -> catalogue: products.id
-- checkout: orders.customer_id -> customers: customers.id
-- shipping: shipments.order_id -> checkout: orders.id

SET LOCAL search_path TO pg_catalog;  -- so that every table is told with its schema
DO $step$
DECLARE
  bond record;
BEGIN
  FOR bond IN
    SELECT conrelid::regclass::text AS holder, conname, pg_catalog.pg_get_constraintdef(oid) AS definition
    FROM pg_catalog.pg_constraint
    WHERE contype = 'f' AND (conrelid, confrelid) IN (
      (to_regclass('"checkout"."order_lines"'), to_regclass('"catalogue"."products"')),
      (to_regclass('"checkout"."orders"'), to_regclass('"customers"."customers"')),
      (to_regclass('"shipping"."shipments"'), to_regclass('"checkout"."orders"'))
    )
    ORDER BY 1, 2
  LOOP
    INSERT INTO "refactor_rollout"."remembered" ("what", "name", "value")
    VALUES ('foreign key', format('ALTER TABLE %s ADD CONSTRAINT %I', bond.holder, bond.conname), bond.definition)
    ON CONFLICT ("what", "name") DO NOTHING;
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', bond.holder, bond.conname);
  END LOOP;
END
$step$;

INSERT INTO "refactor_rollout"."steps" ("step") VALUES ('8000_foreign_keys') ON CONFLICT ("step") DO NOTHING;
COMMIT;
