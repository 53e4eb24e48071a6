"""Feeds, sitemaps and page lists over HTTP: asked politely, read once, remembered over restarts.

Every case is a source of its own at one server on loopback, which answers as its table says and notes what was asked.
What the ingestor made of it is told by the statements that come out at the other end: each article has an affair of its
own (articles.py).
"""

import http.server
import re
import threading
import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><nav><a href="/">Home</a></nav>
<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"""
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
ITEM = "<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>"
GERMAN = ("<p>Die Regierung hat am Dienstag erklärt, dass die Gespräche über den Hafen nicht abgebrochen worden sind und "
          "dass sie in der kommenden Woche fortgesetzt werden sollen, wie ein Sprecher mitteilte.</p>") * 6


def affair(article):
    return re.search(r"(?:on|of) (\w+)$", article["title"]).group(1)


def page(article):
    paragraphs = "".join(f"<p>{text}</p>" for text in article["text"].split("\n\n"))
    return PAGE.format(title=article["title"], paragraphs=paragraphs).encode()


class Server:
    """answers: path to a list of (status, headers, body); the last one is given again and again."""

    def __init__(self, case):
        self.answers, self.requests = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802, the library's name
                outer.requests.append((self.path, dict(self.headers), time.monotonic()))
                line = outer.answers.get(self.path, [(404, {}, b"")])
                status, headers, body = line[0] if len(line) == 1 else line.pop(0)
                tag = headers.get("ETag")
                if status == 200 and tag and self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Type" not in headers:
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        thread.start()
        case.addCleanup(thread.join, 5)
        case.addCleanup(self.http.server_close)
        case.addCleanup(self.http.shutdown)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def put(self, path, body, status=200, **headers):
        body = body if isinstance(body, bytes) else body.encode()
        self.answers[path] = [(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)]

    def pages(self, made, prefix):
        """Serves each article as a page; returns their URLs."""
        for number, article in enumerate(made):
            self.put(f"{prefix}-{number}.html", page(article))
        return [f"{self.url}{prefix}-{number}.html" for number in range(len(made))]

    def feed(self, path, made, **headers):
        links = self.pages(made, path.rsplit(".", 1)[0])
        items = "".join(ITEM.format(title=a["title"], link=link) for a, link in zip(made, links))
        self.put(path, RSS.format(items=items), Content_Type="application/rss+xml", **headers)

    def asked(self, path):
        return [headers for where, headers, _ in self.requests if where == path]


class Web(gainsay_test.Case):

    def source(self, server, name, path, kind="feed", **more):
        return {"id": name, "kind": kind, "url": server.url + path, "every": 1, "allow_private": True, **more}

    def start(self, sources):
        stream = self.stream(sources)
        stream.start()
        return stream

    def texts(self, stream):
        return "\n".join(event.statement.text for event in feed_client.replay_all(stream.endpoints["replay"])
                         if event.WhichOneof("body") == "statement")

    def wait_affairs(self, stream, made):
        names = {affair(a) for a in made}
        gainsay_test.wait_for(lambda: f"statements of {[n for n in names if n not in self.texts(stream)]}",
                              lambda: all(name in self.texts(stream) for name in names), 30, every=0.3)

    def test_sitemap_index_page_list_and_discovery(self):
        server = Server(self)
        made = articles.make(12, seed=31)
        links = server.pages(made[:4], "/map")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        urls = "".join(f"<url><loc>{link}</loc><news:news><news:publication_date>{now}</news:publication_date>"
                       f"<news:title>{a['title']}</news:title></news:news></url>" for link, a in zip(links, made))
        old = f"<url><loc>{server.url}/old.html</loc><lastmod>2001-01-01</lastmod></url>"
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        server.put("/part.xml", f'<?xml version="1.0"?><urlset {space}>{urls}{old}</urlset>', Content_Type="text/xml")
        server.put("/map.xml", f'<?xml version="1.0"?><sitemapindex {space}><sitemap><loc>{server.url}/part.xml</loc>'
                   "</sitemap></sitemapindex>", Content_Type="text/xml")
        listed = server.pages(made[4:8], "/press/2025/statement-on-the-harbour-and-the-border")
        items = "".join(f'<li><a href="{link}">{a["title"]}, a statement of the ministry</a></li>'
                        for link, a in zip(listed, made[4:8]))
        server.put("/press/", f"<html><body><main><ul>{items}</ul></main></body></html>")
        server.feed("/found.xml", made[8:12])
        server.put("/home", '<html><head><link rel="alternate" type="application/rss+xml" href="/found.xml"></head>'
                   "<body><p>Welcome</p></body></html>")
        stream = self.start([self.source(server, "map", "/map.xml", "sitemap"),
                             self.source(server, "press", "/press/", "pages"),
                             self.source(server, "home", "/home")])
        self.wait_affairs(stream, made)
        self.assertEqual(server.asked("/old.html"), [], "a page of 2001 was fetched")
        for path in {path for path, _, _ in server.requests if path.endswith(".html")}:
            self.assertEqual(len(server.asked(path)), 1, f"{path} was fetched again")

    def test_what_was_learned_survives_a_kill(self):
        server = Server(self)
        made = articles.make(8, seed=32)
        server.feed("/feed.xml", made[:4], ETag='"one"')
        server.feed("/new.xml", made[4:])
        server.put("/moved.xml", b"", status=301, Location="/new.xml")
        stream = self.start([self.source(server, "wire", "/feed.xml"), self.source(server, "moved", "/moved.xml")])
        self.wait_affairs(stream, made)
        gainsay_test.wait_for("a conditional request", lambda: any("If-None-Match" in h for h in server.asked("/feed.xml")))
        stream.ingestor.wait_line("moved for good")
        stream.ingestor.kill()
        server.requests.clear()
        stream.ingestor.start()
        gainsay_test.wait_for("looks after the restart", lambda: server.asked("/feed.xml") and server.asked("/new.xml"))
        self.assertIn("If-None-Match", server.asked("/feed.xml")[0], "the validator was forgotten")
        self.assertEqual(server.asked("/moved.xml"), [], "the old address was asked again")
        self.assertEqual([path for path, _, _ in server.requests if path.endswith(".html")], [], "pages were read twice")

    def test_gone_sources_retire_and_failing_pages_are_tried_again(self):
        server = Server(self)
        made = articles.make(4, seed=33)
        server.put("/gone.xml", b"", status=410)
        server.feed("/feed.xml", made)
        server.answers["/feed-1.html"].insert(0, (503, {"Retry-After": "1"}, b""))
        server.put("/feed-2.html", b"", status=403)
        stream = self.start([self.source(server, "gone", "/gone.xml"), self.source(server, "wire", "/feed.xml")])
        self.wait_affairs(stream, [made[0], made[3]])
        stream.ingestor.wait_line("source retired")
        stream.ingestor.wait_line("HTTP status 403")
        before = len(server.asked("/gone.xml"))
        stream.ingestor.restart()
        self.wait_affairs(stream, [made[1]])
        self.assertEqual(len(server.asked("/gone.xml")), before, "a retired source was asked again")
        self.assertEqual(len(server.asked("/feed-2.html")), 1, "a forbidden page was asked again")

    def test_another_language_is_counted_and_passed_by(self):
        server = Server(self)
        made = articles.make(2, seed=34)
        links = server.pages(made, "/page")
        server.put("/page-1.html", f'<html lang="de"><head><title>Der Hafen</title></head><body><article>{GERMAN}'
                   "</article></body></html>")
        server.put("/feed.xml", RSS.format(items="".join(ITEM.format(title="Harbour", link=link) for link in links)),
                   Content_Type="application/rss+xml")
        stream = self.start([self.source(server, "wire", "/feed.xml")])
        self.wait_affairs(stream, made[:1])
        gainsay_test.wait_for("the count", lambda: '"other_language"' in stream.cli("status", "--json")[1]
                              and not re.search(r'"other_language",\s*"value":\s*"?0', stream.cli("status", "--json")[1]))
        self.assertNotIn("Regierung", self.texts(stream))

    def test_a_page_that_defeats_its_reader_is_kept(self):
        server = Server(self)
        made = articles.make(2, seed=36)
        server.feed("/feed.xml", made)
        server.put("/feed-1.html", "<html><body " + " ".join(f"a{n}=b" for n in range(3000)) + "><p>Text</p></body></html>")
        stream = self.start([self.source(server, "wire", "/feed.xml")])
        self.wait_affairs(stream, made[:1])
        stream.ingestor.wait_line("could not be read is kept")
        kept = list(stream.path("ingestor.db.kept").iterdir())
        self.assertEqual(len(kept), 1)
        self.assertIn(f"{server.url}/feed-1.html", kept[0].read_text().splitlines()[0])

    def test_robots_rules_are_kept(self):
        server = Server(self)
        made = articles.make(2, seed=35)
        server.put("/robots.txt", "User-agent: *\nDisallow: /feed-1.html\n", Content_Type="text/plain")
        server.feed("/feed.xml", made)
        stream = self.start([self.source(server, "wire", "/feed.xml")])
        self.wait_affairs(stream, made[:1])
        stream.ingestor.wait_line("robots")
        self.assertEqual(server.asked("/feed-1.html"), [], "a page that robots.txt disallows was fetched")


if __name__ == "__main__":
    gainsay_test.main()
