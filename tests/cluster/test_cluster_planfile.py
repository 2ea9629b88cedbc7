"""Plan file and proposal together: what is moved in the listing is obeyed, and running again is quiet."""

import pytest
from drafts import shop

from refactor.adapters.planfile import load_plan, render_plan
from refactor.cluster import cluster


@pytest.fixture
def replan(tmp_path):
    program, graph = shop().both()
    path = tmp_path / "refactor.plan.toml"

    def run(edit=lambda text: text):
        previous = edit(path.read_text()) if path.exists() else None
        if previous is not None:
            path.write_text(previous)
        plan = cluster(program, graph, load_plan(path))
        path.write_text(render_plan(plan, previous))
        return plan, path.read_text()

    return run


def moved(line, header):
    def edit(text):
        assert text.count(line) == 1
        without = text.replace(line, "")
        place = without.index("modules = [\n", without.index(header)) + len("modules = [\n")
        return without[:place] + line + without[place:]

    return edit


def test_running_again_is_quiet(replan):
    assert replan() == replan() == replan()


def test_a_moved_module_moves_with_its_tables(replan):
    replan()
    line = '    "shop.shipping.models",  # 3 definitions\n'
    plan, text = replan(moved(line, "[services.catalogue]"))
    assert plan.assignment["shop.shipping.models:Rate"] == plan.assignment["table:rates"] == "catalogue"
    assert plan.assignment["shop.shipping.services"] == "shipping"
    assert text.index('"rates"') < text.index("[services.checkout]")
    assert replan() == (plan, text)


def test_a_symbol_can_be_taken_out_of_its_module(replan):
    replan()
    plan, text = replan(moved('    "shop.core.errors",  # 1 definition\n', "[services.shipping]"))
    assert plan.assignment["shop.core.errors:ShopError"] == "shipping"
    line = '    "shop.core.db:session",\n'
    plan, text = replan(lambda text: text.replace("tables = [", f"symbols = [\n{line}]\ntables = [", 1))
    assert plan.assignment["shop.core.db:session"] == "catalogue"
    assert plan.assignment["shop.core.db:Base"] == "shared"
    assert line in text


def test_a_renamed_header_renames_the_service(replan):
    replan()
    plan, _ = replan(lambda text: text.replace("[services.checkout]", "[services.buying]"))
    assert [service.name for service in plan.services] == ["buying", "catalogue", "shipping"]


def test_a_description_of_ones_own_is_kept_and_a_generated_one_follows(replan):
    replan()
    generated = 'description = "Keeps carts, orders and payments; answers 4 routes under /orders."'
    plan, _ = replan(lambda text: text.replace(generated, 'description = "Buying."'))
    assert plan.by_name["checkout"].description == "Buying."
    assert plan.by_name["catalogue"].description == (
        "Keeps categories, products and stocks; answers 4 routes under /products."
    )


def test_a_deleted_line_is_proposed_again(replan):
    plan, text = replan()
    again = replan(lambda text: text.replace('    "shop.shipping.views",  # 4 definitions\n', ""))
    assert again == (plan, text)
