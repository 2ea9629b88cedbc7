import base64
import hashlib
import json
import re
import zlib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from analyses import HOSTILE, giant, judged, shop
from msgspec.structs import replace

from refactor.model.analysis import Analysis
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.review import Mark
from refactor.model.sources import SourceTree
from refactor.report import html
from refactor.report.packing import pack

FOLDER = Path(__file__).parents[2] / "templates"
TEMPLATES = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in (FOLDER / "report").rglob("*")
    if path.is_file()
}
VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """Elements with attributes, the text of script and style, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(analysis: Analysis, sources: SourceTree, **options: bool) -> tuple[str, Page]:
    text = html(analysis, sources, TEMPLATES, **options)
    return text, Page(text)


def unpacked(page: Page) -> dict[str, list[list[str]]]:
    holder = next(found for found in page.all("script") if found.get("id") == "packed")
    text = next(raw for raw in page.raw["script"] if raw.startswith(("{", "eN")))
    if holder["data-encoding"] == "deflate":
        text = zlib.decompress(base64.b64decode(text)).decode("utf-8")
    return json.loads(text)


def test_every_element_is_closed_and_every_section_is_there():
    _, page = page_of(*shop())
    assert page.open == []
    assert [found["id"] for found in page.all("section")] == [
        "verdict", "split", "pieces", "services", "cuts", "data", "findings", "roadmap", "measures", "evidence",
    ]  # fmt: skip


def test_what_changed_stands_before_the_split():
    _, page = page_of(*judged())
    assert page.open == []
    assert [found["id"] for found in page.all("section")][:4] == ["verdict", "changes", "split", "pieces"]


def test_policy_allows_our_script_and_style_by_hash_and_nothing_else():
    _, page = page_of(*shop())
    policy = next(
        found["content"] for found in page.all("meta") if found.get("http-equiv") == "Content-Security-Policy"
    )

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    assert policy == (
        f"default-src 'none'; script-src {hashed(page.raw['script'][1])}; style-src {hashed(page.raw['style'][0])}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_page_asks_the_network_for_nothing():
    text, page = page_of(*shop())
    addresses = [found[key] for _, found in page.elements for key in ("src", "href", "data") if key in found]
    outside = [address for address in addresses if not address.startswith(("#", "data:,"))]
    assert set(outside) == {"https://example.com/state"}
    assert "@import" not in text
    assert "url(" not in TEMPLATES["report/report.css"]


@pytest.mark.parametrize("hostile_packed", [False, True])
def test_hostile_names_make_no_element_and_no_handler(hostile_packed):
    text, page = page_of(*judged(hostile=True))
    if hostile_packed:
        rows = unpacked(page)
        assert HOSTILE[:9] not in "".join(fragment for found in rows.values() for _, fragment in found)
        page = Page("".join(fragment for found in rows.values() for _, fragment in found))
    else:
        assert text.count("</script>") == 2
    assert page.all("img") == []
    assert [key for _, found in page.elements for key in found if key.startswith("on")] == []
    assert all(not (found.get("href") or "").startswith("javascript:") for found in page.all("a"))
    assert page.open == []


def test_hostile_names_are_shown_escaped():
    text, _ = page_of(*shop(hostile=True))
    assert (
        '<h1 id="verdict-title">shop&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;|`&#34;&#39;\\x1b[31m\\u202e:'
        in text
    )
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_hostile_and_harmless_pages_have_the_same_elements():
    _, harmless = page_of(*judged())
    _, hostile = page_of(*judged(hostile=True))
    assert Counter(tag for tag, _ in hostile.elements) == Counter(tag for tag, _ in harmless.elements)


def test_packed_rows_hold_all_cuts_findings_and_members():
    analysis, sources = shop()
    _, page = page_of(analysis, sources)
    rows = unpacked(page)
    assert {identity for identity, _ in rows["cuts"]} == {f"cut-{cut.id}" for cut in analysis.plan.cuts}
    assert [identity for identity, _ in rows["findings"]] == ["finding-f2", "finding-f1"]
    assert [identity for identity, _ in rows["members"]] == [
        f"service-{found.name}" for found in analysis.plan.services
    ]


def test_many_cards_are_packed_and_links_to_them_stay():
    text, page = page_of(*giant(61, 610))
    assert "data-members" not in text.split('id="packed"')[0]
    assert [identity for identity, _ in unpacked(page)["cards"]] == [
        found["href"][1:] for found in page.all("a") if re.fullmatch(r"#service-.*", found["href"] or "")
    ][:61]


def test_large_packs_are_deflated_and_small_ones_readable():
    small, large = pack({"cuts": [("a", "<b>&\u2028")]}), pack({"cuts": [("a", "<b>" * 100_000)]})
    assert (small.encoding, small.text) == ("json", '{"cuts":[["a","\\u003cb\\u003e\\u0026\\u2028"]]}')
    assert large.encoding == "deflate"
    assert json.loads(zlib.decompress(base64.b64decode(large.text))) == {"cuts": [["a", "<b>" * 100_000]]}


def test_links_inside_the_page_lead_somewhere():
    _, page = page_of(*judged())
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    targets = {found["href"][1:] for found in page.all("a") if (found.get("href") or "").startswith("#")}
    assert targets - set(ids) == set()


def test_controls_cells_and_tables_are_labelled():
    text, page = page_of(*judged())
    assert all(found.get("aria-label") for found in page.all("a") if "cell" in (found.get("class") or ""))
    assert all(found.get("scope") for found in page.all("th"))
    assert all(found.get("aria-label") for found in page.all("svg") if found.get("role"))
    assert re.findall(r"<input(?![^>]*aria-label)", re.sub(r"<label>.*?</label>", "", text)) == []
    assert [found["lang"] for found in page.all("html")] == ["en"]


def test_no_inline_style_that_the_policy_would_drop():
    _, page = page_of(*judged())
    assert [tag for tag, found in page.elements if "style" in found] == []


def test_matrix_shows_callers_above_and_names_backward_calls():
    text, _ = page_of(*shop())
    cells = re.findall(
        r'class="cell [^"]*" data-pair="([^"]*)" data-sites="(\d+)" data-at="(\d+),(\d+)" aria-label="([^"]*)"', text
    )
    assert {pair: int(sites) for pair, sites, *_ in cells} == {
        "orders → catalog": 4, "orders → payments": 4, "orders → shipping": 2, "orders → accounts": 2,
        "catalog → orders": 2, "shipping → orders": 2, "payments → accounts": 2, "reporting → orders": 2,
        "reporting → catalog": 2,
    }  # fmt: skip
    backward = {pair for pair, _, row, column, _ in cells if int(row) > int(column)}
    assert backward == {"catalog → orders", "shipping → orders"}
    assert {pair for pair, *_, said in cells if said.endswith(", backward")} == backward


def test_source_is_left_out_on_request():
    analysis, sources = shop()
    with_source, without = html(analysis, sources, TEMPLATES), html(analysis, sources, TEMPLATES, with_source=False)
    assert "line_10 = &#39;orders&#39;" in with_source
    assert "line_10" not in without


def test_two_writers_stand_first_and_are_named():
    text, _ = page_of(*shop())
    first = text[text.index('<tr id="table-') :]
    assert first.startswith('<tr id="table-stock"><th scope="row">stock <span class="bad">⚠ 2 writers</span>')
    assert '<td class="second">RW<span class="hidden"> second writer</span></td>' in first


def test_same_analysis_same_bytes():
    assert html(*shop(), TEMPLATES) == html(*shop(), TEMPLATES)


def test_line_ends_of_a_checkout_do_not_matter():
    carriage = {path: text.replace("\n", "\r\n") for path, text in TEMPLATES.items()}
    page = Page(html(*shop(), carriage).replace("\r\n", "\n"))
    policy = next(found["content"] for found in page.all("meta") if "http-equiv" in found)
    digest = base64.b64encode(hashlib.sha256(page.raw["script"][1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


def test_an_empty_program_still_makes_a_page():
    text, page = page_of(Analysis(Program("empty"), Plan("empty")), SourceTree())
    assert page.open == []
    assert "Nothing to split" in text
    assert "No service is proposed." in text


def test_undecodable_source_still_makes_a_page():
    analysis, sources = shop()
    broken = type(sources.files[0])("shop/orders.py", b"x = 1\n" * 9 + b"y = '\xff\x00'\n")
    files = tuple(broken if file.path == broken.path else file for file in sources.files)
    html(analysis, SourceTree(files), TEMPLATES).encode("utf-8")


def test_script_and_style_stay_small():
    assert len(TEMPLATES["report/report.js"].encode()) <= 14_500
    _, page = page_of(*shop())
    assert len(page.raw["style"][0].encode()) <= 10_000


def test_pages_stay_small():
    assert len(html(*giant(20, 400), TEMPLATES).encode()) < 500_000


def test_three_hundred_services_fit_in_three_megabytes():
    assert len(html(*giant(300, 50_000), TEMPLATES).encode()) < 3_000_000


def test_accepted_exceptions_are_told_and_not_asked_again():
    analysis, sources = shop()
    cuts = tuple(
        replace(cut, accepted="agreed <b>") if cut.kind == "transaction" else cut for cut in analysis.plan.cuts
    )
    services = tuple(
        replace(
            service,
            tables=tuple(
                replace(table, accepted="agreed <i>" if len(table.writers) > 1 else "") for table in service.tables
            ),
        )
        for service in analysis.plan.services
    )
    before, _ = page_of(analysis, sources)
    text, _ = page_of(replace(analysis, plan=replace(analysis.plan, cuts=cuts, services=services)), sources)
    assert "Table stock is written by" in before
    assert "Table stock is written by" not in text
    assert "accepted: agreed &lt;b&gt;" in text
    assert "accepted: agreed &lt;i&gt;" in text


def test_marks_of_a_review_are_in_the_page_and_ask_first():
    analysis, sources = shop()
    marks = (
        Mark("decision", "table:stock", "accept"),
        Mark("service", "orders", "discuss", f"why {HOSTILE}"),
    )
    text, page = page_of(replace(analysis, marks=marks), sources)
    assert json.loads(page.all("body")[0]["data-marks"])[0] == {
        "kind": "decision", "subject": "table:stock", "mark": "accept",
    }  # fmt: skip
    decisions = text.partition('<ol class="decisions">')[2].partition("</ol>")[0]
    assert decisions.partition("</b>")[0].endswith("To discuss: service orders")
    assert "table:stock" not in decisions
    assert "<img" not in text
