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
    Customer,
    DailySales,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Price,
    Product,
    Shipment,
    ShipmentStatus,
    ShippingRate,
    StockLevel,
)
from .shipping.tracking import tracking_number_for
from .utils.text import slugify

START = datetime(2024, 1, 2, 9, 0, tzinfo=timezone.utc)

# name, admin, (street, city, postcode, country)
CUSTOMERS = [
    ("Ada Admin", True, None),
    ("Alice Archer", False, ("Amselweg 1", "Aachen", "52062", "DE")),
    ("Bob Berger", False, ("Bachgasse 2", "Vienna", "1010", "AT")),
    ("Carol Clarke", False, ("Castle Street 3", "Leeds", "LS1 4DY", "GB")),
    ("Erin Egan", False, None),
]

CATEGORIES = ["Coffee", "Tea", "Brewing", "Mugs"]

# sku, name, category, price, on hand, description
PRODUCTS = [
    ("COF-001", "House Espresso", "Coffee", "12.90", 40, "Dark espresso roast, chocolate and nuts."),
    ("COF-003", "Decaf Colombia", "Coffee", "11.50", 12, "Washed decaf, sweet and clean."),
    ("COF-005", "Cold Brew Blend", "Coffee", "10.50", 2, "Coarse ground for cold brew."),
    ("COF-006", "Anniversary Roast", "Coffee", "24.00", 0, "Sold out every year."),
    ("TEA-001", "Earl Grey", "Tea", "6.50", 60, "Black tea with bergamot."),
    ("TEA-003", "Mint Garden", "Tea", "5.20", 50, "Peppermint and spearmint."),
    ("TEA-004", "Oolong", "Tea", "13.40", 5, "Half way between green and black."),
    ("BRW-001", "Pour Over Set", "Brewing", "34.00", 15, "Dripper, server and forty filters."),
    ("BRW-003", "Gooseneck Kettle", "Brewing", "59.00", 7, "Electric kettle with a thin spout."),
    ("BRW-004", "Moka Pot", "Brewing", "27.90", 1, "Three cups on the stove."),
    ("MUG-001", "Blue Mug", "Mugs", "9.50", 25, "Stoneware mug, blue glaze."),
    ("MUG-002", "Espresso Cup", "Mugs", "7.00", 30, "Thick walled cup."),
    ("MUG-003", "Travel Mug", "Mugs", "19.90", 14, "Keeps warm for five hours."),
]

# code, kind, value, min total, max uses, active
COUPONS = [
    ("WELCOME10", CouponKind.PERCENT, "10", "0", None, True),
    ("FIVEOFF", CouponKind.FIXED, "5", "30", None, True),
    ("FREESHIP", CouponKind.FREE_SHIPPING, "0", "20", None, True),
    ("LASTONE", CouponKind.PERCENT, "50", "0", 1, True),
    ("SUMMER23", CouponKind.PERCENT, "20", "0", None, False),
]

# code, name, zone, base, free over
RATES = [
    ("standard", "Parcel", "home", "4.90", "60"),
    ("express", "Overnight", "home", "12.90", None),
    ("standard", "Parcel EU", "eu", "9.40", "150"),
    ("express", "Express EU", "eu", "21.50", None),
    ("standard", "Parcel Europe", "europe", "16.90", None),
]

# customer, status, days after START, country, [(sku, quantity)], shipping cost, coupon
ORDERS = [
    ("Alice Archer", OrderStatus.DELIVERED, 10, "DE", [("COF-001", 2), ("MUG-001", 1)], "4.90", None),
    ("Bob Berger", OrderStatus.DELIVERED, 43, "AT", [("TEA-001", 3), ("TEA-003", 2)], "9.40", "WELCOME10"),
    ("Alice Archer", OrderStatus.CANCELLED, 75, "DE", [("BRW-001", 1)], "4.90", None),
    ("Carol Clarke", OrderStatus.SHIPPED, 130, "GB", [("BRW-003", 1), ("MUG-003", 2)], "16.90", None),
    ("Bob Berger", OrderStatus.PAID, 200, "AT", [("BRW-001", 1)], "9.40", None),
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
    coupons = _coupons()
    _rates()
    for index, row in enumerate(ORDERS):
        _order("SO-%06d" % (1001 + index), customers, products, coupons, *row)
    db_session.commit()
    return True


def _customers():
    known = {}
    for name, admin, address in CUSTOMERS:
        short = name.split()[0].lower()
        customer = Customer(
            email="%s@example.org" % ("admin" if admin else short),
            name=name,
            password_hash=hash_password("%s-secret" % ("admin" if admin else short), "5eed" + short),
            is_admin=admin,
            created_at=START,
            updated_at=START,
        )
        if address:
            street, city, postcode, country = address
            customer.address = Address(name=name, street=street, city=city, postcode=postcode, country=country)
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
    for sku, name, category, price, on_hand, description in PRODUCTS:
        product = Product(
            sku=sku, name=name, slug=slugify(name), description=description,
            category=categories[category], created_at=START, updated_at=START,
        )
        db_session.add(product)
        db_session.flush()
        db_session.add(Price(product_id=product.id, amount=Decimal(price), valid_from=START))
        db_session.add(StockLevel(product_id=product.id, on_hand=on_hand, updated_at=START))
        db_session.flush()
        products[sku] = product
    return products


def _coupons():
    coupons = {}
    for code, kind, value, min_total, max_uses, active in COUPONS:
        coupons[code] = Coupon(
            code=code, kind=kind, value=Decimal(value), min_total=Decimal(min_total), max_uses=max_uses,
            active=active,
        )
        db_session.add(coupons[code])
        db_session.flush()
    return coupons


def _rates():
    for code, name, zone, base, free_over in RATES:
        free_over = free_over and Decimal(free_over)
        db_session.add(ShippingRate(code=code, name=name, zone=zone, base=Decimal(base), free_over=free_over))
        db_session.flush()


def _order(number, customers, products, coupons, name, status, days, country, items, shipping, code):
    customer = customers[name]
    placed = START + timedelta(days=days)
    subtotal = sum(products[sku].prices[0].amount * quantity for sku, quantity in items)
    discount = to_money(subtotal / 10) if code else Decimal("0.00")
    total = to_money(subtotal - discount + Decimal(shipping))
    order = Order(
        number=number, customer=customer, status=status, subtotal=to_money(subtotal), discount=discount,
        shipping_cost=Decimal(shipping), tax=split_tax(total, tax_rate(country))[1], total=total,
        coupon_code=code, ship_to=customer.address.one_line(), ship_country=country,
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
    db_session.add(order)
    db_session.flush()
    customer.order_count += 1
    customer.last_order_at = placed
    _payment(order, placed)
    db_session.add(
        Shipment(
            order=order, tracking_number=tracking_number_for(number), rate_code="standard",
            status=SHIPMENT_STATUS.get(status, ShipmentStatus.PENDING),
        )
    )
    if code:
        coupons[code].used_count += 1
    db_session.add(DailySales(day=placed.strftime("%Y-%m-%d"), orders=1, revenue=total))
    db_session.flush()


def _payment(order, placed):
    refunded = order.status is OrderStatus.CANCELLED
    db_session.add(
        Payment(
            order=order, provider="card", reference="OLD-%s" % order.number, amount=order.total,
            status=PaymentStatus.REFUNDED if refunded else PaymentStatus.CAPTURED,
            instrument="**** 4242", created_at=placed,
        )
    )
