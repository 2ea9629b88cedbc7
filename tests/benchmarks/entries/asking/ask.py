"""Ask an application, inside its own environment, which routes and tables it has.

    python ask.py FRAMEWORK ROOT CODE OUT.json

CODE makes the application: it sets ``app`` and ``metadata`` (SQLAlchemy) or ``sqlite`` (paths of database files).
"""

import json
import sys
from pathlib import Path
from typing import Any

from defined import Answer, Root


def main() -> None:
    """Run the code, ask, write."""
    framework, folder, code, out = sys.argv[1:5]
    root, given = Root(folder), dict[str, Any]()
    sys.argv = sys.argv[:1]
    exec(compile(code, "<ask>", "exec"), given)
    answer = {
        "framework": framework,
        "routes": sorted(_routes(framework, given, root), key=_place),
        "tables": sorted(_tables(framework, given, root), key=lambda table: str(table["name"])),
        "root": folder,
    }
    Path(out).write_text(json.dumps(answer, indent=1, sort_keys=True) + "\n", "utf-8")


def _place(route: Answer) -> tuple[str, ...]:
    return tuple(str(route[part]) for part in ("rule", "method", "name", "handler"))


def _routes(framework: str, given: dict[str, Any], root: Root) -> list[Answer]:
    if framework == "flask":
        import ask_flask

        return ask_flask.routes(given["app"], root)
    if framework == "django":
        import ask_django

        return ask_django.routes(root)
    import ask_starlette

    return ask_starlette.routes(given["app"], root)


def _tables(framework: str, given: dict[str, Any], root: Root) -> list[Answer]:
    if framework == "django":
        import ask_django

        return ask_django.tables(root)
    import ask_tables

    return (
        ask_tables.of_sqlite(given["sqlite"]) if "sqlite" in given else ask_tables.of_metadata(given["metadata"], root)
    )


if __name__ == "__main__":
    main()
