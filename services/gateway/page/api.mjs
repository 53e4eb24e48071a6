// What the gateway is asked, and its live stream.

export class Problem extends Error {}

export async function get(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value !== "" && value !== undefined) query.set(key, value);
  const answer = await fetch(`/api/v1${path}${query.size ? `?${query}` : ""}`);
  const body = await answer.json();
  if (!answer.ok) throw new Problem(body.detail ?? `the gateway answers ${answer.status}`);
  return body;
}

const state = document.getElementById("state");
let source = null;

export function stop() {
  source?.close();
  source = null;
}

// Calls each(kind, event) as events come. The browser resumes a broken stream by its last event's number; when the
// gateway is away for longer, it is tried again here.
export function follow(parameters, each) {
  stop();
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined));
  let last = "";
  const open = () => {
    const own = new EventSource(`/api/v1/events?${last ? new URLSearchParams([...query, ["after", last]]) : query}`);
    source = own;
    const told = (event) => { if (event.lastEventId) last = event.lastEventId; };
    own.addEventListener("open", () => { state.textContent = "live"; state.className = "live"; });
    own.addEventListener("position", told);
    for (const kind of ["statement", "statement_update", "contradiction", "dispute", "retraction"])
      own.addEventListener(kind, (event) => { told(event); each(kind, JSON.parse(event.data)); });
    own.addEventListener("error", () => {
      state.textContent = "connecting again";
      state.className = "";
      if (own.readyState === EventSource.CLOSED && source === own) setTimeout(() => source === own && open(), 1000);
    });
  };
  open();
}
