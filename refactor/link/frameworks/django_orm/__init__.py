"""Django's models: their tables, relations, managers and querysets; who reads and writes them; signals."""

from refactor.link.frameworks.django_orm import fields, loading, publishing, querysets, relations, signals, trees
from refactor.link.frameworks.django_orm.accesses import Accesses, share
from refactor.link.frameworks.django_orm.channels import Channels
from refactor.link.frameworks.django_orm.fields import FIELDS
from refactor.link.frameworks.django_orm.querysets import DECLARED, MANAGER, QUERYSET, RELATED, THROUGH, VALUES
from refactor.link.frameworks.django_orm.schema import Schema
from refactor.link.stages.assembly import Assembly

CALLS = {
    f"{MANAGER}().*": querysets.method,
    f"{QUERYSET}().*": querysets.method,
    f"{VALUES}.*": querysets.of_values,
    f"{RELATED}.*": querysets.linking,
    f"{QUERYSET}.as_manager": querysets.as_manager,
    f"{MANAGER}.from_queryset": querysets.from_queryset,
    "django.contrib.auth.get_user_model": loading.user_model,
    "swapper.get_model_name": loading.model_name,
    "django.shortcuts.get_object_or_404": loading.object_or_404,
    "django.shortcuts.aget_object_or_404": loading.object_or_404,
    "django.shortcuts.get_list_or_404": loading.list_or_404,
}
CALLS |= {f"{signals.SIGNAL}.{name}": signals.send for name in sorted(signals.SENDING)}
CALLS |= {f"{signals.SIGNAL}.connect": signals.subscribe, "django.dispatch.receiver()": signals.subscribe}
CALLS |= {f"{signals.MODEL_SIGNALS}{name}.connect": signals.subscribe for name in signals.OF_MODELS}
CALLS |= {f"django.contrib.auth.signals.{name}.connect": signals.subscribe for name in signals.OF_USERS}
CALLS |= trees.CALLS
DESCRIPTORS = {
    **dict.fromkeys(fields.HELD, fields.plain),
    f"{FIELDS}{fields.FOREIGN}()": fields.to_one,
    f"{FIELDS}{fields.ONE}()": fields.to_one,
    f"{FIELDS}{fields.MANY}()": relations.to_many,
    "django.contrib.contenttypes.fields.GenericForeignKey()": fields.generic,
    fields.REVERSE: fields.reverse_one,
    DECLARED: querysets.described,
    f"{MANAGER}()": querysets.described,
}
ELEMENTS = {
    f"{QUERYSET}()": querysets.elements,
    f"{MANAGER}()": querysets.elements,
    RELATED: querysets.elements_of_related,
    VALUES: querysets.elements_of_values,
}
MEMBERS = {
    RELATED: querysets.member_of_related,
    THROUGH: querysets.manager_of_through,
    "django.db.models.ManyToManyDescriptor()": relations.member_of_link,
}
MAKINGS = {
    MANAGER: querysets.made,
    QUERYSET: querysets.made,
    **{f"{FIELDS}{kind}": fields.relation_class for kind in sorted(fields.RELATIONS)},
}
ATTRIBUTES = {"model": querysets.model_attribute, "user": fields.user_of_request}
LOADERS = {"model": loading.model, "user": loading.user_loader}
SUBJECTS = [querysets.subject]
COMPLETIONS = [relations.complete]


def tables(assembly: Assembly) -> None:
    """The tables of the models."""
    publishing.publish(Schema.of(assembly))


def accesses(assembly: Assembly) -> None:
    """Who reads and writes them."""
    known = Schema.of(assembly)
    found = Accesses(known)
    found.add()
    Channels(known, found).add()
    share(known)
