"""Finding and presenting products."""
from sqlalchemy import func, select

from ..core import Conflict, NotFound, ValidationError, db_session
from ..core import storage
from ..utils import slugify
from .models import Category, Product, StockLevel
from .pricing import unit_price

IMAGE_TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}
MAX_IMAGE_BYTES = 512 * 1024


class ProductNotFound(NotFound):
    code = "product_not_found"


def get_product(sku: str, include_inactive: bool = False) -> Product:
    product = db_session.scalars(
        select(Product).where(func.upper(Product.sku) == sku.upper())
    ).unique().first()
    if product is None or not (product.active or include_inactive):
        raise ProductNotFound("No product %s" % sku)
    return product


def get_product_by_slug(slug: str) -> Product:
    product = db_session.scalars(
        select(Product).where(Product.slug == slug, Product.active.is_(True)).order_by(Product.id)
    ).unique().first()
    if product is None:
        raise ProductNotFound("No product called %s" % slug)
    return product


def get_category(slug: str) -> Category:
    category = db_session.scalar(select(Category).where(Category.slug == slug))
    if category is None:
        raise NotFound("No category %s" % slug)
    return category


def all_categories():
    return db_session.scalars(select(Category).order_by(Category.position, Category.slug)).all()


def list_products(category=None, in_stock=False):
    """A select, so that the views can page it."""
    statement = select(Product).where(Product.active.is_(True)).order_by(Product.sku)
    if category is not None:
        statement = statement.where(Product.category_id == category.id)
    if in_stock:
        statement = statement.join(StockLevel).where(StockLevel.on_hand > 0)
    return statement


def product_card(product: Product) -> dict:
    """The short form used in lists."""
    return product.to_dict(
        category=product.category.slug,
        price=str(unit_price(product)),
        available=product.available,
    )


def product_detail(product):
    return product.to_dict(
        description=product.description,
        category=product.category.to_dict(),
        price=str(unit_price(product)),
        available=product.available,
        has_image=product.image_path is not None,
    )


def create_product(sku, name, category, description=""):
    if db_session.scalar(select(Product.id).where(func.upper(Product.sku) == sku.upper())):
        raise Conflict("SKU %s is taken" % sku)
    product = Product(
        sku=sku,
        name=name,
        slug=slugify(name),
        description=description,
        category=category,
    )
    db_session.add(product)
    db_session.flush()
    db_session.add(StockLevel(product_id=product.id, on_hand=0))
    return product


def store_image(product: Product, content_type: str, data: bytes) -> str:
    if content_type not in IMAGE_TYPES:
        raise ValidationError(image="must be PNG, JPEG or SVG")
    if not data or len(data) > MAX_IMAGE_BYTES:
        raise ValidationError(image="empty or too big")
    key = "uploads/products/%s.%s" % (product.sku.lower(), IMAGE_TYPES[content_type])
    storage.put(key, data)
    product.image_path = key
    return key


def load_image(product):
    if product.image_path is None:
        raise NotFound("No image of %s" % product.sku)
    extension = product.image_path.rsplit(".", 1)[1]
    content_type = next(kind for kind, ext in IMAGE_TYPES.items() if ext == extension)
    return content_type, storage.get(product.image_path)
