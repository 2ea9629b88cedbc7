"""Programs drawn by hand: a draft takes short statements and gives a sorted Program."""

from random import Random

from refactor.link.graph import graph_of
from refactor.model.names import module_of, slug
from refactor.model.program import (
    Channel,
    Definition,
    Edge,
    EntryPoint,
    Evidence,
    Module,
    Program,
    State,
    Table,
    Transaction,
)


class Draft:
    """Collects statements; ``program(shuffle=n)`` feeds them in another order before sorting nothing."""

    def __init__(self, project="shop"):
        self.project = project
        self.items = {}
        self.line = 0
        self.factories = ()
        self.calls = (0, 0)

    def _put(self, kind, item):
        self.items.setdefault(kind, []).append(item)

    def _at(self, symbol, **more):
        self.line += 1
        return Evidence(module_of(symbol).replace(".", "/") + ".py", self.line, **more)

    def file(self, module, *names, is_test=False, is_package=False):
        path = module.replace(".", "/") + ".py"
        self._put("modules", Module(module, path, 10 * len(names), is_package=is_package, is_test=is_test))
        for place, name in enumerate(names):
            kind = "class" if name[0].isupper() else "function"
            self._put("definitions", Definition(f"{module}:{name}", kind, path, place + 1, place + 1, place + 2))
        return self

    def edge(self, kind, source, *targets, **more):
        for target in targets:
            self._put("edges", Edge(source, target, kind, self._at(source, **more)))
        return self

    def call(self, source, *targets, **more):
        return self.edge("call", source, *targets, **more)

    def table(self, name, model=""):
        self._put("tables", Table(name, model, self._at(model or "schema")))
        return self

    def reads(self, source, *names, **more):
        return self.edge("read", source, *(f"table:{name}" for name in names), **more)

    def writes(self, source, *names, **more):
        return self.edge("write", source, *(f"table:{name}" for name in names), **more)

    def route(self, rule, handler, endpoint=""):
        entry = EntryPoint(
            f"http:GET {rule}", "http", handler, self._at(handler or "app"), "GET", rule, rule, endpoint or slug(rule)
        )
        self._put("entry_points", entry)
        return self

    def state(self, symbol, writers=(), readers=()):
        self._put("states", State(symbol, "dict", self._at(symbol), tuple(writers), tuple(readers)))
        return self

    def event(self, symbol, *subscribers):
        self._put("channels", Channel(f"event:{symbol}", symbol, self._at(symbol), tuple(subscribers)))
        return self

    def transaction(self, symbol, *writes):
        self._put("transactions", Transaction(symbol, self._at(symbol, transaction=True), tuple(writes)))
        return self

    def program(self, shuffle=None):
        parts = {}
        for kind, items in self.items.items():
            parts[kind] = tuple(sorted(items))
            if shuffle is not None:
                mixed = list(items)
                Random(shuffle).shuffle(mixed)
                parts[kind] = tuple(mixed)
        resolved, total = self.calls
        return Program(self.project, factories=self.factories, calls_resolved=resolved, calls_total=total, **parts)

    def both(self, shuffle=None):
        program = self.program(shuffle)
        return program, graph_of(program)


DOMAINS = {
    "catalogue": (("product", "category", "stock"), "products"),
    "checkout": (("cart", "order", "payment"), "orders"),
    "shipping": (("shipment", "rate", "label"), "shipments"),
}


def shop(path="shop.{domain}.{layer}"):
    """Three domains with models, services and views each, and a core that all import.

    ``path`` shapes the module names, so that packages can follow layers or be hidden.
    """
    draft = Draft()
    draft.file("shop", "create_app", is_package=True)
    draft.factories = ("shop:create_app",)
    draft.file("shop.core.db", "Base", "session").file("shop.core.errors", "ShopError")
    for domain, (nouns, rule) in DOMAINS.items():
        models, services, views = (path.format(domain=domain, layer=layer) for layer in ("models", "services", "views"))
        draft.file(models, *(noun.capitalize() for noun in nouns))
        draft.file(services, *(f"{verb}_{noun}" for noun in nouns for verb in ("load", "save")))
        draft.file(views, *(f"show_{noun}" for noun in nouns), f"change_{nouns[0]}")
        for noun in nouns:
            model = f"{models}:{noun.capitalize()}"
            draft.table(f"{noun}s", model).edge("inherit", model, "shop.core.db:Base")
            draft.call(f"{services}:load_{noun}", "shop.core.db:session").reads(f"{services}:load_{noun}", f"{noun}s")
            draft.call(f"{services}:save_{noun}", "shop.core.db:session", model)
            draft.writes(f"{services}:save_{noun}", f"{noun}s")
            draft.edge("reference", f"{services}:save_{noun}", "shop.core.errors:ShopError")
            draft.call(f"{views}:show_{noun}", f"{services}:load_{noun}")
            draft.route(f"/{rule}/{noun}/<int:id>", f"{views}:show_{noun}", f"{domain}.show_{noun}")
        draft.call(f"{views}:change_{nouns[0]}", *(f"{services}:save_{noun}" for noun in nouns))
        draft.route(f"/{rule}/change", f"{views}:change_{nouns[0]}", f"{domain}.change")
        for noun in nouns[1:]:
            draft.edge("relate", f"{models}:{noun.capitalize()}", f"{models}:{nouns[0].capitalize()}")
        draft.edge("reference", "shop:create_app", views)

    def at(domain, layer, name):
        return f"{path.format(domain=domain, layer=layer)}:{name}"

    draft.call(at("checkout", "services", "save_order"), at("catalogue", "services", "load_stock"), loop=True)
    draft.call(at("shipping", "services", "save_shipment"), at("checkout", "services", "load_order"))
    draft.writes(at("checkout", "services", "save_order"), "stocks")
    draft.transaction(at("checkout", "services", "save_order"), "orders", "payments", "stocks")
    draft.calls = (90, 100)
    return draft
