"""Cases as pytest parameters, named by their document and heading."""

from typing import Protocol

import pytest


class Headed(Protocol):
    """A case below a heading; ``not_yet``: its heading says that it must fail."""

    @property
    def document(self) -> str: ...

    @property
    def heading(self) -> str: ...

    @property
    def not_yet(self) -> bool: ...


def parameter(case: Headed) -> object:
    marks = (
        [pytest.mark.xfail(strict=True, reason="the heading says so", raises=pytest.fail.Exception)]
        if case.not_yet
        else []
    )
    return pytest.param(case, id=f"{case.document}:{case.heading}", marks=marks)
