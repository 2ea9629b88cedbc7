"""Demo data. Everything has fixed dates, so that two shops look the same."""
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import select

from .core import db_session, split_tax, to_money
from .core.security import hash_password
from .helpers.geo import tax_rate
from .models import (
    Address,
    Category,
    Coupon,
    CouponKind,
    CouponRedemption,
    Customer,
    CustomerStatus,
    DailySales,
    LoyaltyEntry,
    MovementReason,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Price,
    PriceRule,
    Product,
    Refund,
    Review,
    Shipment,
    ShipmentStatus,
    ShippingRate,
    StockLevel,
    StockMovement,
    Subscriber,
    TrackingEvent,
)
from .promotions.loyalty import points_for
from .shipping.tracking import tracking_number_for
from .utils.text import slugify

START = datetime(2024, 1, 2, 9, 0, tzinfo=timezone.utc)

# name, admin, blocked, (street, city, postcode, country)
CUSTOMERS = [
    ("Ada Admin", True, False, None),
    ("Alice Archer", False, False, ("Amselweg 1", "Aachen", "52062", "DE")),
    ("Bob Berger", False, False, ("Bachgasse 2", "Vienna", "1010", "AT")),
    ("Carol Clarke", False, False, ("Castle Street 3", "Leeds", "LS1 4DY", "GB")),
    ("Dave Dorn", False, True, ("Deichweg 4", "Emden", "26721", "DE")),
    ("Erin Egan", False, False, None),
]

CATEGORIES = ["Coffee", "Tea", "Brewing", "Mugs", "Grinders"]

# sku, name, category, price, grams, on hand, description
PRODUCTS = [
    ("COF-001", "House Espresso", "Coffee", "12.90", 1000, 40, "Dark espresso roast, chocolate and nuts."),
    ("COF-002", "Morning Filter", "Coffee", "9.90", 500, 35, "Light filter roast for the first cup."),
    ("COF-003", "Decaf Colombia", "Coffee", "11.50", 500, 12, "Washed decaf, sweet and clean."),
    ("COF-004", "Ethiopia Natural", "Coffee", "14.90", 350, 8, "Berries, berries, berries."),
    ("COF-005", "Cold Brew Blend", "Coffee", "10.50", 500, 2, "Coarse ground for cold brew."),
    ("COF-006", "Anniversary Roast", "Coffee", "24.00", 250, 0, "Sold out every year."),
    ("TEA-001", "Earl Grey", "Tea", "6.50", 100, 60, "Black tea with bergamot."),
    ("TEA-002", "Sencha", "Tea", "8.90", 100, 45, "Green tea from Shizuoka."),
    ("TEA-003", "Mint Garden", "Tea", "5.20", 80, 50, "Peppermint and spearmint."),
    ("TEA-004", "Oolong", "Tea", "13.40", 100, 5, "Half way between green and black."),
    ("TEA-005", "Rooibos Vanilla", "Tea", "5.90", 100, 30, "Red bush with vanilla."),
    ("BRW-001", "Pour Over Set", "Brewing", "34.00", 900, 15, "Dripper, server and forty filters."),
    ("BRW-002", "French Press", "Brewing", "29.50", 1100, 18, "One litre, steel mesh."),
    ("BRW-003", "Gooseneck Kettle", "Brewing", "59.00", 1400, 7, "Electric kettle with a thin spout."),
    ("BRW-004", "Moka Pot", "Brewing", "27.90", 800, 1, "Three cups on the stove."),
    ("BRW-005", "Paper Filters", "Brewing", "3.90", 150, 200, "One hundred filters."),
    ("MUG-001", "Blue Mug", "Mugs", "9.50", 350, 25, "Stoneware mug, blue glaze."),
    ("MUG-002", "Espresso Cup", "Mugs", "7.00", 180, 30, "Thick walled cup."),
    ("MUG-003", "Travel Mug", "Mugs", "19.90", 300, 14, "Keeps warm for five hours."),
    ("MUG-004", "Tea Bowl", "Mugs", "16.00", 280, 6, "Hand thrown, every bowl is different."),
    ("MUG-005", "Glass Cup", "Mugs", "8.20", 200, 22, "Double walled glass."),
    ("GRD-001", "Hand Grinder", "Grinders", "79.00", 650, 9, "Steel burrs, fits in a bag."),
    ("GRD-002", "Electric Grinder", "Grinders", "189.00", 3200, 4, "Forty settings, quiet."),
    ("GRD-003", "Spice Mill", "Grinders", "22.50", 400, 11, "Not for coffee."),
    ("GRD-004", "Grinder Brush", "Grinders", "4.50", 40, 80, "Gets the last crumbs out."),
]

# sku -> (from quantity, price)
TIERS = {"TEA-001": (10, "5.50"), "BRW-005": (20, "3.20"), "COF-001": (6, "11.90")}

# code, kind, value, min total, max uses, once, public, active, until
COUPONS = [
    ("WELCOME10", CouponKind.PERCENT, "10", "0", None, True, True, True, None),
    ("FIVEOFF", CouponKind.FIXED, "5", "30", None, False, True, True, None),
    ("FREESHIP", CouponKind.FREE_SHIPPING, "0", "20", None, False, True, True, None),
    ("LASTONE", CouponKind.PERCENT, "50", "0", 1, False, False, True, None),
    ("SUMMER23", CouponKind.PERCENT, "20", "0", None, False, True, True, datetime(2023, 9, 1, tzinfo=timezone.utc)),
    ("STAFF", CouponKind.PERCENT, "30", "0", None, False, False, False, None),
]

# code, name, zone, calculator, base, per kg, free over, days
RATES = [
    ("standard", "Parcel", "home", "flat", "4.90", "0", "60", (1, 3)),
    ("express", "Overnight", "home", "flat", "12.90", "0", None, (1, 1)),
    ("standard", "Parcel EU", "eu", "weight", "7.90", "1.50", "150", (3, 6)),
    ("express", "Express EU", "eu", "weight", "19.00", "2.50", None, (1, 2)),
    ("standard", "Parcel Europe", "europe", "value", "14.90", "0", None, (5, 9)),
]

# customer, status, days after START, country, [(sku, quantity)], shipping cost, coupon, method
ORDERS = [
    ("Alice Archer", OrderStatus.DELIVERED, 10, "DE", [("COF-001", 2), ("MUG-001", 1)], "4.90", None, "card"),
    ("Bob Berger", OrderStatus.DELIVERED, 43, "AT", [("TEA-001", 3), ("TEA-003", 2)], "9.40", "WELCOME10", "card"),
    ("Alice Archer", OrderStatus.CANCELLED, 75, "DE", [("BRW-002", 1)], "4.90", None, "card"),
    ("Carol Clarke", OrderStatus.SHIPPED, 130, "GB", [("GRD-001", 1), ("BRW-005", 2)], "16.64", None, "card"),
    ("Bob Berger", OrderStatus.PAID, 200, "AT", [("BRW-001", 1)], "9.40", None, "card"),
    ("Carol Clarke", OrderStatus.PENDING, 231, "GB", [("MUG-003", 2)], "15.70", None, "invoice"),
    ("Bob Berger", OrderStatus.DELIVERED, 233, "AT", [("COF-003", 4)], "10.90", None, "card"),
]

SHIPMENT_STATUS = {
    OrderStatus.DELIVERED: ShipmentStatus.DELIVERED,
    OrderStatus.SHIPPED: ShipmentStatus.DISPATCHED,
    OrderStatus.CANCELLED: ShipmentStatus.CANCELLED,
}


def load_seed() -> bool:
    """Load the data into an empty database; False when there is some already."""
    if db_session.scalar(select(Customer.id).limit(1)):
        return False
    customers = _customers()
    products = _catalogue()
    coupons = _promotions(products)
    _rates()
    for index, row in enumerate(ORDERS):
        _order("SO-%06d" % (1001 + index), customers, products, coupons, *row)
    _reviews(customers, products)
    db_session.add(Subscriber(email="fan@example.org", source="fair", created_at=START))
    db_session.commit()
    return True


def _customers():
    known = {}
    for name, admin, blocked, address in CUSTOMERS:
        short = name.split()[0].lower()
        customer = Customer(
            email="%s@example.org" % ("admin" if admin else short),
            name=name,
            password_hash=hash_password("%s-secret" % ("admin" if admin else short), "5eed" + short),
            is_admin=admin,
            status=CustomerStatus.BLOCKED if blocked else CustomerStatus.ACTIVE,
            created_at=START,
            updated_at=START,
        )
        if address:
            street, city, postcode, country = address
            customer.addresses.append(
                Address(name=name, street=street, city=city, postcode=postcode, country=country, is_default=True)
            )
        known[name] = customer
        db_session.add(customer)
        db_session.flush()
    return known


def _catalogue():
    categories = {}
    for position, name in enumerate(CATEGORIES):
        categories[name] = Category(slug=slugify(name), name=name, position=position)
        db_session.add(categories[name])
        db_session.flush()
    products = {}
    for index, (sku, name, category, price, grams, on_hand, description) in enumerate(PRODUCTS):
        product = Product(
            sku=sku, name=name, slug=slugify(name), description=description,
            category=categories[category], weight_grams=grams, created_at=START, updated_at=START,
        )
        db_session.add(product)
        db_session.flush()
        db_session.add(Price(product_id=product.id, amount=Decimal(price), valid_from=START))
        if sku in TIERS:
            quantity, amount = TIERS[sku]
            db_session.add(
                Price(product_id=product.id, amount=Decimal(amount), min_quantity=quantity, valid_from=START)
            )
        shelf = "%s-%02d" % (category[0], index + 1)
        db_session.add(StockLevel(product_id=product.id, on_hand=on_hand, location=shelf, updated_at=START))
        if on_hand:
            db_session.add(
                StockMovement(
                    product_id=product.id, quantity=on_hand, reason=MovementReason.DELIVERY,
                    reference="initial", created_at=START,
                )
            )
        db_session.flush()
        products[sku] = product
    return products


def _promotions(products):
    coupons = {}
    for code, kind, value, min_total, max_uses, once, public, active, until in COUPONS:
        coupons[code] = Coupon(
            code=code, kind=kind, value=Decimal(value), min_total=Decimal(min_total), max_uses=max_uses,
            once_per_customer=once, public=public, active=active,
            valid_from=datetime(2023, 1, 1, tzinfo=timezone.utc), valid_until=until,
        )
        db_session.add(coupons[code])
        db_session.flush()
    tea = products["TEA-001"].category_id
    db_session.add(PriceRule(name="Five teas", category_id=tea, percent=15, min_quantity=5))
    db_session.flush()
    db_session.add(PriceRule(name="By the dozen", category_id=None, percent=5, min_quantity=12))
    return coupons


def _rates():
    for code, name, zone, calculator, base, per_kg, free_over, days in RATES:
        db_session.add(
            ShippingRate(
                code=code, name=name, zone=zone, calculator=calculator, base=Decimal(base),
                per_kg=Decimal(per_kg), free_over=free_over and Decimal(free_over),
                days_min=days[0], days_max=days[1],
            )
        )
        db_session.flush()


def _order(number, customers, products, coupons, name, status, days, country, items, shipping, code, method):
    customer = customers[name]
    placed = START + timedelta(days=days)
    subtotal = sum(products[sku].prices[0].amount * quantity for sku, quantity in items)
    discount = to_money(subtotal / 10) if code else Decimal("0.00")
    total = to_money(subtotal - discount + Decimal(shipping))
    order = Order(
        number=number, customer=customer, status=status, subtotal=to_money(subtotal), discount=discount,
        shipping_cost=Decimal(shipping), tax=split_tax(total, tax_rate(country))[1], total=total,
        coupon_code=code, ship_to=customer.addresses[0].one_line(), ship_country=country,
        placed_at=placed, created_at=placed, updated_at=placed,
    )
    for sku, quantity in items:
        price = products[sku].prices[0].amount
        order.lines.append(
            OrderLine(
                product=products[sku], sku=sku, name=products[sku].name, quantity=quantity,
                unit_price=price, line_total=to_money(price * quantity),
            )
        )
    order.events.append(OrderEvent(kind="placed", detail="web, %s" % method, created_at=placed))
    db_session.add(order)
    db_session.flush()
    customer.order_count += 1
    customer.last_order_at = placed
    _payment(order, method, placed)
    _shipment(order, placed)
    if code:
        coupons[code].used_count += 1
        db_session.add(
            CouponRedemption(
                coupon_id=coupons[code].id, customer_id=customer.id, order_number=number,
                amount=discount, created_at=placed,
            )
        )
    if status not in (OrderStatus.CANCELLED, OrderStatus.PENDING):
        db_session.add(
            LoyaltyEntry(
                customer_id=customer.id, points=points_for(total), reason="order", reference=number,
                created_at=placed,
            )
        )
    db_session.add(DailySales(day=placed.strftime("%Y-%m-%d"), orders=1, revenue=total))
    db_session.flush()


def _payment(order, method, placed):
    status = PaymentStatus.CAPTURED
    if order.status is OrderStatus.CANCELLED:
        status = PaymentStatus.REFUNDED
    elif order.status is OrderStatus.PENDING:
        status = PaymentStatus.PENDING
    payment = Payment(
        order=order, provider=method, reference="OLD-%s" % order.number, status=status, amount=order.total,
        instrument="**** 4242" if method == "card" else "invoice", created_at=placed,
    )
    if status is PaymentStatus.REFUNDED:
        payment.refunds.append(Refund(amount=order.total, reason="cancelled", created_at=placed))
    db_session.add(payment)


def _shipment(order, placed):
    status = SHIPMENT_STATUS.get(order.status, ShipmentStatus.PENDING)
    shipment = Shipment(
        order=order, tracking_number=tracking_number_for(order.number), rate_code="standard",
        status=status, weight_grams=order.weight_grams,
    )
    moments = [("dispatched", "Warehouse", 1), ("in_transit", "Hub", 2), ("delivered", "Front door", 3)]
    reached = {ShipmentStatus.DELIVERED: 3, ShipmentStatus.DISPATCHED: 1}.get(status, 0)
    for name, location, days in moments[:reached]:
        moment = placed + timedelta(days=days)
        shipment.events.append(TrackingEvent(status=name, location=location, created_at=moment))
        if name == "dispatched":
            shipment.dispatched_at = moment
            shipment.estimated_delivery = moment + timedelta(days=4)
        elif name == "delivered":
            shipment.delivered_at = moment
    db_session.add(shipment)


def _reviews(customers, products):
    for name, sku, rating, body in [
        ("Alice Archer", "COF-001", 5, "The best espresso in town."),
        ("Bob Berger", "COF-001", 4, "Good, a little dark."),
        ("Bob Berger", "TEA-001", 5, "Lovely bergamot."),
    ]:
        review = Review(
            product_id=products[sku].id, author=customers[name], rating=rating, body=body,
            created_at=START + timedelta(days=60),
        )
        db_session.add(review)
        db_session.flush()
