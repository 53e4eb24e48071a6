// From the address to a view. Links within the page change the address and the view without loading again.
import {el} from "/dom.mjs";
import {follow, stop} from "/api.mjs";
import * as views from "/views.mjs";

const ID = "([0-9a-f]{32})";
const ROUTES = [
  [/^\/$/, views.live, "/"],
  [/^\/disputes$/, views.disputes, "/disputes"],
  [new RegExp(`^/disputes/${ID}$`), views.dispute, "/disputes"],
  [/^\/contradictions$/, views.live, "/"],
  [new RegExp(`^/contradictions/${ID}$`), views.why, "/"],
  [/^\/statements$/, views.live, "/"],
  [new RegExp(`^/statements/${ID}$`), views.oneStatement, "/"],
  [/^\/speakers$/, views.speakers, "/speakers"],
  [new RegExp(`^/speakers/${ID}$`), views.speaker, "/speakers"],
  [/^\/timeline$/, views.timeline, "/timeline"],
  [/^\/search$/, views.search, "/search"],
];
const main = document.getElementById("main");
let shown = 0;

async function show(moved) {
  const turn = ++shown;
  const path = location.pathname;
  const route = ROUTES.find(([pattern]) => pattern.test(path));
  stop();
  for (const link of document.querySelectorAll("nav a"))
    if (link.getAttribute("href") === route?.[2]) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  const fresh = el("div");
  try {
    if (!route) throw new Error("There is no such page.");
    const title = await route[1](fresh, new URLSearchParams(location.search), path.match(route[0])[1]);
    if (turn !== shown) return;
    document.title = `${title} · Gainsay`;
  } catch (error) {
    if (turn !== shown) return;
    fresh.replaceChildren(el("h1", {}, "This cannot be shown"), el("p", {}, error.message));
    document.title = "Gainsay";
  }
  main.replaceChildren(fresh);
  if (route?.[1] !== views.live) follow({type: "dispute"}, () => {}); // the state in the header is true on every page
  if (moved) {
    window.scrollTo(0, 0);
    main.focus({preventScroll: true});
  }
}

function go(address) {
  history.pushState(null, "", address);
  show(true);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || link.origin !== location.origin || /^\/(api|feeds)\//.test(link.pathname) || link.hash) return;
  event.preventDefault();
  go(link.href);
});
window.addEventListener("go", (event) => go(event.detail));
window.addEventListener("popstate", () => show(false));
show(false);
