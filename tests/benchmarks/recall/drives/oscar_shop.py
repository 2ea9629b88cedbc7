"""Fill a shop with oscar's own factories, then let four people walk through it."""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oscar_settings")


def fill() -> dict[str, Any]:
    """Products, orders, offers, vouchers, people."""
    from django.contrib.auth import get_user_model
    from oscar.core.loading import get_model
    from oscar.test import factories

    users = get_user_model().objects
    boss = users.create_superuser("boss", "boss@example.com", "a-long-Pass-1")
    customer = users.create_user("customer", "customer@example.com", "a-long-Pass-1")
    staff = users.create_user("staff", "staff@example.com", "a-long-Pass-1", is_staff=True)
    country = factories.CountryFactory(iso_3166_1_a2="GB", is_shipping_country=True)
    category = get_model("catalogue", "Category").add_root(name="Books")
    category.add_child(name="Novels")
    products = [
        factories.create_product(
            title=f"Book {one}", price=10 + one, num_in_stock=20, partner_name=f"Partner {one % 2}"
        )
        for one in range(6)
    ]
    for product in products:
        product.categories.add(category)
        factories.ProductReviewFactory(product=product, user=customer, status=1)
    parent = factories.create_product(structure="parent", title="Parent")
    factories.create_product(structure="child", parent=parent, title="Child", num_in_stock=3)
    partner = get_model("partner", "Partner").objects.first()
    partner.users.add(staff)
    chosen = factories.RangeFactory(products=products, name="All books")
    for kind in ("Percentage", "Absolute", "Multibuy", "Fixed price"):
        benefit = factories.BenefitFactory(range=chosen, type=kind, value=None if kind == "Multibuy" else 2)
        condition = factories.ConditionFactory(range=chosen, value=1)
        factories.ConditionalOfferFactory(name=kind, benefit=benefit, condition=condition)
    voucher = factories.VoucherFactory(code="CODE1", usage="Multi-use")
    voucher.offers.add(factories.ConditionalOfferFactory(name="voucher offer", offer_type="Voucher"))
    factories.UserAddressFactory(user=customer, country=country)
    wishlist = factories.WishListFactory(owner=customer)
    wishlist.add(products[0])
    orders = [factories.create_order(number=f"1000{one}", user=customer) for one in range(2)]
    get_model("customer", "ProductAlert").objects.create(user=customer, product=products[1], status="Active")
    get_model("communication", "Notification").objects.create(recipient=customer, subject="s", body="b")
    get_model("communication", "Email").objects.create(user=customer, subject="s", body_text="b")
    get_model("communication", "CommunicationEventType").objects.create(code="ORDER_PLACED", name="placed")
    return {
        "people": [None, customer, staff, boss],
        "values": {
            "pk": [product.pk for product in products], "product_pk": [products[0].pk], "slug": [category.slug],
            "product_slug": [products[0].slug], "category_slug": [category.full_slug], "order_number": [orders[0].number, "1"],
            "number": [orders[0].number], "key": [wishlist.key], "code": ["ORDER_PLACED", "CODE1"], "hash": ["x"],
            "token": ["x-y"], "uidb64": ["x"], "product_class_slug": [products[0].get_product_class().slug],
            "user_pk": [customer.pk],
            "line_id": [1], "line_pk": [1], "partner_pk": [partner.pk], "status": ["read", "unread"],
        },
    }  # fmt: skip


STORY = ["/catalogue/", "/basket/", "/checkout/", "/checkout/shipping-address/", "/checkout/shipping-method/"]
STORY += ["/checkout/payment-method/", "/checkout/payment-details/", "/checkout/preview/", "/checkout/thank-you/"]


def main() -> None:
    """Fill, then walk: first the way to an order, then everywhere."""
    import django

    django.setup()
    from crawl import Visitor, everywhere
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment
    from PIL import Image

    call_command("migrate", run_syncdb=True, verbosity=0)
    setup_test_environment()
    Image.new("RGB", (9, 9)).save(Path(settings.MEDIA_ROOT) / "image_not_found.jpg")
    shop = fill()
    addresses = everywhere(shop["values"])
    print(len(addresses), "addresses")
    for person in shop["people"]:
        visitor = Visitor(person)
        visitor.walk(STORY + addresses + STORY)
        visitor.client.get("/accounts/logout/")
        print(person, sum(visitor.visits.values()), "visits", sum(visitor.sent.values()), "forms sent", flush=True)


if __name__ == "__main__":
    main()
