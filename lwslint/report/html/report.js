"use strict";
// Adds to a page that is whole without it: filters, one finding at a time, code with its steps in place, keys.
(() => {
  const CONTEXT = 3; // lines shown around a step
  const SMALL = 3; // a fold of no more lines is not worth folding
  const DEEPEST = 40; // characters by which a remark is indented at most
  const $ = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  document.documentElement.classList.add("js");
  const items = [...document.querySelectorAll(".found > li")];
  const articles = items.map((item) => $(item.firstElementChild.hash.slice(1)));
  if (!items.length) {
    openHashed();
    window.addEventListener("hashchange", openHashed);
    return;
  }

  document.querySelector(".keys").hidden = false;
  const files = JSON.parse($("data").textContent).files;
  const nothing = document.querySelector(".nothing");
  const form = document.querySelector(".filters");
  const chips = [...form.querySelectorAll(".chip[data-level]")];
  const news = [...form.querySelectorAll(".chip[data-news]")]; // new or known, where there is a baseline
  const order = new Map(articles.map((article, index) => [article.id, index]));
  const haystacks = items.map(() => null);
  let shown = items.map((_, index) => index);
  let current = -1;
  let step = 0;
  let settled = false; // the reader has chosen something, so the address may tell

  // ---- source -------------------------------------------------------------------------------------------------

  /** Lines of a file by number: `{text, spans: [[from, to, class]]}`. */
  function linesOf(file) {
    if (file.lines) return file.lines;
    file.lines = new Map();
    for (const [first, text, colours] of file.parts) {
      text.split("\n").forEach((line, index) => file.lines.set(first + index, { text: line, spans: colours[index] }));
    }
    return file.lines;
  }

  /** A line of code as nodes, coloured, with the marked ranges marked. */
  function codeNode(line, marks) {
    const node = make("span", "src");
    const cuts = new Set([0, line.text.length]);
    for (const [from, to] of [...line.spans, ...marks]) cuts.add(from).add(to);
    const at = [...cuts].filter((cut) => cut >= 0 && cut <= line.text.length).sort((a, b) => a - b);
    const around = (ranges, from, to) => ranges.find((range) => range[0] <= from && range[1] >= to);
    let marked = null;
    for (let index = 0; index + 1 < at.length; index++) {
      const [from, to] = [at[index], at[index + 1]];
      const span = around(line.spans, from, to);
      const piece = span ? make("span", span[2], line.text.slice(from, to)) : line.text.slice(from, to);
      if (!around(marks, from, to)) marked = null;
      else if (!marked) node.append((marked = make("mark")));
      (marked || node).append(piece);
    }
    return node;
  }

  function rowNode(number, line, steps) {
    const row = make("div", steps.length ? "row hit" : "row");
    row.append(make("span", "no", number), codeNode(line, steps.map((one) => [one.from, one.to])));
    return row;
  }

  function remarkNode(one) {
    const node = make("div", "remark " + one.phase);
    node.dataset.step = one.number;
    const said = make("span", "said");
    said.append(...[...one.text.childNodes].map((child) => child.cloneNode(true)));
    node.style.setProperty("--indent", `${Math.min(one.from, DEEPEST)}ch`);
    node.append(make("span", "bubble", one.number), said);
    return node;
  }

  function stepsOf(article) {
    return [...article.querySelectorAll(".steps > li")].map((item, index) => ({
      item,
      number: index + 1,
      file: Number(item.dataset.file),
      line: Number(item.dataset.line),
      from: Number(item.dataset.from),
      to: Math.max(Number(item.dataset.to), Number(item.dataset.from) + 1),
      phase: item.classList[0],
      text: item.querySelector(".text"),
    }));
  }

  function fileNodes(file, steps, redraw) {
    const lines = linesOf(file);
    const byLine = Map.groupBy ? Map.groupBy(steps, (one) => one.line) : grouped(steps);
    const wanted = new Set();
    for (const { line } of steps) for (let n = line - CONTEXT; n <= line + CONTEXT; n++) if (lines.has(n)) wanted.add(n);
    const rows = make("div", "rows");
    rows.tabIndex = 0;
    rows.setAttribute("role", "group");
    rows.setAttribute("aria-label", "Code of " + file.path);
    const add = (number) => {
      const here = byLine.get(number) || [];
      return [rowNode(number, lines.get(number), here), ...here.map(remarkNode)];
    };
    let folded = [];
    const fold = () => {
      const numbers = folded;
      folded = [];
      if (numbers.length <= SMALL) return rows.append(...numbers.flatMap(add));
      const button = make("button", "fold", `Show ${numbers.length} more lines`);
      button.type = "button";
      button.onclick = () => {
        button.replaceWith(...numbers.flatMap(add));
        rows.focus({ preventScroll: true });
        redraw();
      };
      rows.append(button);
    };
    for (const number of lines.keys()) {
      if (!wanted.has(number)) {
        folded.push(number);
        continue;
      }
      fold();
      rows.append(...add(number));
    }
    fold();
    if (!lines.size) rows.append(...steps.map(remarkNode));
    return [make("div", "file", file.path), rows];
  }

  function grouped(steps) {
    const groups = new Map();
    for (const one of steps) groups.set(one.line, [...(groups.get(one.line) || []), one]);
    return groups;
  }

  /** Puts the code beside the steps of a finding, once. */
  function walk(article) {
    if (article.walked) return article.walked;
    const steps = stepsOf(article);
    const pane = make("div", "source");
    const redraw = () => threads(pane, steps.length);
    for (const index of new Set(steps.map((one) => one.file)))
      pane.append(...fileNodes(files[index], steps.filter((one) => one.file === index), redraw));
    const section = article.querySelector(".walk");
    section.classList.add("walked");
    section.classList.toggle("alone", steps.length === 1);
    section.append(pane);
    for (const one of steps) {
      const button = make("button", "text");
      button.type = "button";
      button.append(...one.text.childNodes);
      button.onclick = () => jump(one.number);
      one.text.replaceWith(button);
    }
    for (const bubble of article.querySelectorAll(".life .bubble")) {
      const button = make("button", "bubble", bubble.textContent);
      button.type = "button";
      button.setAttribute("aria-label", "Step " + bubble.textContent);
      button.onclick = () => jump(Number(bubble.dataset.go));
      bubble.replaceWith(button);
    }
    return (article.walked = { steps, pane, redraw });
  }

  /** Draws the arrows from each step to the next in the margin of the code. */
  function threads(pane, count) {
    pane.querySelector(".threads")?.remove();
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("class", "threads");
    drawing.setAttribute("aria-hidden", "true");
    const box = pane.getBoundingClientRect();
    const middle = (number) => {
      const remark = pane.querySelector(`.remark[data-step="${number}"]`);
      const hit = remark && remark.getBoundingClientRect();
      return hit ? hit.top - box.top + Math.min(hit.height / 2, 11) : null;
    };
    for (let number = 2; number <= count; number++) {
      if (count > 30 && number !== step) continue;
      const [from, to] = [middle(number - 1), middle(number)];
      if (from === null || to === null) continue;
      const bend = 24 - Math.min(20, 6 + Math.abs(to - from) / 30);
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", `M26 ${from}C${bend} ${from} ${bend} ${to} 26 ${to}`);
      path.setAttribute("marker-end", "url(#head)");
      if (number === step) path.setAttribute("class", "current");
      drawing.append(path);
    }
    pane.append(drawing);
  }

  // ---- selection ----------------------------------------------------------------------------------------------

  function select(index, wanted = 0, scroll = true) {
    if (current >= 0) {
      articles[current].hidden = true;
      items[current].firstElementChild.removeAttribute("aria-current");
    }
    current = index;
    step = 0;
    nothing.hidden = index >= 0;
    if (index < 0) return;
    const article = articles[index];
    article.hidden = false;
    items[index].firstElementChild.setAttribute("aria-current", "true");
    items[index].scrollIntoView({ block: "nearest" });
    const { redraw } = walk(article);
    redraw();
    if (scroll) article.scrollIntoView({ block: "start" });
    if (wanted) go(wanted);
  }

  function go(number) {
    const { steps, pane, redraw } = walk(articles[current]);
    if (!steps.length) return;
    step = Math.min(Math.max(number, 1), steps.length);
    for (const one of steps) one.item.toggleAttribute("aria-current", false);
    const { item } = steps[step - 1];
    item.setAttribute("aria-current", "step");
    for (const remark of pane.querySelectorAll(".remark"))
      remark.classList.toggle("current", Number(remark.dataset.step) === step);
    const list = item.parentElement;
    if (list.scrollHeight > list.clientHeight) list.scrollTop = item.offsetTop - list.clientHeight / 2;
    pane.querySelector(`.remark[data-step="${step}"]`)?.previousElementSibling?.scrollIntoView({ block: "center" });
    redraw();
    tell();
  }

  function jump(number) {
    settled = true;
    go(number);
  }

  function move(by) {
    const position = shown.indexOf(current);
    const next = shown[position + by];
    if (next === undefined) return;
    settled = true;
    select(next);
    tell();
  }

  // ---- filters, and the address that tells them ---------------------------------------------------------------

  function haystack(index) {
    return (haystacks[index] ??= (items[index].textContent + " " + articles[index].textContent).toLowerCase());
  }

  const pressed = (chip) => chip.ariaPressed === "true";
  const word = (chip) => chip.dataset.level || chip.dataset.news;

  function filter() {
    const words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(chips.filter(pressed).map((chip) => chip.dataset.level));
    const states = new Set(news.filter(pressed).map((chip) => chip.dataset.news));
    const [rule, file] = [$("rule").value, $("file").value];
    shown = [];
    items.forEach((item, index) => {
      const data = item.dataset;
      const fits =
        levels.has(data.level) &&
        (!news.length || states.has(data.news)) &&
        (!rule || data.rule === rule) &&
        (!file || data.file === file) &&
        words.every((word) => haystack(index).includes(word));
      item.hidden = !fits;
      articles[index].classList.toggle("out", !fits);
      if (fits) shown.push(index);
    });
    document.querySelector(".count").textContent =
      shown.length === items.length ? `${items.length} findings` : `${shown.length} of ${items.length} findings`;
    if (!shown.includes(current)) select(worst(), 0, false);
  }

  /** The first finding shown of the highest level. */
  function worst() {
    const levels = chips.map((chip) => chip.dataset.level);
    const first = (level) => shown.find((index) => items[index].dataset.level === level);
    return levels.map(first).find((index) => index !== undefined) ?? -1;
  }

  function tell() {
    if (!settled) return;
    const off = [...chips, ...news].filter((chip) => !pressed(chip)).map(word);
    const state = { q: $("q").value, rule: $("rule").value, file: $("file").value, hide: off.join(","), step: step || "" };
    const parts = Object.entries(state).filter(([, value]) => value !== "");
    const fields = parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const hash = [current >= 0 ? articles[current].id : "", ...fields].join("&");
    history.replaceState(null, "", "#" + hash);
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return "";
    }
  }

  function listen() {
    const [id, ...fields] = location.hash.slice(1).split("&");
    if (id.startsWith("rule-")) {
      filter();
      return openHashed();
    }
    const state = Object.fromEntries(fields.map((field) => field.split("=", 2).map(decode)));
    if (fields.length) {
      $("q").value = state.q || "";
      $("rule").value = state.rule || "";
      $("file").value = state.file || "";
      const off = (state.hide || "").split(",");
      for (const chip of [...chips, ...news]) chip.ariaPressed = String(!off.includes(word(chip)));
    }
    filter();
    const index = order.get(id);
    if (index === undefined) return;
    settled = true;
    select(index, Number(state.step) || 0);
    articles[index].focus({ preventScroll: true });
    tell();
  }

  function openHashed() {
    const card = $(decode(location.hash.slice(1)));
    if (card && card.tagName === "DETAILS") {
      card.open = true;
      card.scrollIntoView();
    }
  }

  // ---- keys ---------------------------------------------------------------------------------------------------

  const help = $("help");
  const actions = {
    j: () => jump(step + 1),
    k: () => jump(step - 1),
    n: () => move(1),
    p: () => move(-1),
    "/": () => $("q").focus(),
    "?": () => help.showModal(),
    c: () => ((settled = true), tell(), navigator.clipboard?.writeText(location.href).catch(() => {})),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = Object.hasOwn(actions, event.key) && actions[event.key];
    if (!action || (current < 0 && "jk".includes(event.key))) return;
    event.preventDefault();
    action();
  });

  $("close").onclick = () => help.close();
  form.onsubmit = (event) => event.preventDefault();
  form.oninput = () => ((settled = true), filter(), tell());
  for (const chip of [...chips, ...news])
    chip.onclick = () => {
      chip.ariaPressed = String(!pressed(chip));
      settled = true;
      filter();
      tell();
    };
  window.addEventListener("hashchange", listen);
  window.addEventListener("resize", () => current >= 0 && walk(articles[current]).redraw());

  for (const article of articles) article.hidden = true;
  form.hidden = false;
  listen();
})();
