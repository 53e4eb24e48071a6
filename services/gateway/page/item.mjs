// One statement, one contradiction: how they are shown everywhere.
import {el, out, clean, day, words} from "/dom.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Statement.text is its content spans joined by a space; evidence is given as bytes of the article. So each span of
// evidence is moved from the article into the text by way of the content span that holds it.
function evidenceInText(statement, evidence) {
  const found = [];
  let at = 0;
  for (const content of statement.content ?? []) {
    for (const span of evidence ?? []) {
      const begin = Math.max(span.begin, content.begin);
      const end = Math.min(span.end, content.end);
      if (begin < end) found.push([at + begin - content.begin, at + end - content.begin]);
    }
    at += content.end - content.begin + 1;
  }
  return found.sort((x, y) => x[0] - y[0]);
}

export function marked(statement, evidence) {
  const bytes = encoder.encode(statement.text ?? "");
  const piece = (begin, end) => clean(decoder.decode(bytes.slice(begin, end)));
  const parts = [];
  let at = 0;
  for (const [begin, end] of evidenceInText(statement, evidence)) {
    if (begin < at || end > bytes.length) continue;
    parts.push(piece(at, begin), el("mark", {}, piece(begin, end)));
    at = end;
  }
  parts.push(piece(at, bytes.length));
  return parts;
}

export function nameOf(speaker) {
  return clean(speaker?.name || speaker?.role || (speaker?.kind === "UNNAMED" ? "an unnamed speaker" : "somebody"));
}

function officeOf(speaker) {
  const parts = [speaker?.name ? speaker?.role : "", speaker?.organisation, speaker?.country];
  return parts.filter(Boolean).map(clean).join(", ");
}

export function said(statement, {side = "a", evidence, speakerId, level = "p"} = {}) {
  const name = nameOf(statement.speaker);
  const where = [clean(statement.venue), statement.addressee ? `to ${clean(statement.addressee)}` : ""];
  return el("blockquote", {class: `said ${side}`, cite: /^https?:/.test(statement.url ?? "") ? statement.url : undefined},
    el(level, {class: "who"}, speakerId ? el("a", {href: `/speakers/${speakerId}`}, name) : name,
      el("span", {class: "office"}, officeOf(statement.speaker))),
    el("p", {class: "words"}, marked(statement, evidence)),
    el("p", {class: "from"},
      el("a", {href: `/statements/${statement.statement_id}`},
        el("time", {datetime: statement.said_on || day(statement.published)}, statement.said_on || day(statement.published) || "undated")),
      where.some(Boolean) ? ` · ${where.filter(Boolean).join(" ")}` : "",
      " · ", out(statement.url, clean(statement.publisher || statement.title || "source")),
      (statement.reports?.length ?? 1) > 1 ? ` and ${statement.reports.length - 1} more` : ""));
}

export function contradiction(item, {level = "h2"} = {}) {
  return el("article", {class: "card", "data-id": item.contradiction_id, "aria-label": `${words(item.kind)}: ${nameOf(item.a?.speaker)} and ${nameOf(item.b?.speaker)}`},
    el("p", {class: "about"}, el("b", {}, words(item.kind)), el("span", {}, words(item.scope)),
      el("span", {}, `score ${(item.score ?? 0).toFixed(2)}`),
      item.dispute_id ? el("a", {href: `/disputes/${item.dispute_id}`}, clean(item.question) || "dispute") : "",
      el("a", {href: `/contradictions/${item.contradiction_id}`}, "why?")),
    el("div", {class: "pair"}, said(item.a, {evidence: item.evidence_a, speakerId: item.speaker_id_a}),
      said(item.b, {side: "b", evidence: item.evidence_b, speakerId: item.speaker_id_b})));
}

export function statement(item) {
  const card = said(item, {side: "plain", speakerId: item.speaker_id});
  card.classList.add("small");
  return card;
}

export function list(items, show) {
  return el("ul", {class: "list"}, items.map((item) => el("li", {}, show(item))));
}
