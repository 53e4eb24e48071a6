"""What an operator and systemd do to the daemons: SIGTERM, SIGINT, SIGHUP, readiness and the watchdog.

SIGTERM ends each daemon with status 0, at rest and under load, and what was under way arrives after a restart.
SIGHUP loads sources and thresholds anew; a configuration with a mistake leaves the old one in force.
"""

import signal
import subprocess
import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

ALL = ("ingestor", "extractor1", "aggregator")


class Signals(gainsay_test.Case):

    def lines_stream(self, **options):
        stream = self.stream(**options)
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        return stream, path

    def stored(self, stream):
        return feed_client.replay_all(stream.endpoints["replay"])

    def wait_articles(self, stream, made, seconds=40.0):
        """Waits until each article is named by an event."""
        wanted = {article["url"] for article in made}
        gainsay_test.wait_for("every article's statements",
                              lambda: wanted <= feed_client.reported_urls(self.stored(stream)), seconds, every=0.3)

    def test_sigterm_at_rest(self):
        stream, _ = self.lines_stream()
        stream.start()
        for name in ALL:
            self.assertEqual(stream.daemons[name].stop(), 0, name)
            self.assertEqual(len(stream.daemons[name].lines("msg=stopped")), 1, stream.daemons[name].tail())

    def test_sigint_is_sigterm(self):
        stream, _ = self.lines_stream()
        stream.start()
        for name in ALL:
            stream.daemons[name].send(signal.SIGINT)
            self.assertEqual(stream.daemons[name].wait(), 0, name)

    def test_sigterm_alone_without_peers(self):
        """An extractor without an ingestor, an ingestor without an aggregator: both still end at once."""
        stream, path = self.lines_stream()
        articles.write_jsonl(path, articles.make(20, seed=31))
        for kind in ("extractor", "ingestor"):
            daemon = stream.add(kind).start()
            time.sleep(0.5)
            begun = time.monotonic()
            self.assertEqual(daemon.stop(), 0)
            self.assertLess(time.monotonic() - begun, 12 * gainsay_test.PATIENCE)

    def test_sigterm_under_load(self):
        """Each daemon in turn is told to stop in the middle of the work, ends with 0, and nothing is lost."""
        made = articles.make(600, seed=32)
        stream, path = self.lines_stream()
        stream.start()
        for part, name in enumerate(ALL):
            articles.append_jsonl(path, made[part * 200:part * 200 + 200])
            time.sleep(0.05)
            self.assertEqual(stream.daemons[name].stop(), 0, name)
            stream.daemons[name].start()
        self.wait_articles(stream, made)
        events = self.stored(stream)
        self.assertEqual([e.sequence for e in events], list(range(1, len(events) + 1)))
        ids = [feed_client.event_id(e) for e in events if e.WhichOneof("body") == "statement"]
        self.assertEqual(len(ids), len(set(ids)), "a statement came twice")
        self.assertEqual(stream.aggregator.lines("dead letter"), [], "an orderly stop is no failed delivery")

    def test_sighup_loads_sources(self):
        stream, path = self.lines_stream()
        made = articles.make(12, seed=33)
        articles.append_jsonl(path, made[:4])
        stream.start()
        self.wait_articles(stream, made[:4])
        other = stream.path("other.jsonl")
        articles.write_jsonl(other, made[4:8])
        stream.config["ingestor"]["sources"].append({"id": "other", "kind": "jsonl", "path": str(other)})
        stream.write_config()
        stream.ingestor.send(signal.SIGHUP)
        self.wait_articles(stream, made[:8])
        stream.config["ingestor"]["sources"].pop(0)
        stream.write_config()
        stream.ingestor.send(signal.SIGHUP)
        stream.ingestor.wait_line("sources loaded", count=2)
        articles.append_jsonl(path, made[8:10])
        articles.append_jsonl(other, made[10:])
        self.wait_articles(stream, made[10:])
        self.assertFalse(feed_client.reported_urls(self.stored(stream)) & {a["url"] for a in made[8:10]},
                         "a source that was taken out is still read")

    def test_sighup_keeps_what_standard_input_had(self):
        """Half a line is in the pipe when the reload comes; the other half follows."""
        stream = self.stream([{"id": "pipe", "kind": "stdin"}])
        made = articles.make(30, seed=34)
        stream.add("aggregator").start()
        stream.add("extractor").start()
        ingestor = stream.add("ingestor")
        ingestor.stdin = subprocess.PIPE
        ingestor.start()
        text = "".join(articles.line(a) for a in made).encode()
        middle = len(text) // 2
        ingestor.process.stdin.write(text[:middle])
        ingestor.process.stdin.flush()
        time.sleep(1.0)
        ingestor.send(signal.SIGHUP)
        ingestor.wait_line("sources loaded")
        ingestor.process.stdin.write(text[middle:])
        ingestor.process.stdin.close()
        self.wait_articles(stream, made)
        self.assertEqual(ingestor.lines("input refused"), [])

    def test_sighup_loads_thresholds(self):
        stream, path = self.lines_stream(config={"aggregator": {"min_score": 1.0}})
        made = articles.make(120, seed=35)
        articles.append_jsonl(path, made[:60])
        stream.start()
        self.wait_articles(stream, made[:60])
        def contradictions():
            return sum(e.WhichOneof("body") == "contradiction" for e in self.stored(stream))
        before = contradictions()
        stream.config["aggregator"]["min_score"] = 0.05
        stream.write_config()
        stream.aggregator.send(signal.SIGHUP)
        time.sleep(1.0)
        articles.append_jsonl(path, made[60:])
        self.wait_articles(stream, made)
        self.assertGreater(contradictions() - before, before, "the lower threshold lets more through")

    def test_sighup_with_a_mistake_keeps_the_old_configuration(self):
        stream, path = self.lines_stream()
        made = articles.make(10, seed=36)
        stream.start()
        stream.config_path.write_text("ingestor:\n  work: [this is\n")
        for name in ALL:
            stream.daemons[name].send(signal.SIGHUP)
            stream.daemons[name].wait_line("configuration not reloaded")
            self.assert_line(stream.daemons[name].lines("level=(warn|error)"), "gainsay.yaml:2", "the old one stays")
        articles.append_jsonl(path, made)
        self.wait_articles(stream, made)

    def test_systemd_hears_ready_watchdog_and_stopping(self):
        stream, _ = self.lines_stream()
        stream.start(environment={"WATCHDOG_USEC": "400000"})
        for name in ALL:
            daemon = stream.daemons[name]
            self.assertEqual(daemon.notifications.count("READY=1"), 1)
            gainsay_test.wait_for(f"pings of {name}", lambda d=daemon: d.notifications.count("WATCHDOG=1") >= 4, 5)
            self.assertTrue(any(line.startswith("STATUS=") for line in daemon.notifications.lines))
        for name in ALL:
            daemon = stream.daemons[name]
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.notifications.count("STOPPING=1"), 1, name)


if __name__ == "__main__":
    gainsay_test.main()
