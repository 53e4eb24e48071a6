"""Faults that last: a full disk, a damaged store, an article that kills whoever reads it, a subscriber that
stops reading. Each ends as the delivery contract says, and nothing is lost.

GAINSAY_CHAOS="stopped=60" lets the stopped subscriber sleep for a minute instead of some seconds.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

import gainsay_test  # noqa: E402

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

OPTIONS = {"stopped": 15}
OPTIONS.update((key, int(value)) for key, value in
               (pair.split("=") for pair in os.environ.get("GAINSAY_CHAOS", "").split()))
POISON = "ZYZZOGETON"


class Faults(gainsay_test.Case):

    def lines_stream(self, **options):
        stream = self.stream(**options)
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        return stream, path

    def stored(self, stream):
        return feed_client.replay_all(stream.endpoints["replay"])

    def urls(self, stream):
        return feed_client.reported_urls(self.stored(stream))

    def wait_articles(self, stream, made, seconds=60.0):
        wanted = {article["url"] for article in made}
        gainsay_test.wait_for("the articles", lambda: wanted <= self.urls(stream), seconds, every=0.3)

    def assert_dense(self, stream):
        sequences = [event.sequence for event in self.stored(stream)]
        self.assertEqual(sequences, list(range(1, len(sequences) + 1)))

    def undisturbed(self, made):
        stream, path = self.lines_stream()
        articles.write_jsonl(path, made)
        stream.start()
        self.wait_articles(stream, made)
        self.rest(stream)
        return feed_client.id_sets(self.stored(stream))

    def rest(self, stream):
        """Waits until the newest sequence stays where it is."""
        before = -1
        while True:
            now = len(self.stored(stream))
            if now == before:
                return
            before = now
            time.sleep(1.0)

    def test_disk_full_while_running(self):
        """Both stores share a small disk, which fills up under load and is then widened: all arrives, once."""
        made = articles.make(800, seed=61)
        for article in made:  # size, not statements, is what fills a disk
            article["text"] += "\n\n" + "The minutes of the meeting run to many pages. " * 80
        expected = self.undisturbed(made)
        stream, path = self.lines_stream()
        disk = gainsay_test.SmallDisk(self, stream.path("disk"), 2 << 20)
        for kind in ("ingestor", "aggregator"):
            stream.config[kind]["store"] = str(disk.directory / f"{kind}.db")
        stream.write_config()
        for kind in ("aggregator", "extractor", "ingestor"):
            daemon = stream.add(kind)
            if kind != "extractor" and not disk.mounted:
                disk.limit(daemon)
            daemon.start()
        reader = feed_client.Subscriber(stream.endpoints["live"], stream.endpoints["replay"])
        self.addCleanup(reader.close)
        for start in range(0, len(made), 50):
            articles.append_jsonl(path, made[start:start + 50])
            time.sleep(0.1)
        gainsay_test.wait_for("the disk to be full", lambda: any(
            stream.daemons[kind].lines("level=error.*no space left") for kind in ("ingestor", "aggregator")), 30)
        seen = reader.events(3.0)
        for kind in ("aggregator", "extractor", "ingestor"):
            self.assertTrue(stream.daemons[kind].running(), f"{kind} died of a full disk")
            self.assertLessEqual(len(stream.daemons[kind].lines("level=error")), 2, stream.daemons[kind].tail())
        if disk.mounted:
            disk.widen(512 << 20)
        else:
            for kind in ("aggregator", "ingestor"):
                disk.daemon = stream.daemons[kind]
                disk.widen(512 << 20)
        self.wait_articles(stream, made)
        self.rest(stream)
        seen += reader.events(3.0)
        self.assertEqual(feed_client.id_sets(self.stored(stream)), expected)
        self.assert_dense(stream)
        self.assertEqual([e.sequence for e in seen], [e.sequence for e in self.stored(stream)])
        for daemon in stream.daemons.values():
            self.assertEqual(daemon.stop(), 0)

    def test_damaged_store_and_backup(self):
        """A damaged store is refused with a line that tells what to do; doing it works."""
        made = articles.make(300, seed=62)
        expected = self.undisturbed(made)
        stream, path = self.lines_stream()
        articles.write_jsonl(path, made[:150])
        stream.start()
        self.wait_articles(stream, made[:150])
        copies = {}
        for kind in ("aggregator", "ingestor"):
            copies[kind] = stream.path(f"{kind}-copy.db")
            status, _, err = stream.cli("backup", str(stream.path(f"{kind}.db")), str(copies[kind]), config=False)
            self.assertEqual(status, 0, err)
        articles.append_jsonl(path, made[150:])
        self.wait_articles(stream, made)
        stream.aggregator.stop()  # in order, so that everything is in the file and not in the log beside it
        stream.ingestor.stop()
        for kind in ("aggregator", "ingestor"):
            file = stream.path(f"{kind}.db")
            with open(file, "r+b") as store:
                store.seek(4096)
                store.write(os.urandom(os.path.getsize(file) - 8192))
            daemon = stream.daemons[kind]
            daemon.start(ready=False)
            self.assertEqual(daemon.wait(), 2, daemon.tail())
            self.assert_line(daemon.lines("level=error"), "damaged", file.name, "backup")
            for leftover in stream.directory.glob(f"{kind}.db*"):
                leftover.unlink()
            shutil.copy(copies[kind], file)
        stream.aggregator.start()
        stream.ingestor.start()
        # The ingestor's copy knows how far it had read then, so the rest is read, extracted and told again.
        self.wait_articles(stream, made)
        self.rest(stream)
        self.assertEqual(feed_client.id_sets(self.stored(stream)), expected)
        self.assert_dense(stream)

    def supervise(self, daemon, stop):
        """Restarts the daemon whenever it ends, until told to stop; the thread and the count of restarts."""
        restarts = []
        def loop():
            while not stop.wait(0.05):
                if not daemon.running():
                    restarts.append(daemon.process.returncode)
                    daemon.start(ready=False)
        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread, restarts

    def test_an_article_that_kills_the_extractor(self):
        made = articles.make(120, seed=63)
        poisoned = made[37]
        poisoned["text"] += f"\n\nThe word is {POISON}."
        stream, path = self.lines_stream()
        stream.config["ingestor"]["silence"] = 2
        stream.write_config()
        stream.add("aggregator").start()
        stop = threading.Event()
        threads = []
        for number in (1, 2):
            daemon = stream.add("extractor", f"extractor{number}",
                                environment={"GAINSAY_TEST_CRASH": POISON, "ASAN_OPTIONS": "handle_abort=0"})
            daemon.start()
            threads.append(self.supervise(daemon, stop))
        self.addCleanup(stop.set)
        articles.write_jsonl(path, made)
        stream.add("ingestor").start()
        self.wait_articles(stream, [a for a in made if a is not poisoned])
        letters = gainsay_test.wait_for("a dead letter", lambda: self.letters(stream), 60)
        self.assertEqual(len(letters), 1, "its neighbours became dead letters too")
        self.assertEqual(letters[0]["article"]["url"], poisoned["url"])
        self.assertEqual(letters[0]["failures"], 5)
        self.assertTrue(letters[0]["reason"])
        time.sleep(1.0)
        stop.set()
        for thread, restarts in threads:
            thread.join()
        crashes = sum(len(restarts) for _, restarts in threads)
        self.assertEqual(crashes, 5, "deliveries that its extractor did not survive")
        self.assertEqual(stream.ingestor.lines("level=error"), [])
        self.retry_the_letter(stream, made, poisoned)

    def letters(self, stream):
        status, out, err = stream.cli("deadletter", "list", "--json")
        self.assertEqual(status, 0, err)
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def retry_the_letter(self, stream, made, poisoned):
        """With the fault mended the letter is delivered, and the feed is that of articles without a fault."""
        for name in ("extractor1", "extractor2"):
            stream.daemons[name].stop()
            stream.daemons[name].environment.pop("GAINSAY_TEST_CRASH")
            stream.daemons[name].start()
        self.assertNotIn(poisoned["url"], self.urls(stream))
        status, out, err = stream.cli("deadletter", "retry", "--all")
        self.assertEqual((status, out), (0, "1 handed out again\n"), err)
        self.wait_articles(stream, [poisoned])
        gainsay_test.wait_for("the letter to be gone", lambda: not self.letters(stream))
        self.rest(stream)
        self.assertEqual(feed_client.id_sets(self.stored(stream)), self.undisturbed(made))
        self.assert_dense(stream)

    def test_a_subscriber_that_stops_reading(self):
        """SIGSTOP to `gainsay tail` for a while under load: the aggregator keeps its rate, the tail loses nothing."""
        stream, path = self.lines_stream(config={"extractor": {"no_op": True},
                                                 "aggregator": {"subscriber_queue": 1000}})
        stream.start()
        out = stream.path("tail.out")
        words = [str(gainsay_test.BIN / "gainsay"), "tail", "--json", "--since", "0", "--output", str(out),
                 "--config", str(stream.config_path)]
        tail = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        other = feed_client.Subscriber(stream.endpoints["live"], stream.endpoints["replay"])
        self.addCleanup(other.close)
        made = articles.make(OPTIONS["stopped"] * 400 + 4000, seed=64)
        fed = 0
        def feed_for(seconds):
            """Appends 400 articles a second and returns how many events a second the other reader got."""
            nonlocal fed
            begun, count = time.monotonic(), 0
            while time.monotonic() - begun < seconds:
                upto = min(len(made), fed + 40)
                articles.append_jsonl(path, made[fed:upto])
                fed = upto
                tick = time.monotonic() + 0.1
                while time.monotonic() < tick:
                    count += sum(1 for _ in other.poll(max(0.01, tick - time.monotonic())))
            return count / (time.monotonic() - begun)
        before = feed_for(4)
        tail.send_signal(signal.SIGSTOP)
        during = feed_for(OPTIONS["stopped"])
        memory = stream.aggregator.memory()
        tail.send_signal(signal.SIGCONT)
        after = feed_for(2)
        print(f"\nevents/s at the other subscriber: {before:.0f} before, {during:.0f} while one was stopped, "
              f"{after:.0f} after; aggregator {memory / 1e6:.0f} MB", file=sys.stderr)
        self.assertGreater(during, 0.85 * before)
        self.wait_articles(stream, made[:fed])
        self.rest(stream)
        newest = len(self.stored(stream))
        gainsay_test.wait_for("the stopped tail to catch up",
                              lambda: out.read_text(encoding="utf-8").count("\n") >= newest, 60, every=0.3)
        sequences = [int(json.loads(line)["sequence"]) for line in out.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(sequences, list(range(1, newest + 1)))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ctest's time limit: let cleanups end the children
    gainsay_test.main()
