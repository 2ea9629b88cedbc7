from flask import Blueprint, jsonify

from ..helpers.pricing import coupon_discount
from ..utils import json_body
from ..utils.validation import money_amount
from . import coupons

bp = Blueprint("promotions", __name__, url_prefix="/promotions")


@bp.route("/active", methods=["GET"])
def active_promotions():
    return jsonify(
        coupons=[{"code": c.code, "kind": c.kind, "value": c.value} for c in coupons.active_coupons()],
    )


@bp.route("/check", methods=["POST"])
def check_coupon():
    data = json_body(required=["code", "subtotal"])
    subtotal = money_amount(data["subtotal"], "subtotal")
    coupon = coupons.check_coupon(data["code"], subtotal)
    discount = coupon_discount(coupon, subtotal)
    return jsonify(code=coupon.code, kind=coupon.kind, discount=discount)
