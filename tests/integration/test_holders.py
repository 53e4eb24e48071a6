"""The aggregator learns who holds which office, and knows it after a crash; the user's entities file is believed.

Articles are appended one at a time to a JSON Lines file; the reader is the Python subscriber.
"""

import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

FULL = ("BEIJING - Chinese Foreign Ministry spokesperson Guo Wenbin said on Tuesday that the harbour talks were over.\n\n"
        "Shipping rates rose while traders waited for details.")
BARE = ("\"Nobody from our side has asked for another round of harbour talks,\" Guo Wenbin told reporters on Friday.\n\n"
        "Markets in the region closed little changed.")
TOLD = ("\"The lighthouse will be repaired before the winter storms begin,\" Ana Example told reporters on Friday.\n\n"
        "Analysts had expected a decision this month.")
ENTITIES = "name\trole\torganisation\tcountry\tfrom\tid\nAna Example\ttrade minister\tMinistry of Trade\tPE\t2025-01-01\tQ1\n"


def article(number, text):
    return {"id": f"holder-{number}", "url": f"https://news.example/holder-{number}", "publisher": "Harbour Wire",
            "published": f"2025-04-{20 + number}T10:00:00+00:00", "title": f"Report {number}", "text": text}


class Holders(gainsay_test.Case):

    def open(self, **aggregator):
        stream = self.stream()
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"].update(sources=[{"id": "lines", "kind": "jsonl", "path": str(path)}])
        stream.config["aggregator"].update(aggregator)
        stream.write_config()
        return stream, path

    def statement_with(self, stream, words, seconds=30.0):
        end = time.monotonic() + seconds * gainsay_test.PATIENCE
        while time.monotonic() < end:
            for event in feed_client.replay_all(stream.endpoints["replay"]):
                if event.WhichOneof("body") == "statement" and words in event.statement.text:
                    return event.statement
            time.sleep(0.1)
        self.fail(f"no statement with: {words}")

    def test_an_office_is_known_after_a_crash(self):
        stream, path = self.open()
        stream.start()
        articles.append_jsonl(path, [article(1, FULL)])
        first = self.statement_with(stream, "harbour talks were over")
        self.assertEqual(first.speaker.name, "Guo Wenbin")
        stream.aggregator.kill()
        stream.aggregator.start()
        articles.append_jsonl(path, [article(2, BARE)])
        speaker = self.statement_with(stream, "another round").speaker
        self.assertEqual((speaker.name, speaker.role, speaker.country), ("Guo Wenbin", "spokesperson", "CN"))
        self.assertTrue(speaker.official)
        self.assertEqual(speaker.told_by, first.article_id)

    def test_the_entities_file_is_believed(self):
        stream, path = self.open()
        entities = stream.path("entities.tsv")
        entities.write_text(ENTITIES, encoding="utf-8")
        stream.config["aggregator"]["entities"] = str(entities)
        stream.write_config()
        stream.start()
        articles.append_jsonl(path, [article(1, TOLD)])
        speaker = self.statement_with(stream, "lighthouse").speaker
        self.assertEqual((speaker.role, speaker.organisation, speaker.country, speaker.entity_id, speaker.told_by),
                         ("trade minister", "Ministry of Trade", "PE", "Q1", "entities file"))

    def test_a_mistake_in_it_is_told_with_its_line(self):
        stream, _ = self.open()
        entities = stream.path("entities.tsv")
        entities.write_text(ENTITIES + "Bo Example\tminister\t\tPeru\t\t\n", encoding="utf-8")
        stream.config["aggregator"]["entities"] = str(entities)
        stream.write_config()
        status, _, err = stream.cli("config", "check", str(stream.config_path), config=False)
        self.assertEqual(status, 2)
        self.assertIn("entities.tsv, line 3: country: expected", err)


if __name__ == "__main__":
    gainsay_test.main()
