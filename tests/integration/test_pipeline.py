"""Articles of every kind of source arrive as statements, each once, also over restarts; a changed article
changes the feed and nothing else.

Each source is given affairs of its own (articles.py), so a statement tells by the name in it where it came from.
The reader is the Python subscriber. The feed source is served by http.server on loopback.
"""

import http.server
import os
import re
import subprocess
import threading
import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><nav><a href="/">Home</a></nav>
<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"""
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour Wire</title>
<link>http://127.0.0.1/</link><description>World</description>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>{link}</link><guid>{link}</guid>
<pubDate>Tue, 22 Apr 2025 10:00:00 GMT</pubDate><description>In short.</description></item>"""


def affair(article):
    """The invented name that only this article's affair has."""
    return re.search(r"(?:on|of) (\w+)$", article["title"]).group(1)


def html(article):
    paragraphs = "".join(f"<p>{text}</p>" for text in article["text"].split("\n\n"))
    return PAGE.format(title=article["title"], paragraphs=paragraphs)


def statements(events):
    return [event.statement for event in events if event.WhichOneof("body") == "statement"]


class Pipeline(gainsay_test.Case):

    def subscriber(self, stream, **options):
        one = feed_client.Subscriber(stream.endpoints["live"], stream.endpoints["replay"], **options)
        self.addCleanup(one.close)
        return one

    def follow_until(self, one, names, seconds=30.0):
        """Events until every name was seen in a statement, and then until the feed has been quiet for a moment."""
        events, missing = [], set(names)
        end = time.monotonic() + seconds * gainsay_test.PATIENCE
        while missing and time.monotonic() < end:
            for event in one.poll(0.2):
                events.append(event)
                if event.WhichOneof("body") == "statement":
                    missing = {name for name in missing if name not in event.statement.text}
        self.assertEqual(missing, set(), "articles of which no statement came")
        return events + self.quiet(one)

    def quiet(self, one, seconds=1.5):
        return one.events(seconds * gainsay_test.PATIENCE)

    def assert_once(self, events):
        seen = [feed_client.event_id(event) for event in events
                if event.WhichOneof("body") in ("statement", "contradiction")]
        self.assertEqual(len(seen), len(set(seen)), "an id came twice")

    def serve(self, files):
        """An HTTP server over a table of path -> (type, body); returns its URL and the list of its requests."""
        requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802, the library's name
                requests.append((self.path, self.headers.get("If-None-Match")))
                if self.path not in files:
                    self.send_error(404)
                    return
                kind, body = files[self.path]
                tag = f'"{hash(body) & 0xffffffff:x}"'
                if self.headers.get("If-None-Match") == tag:
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(200)
                for name, value in (("Content-Type", kind), ("ETag", tag), ("Content-Length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 5)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}", requests

    def serve_feed(self, made):
        files = {}
        url, requests = self.serve(files)
        for number, article in enumerate(made):
            files[f"/{number}.html"] = ("text/html; charset=utf-8", html(article).encode())
        items = "".join(ITEM.format(title=article["title"], link=f"{url}/{number}.html")
                        for number, article in enumerate(made))
        files["/feed.xml"] = ("application/rss+xml", RSS.format(items=items).encode())
        return url + "/feed.xml", files, requests

    def test_every_kind_of_source_arrives_once(self):
        made = articles.make(40, seed=11)
        parts = {name: made[number * 8:number * 8 + 8] for number, name in
                 enumerate(("jsonl", "stdin", "directory", "feed", "file"))}
        stream = self.stream()
        url, _, requests = self.serve_feed(parts["feed"])
        box = stream.path("box")
        box.mkdir()
        stream.config["ingestor"]["sources"] = [
            {"id": "lines", "kind": "jsonl", "path": str(stream.path("in.jsonl"))},
            {"id": "pipe", "kind": "stdin"},
            {"id": "box", "kind": "directory", "path": str(box), "every": 1},
            {"id": "wire", "kind": "feed", "url": url, "every": 1, "allow_private": True, "publisher": "Harbour Wire"},
            {"id": "one", "kind": "file", "path": str(stream.path("one.txt")), "every": 1},
        ]
        stream.write_config()
        articles.write_jsonl(stream.path("in.jsonl"), parts["jsonl"])
        for number, article in enumerate(parts["directory"]):
            if number % 2:
                (box / f"{number}.html").write_text(html(article))
            else:
                (box / f"{number}.txt").write_text(f"{article['title']}\n\n{article['text']}\n")
        one = parts["file"][0]
        stream.path("one.txt").write_text(f"{one['title']}\n\n{one['text']}\n")
        stream.add("aggregator").start()
        stream.add("extractor").start()
        ingestor = stream.add("ingestor")
        ingestor.stdin = subprocess.PIPE
        ingestor.start()
        reader = self.subscriber(stream)
        ingestor.process.stdin.write("".join(articles.line(a) for a in parts["stdin"]).encode())
        ingestor.process.stdin.close()
        expected = {affair(a) for name, part in parts.items() for a in (part[:1] if name == "file" else part)}
        events = self.follow_until(reader, expected)
        self.assert_once(events)
        self.assertTrue(any(e.WhichOneof("body") == "contradiction" for e in events), "nobody contradicts anybody")
        self.assertEqual([e.sequence for e in feed_client.replay_all(stream.endpoints["replay"])],
                         list(range(1, reader.newest + 1)), "sequences are not dense from 1")
        pages = [path for path, _ in requests if path != "/feed.xml"]
        self.assertEqual(sorted(pages), sorted(set(pages)), "a page was fetched twice")
        gainsay_test.wait_for("a conditional request for the feed",
                              lambda: any(tag for path, tag in requests if path == "/feed.xml"))

    def test_a_restart_repeats_nothing(self):
        made = articles.make(60, seed=12)
        stream = self.stream()
        box = stream.path("box")
        box.mkdir()
        stream.config["ingestor"]["sources"] = [
            {"id": "lines", "kind": "jsonl", "path": str(stream.path("in.jsonl"))},
            {"id": "box", "kind": "directory", "path": str(box), "every": 1}]
        stream.write_config()
        articles.write_jsonl(stream.path("in.jsonl"), made[:40])
        for number, article in enumerate(made[40:]):
            (box / f"{number}.txt").write_text(f"{article['title']}\n\n{article['text']}\n")
        stream.start()
        reader = self.subscriber(stream)
        first = self.follow_until(reader, {affair(a) for a in made})
        for way in ("stop", "kill"):
            for daemon in ("ingestor", "extractor1", "aggregator"):
                getattr(stream.daemons[daemon], way)()
            for daemon in ("aggregator", "extractor1", "ingestor"):
                stream.daemons[daemon].start()
            again = self.quiet(reader, 3.0)
            self.assertEqual([feed_client.event_id(e) for e in again], [], f"events after {way} and start")
        self.assert_once(first)
        # New lines behind the old ones still arrive.
        late = articles.make(4, seed=13, first=5000)
        articles.append_jsonl(stream.path("in.jsonl"), late)
        self.assert_once(first + self.follow_until(reader, {affair(a) for a in late}))

    def test_the_same_article_twice_is_one(self):
        made = articles.make(10, seed=14)
        stream = self.stream([])
        stream.config["ingestor"]["sources"] = [
            {"id": name, "kind": "jsonl", "path": str(stream.path(f"{name}.jsonl"))} for name in ("a", "b")]
        stream.write_config()
        articles.write_jsonl(stream.path("a.jsonl"), made + made)
        articles.write_jsonl(stream.path("b.jsonl"), list(reversed(made)))
        stream.start()
        events = self.follow_until(self.subscriber(stream), {affair(a) for a in made})
        self.assert_once(events)
        self.assertFalse([e for e in events if e.WhichOneof("body") == "retraction"])

    def test_a_changed_article_changes_the_feed(self):
        article = {"id": "c-1", "url": "https://news.example/c-1", "published": "2025-04-22T08:00:00+00:00",
                   "publisher": "Harbour Wire", "title": "Japan speaks of Kobrudeil"}
        keep = '"Japan has signed the Kobrudeil fisheries accord," Japanese Trade Minister Haruto Mizuno said.'
        gone = '"The Kobrudeil quota stands at nine thousand tonnes," Haruto Mizuno told reporters.'
        new = '"The Kobrudeil quota stands at seven thousand tonnes," Haruto Mizuno told reporters.'
        stream = self.stream()
        path = stream.path("in.jsonl")
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        articles.write_jsonl(path, [dict(article, text=keep + "\n\n" + gone)])
        stream.start()
        reader = self.subscriber(stream)
        before = self.follow_until(reader, {"nine thousand", "fisheries accord"})
        articles.append_jsonl(path, [dict(article, text=keep + "\n\n" + new)])
        after = self.follow_until(reader, {"seven thousand"})
        kept = next(s.statement_id for s in statements(before) if "accord" in s.text)
        lost = next(s.statement_id for s in statements(before) if "nine thousand" in s.text)
        self.assertEqual([e.retraction.statement_id for e in after if e.WhichOneof("body") == "retraction"
                          and e.retraction.statement_id], [lost])
        self.assertEqual([s.text for s in statements(after) if "accord" in s.text], [], "an unchanged statement again")
        self.assertNotIn(lost, feed_client.id_sets(before + after)["statement"])
        self.assertIn(kept, feed_client.id_sets(before + after)["statement"])
        # Back to the first wording: a third revision, and its statement stands again.
        articles.append_jsonl(path, [dict(article, text=keep + "\n\n" + gone)])
        back = self.follow_until(reader, {"nine thousand"})
        self.assertEqual(feed_client.id_sets(before + after + back)["statement"],
                         {s.statement_id for s in statements(before)})

    def test_a_directory_of_many_lines_files(self):
        """Last lines without a line break are read too, and no file stays open once it is read."""
        made = articles.make(300, seed=17)
        stream = self.stream()
        box = stream.path("box")
        box.mkdir()
        stream.config["ingestor"]["sources"] = [{"id": "box", "kind": "directory", "path": str(box), "every": 1}]
        stream.write_config()
        stream.start()
        for number, article in enumerate(made):
            (box / f"{number:03d}.jsonl").write_text(articles.line(article).rstrip("\n"), encoding="utf-8")
        wanted = {article["url"] for article in made}
        gainsay_test.wait_for("every article's statements", lambda: wanted <= feed_client.reported_urls(
            feed_client.replay_all(stream.endpoints["replay"])), 30, every=0.3)
        descriptors = len(os.listdir(f"/proc/{stream.ingestor.process.pid}/fd"))
        self.assertLess(descriptors, 100, "files that were read stay open")

    def test_a_changed_file_is_read_again(self):
        stream = self.stream()
        box = stream.path("box")
        box.mkdir()
        stream.config["ingestor"]["sources"] = [{"id": "box", "kind": "directory", "path": str(box), "every": 1}]
        stream.write_config()
        words = '"Egypt is financing the {} reservoir," Egyptian Foreign Minister Tarek Mansour said on Tuesday.\n'
        (box / "a.txt").write_text(words.format("Talomei"))
        stream.start()
        reader = self.subscriber(stream)
        self.follow_until(reader, {"Talomei"})
        replacement = stream.path("new")
        replacement.write_text(words.format("Berukand"))
        os.replace(replacement, box / "a.txt")
        after = self.follow_until(reader, {"Berukand"})
        self.assertEqual(len([e for e in after if e.WhichOneof("body") == "retraction"
                              and e.retraction.statement_id]), 1)


if __name__ == "__main__":
    gainsay_test.main()
