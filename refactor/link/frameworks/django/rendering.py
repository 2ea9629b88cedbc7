"""What Django's class views put into the context of their templates: the row, the rows, the form."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.values import NOTHING, Class, Instance, Values
from refactor.link.frameworks.django import objects
from refactor.link.stages.assembly import Assembly


def variables(assembly: Assembly) -> None:
    """Note the variables of every class that derives from a library's view."""
    machine = assembly.machine
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind == "class" and not machine.index.modules[ref.module].is_test:
            bases = [machine.knowledge.canonical(base) for base in machine.classes.external_bases(scope)]
            if any(base.startswith(objects.VIEWS) for base in bases):
                assembly.views[scope] = _variables(assembly, scope)


def _variables(assembly: Assembly, scope: int) -> dict[str, Values]:
    machine = assembly.machine
    rows = objects.rows_of(machine, scope)
    forms = objects.instances_of(machine, scope, "form_class")
    found = {"form": forms, "object": rows}
    named = [
        text
        for name in ("context_object_name", "context_table_name")
        for text in machine.pool.texts(objects.held(machine, scope, name))
    ]
    models = [machine.pool[one] for one in rows]
    named += [machine.index.scopes[one.scope].facts.name.lower() for one in models if isinstance(one, Instance)]
    several = _listed(assembly, scope)
    for name in named:
        found[name] = found.get(name, NOTHING) | (several if name.endswith("s") and several else rows)
    for name in ("object_list", "page_obj", *(f"{name}_list" for name in named)):
        found[name] = several
    return {name: values for name, values in found.items() if values}


def _listed(assembly: Assembly, scope: int) -> Values:
    """What a list view lists: the queryset of its method, of its attribute, of its model."""
    machine = assembly.machine
    ref = machine.index.scopes[scope]
    frame = Frame(scope, ref.module, ref.facts, {})
    found = NOTHING
    for function in assembly.functions(objects.held(machine, scope, "get_queryset")):
        found |= machine.store.peek(("return", function, None))
    found = found or objects.held(machine, scope, "queryset")
    models = frozenset(one for one in objects.held(machine, scope, "model") if isinstance(machine.pool[one], Class))
    return found or machine.attributes.read(frame, models, "objects", (1, 1))
