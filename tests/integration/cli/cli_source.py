"""gainsay source: the list in its own file, sources told by looking, and what would be taken of them."""

import http.server
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
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
MAP = ("<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{url}/old</loc><lastmod>"
       "2001-01-01</lastmod></url><url><loc>{url}/talks</loc><lastmod>{now}</lastmod></url></urlset>")
INDEX = ("<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{url}/map.xml"
         "</loc></sitemap></sitemapindex>")
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
        return {source["id"]: source for source in map(json.loads, filter(None, self.gainsay("list", "--json").split("\n")))}

    def serve(self):
        files = self.files = {}

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
        files["/none/"] = ("text/html", "<html><body><p>Nothing to see</p></body></html>")
        files["/feed-page"] = files["/home"] = ("text/html", '<html><head><link rel="alternate" '
                               'type="application/rss+xml" href="/rss"></head><body><p>Welcome</p></body></html>')
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        files["/map.xml"] = ("application/xml", MAP.format(url=url, now=now))
        files["/index.xml"] = ("application/xml", INDEX.format(url=url))
        files["/thin"] = ("text/html", f"<html lang='en'><head><link rel='amphtml' href='{url}/talks'></head><body>"
                          "<article><h1>Talks go on</h1><p>The minister said more, in the app.</p></article></body></html>")
        files["/thin-rss"] = ("application/rss+xml", "<rss version='2.0'><channel><title>T</title><item><link>"
                              f"{url}/thin</link></item><item><link>{url}/paper</link></item></channel></rss>")
        files["/paper"] = ("application/pdf", "%PDF-1.4")
        files["/talks"] = ("text/html; charset=utf-8", PAGE)
        files["/german"] = ("text/html; charset=utf-8", GERMAN)
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
        self.assertIn("of that id", self.gainsay("add", "--kind", "feed", "--id", "un", "https://other.example/", status=2))
        self.assertIn("2 removed", self.gainsay("remove", "un", "lines"))
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
        self.assertIn("--kind pages", self.gainsay("add", "--allow-private", url + "/none/", status=1))

    def tried(self, *words, status=0):
        done = self.run_test("--json", *words, status=status)
        return [json.loads(line) for line in done.splitlines()]

    def run_test(self, *words, status=0):
        return self.gainsay("test", "--allow-private", *words, status=status)

    def test_what_would_be_taken(self):
        url = self.serve()
        out = self.tried(url + "/rss", status=1)[0]
        self.assertEqual((out["is"], out["title"], out["entries"], out["ttl_minutes"]), ("RSS", "The Wire", 3, 15))
        self.assertEqual((out["taken"], out["passed_by"], out["refused"]), (1, 1, 1))
        talks, german, absent = out["looked_at"]
        self.assertEqual((talks["title"], talks["verdict"], talks["status"]), ("Talks go on", "taken", 200))
        self.assertEqual((talks["robots"], talks["language"]), ("allow it", "en"))
        self.assertTrue(talks["begins"].startswith("The minister said"))
        self.assertEqual(german["verdict"], "passed by")
        self.assertIn("not in English", german["reason"])
        self.assertEqual((absent["status"], absent["verdict"]), (404, "refused"))
        self.assertIn("private", self.gainsay("test", url + "/rss", status=1))
        screen = self.run_test("--entries", "1", url + "/rss")
        self.assertIn("would be taken", screen)
        self.assertNotIn("/german", screen)

    def test_sitemaps_lists_and_pages_that_name_a_feed(self):
        url = self.serve()
        index = self.tried(url + "/index.xml")[0]
        self.assertEqual((index["is"], index["sitemaps"]), ("sitemap index", 1))
        part = index["maps"][0]
        self.assertEqual((part["is"], part["entries"], part["too_old"]), ("sitemap", 2, 1))
        self.assertEqual([entry["url"] for entry in part["looked_at"]], [url + "/talks"])
        self.assertEqual(self.tried("--kind", "pages", url + "/press/", status=1)[0]["entries"], 1)
        empty = self.tried("--kind", "pages", url + "/none/", status=1)[0]
        self.assertIn("links to no articles", empty["reason"])
        self.assertEqual(self.tried(url + "/home")[0]["feeds"], [url + "/rss"])
        self.config.write_text("ingestor:\n  host_delay: 0\n  sources:\n    - {id: home, kind: feed, url: '%s/feed-page', "
                               "publisher: Ours, allow_private: true}\n" % url)
        home = json.loads(self.gainsay("test", "--json", "--entries", "1", "home"))
        self.assertEqual(home["instead"][0]["address"], url + "/rss")
        self.assertEqual(home["instead"][0]["looked_at"][0]["publisher"], "Ours")

    def test_a_page_is_read_as_the_ingestor_would(self):
        url = self.serve()
        thin, paper = self.tried(url + "/thin-rss", status=1)[0]["looked_at"]
        self.assertEqual((thin["elsewhere"], thin["verdict"]), (url + "/talks", "taken"))
        self.assertTrue(thin["begins"].startswith("The minister said on Tuesday"))
        self.assertIn("application/pdf", paper["reason"])

    def test_many_in_brief(self):
        url = self.serve()
        out = self.run_test("--brief", url + "/rss", url + "/absent", url + "/talks", status=1).splitlines()
        self.assertRegex(out[0], "^FAIL .*/rss: RSS, 3 entries, 1 would be taken, 1 passed by, 1 refused: .*404")
        self.assertRegex(out[1], "^FAIL .*/absent: .*404")
        self.assertRegex(out[2], "^ok .*/talks: page, 1 would be taken")
        self.assertEqual(out[3], "1 of 3 gave what could be taken")
        (self.directory / "box").mkdir()
        self.assertRegex(self.gainsay("test", "--all", "--brief"), "^ok    mine: directory")
        self.assertIn("--catalogue", self.gainsay("test", "--all", "mine", status=2))
        self.assertIn("nor a source of that id", self.gainsay("test", "nobody", status=1))

    def test_files(self):
        page = self.directory / "page.html"
        page.write_text(PAGE)
        self.assertIn("would be taken", self.gainsay("test", str(page)))
        lines = self.directory / "lines.jsonl"
        lines.write_text('{"id": "1", "title": "One", "text": "The minister said that the talks would go on."}\nnonsense\n')
        out = self.tried(str(lines), status=1)[0]
        self.assertEqual([(entry["line"], entry["verdict"]) for entry in out["looked_at"]], [(1, "taken"), (2, "refused")])
        box = self.directory / "box"
        box.mkdir()
        (box / "b.html").write_text(PAGE)
        (box / "a.html").write_text("<html></html>")
        out = self.tried("mine", status=1)[0]
        self.assertEqual((out["kind"], out["files"]), ("directory", 2))
        self.assertEqual([entry["verdict"] for entry in out["looked_at"]], ["refused", "taken"])
        body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}".encode()
        archive = self.directory / "a.warc"
        archive.write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/1\r\n"
                            b"WARC-Date: 2025-04-24T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
                            b"Content-Type: application/http; msgtype=response\r\n"
                            b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body))
        out = self.tried(str(archive))[0]
        self.assertEqual((out["records"], out["looked_at"][0]["url"], out["looked_at"][0]["verdict"]),
                         (1, "https://news.example/1", "taken"))

    def test_kept_pages(self):
        self.assertIn("no page is kept", self.gainsay("test", "--kept"))
        kept = self.directory / "ingestor.db.kept"
        kept.mkdir()
        (kept / "00aa.html").write_text("<!-- https://news.example/1 : the page has no text -->\n<html><script>x</script></html>")
        (kept / "00bb.html").write_text(f"<!-- https://news.example/2 : it was odd -->\n{PAGE}")
        table = self.gainsay("test", "--kept", status=1)
        self.assertIn("https://news.example/1", table)
        self.assertIn("is read", table)
        odd = json.loads(self.gainsay("test", "--json", "--kept", "00b"))
        self.assertEqual((odd["url"], odd["because"], odd["verdict"]), ("https://news.example/2", "it was odd", "taken"))
        self.assertIn("several", self.gainsay("test", "--kept", "00", status=2))
        self.assertIn("no page of that name", self.gainsay("test", "--kept", "../ingestor", status=2))

    def test_the_catalogue(self):
        self.gainsay("add", "--catalogue", "central-bank")
        self.assertGreater(len(self.listed()), 10)
        self.assertIn("no entry", self.gainsay("add", "--catalogue", "nowhere", status=2))
        self.assertIn("--catalogue", self.gainsay("add", "--catalogue", "CN", "--id", "mine", status=2))
        entries = [json.loads(line) for line in self.gainsay("list", "--json", "--catalogue", "CN").splitlines()]
        self.assertEqual({entry["country"] for entry in entries}, {"CN"})
        self.assertIn("cn-mfa", self.gainsay("list", "--catalogue", "foreign"))

    def test_nothing_that_would_not_load_is_written(self):
        sources = self.directory / "sources.yaml"
        for words in (["--every", "99999999"], ["--id", "a" * 5000], ["--publisher", b"\xff"]):
            self.gainsay("add", "--kind", "feed", *words, "https://wire.example/rss", status=2)
        self.assertFalse(sources.exists())
        self.gainsay("add", "--kind", "feed", "--publisher", "a\u0080b\u2028c\ufeff\\", "https://wire.example/rss")
        self.assertEqual(self.listed()["https://wire.example/rss"]["publisher"], "a\u0080b\u2028c\ufeff\\")
        path = self.directory / "in.opml"
        path.write_text("<opml version='2.0'><body><outline xmlUrl='/rss'/><outline xmlUrl='https://a.example/rss'/></body></opml>")
        self.assertIn("1 refused", self.gainsay("import", str(path), status=1))
        self.assertIn("https://a.example/rss", self.listed())
        self.assertEqual([entry.name for entry in self.directory.iterdir() if entry.name.endswith(".new")], [])

    def test_many_who_add_at_once(self):
        started = [subprocess.Popen([str(BIN / "gainsay"), "source", "add", "--config", str(self.config), "--kind", "feed",
                                     f"https://wire.example/{i}"], stdout=subprocess.DEVNULL) for i in range(12)]
        self.assertEqual([process.wait(60) for process in started], [0] * 12)
        self.assertEqual(len(self.listed()), 13)

    def test_a_running_ingestor_takes_them_up_and_remembers(self):
        url = self.serve()
        self.config.write_text("ingestor:\n  host_delay: 0\n  store: ingestor.db\n  work: ipc://work\n  sources: []\n"
                               "aggregator:\n  intake: ipc://intake\n")
        self.assertEqual(self.tried(url + "/talks")[0]["verdict"], "taken")
        with open(self.directory / "log", "w+", encoding="utf-8") as log:
            ingestor = subprocess.Popen([str(BIN / "gainsay-ingestor"), "--config", str(self.config)], stderr=log, stdout=log)
            self.addCleanup(ingestor.wait)
            self.addCleanup(ingestor.kill)
            line = lambda words: words in (self.directory / "log").read_text()  # noqa: E731
            gainsay_test.wait_for(lambda: "the ingestor", lambda: line("ready"), 20)
            self.gainsay("add", "--allow-private", "--id", "wire", url + "/rss")
            ingestor.send_signal(signal.SIGHUP)
            gainsay_test.wait_for(lambda: "the new source", lambda: line("sources=1"), 20)
            gainsay_test.wait_for(lambda: "the article", lambda: self.tried(url + "/talks")[0]["verdict"] == "passed by", 20,
                                  every=0.5)
            self.assertIn("read already", self.tried(url + "/talks")[0]["reason"])
            gainsay_test.wait_for(lambda: "the notes", lambda: self.listed()["wire"]["interval"] > 0, 20, every=0.5)
            self.assertIn("404", self.listed()["wire"]["error"])
            self.files["/talks"] = ("text/html; charset=utf-8", PAGE.replace("Tuesday", "Wednesday"))
            self.assertIn("as a revision", self.run_test(url + "/talks"))
            ingestor.terminate()
            self.assertEqual(ingestor.wait(30), 0)

    def test_a_link_stays_a_link_and_a_file_keeps_its_rights(self):
        real = self.directory / "real.yaml"
        real.write_text("ingestor: {sources: []}\n")
        real.chmod(0o600)
        (self.directory / "sources.yaml").symlink_to(real)
        self.gainsay("add", "--kind", "feed", "https://wire.example/rss")
        self.assertTrue((self.directory / "sources.yaml").is_symlink())
        self.assertIn("wire.example", real.read_text())
        self.assertEqual(real.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    gainsay_test.main()
