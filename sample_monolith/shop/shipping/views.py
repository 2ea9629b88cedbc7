import hmac

from flask import Blueprint, Response, current_app, g, jsonify, request

from ..checkout.orders import get_order
from ..core import AuthRequired, Forbidden, NotFound, atomic
from ..core.security import has_admin_token
from ..helpers.geo import check_country, zone_of
from ..utils import json_body
from . import rates, tracking
from .labels import load_label

bp = Blueprint("shipping", __name__, url_prefix="/shipping")


@bp.get("/rates")
def list_rates():
    country = check_country(request.args.get("country", "DE"))
    zone = zone_of(country)
    return jsonify(
        country=country,
        zone=zone,
        rates=[rate.to_dict() for rate in rates.rates_for_zone(zone)],
    )


@bp.get("/track/<tracking_number>")
def track(tracking_number):
    return jsonify(tracking.find_shipment(tracking_number).to_dict())


@bp.get("/labels/<number>.zpl")
def download_label(number):
    if not has_admin_token() and not (g.customer is not None and g.customer.is_admin):
        raise Forbidden("Labels are for the warehouse")
    order = get_order(number)
    if not order.shipments:
        raise NotFound("No parcel for this order")
    shipment = order.shipments[-1]
    response = Response(load_label(shipment), mimetype="text/plain")
    response.headers["Content-Disposition"] = 'attachment; filename="%s.zpl"' % shipment.tracking_number
    return response


@bp.post("/webhook")
def carrier_webhook():
    expected = current_app.config["SHOP_CARRIER_TOKEN"]
    if not hmac.compare_digest(request.headers.get("X-Carrier-Token", ""), expected):
        raise AuthRequired("Not our carrier")
    data = json_body(required=["tracking_number", "status"])
    with atomic():
        shipment = tracking.carrier_event(str(data["tracking_number"]), data["status"])
    return jsonify(tracking_number=shipment.tracking_number, status=shipment.status)
