-- expand/5006_grants_checkout.sql: what checkout may touch, and nothing else
-- Apply it again whenever the plan changed.
-- Undone by rollback/5006_grants_checkout.sql. May be applied twice.
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = 'warning';

-- From nothing, so that what an earlier plan allowed does not stay.
REVOKE ALL ON ALL TABLES IN SCHEMA "notifications" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "notifications" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "notifications" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "shipping" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "shipping" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "shipping" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "catalogue" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "catalogue" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "catalogue" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "customers" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "customers" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "customers" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "promotions" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "promotions" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "promotions" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "checkout" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "checkout" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "checkout" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "reporting" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "reporting" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "reporting" FROM "svc_checkout";
REVOKE ALL ON ALL TABLES IN SCHEMA "admin" FROM "svc_checkout";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA "admin" FROM "svc_checkout";
REVOKE ALL ON SCHEMA "admin" FROM "svc_checkout";

GRANT USAGE ON SCHEMA "catalogue" TO "svc_checkout";
GRANT USAGE ON SCHEMA "checkout" TO "svc_checkout";
GRANT USAGE ON SCHEMA "customers" TO "svc_checkout";
GRANT USAGE ON SCHEMA "notifications" TO "svc_checkout";
GRANT USAGE ON SCHEMA "promotions" TO "svc_checkout";
GRANT USAGE ON SCHEMA "shipping" TO "svc_checkout";

-- addresses: shop.services.checkout:resolve_address writes it (shop/services/checkout.py:42)
DO $step$
BEGIN
  IF to_regclass('"customers"."addresses"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"customers"."addresses"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "customers"."addresses" TO "svc_checkout";
  END IF;
END
$step$;

-- cart_lines: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."cart_lines"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."cart_lines"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."cart_lines" TO "svc_checkout";
  END IF;
END
$step$;

-- carts: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."carts"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."carts"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."carts" TO "svc_checkout";
  END IF;
END
$step$;

-- categories: shop.catalogue.models:Product reads it (shop/catalogue/models.py:38)
DO $step$
BEGIN
  IF to_regclass('"catalogue"."categories"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"catalogue"."categories"';
  ELSE
    GRANT SELECT ON TABLE "catalogue"."categories" TO "svc_checkout";
  END IF;
END
$step$;

-- counters: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."counters"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."counters"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."counters" TO "svc_checkout";
  END IF;
END
$step$;

-- coupons: shop.promotions.coupons:redeem writes it (shop/promotions/coupons.py:35)
DO $step$
BEGIN
  IF to_regclass('"promotions"."coupons"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"promotions"."coupons"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "promotions"."coupons" TO "svc_checkout";
  END IF;
END
$step$;

-- customers: shop.customers.accounts:count_order writes it (shop/customers/accounts.py:61)
DO $step$
BEGIN
  IF to_regclass('"customers"."customers"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"customers"."customers"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "customers"."customers" TO "svc_checkout";
  END IF;
END
$step$;

-- login_sessions: shop.customers.sessions:customer_id_of reads it (shop/customers/sessions.py:33)
DO $step$
BEGIN
  IF to_regclass('"customers"."login_sessions"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"customers"."login_sessions"';
  ELSE
    GRANT SELECT ON TABLE "customers"."login_sessions" TO "svc_checkout";
  END IF;
END
$step$;

-- mail_messages: shop.notifications.mailer:deliver writes it (shop/notifications/mailer.py:57)
DO $step$
BEGIN
  IF to_regclass('"notifications"."mail_messages"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"notifications"."mail_messages"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "notifications"."mail_messages" TO "svc_checkout";
  END IF;
END
$step$;

-- order_lines: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."order_lines"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."order_lines"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."order_lines" TO "svc_checkout";
  END IF;
END
$step$;

-- orders: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."orders"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."orders"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."orders" TO "svc_checkout";
  END IF;
END
$step$;

-- payments: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."payments"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."payments"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."payments" TO "svc_checkout";
  END IF;
END
$step$;

-- prices: shop.catalogue.pricing:_lookup reads it (shop/catalogue/pricing.py:35)
DO $step$
BEGIN
  IF to_regclass('"catalogue"."prices"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"catalogue"."prices"';
  ELSE
    GRANT SELECT ON TABLE "catalogue"."prices" TO "svc_checkout";
  END IF;
END
$step$;

-- products: shop.services.checkout:_write_order reads it (shop/services/checkout.py:108)
DO $step$
BEGIN
  IF to_regclass('"catalogue"."products"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"catalogue"."products"';
  ELSE
    GRANT SELECT ON TABLE "catalogue"."products" TO "svc_checkout";
  END IF;
END
$step$;

-- shipments: shop.services.fulfilment:cancel_shipments writes it (shop/services/fulfilment.py:33)
DO $step$
BEGIN
  IF to_regclass('"shipping"."shipments"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"shipping"."shipments"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "shipping"."shipments" TO "svc_checkout";
  END IF;
END
$step$;

-- shipping_rates: shop.shipping.rates:rates_for_zone reads it (shop/shipping/rates.py:26)
DO $step$
BEGIN
  IF to_regclass('"shipping"."shipping_rates"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"shipping"."shipping_rates"';
  ELSE
    GRANT SELECT ON TABLE "shipping"."shipping_rates" TO "svc_checkout";
  END IF;
END
$step$;

-- stock_levels: shop.catalogue.stock:_level writes it (shop/catalogue/stock.py:29)
DO $step$
BEGIN
  IF to_regclass('"catalogue"."stock_levels"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"catalogue"."stock_levels"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "catalogue"."stock_levels" TO "svc_checkout";
  END IF;
END
$step$;

-- outbox: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."outbox"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."outbox"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."outbox" TO "svc_checkout";
  END IF;
END
$step$;

-- inbox: its own
DO $step$
BEGIN
  IF to_regclass('"checkout"."inbox"') IS NULL THEN
    RAISE WARNING 'there is no table %, nothing is granted', '"checkout"."inbox"';
  ELSE
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "checkout"."inbox" TO "svc_checkout";
  END IF;
END
$step$;

-- Whoever adds rows draws numbers from the sequences that the table's columns own.
DO $step$
DECLARE
  drawn text;
BEGIN
  FOR drawn IN
    SELECT format('%I.%I', spaces.nspname, sequences.relname)
    FROM pg_catalog.pg_depend AS bound
    JOIN pg_catalog.pg_class AS sequences ON sequences.oid = bound.objid AND sequences.relkind = 'S'
    JOIN pg_catalog.pg_namespace AS spaces ON spaces.oid = sequences.relnamespace
    JOIN pg_catalog.pg_class AS tables ON tables.oid = bound.refobjid
    CROSS JOIN LATERAL aclexplode(tables.relacl) AS given
    WHERE bound.classid = 'pg_catalog.pg_class'::regclass AND bound.refclassid = 'pg_catalog.pg_class'::regclass
      AND bound.deptype = 'a' AND given.privilege_type = 'INSERT'
      AND given.grantee = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = 'svc_checkout')
  LOOP
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', drawn, 'svc_checkout');
  END LOOP;
END
$step$;

INSERT INTO "refactor_rollout"."steps" ("step") VALUES ('5006_grants_checkout') ON CONFLICT ("step") DO NOTHING;
COMMIT;
