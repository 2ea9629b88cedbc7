"""Which files of a split are the monolith's own: by the end of their path and by every byte."""

from refactor.model.sources import tree_of
from refactor.split import origins

MONOLITH = tree_of(
    {
        "src/shop/a.css": "a",
        "src/shop/b.css": "b",
        "src/shop/c.py": "whole",
        "docs/shop/a.css": "a",
        "a.css": "a",
        "manage.py": "m",
    }
)


def test_what_was_not_cut_has_an_origin():
    split = tree_of(
        {
            "services/x/src/shop/a.css": "a",
            "services/x/src/shop/b.css": "other",
            "services/x/src/shop/c.py": "cut",
            "services/x/src/manage.py": "m",
            "services/x/src/shop/d.css": "a",
            "services/x/template.yaml": "m",
            "platform/src/manage.py": "m",
        }
    )
    assert origins(split, MONOLITH) == {
        "services/x/src/manage.py": "manage.py",
        "services/x/src/shop/a.css": "src/shop/a.css",
    }
