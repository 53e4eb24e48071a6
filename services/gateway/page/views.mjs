// The views. Each fills the page for one path and returns its title; live ones go on as events come.
import {el, svg, out, clean, day, words} from "/dom.mjs";
import {get, follow} from "/api.mjs";
import {contradiction, statement, said, list, nameOf} from "/item.mjs";

const SHOWN = 60; // of a live list
const KINDS = ["denial", "factual", "numeric", "temporal", "position", "reversal"];

function field(label, input, tick) {
  return el("label", {class: tick ? "tick" : ""}, tick ? [input, label] : [label, input]);
}

function choice(name, values, chosen) {
  return el("select", {name}, values.map(([value, text]) => el("option", {value, selected: value === chosen}, text)));
}

// Filters live in the address, so that a filtered view has a permalink.
function filters(query) {
  const form = el("form", {role: "search", "aria-label": "Filter"},
    field("Country", el("input", {name: "country", size: "4", maxlength: "60", placeholder: "CN,US", value: query.get("country") ?? ""})),
    field("Kind", choice("kind", [["", "any"], ...KINDS.map((kind) => [kind, kind])], query.get("kind") ?? "")),
    field("Least score", choice("score", [["", "any"], ["0.6", "0.6"], ["0.7", "0.7"], ["0.8", "0.8"]], query.get("score") ?? "")),
    field("Words", el("input", {name: "q", type: "search", maxlength: "200", value: query.get("q") ?? ""})),
    el("button", {type: "submit"}, "Filter"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const kept = [...new FormData(form)].filter(([, value]) => value !== "");
    window.dispatchEvent(new CustomEvent("go", {detail: `${location.pathname}${kept.length ? `?${new URLSearchParams(kept)}` : ""}`}));
  });
  return form;
}

function chosen(query, names) {
  return Object.fromEntries(names.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
}

function arrive(items, id, item) {
  items.querySelector(`[data-id="${CSS.escape(id)}"]`)?.closest("li")?.remove();
  item.classList.add("new");
  items.prepend(el("li", {}, item));
  while (items.children.length > SHOWN) items.lastElementChild.remove();
}

export async function live(main, query) {
  const pairFilter = chosen(query, ["country", "kind", "score", "q"]);
  const wordFilter = chosen(query, ["country", "q"]);
  const [pairs, spoken] = await Promise.all([
    get("/contradictions", {...pairFilter, limit: 20}), get("/statements", {...wordFilter, limit: 20})]);
  const pairList = list(pairs.items, contradiction);
  const spokenList = list(spoken.items, (item) => el("div", {"data-id": item.statement_id}, statement(item)));
  const pause = el("button", {type: "button", "aria-pressed": "false"}, "Pause");
  let waiting = [];
  const take = (kind, event) => {
    if (kind === "contradiction") arrive(pairList, event.contradiction.contradiction_id, contradiction(event.contradiction));
    if (kind === "statement") arrive(spokenList, event.statement.statement_id, el("div", {"data-id": event.statement.statement_id}, statement(event.statement)));
    if (kind === "retraction") {
      const id = event.retraction.contradiction_id || event.retraction.statement_id || "";
      main.querySelector(`[data-id="${CSS.escape(id)}"]`)?.closest("li")?.remove();
    }
  };
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) for (const [kind, event] of waiting.splice(0)) take(kind, event);
  });
  main.replaceChildren(el("h1", {}, "What is said, and what speaks against it"),
    el("div", {class: "columns"},
      el("section", {"aria-labelledby": "pairs"}, el("h2", {id: "pairs"}, "Contradictions"), filters(query), pairList,
        pairs.items.length ? "" : el("p", {class: "quiet"}, "None yet. They appear here as they come.")),
      el("section", {"aria-labelledby": "spoken"}, el("h2", {id: "spoken"}, "Statements ", pause), spokenList)));
  follow(wordFilter, (kind, event) => {
    const item = event.contradiction;
    if (item && (item.score < Number(pairFilter.score ?? 0) || (pairFilter.kind && words(item.kind) !== pairFilter.kind))) return;
    if (pause.getAttribute("aria-pressed") === "true") waiting = [...waiting.slice(-500), [kind, event]];
    else take(kind, event);
  });
  return "Live";
}

export async function disputes(main) {
  const {items} = await get("/disputes", {limit: 100});
  main.replaceChildren(el("h1", {}, "Disputes"), list(items, (item) => el("article", {class: "card"},
    el("h2", {}, el("a", {href: `/disputes/${item.dispute_id}`}, clean(item.question))),
    el("p", {class: "about"}, el("span", {}, (item.sides ?? []).map((side) => clean(side.label)).join(" / ")),
      el("span", {}, `${item.contradiction_count ?? item.contradiction_ids?.length ?? 0} contradictions`),
      el("span", {}, `${day(item.first_seen)} to ${day(item.last_seen)}`)))));
  return "Disputes";
}

// Two columns: what contradicts each other stands in different ones, as far as two columns can have it (a side is followed
// from the first statement on, across one contradiction to the other column). Sides that nothing ties keep their order.
function columns(item, pairs) {
  const sideOf = new Map((item.sides ?? []).flatMap((side, index) => (side.statement_ids ?? []).map((id) => [id, `side ${index}`])));
  const node = (each) => sideOf.get(each?.statement_id) ?? each?.statement_id;
  const against = new Map();
  const tie = (x, y) => against.set(x, [...(against.get(x) ?? []), y]);
  for (const pair of pairs) if (node(pair.a) !== node(pair.b)) { tie(node(pair.a), node(pair.b)); tie(node(pair.b), node(pair.a)); }
  const column = new Map();
  for (const start of [...(item.sides ?? []).map((_, index) => `side ${index}`), ...against.keys()]) {
    if (column.has(start)) continue;
    column.set(start, against.has(start) ? 0 : Number(start.slice(5)) % 2 || 0);
    for (const queue = [start]; queue.length;) {
      const at = queue.shift();
      for (const next of against.get(at) ?? []) if (!column.has(next)) { column.set(next, 1 - column.get(at)); queue.push(next); }
    }
  }
  return (each) => column.get(node(each)) ?? 0;
}

// Each column in the order of time.
export async function dispute(main, query, id) {
  const [item, pairs] = await Promise.all([get(`/disputes/${id}`), get("/contradictions", {dispute: id, limit: 500})]);
  const columnOf = columns(item, pairs.items);
  const spoken = new Map();
  const add = (each, evidence, speakerId) => {
    if (!each) return;
    const known = spoken.get(each.statement_id) ?? {statement: each, evidence: [], speakerId};
    known.evidence.push(...(evidence ?? []));
    spoken.set(each.statement_id, known);
  };
  for (const pair of pairs.items) {
    add(pair.a, pair.evidence_a, pair.speaker_id_a);
    add(pair.b, pair.evidence_b, pair.speaker_id_b);
  }
  for (const side of item.sides ?? []) for (const each of [side.first, side.latest]) add(each, []);
  const time = (each) => `${each.statement.said_on || day(each.statement.published)} ${each.statement.published ?? ""}`;
  const rows = [...spoken.values()].sort((x, y) => time(x).localeCompare(time(y)));
  const cells = [];
  let shown = "";
  for (const each of rows) {
    const date = each.statement.said_on || day(each.statement.published);
    if (date !== shown) cells.push(el("p", {class: "day"}, date || "undated"));
    shown = date;
    cells.push(said(each.statement, {side: columnOf(each.statement) ? "b" : "a", evidence: merge(each.evidence), speakerId: each.speakerId}));
  }
  const label = (wanted) => {
    const names = rows.filter((each) => columnOf(each.statement) === wanted).map((each) => nameOf(each.statement.speaker));
    return [...new Set(names)].slice(0, 4).join(", ") || "others";
  };
  main.replaceChildren(el("h1", {}, clean(item.question)),
    el("p", {class: "about"}, el("span", {}, `${pairs.items.length} contradictions`), el("span", {}, `${day(item.first_seen)} to ${day(item.last_seen)}`)),
    el("div", {class: "sides"}, el("h2", {}, label(0)), el("h2", {class: "b"}, label(1)), cells),
    el("h2", {}, "Pair by pair"), list(pairs.items, contradiction));
  return clean(item.question);
}

function merge(spans) {
  const merged = [];
  for (const span of [...spans].sort((x, y) => x.begin - y.begin)) {
    const last = merged.at(-1);
    if (last && span.begin <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({...span});
  }
  return merged;
}

export async function why(main, query, id) {
  const item = await get(`/contradictions/${id}`);
  const quoted = (each, evidence) => {
    const holder = said(each, {evidence});
    return [...holder.querySelectorAll("mark")].map((mark) => `“${mark.textContent}”`).join(" … ") || "the whole statement";
  };
  const opinion = item.second_opinion;
  main.replaceChildren(el("h1", {}, `${nameOf(item.a?.speaker)} / ${nameOf(item.b?.speaker)}`), contradiction(item),
    el("h2", {}, "Why?"), el("p", {class: "why"}, clean(item.reason)),
    el("dl", {}, el("dt", {}, "Against each other"), el("dd", {}, `${quoted(item.a, item.evidence_a)} against ${quoted(item.b, item.evidence_b)}`),
      el("dt", {}, "Kind"), el("dd", {}, `${words(item.kind)}, ${words(item.scope)}`),
      el("dt", {}, "Score"), el("dd", {}, `${(item.score ?? 0).toFixed(2)}: how likely it is that both cannot be true`),
      opinion ? [el("dt", {}, "Second opinion"), el("dd", {}, `${clean(opinion.model)}: ${words(opinion.relation) || "unrelated"}, ${opinion.confidence?.toFixed(2) ?? ""}`)] : "",
      item.b?.denied_claim ? [el("dt", {}, "Denied"), el("dd", {}, clean(item.b.denied_claim))] : "",
      el("dt", {}, "Read in"), el("dd", {}, out(item.a?.url, clean(item.a?.title || item.a?.url)), " and ", out(item.b?.url, clean(item.b?.title || item.b?.url))),
      el("dt", {}, "For programs"), el("dd", {}, el("a", {href: `/api/v1/contradictions/${id}`}, "JSON"), " · ", el("a", {href: `/api/v1/contradictions/${id}.jsonld`}, "linked data"))));
  return "Why?";
}

export async function oneStatement(main, query, id) {
  const [item, pairs] = await Promise.all([get(`/statements/${id}`), get("/contradictions", {statement: id, limit: 100})]);
  const context = (item.selectors ?? [])[0];
  main.replaceChildren(el("h1", {}, `${nameOf(item.speaker)}, ${item.said_on || day(item.published)}`), said(item, {speakerId: item.speaker_id}),
    el("dl", {}, el("dt", {}, "Read in"), el("dd", {}, out(item.url, clean(item.title || item.url))),
      context ? [el("dt", {}, "Where it stands"), el("dd", {}, `… ${clean(context.prefix)}`, el("mark", {}, clean(context.exact)), `${clean(context.suffix)} …`)] : "",
      item.denied_claim ? [el("dt", {}, "Denies"), el("dd", {}, clean(item.denied_claim))] : "",
      (item.topics ?? []).length ? [el("dt", {}, "About"), el("dd", {}, item.topics.map(clean).join(", "))] : "",
      el("dt", {}, "Also in"), el("dd", {}, (item.reports ?? []).slice(1).flatMap((each, index) => [index ? ", " : "", out(each.url, clean(each.publisher || each.title))]), (item.reports ?? []).length > 1 ? "" : "no other article"),
      el("dt", {}, "For programs"), el("dd", {}, el("a", {href: `/api/v1/statements/${id}`}, "JSON"), " · ", el("a", {href: `/api/v1/statements/${id}.jsonld`}, "linked data"))),
    el("h2", {}, "What speaks against it"), pairs.items.length ? list(pairs.items, contradiction) : el("p", {class: "quiet"}, "Nothing so far."));
  return nameOf(item.speaker);
}

export async function speakers(main, query) {
  const {items} = await get("/speakers", {order: "most", limit: 200, ...chosen(query, ["country", "q"])});
  main.replaceChildren(el("h1", {}, "Speakers"), el("table", {}, el("thead", {}, el("tr", {}, ["Name", "Office", "Country"].map((each) => el("th", {scope: "col"}, each)),
    ["Statements", "Contradictions"].map((each) => el("th", {scope: "col", class: "figure"}, each)))),
    el("tbody", {}, items.map((item) => el("tr", {}, el("td", {}, el("a", {href: `/speakers/${item.speaker_id}`}, nameOf(item))),
      el("td", {}, [item.name ? item.role : "", item.organisation].filter(Boolean).map(clean).join(", ")), el("td", {}, item.country ?? ""),
      el("td", {class: "figure"}, String(item.statements)), el("td", {class: "figure"}, String(item.contradictions)))))));
  return "Speakers";
}

export async function speaker(main, query, id) {
  const item = await get(`/speakers/${id}`);
  const [spoken, pairs] = await Promise.all([get("/statements", {speaker: id, limit: 200}), get("/contradictions", {speaker: id, limit: 100})]);
  const reversals = pairs.items.filter((each) => each.kind === "REVERSAL");
  main.replaceChildren(el("h1", {}, nameOf(item)),
    el("p", {class: "about"}, el("span", {}, [item.role, item.organisation, item.country].filter(Boolean).map(clean).join(", ")),
      el("span", {}, `${item.statements} statements, ${day(item.first)} to ${day(item.last)}`)),
    ...(reversals.length ? [el("h2", {}, "Against earlier words of their own"), list(reversals, contradiction)] : []),
    el("div", {class: "columns"},
      el("section", {}, el("h2", {}, "Contradictions"), pairs.items.length ? list(pairs.items.filter((each) => each.kind !== "REVERSAL"), contradiction) : el("p", {class: "quiet"}, "None.")),
      el("section", {}, el("h2", {}, "Statements"), list(spoken.items, statement))));
  return nameOf(item);
}

export async function timeline(main, query) {
  const {items} = await get("/days", chosen(query, ["country", "q", "since", "until"]));
  const WIDTH = 960, HEIGHT = 320, LEFT = 40, BASE = 280;
  const most = Math.max(1, ...items.map((item) => Math.max(item.statements, item.contradictions)));
  const step = (WIDTH - LEFT - 10) / Math.max(1, items.length);
  const bar = (item, index, key, shift) => {
    const height = (item[key] / most) * (BASE - 20);
    return svg("rect", {class: key, x: LEFT + index * step + step * shift, y: BASE - height, width: Math.max(1, step * 0.38), height},
      svg("title", {}, `${item.day}: ${item[key]} ${key}`));
  };
  const every = Math.ceil(items.length / 12);
  const plot = svg("svg", {class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Statements and contradictions a day; the table below has the figures"},
    svg("line", {x1: LEFT, y1: BASE, x2: WIDTH, y2: BASE}), svg("text", {x: 4, y: 26}, String(most)), svg("text", {x: 4, y: BASE}, "0"),
    ...items.flatMap((item, index) => [bar(item, index, "statements", 0.1), bar(item, index, "contradictions", 0.5),
      ...(index % every ? [] : [svg("text", {x: LEFT + index * step, y: BASE + 18}, item.day)])]));
  main.replaceChildren(el("h1", {}, "Statements and contradictions a day"),
    el("p", {class: "about"}, el("span", {}, el("span", {class: "key"}), " statements"), el("span", {}, el("span", {class: "key b"}), " contradictions")), plot,
    el("table", {}, el("caption", {class: "quiet"}, "The same in figures"), el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "Day"), ["Statements", "Contradictions"].map((each) => el("th", {scope: "col", class: "figure"}, each)))),
      el("tbody", {}, [...items].reverse().map((item) => el("tr", {}, el("td", {}, item.day), el("td", {class: "figure"}, String(item.statements)), el("td", {class: "figure"}, String(item.contradictions)))))));
  return "Timeline";
}

export async function search(main, query) {
  const form = filters(query);
  const asked = chosen(query, ["q", "country"]);
  const pairFilter = chosen(query, ["q", "country", "kind", "score"]);
  const some = Object.keys(pairFilter).length > 0;
  const [pairs, spoken] = some ? await Promise.all([get("/contradictions", {...pairFilter, limit: 50}), get("/statements", {...asked, limit: 100})]) : [{items: []}, {items: []}];
  main.replaceChildren(el("h1", {}, "Search"), form, some ? el("div", {class: "columns"},
    el("section", {}, el("h2", {}, `Contradictions (${pairs.items.length}${pairs.next ? "+" : ""})`), list(pairs.items, contradiction)),
    el("section", {}, el("h2", {}, `Statements (${spoken.items.length}${spoken.next ? "+" : ""})`), list(spoken.items, statement)))
    : el("p", {class: "quiet"}, "Words, “a phrase” in quotation marks, or the beginning of a word with * behind it."));
  form.querySelector("[name=q]").focus();
  return "Search";
}
