"""What the aggregator remembers from one run to the next: the snapshot beside its store, what came after it, and a
snapshot that is damaged or of another store.

After each start an article contradicts one of an earlier run; it is found whichever way the ledger got its memory.
"""

import pathlib
import shutil

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

FIGURE = "\"The flow of the river at the {} bridge was {} cubic metres a second,\" {} said on Tuesday.\n\nIt rained."
FIRST, SECOND = "Peruvian Foreign Minister Ana Ruiz", "Chinese Foreign Minister Guo Wenbin"


class Recall(gainsay_test.Case):

    def open(self):
        stream = self.stream()
        self.input = stream.path("in.jsonl")
        self.input.touch()
        self.count = 0
        stream.config["ingestor"].update(sources=[{"id": "lines", "kind": "jsonl", "path": str(self.input)}])
        stream.write_config()
        stream.start()
        self.snapshot = pathlib.Path(str(stream.config["aggregator"]["store"]) + ".recent")
        return stream

    def bodies(self, stream, kind):
        return [e for e in feed_client.replay_all(stream.endpoints["replay"]) if e.WhichOneof("body") == kind]

    def tell(self, stream, bridge, flow, speaker):
        """One more article; returns once its statement is in the feed."""
        self.count += 1
        articles.append_jsonl(self.input, [
            {"id": f"river-{self.count}", "url": f"https://news.example/river-{self.count}",
             "publisher": "Harbour Wire", "published": f"2025-04-22T10:{self.count:02}:00+00:00",
             "title": f"Report {self.count}", "text": FIGURE.format(bridge, flow, speaker)}])
        gainsay_test.wait_for(f"the statement of article {self.count}",
                              lambda: len(self.bodies(stream, "statement")) >= self.count, 30, every=0.1)

    def wait_contradictions(self, stream, count):
        gainsay_test.wait_for(f"{count} contradictions",
                              lambda: len(self.bodies(stream, "contradiction")) == count, 30, every=0.1)

    def recalled(self, aggregator):
        return aggregator.wait_line(r"recalled=\d+")

    def test_a_start_goes_on_where_the_last_run_ended(self):
        stream = self.open()
        aggregator = stream.daemons["aggregator"]
        self.tell(stream, "Talomei", 15, FIRST)
        aggregator.stop()
        self.assertTrue(self.snapshot.exists(), "no snapshot after an end in order")
        self.assertFalse(pathlib.Path(str(self.snapshot) + ".new").exists(), "a draft was left behind")
        aggregator.start()
        self.tell(stream, "Talomei", 60, SECOND)
        self.wait_contradictions(stream, 1)
        self.assertEqual(aggregator.lines("snapshot"), [], "a sound snapshot was complained about")
        # Killed: the snapshot is older than the store, and what came since completes it.
        self.tell(stream, "Orvasti", 15, FIRST)
        aggregator.kill()
        aggregator.start()
        self.tell(stream, "Orvasti", 60, SECOND)
        self.wait_contradictions(stream, 2)
        self.assertEqual(aggregator.lines("snapshot"), [])

    def test_a_damaged_snapshot_costs_a_line(self):
        stream = self.open()
        aggregator = stream.daemons["aggregator"]
        self.tell(stream, "Talomei", 15, FIRST)
        aggregator.stop()
        sound = self.snapshot.read_bytes()
        for what, damaged in (("cut short", sound[:len(sound) // 2]), ("empty", b""), ("foreign", b"SQLite format 3\0" * 9),
                              ("a changed byte", sound[:700] + bytes([sound[700] ^ 1]) + sound[701:])):
            self.snapshot.write_bytes(damaged)
            before = len(aggregator.lines("is not used"))
            aggregator.start()
            self.assertEqual(len(aggregator.lines("is not used")), before + 1, what)
            self.assert_line(aggregator.lines("is not used")[-1:], "level=warn", "aggregator.db.recent")
            aggregator.stop()
        aggregator.start()
        self.tell(stream, "Talomei", 60, SECOND)
        self.wait_contradictions(stream, 1)

    def test_a_snapshot_of_another_store_is_not_used(self):
        stream = self.open()
        aggregator = stream.daemons["aggregator"]
        store = stream.config["aggregator"]["store"]
        self.tell(stream, "Talomei", 15, FIRST)
        aggregator.stop()
        shutil.copy(store, stream.path("copy.db"))
        aggregator.start()
        self.tell(stream, "Orvasti", 15, FIRST)
        aggregator.stop()
        # The store goes back to an earlier state, the snapshot does not.
        shutil.copy(stream.path("copy.db"), store)
        for ending in ("-wal", "-shm"):
            pathlib.Path(str(store) + ending).unlink(missing_ok=True)
        aggregator.start()
        self.assertEqual(len(aggregator.lines("is not used")), 1)
        self.count = 1
        self.tell(stream, "Talomei", 60, SECOND)
        self.wait_contradictions(stream, 1)


if __name__ == "__main__":
    gainsay_test.main()
