from flask import Blueprint, g, jsonify

from ..core.security import login_required
from ..helpers.pricing import active_rules
from ..utils import json_body
from ..utils.validation import money_amount
from . import coupons, loyalty

bp = Blueprint("promotions", __name__, url_prefix="/promotions")


@bp.route("/active", methods=["GET"])
def active_promotions():
    return jsonify(
        coupons=[{"code": c.code, "kind": c.kind, "value": c.value} for c in coupons.public_coupons()],
        rules=[
            rule.to_dict(category=rule.category.slug if rule.category else None)
            for rule in active_rules()
        ],
    )


@bp.route("/check", methods=["POST"])
def check_coupon():
    data = json_body(required=["code", "subtotal"])
    subtotal = money_amount(data["subtotal"], "subtotal")
    coupon = coupons.check_coupon(str(data["code"]), subtotal, g.customer)
    return jsonify(coupons.describe_coupon(coupon, subtotal))


@bp.route("/loyalty", methods=["GET"])
@login_required
def show_loyalty():
    points = loyalty.balance(g.customer)
    return jsonify(
        points=points,
        level=loyalty.level_of(points),
        history=[entry.to_dict() for entry in loyalty.history(g.customer)],
    )
