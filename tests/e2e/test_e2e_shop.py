"""Analyze, split and verify the sample through the command line, on a short day in the shop."""

import json
from pathlib import Path

import pytest
from shop_commands import LOSSES, SUBSET, Workspace, corpus_of, har_of, refactor, unexplained

VIEW = "shop/catalogue/views.py"
HEAD = "def show_product(sku):\n"


def written(folder: Path, *names: str) -> Path:
    """A corpus file with the named requests."""
    path = folder / "some.json"
    path.write_text(json.dumps(corpus_of(*names)), "utf-8")
    return path


def test_two_thirds_of_its_cuts_are_sent(split_shop: Workspace) -> None:
    cuts = json.loads((split_shop.monolith / ".refactor/analysis.json").read_text("utf-8"))["plan"]["cuts"]
    sent = [cut for cut in cuts if cut["level"] in ("remote", "owned")]
    assert 3 * len(sent) >= 2 * len(cuts) > 200, f"{len(sent)} of {len(cuts)}"
    assert {cut["kind"] for cut in sent} == {"call", "publish", "read", "reference", "transaction"}


def test_with_its_state_moved_out_the_split_answers_alike(split_shop: Workspace, tmp_path: Path) -> None:
    ended, replay = split_shop.verify(written(tmp_path, *SUBSET), "moved-out")
    assert (ended.returncode, replay["divergences"]) == (0, []), ended.stdout
    assert len(replay["rows"]) == len(SUBSET)
    assert f"{len(SUBSET)} requests, 0 divergences" in ended.stdout


def test_with_its_state_inside_it_diverges_where_findings_say_so(split_shop: Workspace, tmp_path: Path) -> None:
    ended, replay = split_shop.verify(written(tmp_path, *LOSSES), "default")
    assert ended.returncode == 1
    assert unexplained(replay) == []
    assert [one for one in replay["divergences"] if one["predicted_by"].startswith("STATE")]
    assert ", 0 unexplained)" in ended.stdout


@pytest.mark.slow  # tests/proof does the same to a smaller split, many times
def test_a_broken_handler_is_found_and_not_explained_away(own_shop: Workspace, tmp_path: Path) -> None:
    view = own_shop.slice_of(VIEW, HEAD)
    view.write_text(view.read_text("utf-8").replace(HEAD, HEAD + '    return jsonify(sku="broken"), 203\n'), "utf-8")
    ended, replay = own_shop.verify(written(tmp_path, "product", "categories"), "moved-out")
    broken = "http:GET /catalogue/products/{sku}"
    assert ended.returncode == 1
    assert unexplained(replay) == [(broken, "body"), (broken, "status")]
    assert "2 requests, 2 divergences (0 predicted, 2 unexplained)" in ended.stdout
    assert "GET /catalogue/products/COF-001 " in ended.stdout


@pytest.mark.slow
def test_a_har_file_is_replayed(split_shop: Workspace, tmp_path: Path) -> None:
    requests = tmp_path / "browser.har"
    requests.write_text(json.dumps(har_of("product", "check coupon", "unknown path")), "utf-8")
    ended, replay = split_shop.verify(requests, "moved-out")
    assert (ended.returncode, replay["divergences"]) == (0, []), ended.stdout
    assert [expected["status"] for _, expected, _ in replay["rows"]] == [200, 200, 404]


@pytest.mark.slow  # tests/cli/test_cli_split_again.py does it with a smaller monolith
def test_a_second_split_keeps_edits_and_names_conflicts(own_shop: Workspace) -> None:
    view = own_shop.slice_of(VIEW, HEAD)
    mine = view.read_text("utf-8").replace(HEAD, HEAD + "    # mine\n")
    view.write_text(mine, "utf-8")
    again = refactor("split", own_shop.monolith, "-o", own_shop.out)
    assert (again.returncode, view.read_text("utf-8")) == (0, mine), again.stderr
    assert "0 files written, 1 with hand edits kept, 0 removed" in again.stdout

    source = own_shop.monolith / VIEW
    source.write_text(source.read_text("utf-8").replace(HEAD, HEAD + "    # theirs\n"), "utf-8")
    third = refactor("split", own_shop.monolith, "-o", own_shop.out)
    merged = view.read_text("utf-8")
    assert third.returncode == 1
    assert f"--> {view.relative_to(own_shop.out).as_posix()}:" in third.stdout
    assert "both you and the new generation changed these lines" in third.stdout
    assert [merged.count(part) for part in ("<<<<<<<", "# mine", "=======", "# theirs", ">>>>>>>")] == [1] * 5
