"""Calls that register: routes, blueprints, hooks and error handlers, however they are written."""

from dataclasses import dataclass

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Values
from refactor.link.frameworks.flask.holders import APP, BLUEPRINT, Holders
from refactor.link.frameworks.flask.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

SHORTCUTS = {"get": "GET", "post": "POST", "put": "PUT", "delete": "DELETE", "patch": "PATCH"}
HOOKS = frozenset(
    "before_request after_request teardown_request teardown_appcontext context_processor url_value_preprocessor "
    "url_defaults errorhandler register_error_handler template_filter template_global template_test add_template_filter "
    "add_template_global add_template_test shell_context_processor before_app_request after_app_request "
    "teardown_app_request app_context_processor app_errorhandler app_template_filter app_template_global "
    "app_url_defaults app_url_value_preprocessor before_first_request record record_once user_loader "
    "before_serving after_serving".split()
)

NESTED = 3
"""How deep a registration's values may lie in what a function is handed."""


@dataclass
class Rule:
    """One registration: a rule on a holder."""

    holder: int
    rule: str
    endpoint: str
    methods: tuple[str, ...]
    handlers: dict[str, str]
    evidence: Evidence


class Registrations:
    """The rules found so far; mounts and register edges are noted on the way."""

    def __init__(self, assembly: Assembly, holders: Holders, views: Views) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.holders = holders
        self.views = views
        self.rules: list[Rule] = []
        self.late: dict[tuple[int, str], str] = {}

    def finished(self) -> list[Rule]:
        """The rules, with the views that came after them."""
        for rule in self.rules:
            view = self.late.get((rule.holder, rule.endpoint), "")
            rule.handlers = {method: handler or view for method, handler in rule.handlers.items()}
        return self.rules

    def note(self, record: CallRecord, *, contextual: bool = False) -> None:
        """Look at one call and note what it registers."""
        for callee in self.assembly.externals(record.callees):
            owner, _, method = callee.name.rpartition(".")
            self._extension(record, self.machine.knowledge.routes.get(f"{callee.name}()", ()))
            if method.endswith("()"):
                self._applied(record, callee)
            elif owner in (APP, BLUEPRINT, "flask.current_app"):
                self._method(record, callee, method, contextual)

    def _extension(self, record: CallRecord, routes: tuple[str, ...]) -> None:
        """Routes that an extension adds by itself."""
        evidence = self.assembly.evidence(record.scope, record.at, "framework", 0.9)
        apps = [number for number, holder in self.holders.all.items() if holder.is_app]
        for route in routes:
            method, rule, endpoint = route.split(" ")
            for app in apps[:1]:
                self.rules.append(Rule(app, rule, endpoint, (method,), {method: ""}, evidence))

    def _base(self, value: External) -> Values:
        return frozenset((value.base,)) if value.base >= 0 else frozenset()

    def _method(self, record: CallRecord, callee: External, method: str, contextual: bool) -> None:
        receivers = self.holders.behind(self._base(callee))
        if method == "add_url_rule":
            if contextual or not self.depends_on_caller(record):
                for receiver in receivers:
                    self._add_rule(record, receiver)
        elif method == "register_blueprint":
            self._mount(record, receivers)
        elif method in HOOKS:
            for receiver in receivers:
                for values in (*record.args, *record.keywords.values()):
                    self._register(record, receiver, values)

    def _applied(self, record: CallRecord, callee: External) -> None:
        """``@app.route("/x")`` over a function: the call of what ``app.route("/x")`` returned."""
        owner, _, method = callee.name.removesuffix("()").rpartition(".")
        made = self.assembly.made(callee)
        if owner not in (APP, BLUEPRINT) or made is None:
            return
        inner = self.pool[callee.base] if callee.base >= 0 else None
        receivers = self.holders.behind(self._base(inner)) if isinstance(inner, External) else []
        for receiver in receivers:
            if method == "route" or method in SHORTCUTS:
                fixed = (SHORTCUTS[method],) if method in SHORTCUTS else ()
                self._rules(receiver, made, record.argument(0), fixed, record)
                self._register(record, receiver, record.argument(0))
            elif method == "endpoint":
                self._endpoint(receiver, made, record)
            elif method in HOOKS:
                self._register(record, receiver, record.argument(0))

    def _endpoint(self, receiver: int, made: CallRecord, record: CallRecord) -> None:
        """``@app.endpoint("late")``: the view of rules that name it and have none yet."""
        _, handlers = self.views.of(record.argument(0), ("GET",), self.views.under(record))
        for name in self.pool.texts(made.argument(0, "endpoint")):
            self.late[receiver, name] = handlers["GET"]

    def _register(self, record: CallRecord, receiver: int, values: Values) -> None:
        """The function takes effect on the holder when it is registered."""
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        target = self.holders.all[receiver].symbol
        for scopes in self.assembly.chain(values):
            self.assembly.edge(self.assembly.symbol(scopes[-1]), target, "register", evidence)

    def _add_rule(self, record: CallRecord, receiver: int) -> None:
        view = record.argument(2, "view_func")
        self._rules(receiver, record, view, (), record)

    def _rules(self, receiver: int, made: CallRecord, view: Values, fixed: tuple[str, ...], record: CallRecord) -> None:
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        named = made.argument(1 if made.text.endswith("add_url_rule") else 9, "endpoint")
        methods = fixed or tuple(name.upper() for name in self.views.strings(made.keywords.get("methods", frozenset())))
        function = self.views.under(record)
        for number in sorted(made.argument(0, "rule")):
            for rule in self.pool.texts((number,)):
                endpoints = self.pool.texts(self.views.beside(number, named))
                endpoint, handlers = self.views.of(view, methods, function, number)
                name = endpoints[0] if endpoints else endpoint
                self.rules.append(Rule(receiver, rule, name, tuple(handlers), handlers, evidence))

    def _mount(self, record: CallRecord, receivers: list[int]) -> None:
        given = "url_prefix" in record.keywords
        prefixes = self.pool.texts(record.keywords.get("url_prefix", frozenset()))
        prefix = (prefixes[0] if prefixes else "") if given else None
        names = self.pool.texts(record.keywords.get("name", frozenset()))
        for child in self.holders.behind(record.argument(0, "blueprint")):
            mount = (prefix, names[0] if names else self.holders.all[child].name)
            for receiver in receivers:
                if child != receiver and (receiver, *mount) not in self.holders.all[child].mounts:
                    self.holders.all[child].mounts.append((receiver, *mount))
                    where = self.assembly.evidence(record.scope, record.at, "framework")
                    self.assembly.edge(
                        self.holders.all[child].symbol, self.holders.all[receiver].symbol, "register", where
                    )

    def depends_on_caller(self, record: CallRecord) -> bool:
        """Whether a registration's rule or view comes in through a parameter."""
        ref = self.machine.index.scopes[record.scope].facts
        if ref.kind != "function" or record.scope in self.machine.applied.places:
            return False
        given = [record.argument(0, "rule"), record.argument(2, "view_func"), record.receiver]
        parameters = [self.machine.store.peek(("parameter", record.scope, param.name)) for param in ref.params]
        reachable = set().union(*parameters, *(self._items(values) for values in parameters)) if parameters else set()
        return any(values and values <= reachable for values in given[:2])

    def _items(self, values: Values) -> set[int]:
        """What is in containers, and in the containers in those: lists of tuples."""
        found: set[int] = set()
        for _ in range(NESTED):
            values = frozenset().union(*(self.machine.store.peek(("item", number, "*")) for number in values))
            found |= values
        return found
