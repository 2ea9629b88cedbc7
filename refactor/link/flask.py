"""Flask: applications, blueprints, routes however they are registered, hooks and error handlers."""

import re
from dataclasses import dataclass, field

from refactor.link.assembly import Assembly
from refactor.link.trace import CallRecord
from refactor.link.values import Class, External, Instance, Literal, Values
from refactor.model.names import top_level
from refactor.model.program import EntryPoint, Evidence

APP, BLUEPRINT, VIEW = "flask.Flask()", "flask.Blueprint()", "flask.views.View"
SHORTCUTS = {"get": "GET", "post": "POST", "put": "PUT", "delete": "DELETE", "patch": "PATCH"}
HOOKS = frozenset(
    "before_request after_request teardown_request teardown_appcontext context_processor url_value_preprocessor "
    "url_defaults errorhandler register_error_handler template_filter template_global template_test add_template_filter "
    "add_template_global add_template_test shell_context_processor before_app_request after_app_request "
    "teardown_app_request app_context_processor app_errorhandler app_template_filter app_template_global "
    "app_url_defaults app_url_value_preprocessor before_first_request record record_once user_loader "
    "before_serving after_serving".split()
)
CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
STANDARD = frozenset(("string", "int", "float", "uuid", "any", "default", ""))
DEPTH = 4


@dataclass
class Holder:
    """An application or blueprint: a value that holds routes."""

    key: int
    symbol: str
    name: str
    prefix: str
    is_app: bool
    module: str
    mounts: list[tuple[int, str | None, str]] = field(default_factory=list)


@dataclass
class Rule:
    """One registration: a rule on a holder."""

    holder: int
    rule: str
    endpoint: str
    methods: tuple[str, ...]
    handlers: dict[str, str]
    evidence: Evidence


def flask(assembly: Assembly) -> None:
    """Entry points and register edges of a Flask program; nothing where there is no Flask."""
    reader = _Flask(assembly)
    reader.find_holders()
    if not reader.holders:
        return
    assembly.frameworks.add("flask")
    for record in [record for _, record in assembly.records()]:
        reader.note(record)
    reader.note_contextual()
    reader.publish()


class _Flask:
    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.holders: dict[int, Holder] = {}
        self.rules: list[Rule] = []
        self.subclasses: dict[int, int] = {}
        self.wrappers: dict[str, set[str]] = {}

    # -- who holds routes ------------------------------------------------------------------------------------------

    def find_holders(self) -> None:
        """Every Flask() and Blueprint() that is made, subclasses included."""
        for scope, record in self.assembly.records():
            for number in sorted(record.result):
                value = self.pool[number]
                if isinstance(value, External) and value.name in (APP, BLUEPRINT) and value.site == record.site:
                    self._hold(number, record, value.name == APP)
            for made in self.assembly.classes(record.callees):
                kind = self._framework_class(made)
                if kind:
                    number = self.pool.add(Instance(made))
                    self.subclasses[made] = number
                    self._hold(number, record, kind == APP)
                    self.holders[number].module = self.machine.index.scopes[scope].module

    def _framework_class(self, scope: int) -> str:
        for base in self.machine.classes.external_bases(scope):
            if f"{base}()" in (APP, BLUEPRINT):
                return f"{base}()"
        return ""

    def _hold(self, number: int, record: CallRecord, is_app: bool) -> None:
        assembly = self.assembly
        symbol = assembly.variable_of(frozenset((number,)))
        where = assembly.symbol(record.scope)
        if not symbol:
            symbol = f"{where}@{record.at[0]}" if ":" in where else f"{where}:@{record.at[0]}"
        names = self.pool.texts(record.argument(0, "name"))
        prefixes = self.pool.texts(record.keywords.get("url_prefix", frozenset()))
        module = self.machine.index.scopes[record.scope].module
        self.holders.setdefault(
            number,
            Holder(number, symbol, names[0] if names else "", prefixes[0] if prefixes else "", is_app, module),
        )
        if is_app:
            assembly.factories.add(top_level(where) if ":" in where else symbol)

    def _receivers(self, values: Values) -> list[int]:
        """The holders behind some values (an app that came in by annotation or proxy is any app)."""
        found: list[int] = []
        for number in sorted(values):
            value = self.pool[number]
            if number in self.holders:
                found.append(number)
            elif isinstance(value, Instance) and value.scope in self.subclasses:
                found.append(self.subclasses[value.scope])
            elif isinstance(value, External) and value.name in (APP, BLUEPRINT, "flask.current_app"):
                found.extend(one for one, holder in self.holders.items() if holder.is_app and value.name != BLUEPRINT)
        return list(dict.fromkeys(found))

    # -- registrations ---------------------------------------------------------------------------------------------

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
        apps = [number for number, holder in self.holders.items() if holder.is_app]
        for route in routes:
            method, rule, endpoint = route.split(" ")
            for app in apps[:1]:
                self.rules.append(Rule(app, rule, endpoint, (method,), {method: ""}, evidence))

    def _base(self, value: External) -> Values:
        return frozenset((value.base,)) if value.base >= 0 else frozenset()

    def _method(self, record: CallRecord, callee: External, method: str, contextual: bool) -> None:
        receivers = self._receivers(self._base(callee))
        if method == "add_url_rule":
            if contextual or not self._depends_on_caller(record):
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
        receivers = self._receivers(self._base(inner)) if isinstance(inner, External) else []
        for receiver in receivers:
            if method == "route" or method in SHORTCUTS:
                fixed = (SHORTCUTS[method],) if method in SHORTCUTS else ()
                self._rules(receiver, made, record.argument(0), fixed, record)
                self._register(record, receiver, record.argument(0))
            elif method in HOOKS:
                self._register(record, receiver, record.argument(0))

    def _register(self, record: CallRecord, receiver: int, values: Values) -> None:
        """The function takes effect on the holder when it is registered."""
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        target = self.holders[receiver].symbol
        for scopes in self.assembly.chain(values):
            self.assembly.edge(self.assembly.symbol(scopes[-1]), target, "register", evidence)

    def _add_rule(self, record: CallRecord, receiver: int) -> None:
        view = record.argument(2, "view_func")
        self._rules(receiver, record, view, (), record)

    def _rules(self, receiver: int, made: CallRecord, view: Values, fixed: tuple[str, ...], record: CallRecord) -> None:
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        endpoints = self.pool.texts(made.argument(1 if made.text.endswith("add_url_rule") else 9, "endpoint"))
        methods = fixed or tuple(name.upper() for name in self._strings(made.keywords.get("methods", frozenset())))
        for rule in self.pool.texts(made.argument(0, "rule")):
            endpoint, handlers = self._view(view, methods)
            name = endpoints[0] if endpoints else endpoint
            self.rules.append(Rule(receiver, rule, name, tuple(handlers), handlers, evidence))

    def _strings(self, values: Values) -> list[str]:
        found: list[str] = list(self.pool.texts(values))
        for number in sorted(values):
            found.extend(self.pool.texts(self.machine.store.peek(("item", number, "*"))))
        return sorted(set(found))

    def _view(self, view: Values, methods: tuple[str, ...]) -> tuple[str, dict[str, str]]:
        """The default endpoint of a view, and the handler for each method."""
        for value in self.pool.each(view):
            if isinstance(value, External) and value.name.endswith(".as_view()"):
                found = self._class_view(value, methods)
                if found:
                    return found
        for scopes in self.assembly.chain(view):
            function = scopes[-1]
            symbol = self.assembly.symbol(function)
            self.wrappers.setdefault(symbol, set()).update(self.assembly.symbol(scope) for scope in scopes[:-1])
            own = methods or self._declared_methods(function) or ("GET",)
            return self.machine.index.scopes[function].facts.name, dict.fromkeys(own, symbol)
        return "", dict.fromkeys(methods or ("GET",), "")

    def _declared_methods(self, function: int) -> tuple[str, ...]:
        return tuple(self._strings(self.machine.store.peek(("attribute", function, "methods"))))

    def _class_view(self, value: External, methods: tuple[str, ...]) -> tuple[str, dict[str, str]] | None:
        made = self.assembly.made(value)
        inner = self.pool[value.base] if value.base >= 0 else None
        owner = self.pool[inner.base] if isinstance(inner, External) and inner.base >= 0 else None
        if made is None or not isinstance(owner, Class):
            return None
        names = self.pool.texts(made.argument(0, "name"))
        handlers: dict[str, str] = {}
        for verb in ("get", "post", "put", "delete", "patch", "head", "options", "trace"):
            for base in self.machine.classes.order(owner.scope):
                if isinstance(base, int):
                    found = self.assembly.functions(self.machine.store.peek(("attribute", base, verb)))
                    if found:
                        handlers.setdefault(verb.upper(), self.assembly.symbol(found[0]))
        declared = methods or tuple(self._class_methods(owner.scope))
        if not handlers:
            dispatch = self._dispatch(owner.scope)
            handlers = dict.fromkeys(declared or ("GET",), dispatch)
        elif declared:
            handlers = {verb: handlers.get(verb, self.assembly.symbol(owner.scope)) for verb in declared}
        return (names[0] if names else ""), dict(sorted(handlers.items()))

    def _class_methods(self, scope: int) -> list[str]:
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self._strings(self.machine.store.peek(("attribute", base, "methods")))
                if found:
                    return [name.upper() for name in found]
        return []

    def _dispatch(self, scope: int) -> str:
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, "dispatch_request")))
                if found:
                    return self.assembly.symbol(found[0])
        return self.assembly.symbol(scope)

    def _mount(self, record: CallRecord, receivers: list[int]) -> None:
        given = "url_prefix" in record.keywords
        prefixes = self.pool.texts(record.keywords.get("url_prefix", frozenset()))
        prefix = (prefixes[0] if prefixes else "") if given else None
        names = self.pool.texts(record.keywords.get("name", frozenset()))
        for child in self._receivers(record.argument(0, "blueprint")):
            mount = (prefix, names[0] if names else self.holders[child].name)
            for receiver in receivers:
                if child != receiver and (receiver, *mount) not in self.holders[child].mounts:
                    self.holders[child].mounts.append((receiver, *mount))
                    where = self.assembly.evidence(record.scope, record.at, "framework")
                    self.assembly.edge(self.holders[child].symbol, self.holders[receiver].symbol, "register", where)

    # -- registrations made by a project function for its callers --------------------------------------------------

    def _depends_on_caller(self, record: CallRecord) -> bool:
        """Whether a registration's rule or view comes in through a parameter."""
        ref = self.machine.index.scopes[record.scope].facts
        if ref.kind != "function":
            return False
        given = [record.argument(0, "rule"), record.argument(2, "view_func"), record.receiver]
        parameters = [self.machine.store.peek(("parameter", record.scope, param.name)) for param in ref.params]
        reachable = set().union(*parameters, *(self._items(values) for values in parameters)) if parameters else set()
        return any(values and values <= reachable for values in given[:2])

    def _items(self, values: Values) -> set[int]:
        return set().union(*(self.machine.store.peek(("item", number, "*")) for number in values)) if values else set()

    def note_contextual(self) -> None:
        """Functions such as ``register_view(bp, routes, view)``: run once for each call, with that call's arguments."""
        registrars = {
            scope
            for scope, record in self.assembly.records()
            if any(value.name.endswith(".add_url_rule") for value in self.assembly.externals(record.callees))
            and self._depends_on_caller(record)
        }
        if not registrars:
            return
        for scope, record in list(self.assembly.records()):
            if scope not in registrars:
                self._replay(record, registrars, 0)

    def _replay(self, record: CallRecord, registrars: set[int], depth: int) -> None:
        for function in self.assembly.functions(record.callees):
            if function not in registrars or depth > DEPTH:
                continue
            trace = self.machine.replay(function, self._bind(function, record))
            for inner in trace.calls.values():
                self.note(inner, contextual=True)
                self._replay(inner, registrars, depth + 1)

    def _bind(self, function: int, record: CallRecord) -> dict[str, Values]:
        params = self.machine.index.scopes[function].facts.params
        bound = {param.name: values for param, values in zip(params, record.args, strict=False)}
        names = {param.name for param in params}
        bound.update({name: values for name, values in record.keywords.items() if name in names})
        return bound

    # -- entry points ----------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Rules with their prefixes become entry points; every application serves its static folder."""
        for holder in list(self.holders.values()):
            self._static(holder)
        seen: set[str] = set()
        for rule in self.rules:
            for prefix, names in self._paths(rule.holder, ()):
                full = _joined(prefix, rule.rule)
                endpoint = ".".join([*names, rule.endpoint])
                for method in rule.methods:
                    self._entry(rule, full, endpoint, method, seen)

    def _static(self, holder: Holder) -> None:
        """Flask adds ``/static/<path:filename>`` by itself, unless told not to."""
        record = next((r for _, r in self.assembly.records() if holder.key in r.result), None)
        if record is None:
            return
        folder = record.keywords.get("static_folder")
        urls = self.pool.texts(record.keywords.get("static_url_path", frozenset()))
        off = folder is not None and all(isinstance(v, Literal) and v.value is None for v in self.pool.each(folder))
        if off or (not holder.is_app and folder is None):
            return
        folders = self.pool.texts(folder or frozenset()) or ["static"]
        base = urls[0] if urls else "/" + folders[0].strip("/").rpartition("/")[2]
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        self.rules.append(Rule(holder.key, f"{base}/<path:filename>", "static", ("GET",), {"GET": ""}, evidence))

    def _paths(self, number: int, above: tuple[int, ...]) -> list[tuple[str, list[str]]]:
        """URL prefixes and endpoint prefixes under which a holder is reachable from an application."""
        holder = self.holders[number]
        if holder.is_app:
            return [("", [])]
        found = []
        for parent, prefix, name in holder.mounts:
            if parent in above:
                continue
            own = holder.prefix if prefix is None else prefix
            for outer, names in self._paths(parent, (*above, number)):
                found.append((_joined(outer, own) if own else outer, [*names, name]))
        return found

    def _entry(self, rule: Rule, full: str, endpoint: str, method: str, seen: set[str]) -> None:
        path = CONVERTER.sub(lambda m: f"{{{m[2]}{'' if (m[1] or '') in STANDARD else '+'}}}", full)
        identity = f"http:{method} {path}"
        if identity in seen and not rule.handlers[method]:
            return
        if identity in seen:
            identity = f"http:{method} {full}"
            if identity in seen:
                return
        seen.add(identity)
        handler = rule.handlers[method]
        self.assembly.entry_points.append(
            EntryPoint(
                identity,
                "http",
                handler,
                rule.evidence,
                method,
                full,
                path,
                endpoint,
                self.holders[rule.holder].symbol,
                "flask",
            )
        )
        if handler:
            for target in (handler, *sorted(self.wrappers.get(handler, ()))):
                self.assembly.edge(identity, target, "enter", rule.evidence)


def _joined(prefix: str, rule: str) -> str:
    """A blueprint's prefix before a rule, as Flask joins them."""
    if not prefix:
        return rule
    if not rule:
        return prefix
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}"
