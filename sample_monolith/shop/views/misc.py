"""Whatever did not fit anywhere else: newsletter, contact, countries, sitemap, tracking page."""
from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select

from ..catalogue.service import all_categories, list_products
from ..core import NotFound, ShopError, atomic, db_session
from ..core.security import verify_signature
from ..helpers.geo import countries
from ..notifications import queue_mail
from ..notifications.models import Subscriber
from ..notifications.receivers import unsubscribe_link
from ..shipping.tracking import find_shipment, timeline
from ..utils import email_address, required_text

bp = Blueprint("misc", __name__)


def index():
    return jsonify(
        name="shop",
        links={
            "products": url_for("catalogue.list_products"),
            "categories": url_for("catalogue.list_categories"),
            "cart": url_for("cart.show_cart"),
            "shop": url_for("pages.home"),
        },
    )


@bp.post("/newsletter")
def subscribe():
    email = email_address(request.form.get("email"))
    with atomic():
        subscriber = db_session.scalar(select(Subscriber).where(Subscriber.email == email))
        if subscriber is None:
            source = request.form.get("source", "website")[:40]
            db_session.add(Subscriber(email=email, source=source))
            body = "Welcome to the newsletter.\n\nTo leave: %s\n" % unsubscribe_link(email)
            queue_mail(email, "Newsletter", "newsletter_welcome", body)
        else:
            subscriber.active = True
    return redirect(url_for(".newsletter_thanks"), 303)


@bp.get("/newsletter/thanks")
def newsletter_thanks():
    return render_template("message.html", title="Thank you", text="You are on the list.")


@bp.get("/newsletter/unsubscribe")
def unsubscribe():
    email = request.args.get("email", "")
    if not verify_signature(email, request.args.get("signature")):
        raise NotFound("This link is not valid")
    with atomic():
        subscriber = db_session.scalar(select(Subscriber).where(Subscriber.email == email))
        if subscriber is not None:
            subscriber.active = False
    return render_template("message.html", title="Good bye", text="We will not write to you again.")


@bp.route("/contact", methods=["GET", "POST"])
def contact():
    if request.method == "GET":
        return render_template("contact.html", sent=request.args.get("sent") == "1")
    email = email_address(request.form.get("email"))
    text = required_text(request.form.get("message"), "message", minimum=5, maximum=4000)
    with atomic():
        queue_mail(
            current_app.config["SHOP_ADMIN_MAIL"], "Message from %s" % email, "contact", text, email[:60]
        )
    return redirect(url_for(".contact", sent=1))


@bp.get("/track")
def track_page():
    """The tracking page for people with nothing but the number on the parcel."""
    number = request.args.get("number", "").strip()
    parcel, problem = None, None
    if number:
        try:
            parcel = timeline(find_shipment(number))
        except ShopError as error:
            problem = error.message
    return render_template("track.html", number=number, parcel=parcel, problem=problem)


@bp.get("/countries")
def list_countries():
    return jsonify(
        countries=[
            {"code": code, "name": country["name"], "zone": country["zone"]}
            for code, country in sorted(countries().items())
        ]
    )


@bp.get("/sitemap.txt")
def sitemap():
    lines = [url_for("pages.home")]
    lines += [url_for("catalogue.show_category", slug=c.slug) for c in all_categories()]
    lines += [
        url_for("pages.product_page", slug=product.slug)
        for product in db_session.scalars(list_products()).unique()
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
