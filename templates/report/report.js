"use strict";
(async () => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const element = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // -- rows that are not in the page yet; their names were escaped when the page was made ---------------------------
  const unpack = async (holder) => {
    if (holder.dataset.encoding === "json") return JSON.parse(holder.textContent);
    const bytes = Uint8Array.from(atob(holder.textContent), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };
  const fragment = (html) => {
    const holder = element("template");
    holder.innerHTML = html;
    return holder.content;
  };

  // -- review marks: in memory only, exported as review.json --------------------------------------------------------
  const MARKS = [["accept", "✓", "accepted"], ["discuss", "?", "to discuss"], ["reject", "✗", "rejected"]];
  const review = new Map();
  const comments = new Map();
  const places = new Map();
  for (const { kind, subject, mark, comment, service } of JSON.parse(document.body.dataset.marks)) {
    review.set(kind + ":" + subject, mark);
    if (comment) comments.set(kind + ":" + subject, comment);
    if (service) places.set(kind + ":" + subject, service);
  }
  const tally = () => {
    const chosen = [...review.values()];
    one("#tally").textContent = MARKS.map(([mark, , said]) => chosen.filter((value) => value === mark).length + " " + said).join(" · ");
    for (const button of all("[data-mark]")) button.setAttribute("aria-pressed", String(review.get(button.dataset.subject) === button.dataset.mark));
  };
  const addMarks = (root) => {
    for (const holder of all("[data-review]:empty", root)) {
      const subject = holder.dataset.review;
      if (holder.dataset.place && !places.has(subject)) places.set(subject, holder.dataset.place);
      holder.setAttribute("role", "group");
      holder.setAttribute("aria-label", "Review " + subject);
      for (const [mark, sign] of MARKS) {
        const button = element("button", sign, { type: "button", "data-mark": mark, "data-subject": subject, "aria-label": mark, title: mark });
        button.setAttribute("aria-pressed", String(review.get(subject) === mark));
        holder.append(button);
      }
    }
  };
  const reviewText = () => {
    const marks = [...review].map(([id, mark]) => {
      const at = id.indexOf(":");
      const found = { kind: id.slice(0, at), subject: id.slice(at + 1), mark };
      if (comments.get(id)) found.comment = comments.get(id);
      if (found.kind === "member" && places.get(id)) found.service = places.get(id);
      return found;
    });
    marks.sort((a, b) => (a.kind + a.subject < b.kind + b.subject ? -1 : 1));
    return JSON.stringify({ version: 1, project: document.body.dataset.project, marks }, null, 2) + "\n";
  };
  const exportReview = () => {
    const area = element("textarea", "", { readonly: "", "aria-label": "review.json" });
    const link = element("a", "Download review.json", { download: "review.json" });
    const write = () => {
      area.value = reviewText();
      URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(new Blob([area.value], { type: "application/json" }));
    };
    const rows = [...review].map(([id, mark]) => {
      const row = element("label", mark + " " + id + ": ");
      const input = element("input", "", { placeholder: "comment", autocomplete: "off" });
      input.value = comments.get(id) || "";
      input.addEventListener("input", () => { comments.set(id, input.value); write(); });
      row.append(input);
      const line = element("p");
      line.append(row);
      return line;
    });
    write();
    show("review.json", [...rows, link, area]);
  };

  // -- the drawer ---------------------------------------------------------------------------------------------------
  const drawer = one("#drawer");
  const show = (title, nodes) => {
    one("#drawer-title").textContent = title;
    one("#drawer-body").replaceChildren(...nodes);
    addMarks(drawer);
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
    one("#drawer-title").focus();
  };
  const copy = (node) => {
    const twin = node.cloneNode(true);
    for (const named of [twin, ...all("[id]", twin)]) named.removeAttribute("id");
    return twin;
  };
  const packedCard = (id) => {
    const found = packed.cards.find(([key]) => key === id);
    return found && fragment(found[1]).firstElementChild;
  };
  const showService = (card) => {
    const body = copy(one(".body", card));
    const members = one("[data-members]", body);
    const found = packed.members.find(([id]) => id === card.id);
    if (found) members.replaceChildren(fragment(found[1]));
    show(card.dataset.title, [body]);
  };
  // Above sixty services the drawings show boxes that stand for several.
  const boxed = (pair) => pair.split(" → ").map((name) => boxes.get(name)).join(" → ");
  const showPair = (pair) => {
    const found = lists.cuts ? lists.cuts.rows.filter((row) => row.pair === pair || boxed(row.pair) === pair) : [];
    const cuts = found.reduce((sum, row) => sum + row.ids.length, 0);
    const nodes = found.slice(0, 60).map((row) => copy(row.make()));
    const [from, to] = pair.split(" → ");
    const back = to + " → " + from;
    const note = element("p", cuts + (cuts === 1 ? " cut. " : " cuts. "), { class: "quiet" });
    if (lists.cuts && lists.cuts.rows.some((row) => row.pair === back || boxed(row.pair) === back)) note.append("Other way: ", element("a", back, { href: "#cuts", "data-pair": back }));
    show(pair, [note, ...nodes]);
  };

  // -- long lists: filter, kinds, pages -----------------------------------------------------------------------------
  const SIZE = 25;
  const lists = {};
  const longList = (name, items) => {
    const place = one(`[data-list="${name}"]`);
    if (!place) return;
    const tools = one(`[data-tools="${name}"]`);
    const rows = items.map(([id, html]) => {
      const make = () => fragment(html).firstElementChild;
      const probe = make();
      return { ids: (probe.dataset.ids || id).split(" "), make, kind: probe.dataset.kind, pair: probe.dataset.pair, words: probe.textContent.toLowerCase() };
    });
    const list = { rows, page: 0 };
    const hits = () => {
      const wanted = one("input[type=search]", tools).value.trim().toLowerCase();
      const kinds = new Set(all("input:checked", tools).map((box) => box.value));
      return rows.filter((row) => kinds.has(row.kind) && row.words.includes(wanted));
    };
    list.draw = () => {
      const found = hits();
      const pages = Math.max(1, Math.ceil(found.length / SIZE));
      list.page = Math.min(Math.max(0, list.page), pages - 1);
      place.replaceChildren(...found.slice(list.page * SIZE, (list.page + 1) * SIZE).map((row) => row.make()));
      one(".count", tools).textContent = `${found.length} of ${rows.length}, page ${list.page + 1} of ${pages}`;
      one(".prev", tools).disabled = list.page === 0;
      one(".next", tools).disabled = list.page === pages - 1;
      addMarks(place);
    };
    list.reveal = (id) => {
      const at = rows.findIndex((row) => row.ids.includes(id));
      if (at < 0) return false;
      one("input[type=search]", tools).value = "";
      for (const box of all("input[type=checkbox]", tools)) box.checked = true;
      list.page = Math.floor(at / SIZE);
      list.draw();
      return true;
    };
    const turn = (step) => { list.page += step; list.draw(); };
    tools.addEventListener("input", () => { list.page = 0; list.draw(); });
    one(".prev", tools).addEventListener("click", () => turn(-1));
    one(".next", tools).addEventListener("click", () => turn(1));
    list.draw();
    lists[name] = list;
  };

  // -- matrix and map -----------------------------------------------------------------------------------------------
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const matrix = () => {
    const cells = all(".cell");
    cells.forEach((cell, index) => cell.setAttribute("tabindex", index ? "-1" : "0"));
    const at = (cell) => cell.dataset.at.split(",").map(Number);
    const next = (from, [down, right]) => {
      const [row, column] = at(from);
      const along = (cell) => (at(cell)[0] - row) * down + (at(cell)[1] - column) * right;
      const aside = (cell) => Math.abs(down ? at(cell)[1] - column : at(cell)[0] - row);
      const ahead = cells.filter((cell) => cell.style.display !== "none" && along(cell) > 0);
      return ahead.sort((a, b) => aside(a) - aside(b) || along(a) - along(b))[0];
    };
    one(".matrix")?.addEventListener("keydown", (event) => {
      const cell = event.target.closest(".cell");
      const found = cell && moves[event.key] && next(cell, moves[event.key]);
      if (!found) return;
      event.preventDefault();
      cell.setAttribute("tabindex", "-1");
      found.setAttribute("tabindex", "0");
      found.focus();
    });
    one("#least")?.addEventListener("input", (event) => {
      one("#least-now").textContent = event.target.value;
      for (const cell of cells) cell.style.display = cell.dataset.sites < Number(event.target.value) ? "none" : "";
    });
  };
  const map = () => {
    const drawn = one("#view-map .map");
    if (!drawn) return;
    const links = all(".link", drawn);
    const range = one("#strongest");
    const strongest = () => {
      one("#strongest-now").textContent = range.value;
      for (const link of links) link.style.display = Number(link.dataset.rank) > range.value ? "none" : "";
    };
    const near = (name) => {
      drawn.classList.toggle("some", Boolean(name));
      for (const link of links) {
        const touches = Boolean(name) && (link.dataset.from === name || link.dataset.to === name);
        link.classList.toggle("near", touches);
        if (touches) link.style.display = "";
      }
      if (!name) strongest();
    };
    for (const kind of ["pointerover", "focusin"]) drawn.addEventListener(kind, (event) => near(event.target.closest(".box")?.dataset.name));
    for (const kind of ["pointerleave", "focusout"]) drawn.addEventListener(kind, () => near(""));
    range.addEventListener("input", strongest);
    strongest();
  };
  const tabs = () => {
    const buttons = all("[role=tab]");
    const choose = (chosen) => {
      for (const button of buttons) {
        button.setAttribute("aria-selected", String(button === chosen));
        button.tabIndex = button === chosen ? 0 : -1;
        one("#" + button.getAttribute("aria-controls")).hidden = button !== chosen;
      }
    };
    buttons.forEach((button, index) => {
      const view = one("#" + button.getAttribute("aria-controls"));
      view.setAttribute("role", "tabpanel");
      view.setAttribute("aria-labelledby", button.id);
      button.addEventListener("click", () => choose(button));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        const other = buttons[(index + step + buttons.length) % buttons.length];
        choose(other);
        other.focus();
      });
    });
    if (buttons.length) choose(buttons[0]);
  };

  // -- links, keys, theme -------------------------------------------------------------------------------------------
  const open = (id) => {
    const card = document.getElementById(id) || packedCard(id);
    if (card?.matches(".service")) { showService(card); return true; }
    for (const list of Object.values(lists)) if (list.reveal(id)) break;
    const target = document.getElementById(id);
    if (drawer.open && target) drawer.close();
    target?.scrollIntoView();
    const folded = target?.closest("details");
    if (folded) folded.open = true;
    if (target) { target.tabIndex = -1; target.focus(); }
    return Boolean(target);
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]");
    if (mark) {
      const { subject, mark: chosen } = mark.dataset;
      if (review.get(subject) === chosen) review.delete(subject); else review.set(subject, chosen);
      tally();
      return;
    }
    const link = event.target.closest("a[data-pair], a[href^='#']");
    if (!link || link.matches(".top a, .skip")) return;
    event.preventDefault();
    if (link.dataset.pair) showPair(link.dataset.pair); else open(link.getAttribute("href").slice(1));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea") || drawer.open) return;
    event.preventDefault();
    one("input[type=search]")?.focus();
  });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer || event.target.matches(".close")) drawer.close();
  });
  one("#theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  one("#export").addEventListener("click", exportReview);
  one("#conflicts")?.addEventListener("change", (event) => {
    for (const row of all(".access .calm")) row.hidden = event.target.checked;
  });
  for (const hidden of all(".js")) hidden.hidden = false;
  // The drawer shows the cards from here on.
  for (const card of all(".service")) card.hidden = true;
  tally();
  matrix();
  map();
  tabs();
  const packed = await unpack(one("#packed"));
  const boxes = new Map(packed.boxes);
  longList("cuts", packed.cuts);
  longList("findings", packed.findings);
  addMarks(document);
  if (location.hash) open(decodeURIComponent(location.hash.slice(1)));
})();
