"""The command line as the end-to-end tests use it, and pieces of the sample's own requests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "sample_monolith"

SUBSET = (
    "health", "unknown path", "wrong method", "sitemap", "products, first page", "product", "price", "shop page",
    "empty cart", "add to cart before login", "cart page", "register", "cart came along", "address", "checkout",
    "orders", "receipt file", "active promotions", "rates", "ship", "label", "track", "admin as alice", "sales",
    "annual report", "outbox",
)  # fmt: skip
"""Requests over all domains that need none but each other."""

LOSSES = ("empty cart", "add to cart before login", "cart page", "register", "cart came along", "address")
"""Requests that lose their cart and their session when each function has a memory of its own."""


def refactor(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "refactor", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "200"}, encoding="utf-8",
    )  # fmt: skip


def corpus_of(*names: str) -> dict[str, Any]:
    """The sample's corpus with the named requests only."""
    corpus = json.loads((SAMPLE / "requests.json").read_text("utf-8"))
    found = {one["name"]: one for one in corpus["requests"]}
    return {**corpus, "requests": [found[name] for name in names]}


def har_of(*names: str) -> dict[str, Any]:
    """The same requests as a browser would save them."""
    return {"log": {"entries": [{"request": _recorded(one)} for one in corpus_of(*names)["requests"]]}}


def _recorded(request: dict[str, Any]) -> dict[str, Any]:
    recorded = {
        "method": request["method"],
        "url": f"https://shop.example.org{request['path']}",
        "headers": [{"name": name, "value": value} for name, value in request.get("headers", {}).items()],
    }
    if "json" in request:
        recorded["headers"].append({"name": "Content-Type", "value": "application/json"})
        recorded["postData"] = {"mimeType": "application/json", "text": json.dumps(request["json"])}
    return recorded


class Workspace:
    """A copy of the sample in a folder of its own, and its split."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.monolith, self.out = folder, folder / "sample_monolith", folder / "split"

    def verify(self, requests: Path, profile: str) -> tuple["subprocess.CompletedProcess[str]", dict[str, Any]]:
        """The finished command and the replay it wrote as JSON."""
        told = self.folder / f"{requests.stem}-{profile}.json"
        ended = refactor(
            "verify", self.out, "--against", self.monolith, "--profile", profile, "--requests", requests,
            "--json-output", told,
        )  # fmt: skip
        assert told.is_file(), ended.stderr
        return ended, json.loads(told.read_text("utf-8"))["replay"]

    def slice_of(self, path: str, text: str) -> Path:
        """The one file of the split at a path of the monolith that has a text."""
        (found,) = (one for one in self.out.glob(f"services/*/src/{path}") if text in one.read_text("utf-8"))
        return found


def unexplained(replay: dict[str, Any]) -> list[tuple[str, str]]:
    """Entry point and kind of each divergence that neither a finding predicted nor another led to."""
    odd = (one for one in replay["divergences"] if not (one["predicted_by"] or one["follows"]))
    return sorted((one["entry_point"], one["what"]) for one in odd)
