"""The same article once: an agency's text that other papers print, cut and with leads of their own, through running
daemons, in either order; the same words under two addresses of one site; a page that was only touched.
"""

import json

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

WIRE = [
    "LIMA, April 22 - Peru's government accused its neighbour on Tuesday of closing the gates of a dam on the border river, "
    "a charge that was rejected within hours.",
    "\"The gates of the upper dam at Talomei were closed on purpose, and we have pictures of it,\" Peruvian Foreign Minister "
    "Ana Ruiz said on Tuesday. \"Forty villages are without water since Sunday.\"",
    "Farmers on the lower river have watched the level fall for a week, and the first lorries with drinking water reached "
    "the valley at the weekend, while the army set up tents and kitchens along the road to the coast.",
    "Chilean Foreign Minister Rosa Gil told reporters in Santiago that the river had carried less water than usual since "
    "February. \"Nobody closed the gates of the upper dam,\" she said.",
    "The two countries share the river under an accord of 1978, which leaves the running of the dam to a commission that "
    "has not met since last summer. Both have asked for a sitting, but neither has named a day for it or said who would go.",
    "\"We will send engineers to the dam within a week,\" Ruiz said.",
]
LEAD = "The quarrel over water that has kept the south of the continent busy for weeks took another turn, and it is not its last."
OTHER = [
    "A week after the first charges the river at Talomei is still low, and the villages on its lower course wait for rain.",
    "\"We have measured the flow for ninety years and have never seen so little,\" said Tomas Aguirre, who keeps the gauge at "
    "the old bridge. \"It began in February, and it is worse now.\"",
    "In the market of the town prices for vegetables have doubled, traders say, and some have given up their stalls.",
]


def article(site, name, published, title, paragraphs):
    return {"url": f"https://{site}/2025/{name}", "publisher": site.split(".")[0].title(), "published": published,
            "title": title, "text": "\n\n".join(paragraphs)}


WIRED = article("wire.example", "peru-chile-dam-gates", "2025-04-22T18:00:00-05:00", "Peru accuses Chile over dam", WIRE)
# Two weeks later; its "Tuesday" is another one.
PRINTED = article("daily.example", "water-war-in-the-south", "2025-05-07T08:00:00-05:00", "Water war in the south",
                  [LEAD] + WIRE[:5])
EDITED = article("evening.example", "dam-row", "2025-05-08T08:00:00-05:00", "Row over dam deepens",
                 [part.replace("accused its neighbour", "blamed its neighbour").replace("villages are", "villages were")
                  .replace("within hours", "at once") for part in WIRE])
ELSEWHERE = article("weekly.example", "river-still-low", "2025-05-08T09:00:00-05:00", "River still low", OTHER)


class Copies(gainsay_test.Case):

    def open(self, extractors=1):
        stream = self.stream()
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"].update(sources=[{"id": "lines", "kind": "jsonl", "path": str(path)}])
        stream.write_config()
        stream.start(extractors=extractors)
        return stream, path

    def take(self, stream, path, *lines):
        """Appends articles and waits until all that came of them is committed."""
        articles.append_jsonl(path, lines)
        size = path.stat().st_size

        def done():
            counters = self.counters(stream)
            return counters["articles"] + counters["skipped"] >= self.expected and counters["backlog"] == 0
        self.expected = getattr(self, "expected", 0) + len(lines)
        gainsay_test.wait_for(f"{self.expected} articles ({size} bytes) to be settled", done, 30, every=0.2)

    @staticmethod
    def counters(stream):
        code, out, _ = stream.cli("status", "--json")
        found = {"articles": 0, "skipped": 0, "backlog": 1}
        for report in (json.loads(out).get("reports", []) if code == 0 else []):
            if report["daemon"] == "ingestor" and report["pid"] == stream.ingestor.process.pid:
                found = {entry["name"]: int(entry.get("value", 0))
                         for entry in report.get("counters", []) + report.get("gauges", [])}
        return found

    @staticmethod
    def standing(stream):
        """Statements and contradictions that stand, by id; and how many events there were."""
        statements, contradictions = {}, {}
        events = feed_client.replay_all(stream.endpoints["replay"])
        for event in events:
            kind = event.WhichOneof("body")
            if kind in ("statement", "statement_update"):
                statement = getattr(event, kind)
                statements[statement.statement_id] = statement
            elif kind == "contradiction":
                contradictions[event.contradiction.contradiction_id] = event.contradiction
            elif kind == "retraction":
                statements.pop(event.retraction.statement_id, None)
                contradictions.pop(event.retraction.contradiction_id, None)
        return statements, contradictions, len(events)

    def test_copies_are_reports_of_the_first(self):
        stream, path = self.open(extractors=2)
        self.take(stream, path, WIRED)
        first, disputed, _ = self.standing(stream)
        self.assertGreaterEqual(len(first), 3)
        self.assertEqual(len(disputed), 1)
        self.take(stream, path, PRINTED, EDITED)
        after, still, _ = self.standing(stream)
        self.assertEqual(set(after), set(first))
        self.assertEqual(set(still), set(disputed))
        wire_id = next(iter(first.values())).article_id
        for name, statement in after.items():
            self.assertEqual(statement.article_id, wire_id)
            self.assertEqual(statement.said_on, first[name].said_on)
            self.assertEqual([r.copy_of for r in statement.reports[1:]], [wire_id] * (len(statement.reports) - 1))
        self.assertEqual(max(len(s.reports) for s in after.values()), 3)
        self.assertEqual(self.counters(stream)["copies"], 2)
        # Another article on the same matter is another article.
        self.take(stream, path, ELSEWHERE)
        self.assertEqual(self.counters(stream)["copies"], 2)

    def test_the_first_may_come_last(self):
        stream, path = self.open()
        self.take(stream, path, PRINTED)
        self.take(stream, path, WIRED, EDITED)
        statements, disputed, _ = self.standing(stream)
        self.assertLessEqual(len(disputed), 1)
        ours = [s for s in statements.values() if "closed on purpose" in s.text]
        self.assertEqual(len(ours), 1)
        self.assertIn("wire.example", ours[0].url)
        self.assertEqual(ours[0].said_on, "2025-04-22")

    def test_one_site_prints_it_twice(self):
        stream, path = self.open()
        self.take(stream, path, WIRED)
        _, _, events = self.standing(stream)
        twice = dict(WIRED, url="https://m.wire.example/south-america/peru-chile-dam-gates-2?utm_source=rss")
        shared = dict(WIRED, url="http://www.wire.example/2025/peru-chile-dam-gates/?fbclid=1#top")
        touched = dict(WIRED, text="Updated 5 minutes ago\n" + WIRED["text"].replace("\n\n", "\n \n"))
        self.take(stream, path, twice, shared, touched)
        stream.ingestor.kill()
        stream.ingestor.start()
        self.expected = 0  # its counters begin anew
        self.take(stream, path, twice, touched)
        self.assertEqual(self.counters(stream)["articles"], 0)
        self.assertEqual(self.standing(stream)[2], events)

    def test_a_page_says_whose_copy_it_is(self):
        stream, path = self.open()
        self.take(stream, path, WIRED)
        named = dict(EDITED, url="https://portal.example/a/77", canonical_url=WIRED["url"], text=WIRE[1] + "\n\n" + LEAD)
        self.take(stream, path, named, named)
        counters = self.counters(stream)
        self.assertEqual((counters["articles"], counters["skipped"], counters["changed"], counters["copies"]), (2, 1, 0, 1))
        statements, _, _ = self.standing(stream)
        ours = [s for s in statements.values() if "closed on purpose" in s.text]
        self.assertEqual([report.url for report in ours[0].reports], [WIRED["url"], named["url"]])
        self.assertEqual(ours[0].reports[1].copy_of, ours[0].article_id)

    def test_a_kill_between_copies_changes_nothing(self):
        stream, path = self.open()
        articles.append_jsonl(path, [WIRED])
        stream.ingestor.kill()
        articles.append_jsonl(path, [PRINTED])
        stream.ingestor.start()
        stream.ingestor.kill()
        articles.append_jsonl(path, [EDITED, WIRED])
        stream.ingestor.start()

        def settled():
            statements, disputed, _ = self.standing(stream)
            return len(disputed) == 1 and max((len(s.reports) for s in statements.values()), default=0) == 3
        gainsay_test.wait_for("three reports of one statement", settled, 30, every=0.2)
        statements, _, _ = self.standing(stream)
        self.assertEqual(len({s.article_id for s in statements.values()}), 1, statements)


if __name__ == "__main__":
    gainsay_test.main()
