"""Modules that are named as kinds of nodes begin: ``config``, ``file``, ``table``."""

from drafts import Draft

from refactor.cluster import cluster
from refactor.cluster.units import units_of


def draft():
    found = Draft().file("config", "load", "Loader").file("shop.orders", "Order", "place").file("file", "save")
    found.table("orders", "shop.orders:Order").route("/orders", "shop.orders:place").writes(
        "shop.orders:place", "orders"
    )
    return found


def test_a_setting_is_no_part_of_a_module_called_config():
    units = units_of(draft().edge("config", "shop.orders:place", "config:DEBUG").program())
    assert units.of("config:DEBUG") == ""
    assert units.of("config:load") == "config:load"
    assert units.of("config:Loader.read") == "config:Loader"
    assert units.of("file:var/log.txt") == ""
    assert units.of("file:save") == "file:save"
    assert units.of("config") == "config"


def test_what_lies_outside_is_no_cut_to_a_module_of_that_name():
    shop = draft().table("labels", "config:Loader").route("/config", "config:load").writes("config:load", "labels")
    shop.edge("read", "shop.orders:place", "file:var/log.txt", "config:DEBUG")
    plan = cluster(*shop.both())
    assert not [cut for cut in plan.cuts if cut.target in ("file:var/log.txt", "config:DEBUG")]
