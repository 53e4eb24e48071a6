"""gainsay source: the list in its own file, sources told by looking, and what would be taken of them."""

import http.server
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

import gainsay_test
from gainsay_test import BIN

PROSE = ("<p>The minister said on Tuesday that the talks, which had begun in March, would go on as they had been planned, "
         "and that the two sides were to meet again in the capital.</p>")
PAGE = f"<html lang='en'><head><title>Talks go on</title></head><body><article><h1>Talks go on</h1>{PROSE * 3}</article>"
GERMAN = ("<html lang='de'><body><p>Die Regierung hat am Dienstag erklärt, dass die Gespräche nicht abgebrochen worden sind "
          "und in der kommenden Woche in der Hauptstadt fortgesetzt werden sollen.</p>")
RSS = ("<?xml version='1.0'?><rss version='2.0'><channel><title>The Wire</title><ttl>15</ttl><item><title>Talks go on"
       "</title><link>{url}/talks</link></item><item><title>Gespräche</title><link>{url}/german</link></item>"
       "<item><title>Nothing</title><link>{url}/absent</link></item></channel></rss>")
OPML = ("<?xml version='1.0'?><opml version='2.0'><body><outline text='World'><outline text='The Wire' type='rss' "
        "xmlUrl='https://wire.example/rss'/><outline text='Other' xmlUrl='https://other.example/atom' language='en'/>"
        "</outline></body></opml>")


class Source(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="gs-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.config = self.directory / "gainsay.yaml"
        self.config.write_text("ingestor:\n  host_delay: 0\n  store: ingestor.db\n  sources:\n"
                               "    - {id: mine, kind: directory, path: box}\n")

    def gainsay(self, *words, status=0):
        done = subprocess.run([str(BIN / "gainsay"), "source", *words, "--config", str(self.config)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stdout + done.stderr

    def listed(self):
        return {source["id"]: source for source in map(json.loads, self.gainsay("list", "--json").splitlines())}

    def serve(self):
        files = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802, the library's name
                kind, body = files.get(self.path, (None, ""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_address[1]}"
        files["/rss"] = ("application/rss+xml", RSS.format(url=url))
        files["/talks"] = ("text/html; charset=utf-8", PAGE)
        files["/german"] = ("text/html; charset=utf-8", GERMAN)
        files["/home"] = ("text/html", '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>'
                          "<body><p>Welcome</p></body></html>")
        files["/press/"] = ("text/html", f"<html><body><ul><li><a href='{url}/talks/2025/04/the-talks-go-on'>The talks go "
                            "on as they had been planned</a></li></ul></body></html>")
        return url

    def test_add_list_remove(self):
        (self.directory / "lines.jsonl").write_text("")
        self.gainsay("add", "--id", "lines", str(self.directory / "lines.jsonl"))
        self.gainsay("add", "--id", "un", "--kind", "feed", "--publisher", 'The "UN"', "--every", "600",
                     "https://un.example/rss")
        listed = self.listed()
        self.assertEqual(set(listed), {"mine", "lines", "un"})
        self.assertEqual((listed["un"]["kind"], listed["un"]["publisher"], listed["un"]["every"]),
                         ("feed", 'The "UN"', 600))
        self.assertEqual(listed["lines"]["kind"], "jsonl")
        self.assertIn("1 known already", self.gainsay("add", "--kind", "feed", "https://un.example/rss"))
        self.assertIn("yours to edit", self.gainsay("remove", "mine", status=2))
        self.assertIn("no such source", self.gainsay("remove", "nobody", status=2))
        self.gainsay("remove", "un", "lines")
        self.assertEqual(set(self.listed()), {"mine"})

    def test_a_source_file_holds_sources_alone_and_is_checked(self):
        path = self.directory / "sources.yaml"
        path.write_text("ingestor:\n  name: other\n")
        self.assertIn("sources.yaml", self.gainsay("list", status=2))
        path.write_text("ingestor:\n  sources:\n    - {id: mine, kind: directory, path: box}\n")
        done = subprocess.run([str(BIN / "gainsay"), "config", "check", str(self.config)], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("sources.yaml:3", done.stderr)

    def test_opml_there_and_back(self):
        path = self.directory / "in.opml"
        path.write_text(OPML)
        self.assertIn("2 added", self.gainsay("import", str(path)))
        self.assertIn("2 known", self.gainsay("import", str(path)))
        self.assertEqual(self.listed()["https://other.example/atom"]["language"], "en")
        out = self.directory / "out.opml"
        out.write_text(self.gainsay("export"))
        self.gainsay("remove", "https://wire.example/rss", "https://other.example/atom")
        self.assertIn("2 added", self.gainsay("import", str(out)))
        path.write_text("not OPML")
        self.assertIn("in.opml", self.gainsay("import", str(path), status=1))

    def test_kinds_are_told_by_looking(self):
        url = self.serve()
        for path in ("/rss", "/home", "/press/"):
            self.gainsay("add", "--allow-private", url + path)
        kinds = {source["where"]: source["kind"] for source in self.listed().values()}
        self.assertEqual(kinds[url + "/rss"], "feed")
        self.assertEqual(kinds[url + "/press/"], "pages")
        self.assertNotIn(url + "/home", kinds, "the page was added, and not the feed that it names")
        self.assertIn("--kind", self.gainsay("add", "--allow-private", url + "/absent", status=1))

    def test_what_would_be_taken(self):
        url = self.serve()
        out = json.loads(self.gainsay("test", "--json", "--allow-private", url + "/rss", status=1))
        self.assertEqual((out["is"], out["title"], out["entries"]), ("RSS", "The Wire", "3"))
        talks, german, absent = out["looked_at"]
        self.assertEqual((talks["title"], talks["verdict"]), ("Talks go on", "would be taken"))
        self.assertTrue(talks["begins"].startswith("The minister said"))
        self.assertIn("not in English", german["verdict"])
        self.assertIn("404", absent["answer"])
        self.assertIn("private", self.gainsay("test", url + "/rss", status=1))
        self.assertIn("would be taken", self.gainsay("test", "--allow-private", "--entries", "1", url + "/rss"))

    def test_files_and_kept_pages(self):
        page = self.directory / "page.html"
        page.write_text(PAGE)
        self.assertIn("would be taken", self.gainsay("test", str(page)))
        self.assertIn("no page is kept", self.gainsay("test", "--kept"))
        kept = self.directory / "ingestor.db.kept"
        kept.mkdir()
        (kept / "0.html").write_text("<!-- https://news.example/1 : the page has no text -->\n<html><script>x</script></html>")
        self.assertIn("the page has no text", self.gainsay("test", "--kept", status=1))
        self.assertIn("name an address", self.gainsay("test", status=2))

    def test_the_catalogue(self):
        self.gainsay("add", "--catalogue", "central-bank")
        self.assertGreater(len(self.listed()), 10)
        self.assertIn("no entry", self.gainsay("add", "--catalogue", "nowhere", status=2))


if __name__ == "__main__":
    gainsay_test.main()
