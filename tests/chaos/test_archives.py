"""Kill -9 an ingestor that reads archives: every page becomes an article once, and none is lost.

Four archives: packed, plain, damaged in the middle, and one that grows while it is read. The ingestor is killed
at random moments of a seeded script and started again at once. Extractors give one statement an article
(no_op), so at the end there is exactly one statement for each page.

GAINSAY_CHAOS="seed=7 articles=5000 kills=300 seconds=300" makes another or a longer run.
"""

import collections
import gzip
import os
import pathlib
import random
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

import gainsay_test  # noqa: E402

gainsay_test.require_libraries()

import archives  # noqa: E402
import articles  # noqa: E402
import feed_client  # noqa: E402

OPTIONS = {"seed": 1, "articles": 2400, "kills": 40, "seconds": 20}
LINKS = 800  # on each page: some 40 KB
OPTIONS.update((key, int(value)) for key, value in
               (pair.split("=") for pair in os.environ.get("GAINSAY_CHAOS", "").split()))


class Archives(gainsay_test.Case):

    def make_files(self, folder, made):
        """Writes all but the last archive; returns the members of that one and the URLs that will come."""
        quarter = len(made) // 4
        parts = [made[at * quarter:(at + 1) * quarter] for at in range(4)]
        archives.write(folder / "a.warc.gz", parts[0], seed=1, links=LINKS)
        archives.write(folder / "b.warc", parts[1], seed=2, packed=False, links=LINKS)
        members = list(archives.members(parts[2], seed=3, links=LINKS))
        broken = len(members) // 2
        while b"msgtype=response" not in gzip_text(members[broken]) or b"text/html" not in gzip_text(members[broken]):
            broken += 1
        members[broken] = members[broken][:len(members[broken]) // 2]
        (folder / "c.warc.gz").write_bytes(b"".join(members))
        lost = gzip_text(list(archives.members(parts[2], seed=3, links=LINKS))[broken])
        urls = {article["url"] for part in parts for article in part}
        urls -= {article["url"] for article in parts[2] if f"URI: {article['url']}\r\n".encode() in lost
                 and b"200 OK" in lost}
        return list(archives.members(parts[3], seed=4, links=LINKS)), urls

    def test_kills(self):
        rng = random.Random(OPTIONS["seed"])
        print("\noptions:", " ".join(f"{key}={value}" for key, value in OPTIONS.items()), file=sys.stderr)
        made = articles.make(OPTIONS["articles"], seed=OPTIONS["seed"])
        stream = self.stream()
        folder = stream.path("news")
        folder.mkdir()
        growing, urls = self.make_files(folder, made)
        stream.config["ingestor"].update(silence=3, sources=[{"id": "news", "kind": "warc", "path": str(folder)}])
        stream.config["extractor"]["no_op"] = True
        stream.write_config()
        stream.start(extractors=2)
        pause = OPTIONS["seconds"] / OPTIONS["kills"]
        tail = b"".join(growing)
        at = 0
        with open(folder / "d.warc.gz", "ab", buffering=0) as out:
            for number in range(OPTIONS["kills"]):
                upto = len(tail) * (number + 1) // OPTIONS["kills"]
                while at < upto:  # pieces that end anywhere
                    at += out.write(tail[at:min(upto, at + rng.randint(1, 4000))])
                # At first so soon after its start that it is still in the archives that lie there whole.
                early = number < OPTIONS["kills"] // 2
                time.sleep(rng.uniform(0.02, 0.1) if early else rng.uniform(0, 4 * pause))
                stream.ingestor.restart(ready=False)
        def told():
            return collections.Counter(event.statement.url for event in feed_client.replay_all(
                stream.endpoints["replay"]) if event.WhichOneof("body") == "statement")
        gainsay_test.wait_for(lambda: f"all pages; missing {sorted(urls - set(told()))[:5]}",
                              lambda: urls <= set(told()), 90, every=0.5)
        time.sleep(1)
        seen = told()
        runs = stream.ingestor.text().split("msg=ready")
        first = next(number for number, run in enumerate(runs) if "c.warc.gz records" in run)
        print(f"{len(urls)} pages, {OPTIONS['kills']} kills, {first - 1} before the whole archives were read",
              file=sys.stderr)
        self.assertEqual(set(seen), urls)
        self.assertEqual([url for url, count in seen.items() if count != 1], [], "told twice")
        events = feed_client.replay_all(stream.endpoints["replay"])
        self.assertEqual([e.sequence for e in events], list(range(1, len(events) + 1)), "sequences are not dense")
        damage = stream.ingestor.lines("input refused.*c.warc.gz.*offset [0-9]+: ")
        self.assertTrue(damage, "nothing was said of the damaged record")
        self.assertEqual(stream.ingestor.stop(), 0)


def gzip_text(member):
    try:
        return gzip.decompress(member)
    except (EOFError, OSError):
        return b""


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ctest's time limit: let cleanups end the children
    gainsay_test.main()
