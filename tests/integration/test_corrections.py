"""Corrections: an article that changes takes back what rested on it, and its disputes shrink or go.

Three governments give three figures for one river; one article is corrected, then another; deliveries are repeated by
killing the extractor. `gainsay explain` is asked while the daemons run.
"""

import json

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

SIDES = [("PE", "Peruvian Foreign Minister Ana Ruiz", 15), ("CN", "Chinese Foreign Minister Guo Wenbin", 60),
         ("CL", "Chilean Foreign Minister Rosa Gil", 90)]
ASIDE = "\"The harbour office will open in the first week of June,\" {} said on Tuesday.\n\nIt rained all day."
FIGURE = "\"The flow of the river at the Talomei bridge was {} cubic metres a second,\" {} said on Tuesday.\n\nIt rained."


def article(number, text):
    return {"id": f"river-{number}", "url": f"https://news.example/river-{number}", "publisher": "Harbour Wire",
            "published": f"2025-04-22T1{number}:00:00+00:00", "title": f"Report {number}", "text": text}


def figure(number):
    _, speaker, flow = SIDES[number]
    return article(number, FIGURE.format(flow, speaker))


class Corrections(gainsay_test.Case):

    def open(self):
        stream = self.stream()
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"].update(sources=[{"id": "lines", "kind": "jsonl", "path": str(path)}])
        stream.write_config()
        stream.start()
        return stream, path

    @staticmethod
    def events(stream):
        return feed_client.replay_all(stream.endpoints["replay"])

    def disputes(self, stream):
        """What stands: dispute id -> its newest event."""
        standing = {}
        for event in self.events(stream):
            kind = event.WhichOneof("body")
            if kind == "dispute":
                standing[event.dispute.dispute_id] = event.dispute
            elif kind == "retraction":
                standing.pop(event.retraction.dispute_id, None)
        return standing

    def wait_sides(self, stream, count):
        """The only dispute, once it has so many sides."""
        def settled():
            standing = list(self.disputes(stream).values())
            return len(standing) == 1 and len(standing[0].sides) == count and standing[0]
        return gainsay_test.wait_for(f"one dispute of {count} sides", settled, 30, every=0.2)

    def test_a_dispute_of_three_sides_loses_one_and_ends(self):
        stream, path = self.open()
        articles.append_jsonl(path, [figure(n) for n in range(3)])
        dispute = self.wait_sides(stream, 3)
        self.assertEqual({side.label for side in dispute.sides}, {"Peru", "China", "Chile"})
        gone = dispute.contradiction_ids
        # China's figure is corrected away: one contradiction is left.
        articles.append_jsonl(path, [article(1, ASIDE.format(SIDES[1][1]))])
        dispute = self.wait_sides(stream, 2)
        self.assertEqual({side.label for side in dispute.sides}, {"Peru", "Chile"})
        self.assertEqual(len(dispute.contradiction_ids), 1)
        left = dispute.contradiction_ids[0]
        taken = [e.retraction for e in self.events(stream) if e.WhichOneof("body") == "retraction"]
        self.assertEqual({t.contradiction_id for t in taken if t.contradiction_id}, set(gone) - {left})
        self.assertEqual(len({t.article_id for t in taken if not t.merged_into}), 1)
        # Chile's whole article changes: the dispute is taken back.
        articles.append_jsonl(path, [article(2, ASIDE.format(SIDES[2][1]))])
        gainsay_test.wait_for("no dispute", lambda: not self.disputes(stream), 30, every=0.2)
        whole = self.explain(stream, left)
        self.assertFalse(whole["stands"])
        self.assertEqual(whole["retraction"]["contradiction_id"], left)
        self.assertEqual(whole["days_apart"], 0)

    def test_a_correction_that_is_delivered_again_changes_nothing(self):
        stream, path = self.open()
        articles.append_jsonl(path, [figure(n) for n in range(3)])
        self.wait_sides(stream, 3)
        stream.extractor1.kill()
        articles.append_jsonl(path, [article(1, ASIDE.format(SIDES[1][1])), article(1, ASIDE.format(SIDES[1][1]))])
        stream.extractor1.start()
        self.wait_sides(stream, 2)
        stream.aggregator.kill()
        stream.aggregator.start()
        articles.append_jsonl(path, [figure(0)])  # nothing new in it
        articles.append_jsonl(path, [article(7, ASIDE.format(SIDES[0][1]))])
        gainsay_test.wait_for("the last article", lambda: [
            e for e in self.events(stream) if e.WhichOneof("body") == "statement"
            and e.statement.url.endswith("river-7")], 30, every=0.2)
        self.assertEqual(len(self.disputes(stream)), 1)
        self.wait_sides(stream, 2)
        events = self.events(stream)
        taken = [e.retraction.contradiction_id for e in events
                 if e.WhichOneof("body") == "retraction" and e.retraction.contradiction_id]
        self.assertEqual(len(taken), len(set(taken)))
        self.assertEqual(len(taken), 2)
        self.assertEqual([e.sequence for e in events], list(range(1, len(events) + 1)))

    def explain(self, stream, name, *more):
        done = stream.cli("explain", "--json", name, *more)
        self.assertEqual((done[0], done[2]), (0, ""))
        return json.loads(done[1])

    def test_explain_while_the_daemons_run(self):
        stream, path = self.open()
        articles.append_jsonl(path, [figure(n) for n in range(2)])
        dispute = self.wait_sides(stream, 2)
        name = dispute.contradiction_ids[0]
        whole = self.explain(stream, name[:10])
        self.assertTrue(whole["stands"])
        self.assertEqual(whole["contradiction"]["contradiction_id"], name)
        self.assertEqual({whole[side]["speaker"]["country"] for side in "ab"}, {"PE", "CN"})
        self.assertEqual(whole["dispute"]["dispute_id"], dispute.dispute_id)
        self.assertIn("contradiction", whole["history"][0])
        by_dispute = self.explain(stream, dispute.dispute_id)
        self.assertEqual([one["contradiction_id"] for one in by_dispute["contradictions"]], [name])
        # The same from the events that a tail wrote, and on a terminal.
        done = stream.cli("replay", "--json")
        saved = stream.path("events.jsonl")
        saved.write_text(done[1], encoding="utf-8")
        from_file = self.explain(stream, name, str(saved))
        self.assertEqual(from_file["contradiction"], whole["contradiction"])
        self.assertGreater(len(from_file["history"]), len(whole["history"]))  # statements are told there too
        code, shown, _ = stream.cli("explain", name)
        self.assertEqual(code, 0)
        for words in (name, "Ana Ruiz", "Guo Wenbin", "https://news.example/river-0", "DISPUTE", "History"):
            self.assertIn(words, shown)
        code, shown, err = stream.cli("explain", "0123456789abcdef")
        self.assertEqual((code, shown, len(err.splitlines())), (1, "", 1))


if __name__ == "__main__":
    gainsay_test.main()
