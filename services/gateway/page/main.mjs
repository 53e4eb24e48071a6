// The newest contradictions, then live ones. Texts go in by textContent alone.
const list = document.getElementById("feed");

function show(contradiction) {
  const item = document.createElement("li");
  const name = (side) => side?.speaker?.name || side?.speaker?.role || "somebody";
  item.textContent = `${name(contradiction.a)}: “${contradiction.a?.text ?? ""}” / ` +
    `${name(contradiction.b)}: “${contradiction.b?.text ?? ""}”`;
  list.prepend(item);
}

const answer = await fetch("/api/v1/contradictions?limit=20");
for (const each of (await answer.json()).items.reverse()) show(each);
const events = new EventSource("/api/v1/events?type=contradiction");
events.addEventListener("contradiction", (event) => show(JSON.parse(event.data).contradiction));
