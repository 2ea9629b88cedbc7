"""Which of the monolith's requirements a slice needs.

Comes in: the source tree (requirements.txt or pyproject.toml), the program's third-party imports and what a slice
keeps. Goes out: requirement lines as the monolith has them, sorted. In doubt a requirement stays: what no module of
the monolith imports (a server, a plugin) and database drivers, which a URL names. Must not: resolve versions.
"""

import re
import tomllib
from collections.abc import Iterable
from typing import Final

from refactor.model.program import Program
from refactor.model.sources import SourceTree
from refactor.split.prune import Cutting

# distribution -> the names it is imported by, where the two differ by more than a dash
IMPORT_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "dnspython": ("dns",),
    "email-validator": ("email_validator",),
    "flask-login": ("flask_login",),
    "google-cloud-storage": ("google",),
    "jwcrypto": ("jwcrypto",),
    "msgpack-python": ("msgpack",),
    "opencv-python": ("cv2",),
    "pillow": ("PIL",),
    "protobuf": ("google",),
    "pycryptodome": ("Crypto",),
    "pyjwt": ("jwt",),
    "pyopenssl": ("OpenSSL",),
    "python-dateutil": ("dateutil",),
    "python-dotenv": ("dotenv",),
    "python-jose": ("jose",),
    "python-magic": ("magic",),
    "python-multipart": ("multipart", "python_multipart"),
    "python-slugify": ("slugify",),
    "pyyaml": ("yaml",),
    "scikit-image": ("skimage",),
    "scikit-learn": ("sklearn",),
    "setuptools": ("setuptools", "pkg_resources"),
}
DRIVERS: Final = frozenset(
    {"aiomysql", "aiosqlite", "asyncpg", "cx-oracle", "mariadb", "mysql-connector-python", "mysqlclient", "oracledb"}
    | {"pg8000", "psycopg", "psycopg-binary", "psycopg2", "psycopg2-binary", "pymongo", "pymssql", "pymysql", "pyodbc"}
)
_NAME: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def requirements_of(tree: SourceTree, program: Program, kept: Iterable[Cutting]) -> tuple[str, ...]:
    """The requirement lines of a slice."""
    imported = {name.lower() for name, _ in program.externals}
    used = {_top(i.module) for cutting in kept for i in (*cutting.imports, *cutting.lazy_imports)}
    return tuple(sorted(line for line in set(stated(tree)) if _is_needed(line, imported, used)))


def stated(tree: SourceTree) -> list[str]:
    """The monolith's requirement lines, without comments."""
    if "requirements.txt" in tree.by_path:
        return list(_lines(tree, "requirements.txt", set()))
    return _project_dependencies(tree)


def _lines(tree: SourceTree, path: str, seen: set[str]) -> Iterable[str]:
    seen.add(path)
    text = "\n".join(tree.lines(path)).replace("\\\n", " ")
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).partition(" --hash")[0].strip()
        included = re.match(r"(?:-r|--requirement)[\s=]*(\S+)", line)
        if included:
            folder = path.rpartition("/")[0]
            target = f"{folder}/{included[1]}" if folder else included[1]
            yield from _lines(tree, target, seen) if target in tree.by_path and target not in seen else ()
        elif line and not line.startswith("-"):
            yield line


def _project_dependencies(tree: SourceTree) -> list[str]:
    file = tree.by_path.get("pyproject.toml")
    try:
        project = tomllib.loads(file.text).get("project", {}) if file is not None else {}
    except tomllib.TOMLDecodeError:
        return []
    dependencies = project.get("dependencies", []) if isinstance(project, dict) else []
    return [line for line in dependencies if isinstance(line, str)] if isinstance(dependencies, list) else []


def _is_needed(line: str, imported: set[str], used: set[str]) -> bool:
    match = _NAME.match(line)
    if match is None:
        return True
    distribution = re.sub(r"[-_.]+", "-", match[1]).lower()
    names = {name.lower() for name in IMPORT_NAMES.get(distribution, (distribution.replace("-", "_"),))}
    return distribution in DRIVERS or not names & imported or bool(names & used)


def _top(module: str) -> str:
    return module.partition(".")[0].lower()
