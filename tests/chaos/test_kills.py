"""Kill -9 anything at any moment: the feed is the one that an undisturbed run gives, and readers saw it once.

A thousand articles are appended, a few at a time, to the JSON Lines file of one ingestor; three extractors and
one aggregator work on them. Meanwhile a seeded script kills these five processes (each many times; they are
restarted at once, as a supervisor would), cuts and stalls the connections between them, which lead through
proxies, and kills two subscribers that write down what they saw: the Python one, which resumes from its file,
and `gainsay tail --state FILE --output FILE`. At the end

  - the ids of statements, contradictions and disputes equal those of a run in which nothing was disturbed,
  - the sequence numbers are dense from 1, and no id is told twice as new,
  - each subscriber's file holds each event once, in order,
  - no article became a dead letter, and the ingestor's outbox is empty.

GAINSAY_CHAOS="seed=7 articles=10000 kills=500 seconds=900" makes another or a longer run.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

import gainsay_test  # noqa: E402

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402
from proxy import Proxy  # noqa: E402

EXTRACTORS = ("extractor1", "extractor2", "extractor3")
OPTIONS = {"seed": 1, "articles": 1000, "kills": 40, "seconds": 40}
OPTIONS.update((key, int(value)) for key, value in
               (pair.split("=") for pair in os.environ.get("GAINSAY_CHAOS", "").split()))


class Reader:
    """A subscriber process that is killed and started again; its output goes to one file."""

    def __init__(self, stream, name, argv):
        self.path = stream.path(f"{name}.out")
        self.argv, self.errors = argv, stream.path(f"{name}.log")
        self.process = None

    def start(self):
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.kill()
        self.start()


class Kills(gainsay_test.Case):

    def make_stream(self, made=None):
        stream = self.stream(tcp=True)
        path = stream.path("in.jsonl")
        path.touch()
        if made:
            articles.write_jsonl(path, made)
        stream.config["ingestor"].update(silence=3, sources=[{"id": "lines", "kind": "jsonl", "path": str(path)}])
        stream.write_config()
        return stream, path

    def stored(self, stream):
        return feed_client.replay_all(stream.endpoints["replay"])

    def backlog(self, stream):
        """(articles in the ingestor's outbox, dead letters), from `gainsay status`."""
        status, out, err = stream.cli("status", "--json")
        self.assertEqual(status, 0, err)
        figures = {}
        for report in _json_objects(out):
            for gauge in report.get("gauges", []):
                figures[report.get("daemon", ""), gauge["name"]] = int(gauge.get("value", 0))
        return figures.get(("ingestor", "backlog")), figures.get(("aggregator", "dead_letters"))

    def wait_for_rest(self, stream, made, seconds):
        """Until all of the file has been read and nothing is left to do.

        Articles enter the outbox in the order of the file, so once the last one is told, an empty outbox means
        rest; before, it may only mean that the reader has not come further. Reports are up to a second old.
        """
        last = made[-1]["url"]
        gainsay_test.wait_for("the last article to be told", lambda: any(
            getattr(event, event.WhichOneof("body")).url == last for event in self.stored(stream)
            if event.WhichOneof("body") == "statement"), seconds, every=1)
        time.sleep(2)
        gainsay_test.wait_for("the outbox to empty", lambda: self.backlog(stream)[0] == 0, seconds, every=0.5)

    def undisturbed(self, made):
        stream, _ = self.make_stream(made)
        stream.start(extractors=1)
        self.wait_for_rest(stream, made, 90)
        self.assertEqual(self.backlog(stream), (0, 0), "dead letters in the undisturbed run")
        events = self.stored(stream)
        for name in ("ingestor", "extractor1", "aggregator"):
            self.assertEqual(stream.daemons[name].stop(), 0)
        return feed_client.id_sets(events)

    def start_with_proxies(self):
        stream, path = self.make_stream()
        proxies = {name: Proxy(stream.endpoints[name]) for name in ("work", "intake", "live", "replay", "retry")}
        for proxy in proxies.values():
            self.addCleanup(proxy.close)
        stream.config["connect"]["ingestors"] = [proxies["work"].endpoint]
        for name in ("intake", "live", "replay", "retry"):
            stream.config["connect"][name] = proxies[name].endpoint
        stream.write_config()
        stream.start(extractors=len(EXTRACTORS))
        return stream, path, proxies

    def start_readers(self, stream, proxies):
        here = pathlib.Path(feed_client.__file__)
        python = Reader(stream, "python", [sys.executable, str(here), proxies["live"].endpoint,
                                           proxies["replay"].endpoint, str(stream.path("python.out"))])
        tail = Reader(stream, "tail", [str(gainsay_test.BIN / "gainsay"), "tail", "--json", "--since", "0",
                                       "--state", str(stream.path("tail.state")), "--output",
                                       str(stream.path("tail.out")), "--config", str(stream.config_path)])
        for reader in (python, tail):
            reader.start()
            self.addCleanup(reader.kill)
        return python, tail

    def disturb(self, rng, stream, path, proxies, readers, made):
        """Appends the articles and does the damage, to a plan that depends on the seed alone."""
        daemons = [stream.daemons[name] for name in EXTRACTORS + ("ingestor", "aggregator")]
        plan = [daemons[number % len(daemons)].restart for number in range(OPTIONS["kills"])]
        plan = [lambda act=act: act(ready=False) for act in plan]
        plan += [reader.restart for reader in readers for _ in range(max(3, OPTIONS["kills"] // 10))]
        plan += [proxy.cut for proxy in proxies.values() for _ in range(max(3, OPTIONS["kills"] // 12))]
        plan += [lambda proxy=proxy: self.hold(proxy, rng.uniform(0.2, 1.0)) for proxy in proxies.values()]
        rng.shuffle(plan)
        pause = OPTIONS["seconds"] / len(plan)
        fed = 0
        for number, act in enumerate(plan):
            upto = len(made) * (number + 1) // len(plan)
            while fed < upto:  # in small pieces, so that files grow while processes die
                piece = min(upto - fed, rng.randint(1, 8))
                articles.append_jsonl(path, made[fed:fed + piece])
                fed += piece
                time.sleep(rng.uniform(0, pause / 4))
            time.sleep(rng.uniform(0, pause))
            act()

    @staticmethod
    def hold(proxy, seconds):
        proxy.stall()
        time.sleep(seconds)
        proxy.flow()

    def assert_same(self, sets, expected):
        for kind, ids in expected.items():
            lost, more = ids - sets[kind], sets[kind] - ids
            self.assertFalse(lost or more, f"{kind}: {len(lost)} lost, {len(more)} that the undisturbed run has not")

    def assert_seen_once(self, seen, events, who):
        expected = [(event.sequence,) + feed_client.event_id(event) for event in events]
        self.assertEqual([s for s, _, _ in seen], [s for s, _, _ in expected], f"{who}: sequences")
        self.assertEqual(seen, expected, who)

    def test_kills(self):
        rng = random.Random(OPTIONS["seed"])
        print("\noptions:", " ".join(f"{key}={value}" for key, value in OPTIONS.items()), file=sys.stderr)
        made = articles.make(OPTIONS["articles"], seed=OPTIONS["seed"])
        expected = self.undisturbed(made)
        self.assertGreater(len(expected["contradiction"]), OPTIONS["articles"] // 20, "articles too tame to show much")
        stream, path, proxies = self.start_with_proxies()
        readers = self.start_readers(stream, proxies)
        begun = time.monotonic()
        self.disturb(rng, stream, path, proxies, readers, made)
        disturbed = time.monotonic() - begun
        for daemon in stream.daemons.values():
            gainsay_test.wait_for(f"{daemon.name} to run", daemon.running)
        self.wait_for_rest(stream, made, 90)
        recovered = time.monotonic() - begun - disturbed
        self.assertEqual(self.backlog(stream), (0, 0), "dead letters")
        events = self.stored(stream)
        cuts = sum(proxy.cuts for proxy in proxies.values())
        print(f"{len(made)} articles, {OPTIONS['kills']} kills of daemons, {cuts} cuts "
              f"in {disturbed:.0f} s, at rest {recovered:.1f} s later: {len(events)} events", file=sys.stderr)
        self.assertEqual([e.sequence for e in events], list(range(1, len(events) + 1)), "sequences are not dense")
        new = [feed_client.event_id(e) for e in events if e.WhichOneof("body") in ("statement", "contradiction")]
        self.assertEqual(len(new), len(set(new)), "an id was told twice as new")
        self.assert_same(feed_client.id_sets(events), expected)
        python, tail = readers
        gainsay_test.wait_for("the Python subscriber's last event", lambda: (
            feed_client.read_tail_file(python.path) or [(0,)])[-1][0] >= len(events))
        self.assert_seen_once(feed_client.read_tail_file(python.path), events, "the Python subscriber")
        gainsay_test.wait_for("gainsay tail's last event", lambda: (
            tail_events(tail.path) or [(0,)])[-1][0] >= len(events))
        self.assert_seen_once(tail_events(tail.path), events, "gainsay tail --state")
        for name in ("ingestor", "aggregator") + EXTRACTORS:
            self.assertEqual(stream.daemons[name].stop(), 0, name)


def _json_objects(text):
    """Objects of a text that is one JSON array, one object with "reports", or one object a line."""
    try:
        whole = json.loads(text)
        return whole.get("reports", [whole]) if isinstance(whole, dict) else whole
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def tail_events(path):
    """(sequence, kind, id) of each whole line of `gainsay tail --json`."""
    seen = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n")[:-1]:
        event = json.loads(line)
        kind = next(kind for kind in feed_client.BODIES if kind in event)
        body = event[kind]
        name = {"statement": "statement_id", "statement_update": "statement_id", "contradiction": "contradiction_id",
                "dispute": "dispute_id"}.get(kind)
        seen.append((int(event["sequence"]), kind, body[name] if name else next(
            body[key] for key in ("statement_id", "contradiction_id", "dispute_id") if key in body)))
    return seen


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ctest's time limit: let cleanups end the children
    gainsay_test.main()
