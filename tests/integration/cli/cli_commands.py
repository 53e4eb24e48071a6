"""Every command that needs no daemon: what it prints, what it refuses, and with which words and status."""

import json
import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

import gainsay_test
from gainsay_test import BIN

COMMANDS = ["digest", "extract", "judge", "page", "feed", "up", "config", "keygen", "tail", "replay", "status",
            "deadletter", "backup", "parse", "train", "explain"]

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Press &amp; notices</title>
<item><title>Minister &lt;b&gt;denies&lt;/b&gt; talks</title><link>https://gov.example/1</link><guid>n1</guid>
<pubDate>Thu, 24 Apr 2025 09:30:00 +0200</pubDate><description>No talks are taking place.</description></item>
<item><title>Second</title><link>https://gov.example/2</link></item></channel></rss>"""

PAGE = """<!doctype html><html><head><title>Talks | Paper</title></head><body><nav><a href=/>Home</a></nav><article>
<h1>Ministry denies talks</h1><p>The ministry said on Thursday that no talks were taking place with the other side, and
that reports to the contrary were without foundation.</p><p>A spokesperson, asked about \x1b[31mthe reports\x1b[0m, said
that the position of the government had not changed and would not change in the coming weeks.</p></article></body></html>"""


def gainsay(*words, stdin="", cwd=None, env=None):
    done = subprocess.run([str(BIN / "gainsay"), *words], input=stdin, capture_output=True, text=True, cwd=cwd,
                          timeout=60, env=dict(os.environ, **(env or {})), check=False)
    return done.returncode, done.stdout, done.stderr


class Commands(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="gs-cli-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def write(self, name, text):
        path = self.place / name
        path.write_text(text)
        return str(path)

    def refused(self, words, *expected, status=2, **more):
        """One line on standard error with all the expected words, nothing on standard output."""
        code, out, err = gainsay(*words, **more)
        self.assertEqual((code, out), (status, ""), err)
        self.assertEqual(len(err.splitlines()), 1, err)
        for word in expected:
            self.assertIn(word, err)
        return err

    # ---- help

    def test_help_lists_every_command(self):
        code, out, _ = gainsay("--help")
        self.assertEqual(code, 0)
        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^  {command} ")
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_each_command_explains_itself(self):
        for command in COMMANDS:
            with self.subTest(command):
                code, out, err = gainsay(command, "--help")
                self.assertEqual((code, err), (0, ""))
                self.assertIn(f"Usage: gainsay {command}", out)
                self.assertEqual(gainsay("help", command)[1], out)

    def test_version(self):
        code, out, _ = gainsay("--version")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"^gainsay \d+\.\d+\.\d+\n$")

    def test_without_a_command(self):
        code, out, _ = gainsay()
        self.assertEqual(code, 2)
        self.assertIn("Usage:", out)

    def test_wrong_commands_and_options(self):
        self.refused(["tial"], "tial", "did you mean tail?")
        self.refused(["xyzzyplugh"], "no such command")
        self.refused(["tail", "--sinse", "3"], "--sinse", "did you mean --since?", "gainsay tail --help")
        self.refused(["tail", "--since"], "--since", "wants a value")
        self.refused(["tail", "--count", "many"], "--count", "whole number")
        self.refused(["tail", "--json=yes"], "no value")
        self.refused(["tail", "-x"], "unknown option -x")
        self.refused(["tail", "extra"], "too many arguments", "extra")
        self.refused(["backup", "one"], "something is missing")
        self.refused(["tail", "--since", "yesterday"], "yesterday", "now")
        self.refused(["tail", "--country", "China"], "China", "two-letter")
        self.refused(["deadletter", "burn"], "list", "retry")
        self.refused(["deadletter", "retry"], "--all")
        self.refused(["deadletter", "retry", "12"], "12", "not an id")
        self.refused(["config", "sing"], "check", "show")
        self.refused(["up", "--extractors", "0"], "--extractors", "1 to")

    # ---- explain

    TALKS = [{"id": "a", "url": "https://paper.example/a", "publisher": "Paper", "published": "2025-04-24T10:00:00Z",
              "title": "Talks", "text": "\"The gates of the upper dam were closed on purpose,\" Peruvian Foreign Minister Ana "
              "Ruiz said on Thursday.\n\nIt rained."},
             {"id": "b", "url": "https://paper.example/b", "publisher": "Paper", "published": "2025-04-25T10:00:00Z",
              "title": "No", "text": "\"The gates of the upper dam were not closed on purpose,\" Chinese Foreign Minister Bo Li "
              "said on Friday.\n\nIt rained."}]

    def test_explain_what_digest_found(self):
        articles = self.write("articles.jsonl", "".join(json.dumps(one) + "\n" for one in self.TALKS))
        code, out, err = gainsay("digest", "--json", articles)
        self.assertEqual((code, err), (0, ""))
        events = self.write("events.jsonl", out)
        pair = [json.loads(line)["contradiction"] for line in out.splitlines() if '"contradiction":{' in line][0]
        name = pair["contradiction_id"]
        code, out, err = gainsay("explain", "--json", name, events)
        self.assertEqual((code, err), (0, ""))
        told = json.loads(out)
        self.assertEqual((told["id"], told["stands"], told["days_apart"]), (name, True, 1))
        self.assertEqual(told["contradiction"], pair)
        self.assertEqual([told[side]["article_id"] for side in "ab"], ["a", "b"])
        self.assertEqual(len(told["history"]), 4)  # two statements, the contradiction, its dispute
        code, shown, err = gainsay("explain", name[:8], events)
        self.assertEqual((code, err), (0, ""))
        for words in (name, "1 day apart", "https://paper.example/b", "name and office read at", pair["reason"][:20],
                      "\u27e6", "DISPUTE"):
            self.assertIn(words, shown)
        code, shown, err = gainsay("explain", pair["dispute_id"], events)
        self.assertEqual((code, err), (0, ""))
        self.assertIn(name[:12], shown)

    def test_explain_refuses(self):
        events = self.write("events.jsonl", "")
        self.refused(["explain", "0123456789", events], "0123456789", "events.jsonl", status=1)
        self.refused(["explain", "01234", events], "01234", "not an id")
        self.refused(["explain", "0123456789", "--store", "x.db", events], "--store", "not both")
        self.refused(["explain", "0123456789", "--store", str(self.place / "none.db")], "none.db", status=1)
        self.refused(["explain", "0123456789", str(self.place / "none.jsonl")], "none.jsonl", status=1)
        self.refused(["explain", "0123456789", self.write("bad.jsonl", "{\n")], "bad.jsonl:1", status=1)

    # ---- feed and page

    def test_feed(self):
        path = self.write("feed.xml", RSS)
        code, out, err = gainsay("feed", "--json", path)
        self.assertEqual((code, err), (0, ""))
        read = json.loads(out)
        self.assertEqual((read["file"], read["title"]), (path, "Press & notices"))
        self.assertEqual([entry["link"] for entry in read["entries"]], ["https://gov.example/1", "https://gov.example/2"])
        first = read["entries"][0]
        self.assertEqual((first["id"], first["published"]), ("n1", "2025-04-24T07:30:00Z"))
        self.assertEqual(set(first), {"title", "link", "id", "published", "updated", "summary", "author", "publisher", "language"})
        self.assertEqual(read["format"], "RSS")
        self.assertIn("denies", first["title"])
        self.assertIn("https://gov.example/1", gainsay("feed", path)[1])

    def test_feed_reads_standard_input(self):
        self.assertEqual(json.loads(gainsay("feed", "--json", "-", stdin=RSS)[1])["file"], "-")

    def test_feed_goes_on_behind_a_bad_file(self):
        good, bad = self.write("good.xml", RSS), self.write("bad.xml", "this is no feed at all")
        code, out, err = gainsay("feed", "--json", bad, str(self.place / "absent.xml"), good)
        self.assertEqual(code, 1)
        self.assertEqual([json.loads(line)["file"] for line in out.splitlines()], [good])
        self.assertEqual(len(err.splitlines()), 2, err)
        self.assertIn("bad.xml", err)
        self.assertIn("absent.xml", err)

    def test_feed_tells_formats_apart(self):
        json_feed = self.write("feed.json", json.dumps({"title": "J", "items": [{"id": "1", "url": "a"}]}))
        code, out, err = gainsay("feed", "--json", "--url", "https://gov.example/feed.json", json_feed)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out)["entries"][0]["link"], "https://gov.example/a")
        index = self.write("index.xml", "<sitemapindex><sitemap><loc>https://gov.example/n.xml</loc></sitemap></sitemapindex>")
        self.assertEqual(json.loads(gainsay("feed", "--json", index)[1])["maps"], ["https://gov.example/n.xml"])
        self.assertIn("sitemap index", gainsay("feed", index)[1])

    def test_feed_names_the_feed_of_a_page(self):
        page = self.write("p.html", "<!doctype html><html><head><link rel=alternate type=application/rss+xml href=/rss>"
                                    "</head><body><p>x</p></body></html>")
        self.refused(["feed", "--url", "https://gov.example/", page], "p.html", "https://gov.example/rss", status=1)

    def test_page(self):
        path = self.write("page.html", PAGE)
        code, out, err = gainsay("page", "--json", "--url", "https://paper.example/talks", path)
        self.assertEqual((code, err), (0, ""))
        read = json.loads(out)
        self.assertEqual(set(read), {"url", "title", "byline", "publisher", "published", "modified", "canonical",
                                     "language", "english", "amp", "print", "text"})
        self.assertEqual(read["url"], "https://paper.example/talks")
        self.assertIn("without foundation", read["text"])
        self.assertNotIn("Home", read["text"])

    def test_page_cannot_steer_the_terminal(self):
        code, out, _ = gainsay("page", self.write("page.html", PAGE))
        self.assertEqual(code, 0)
        self.assertIn("the reports", out)
        self.assertNotIn("\x1b", out)

    # ---- configuration

    def test_config_show_is_a_configuration(self):
        code, out, err = gainsay("config", "show")
        self.assertEqual((code, err), (0, ""))
        code, out, err = gainsay("config", "check", self.write("gainsay.yaml", out))
        self.assertEqual((code, err), (0, ""), out)

    def test_config_check_names_file_and_line(self):
        path = self.write("bad.yaml", "ingestor:\n  name: one\n  lease: soon\n")
        self.refused(["config", "check", path], "bad.yaml:3", "lease", "number", "soon")
        path = self.write("bad.yaml", "# comment\nagregator:\n  batch: 3\n")
        self.refused(["config", "check", path], "bad.yaml", "agregator")
        path = self.write("bad.yaml", "aggregator:\n  live: tcp://0.0.0.0:7721\n")
        self.refused(["config", "check", path], "bad.yaml:2", "security")
        self.refused(["config", "check", str(self.place / "absent.yaml")], "absent.yaml")
        self.refused(["config", "check", "--set", "ingestor.lease=soon"], "lease", "soon")

    # ---- keys and backups

    def test_keygen(self):
        code, out, err = gainsay("keygen", "desk", "--directory", str(self.place))
        self.assertEqual((code, err), (0, ""))
        secret, public = self.place / "desk.key", self.place / "desk.pub"
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        self.assertIn(str(public), out)
        self.assertIn("public-key", public.read_text())
        self.assertNotIn("secret-key", public.read_text())
        before = secret.read_bytes()
        self.refused(["keygen", "desk", "--directory", str(self.place)], "desk.", status=2)
        self.assertEqual(secret.read_bytes(), before)
        self.refused(["keygen", "../desk"], "a name")
        code, _, err = gainsay("keygen", "desk", "--directory", str(self.place / "absent"))
        self.assertNotEqual(code, 0)
        self.assertIn("absent", err)

    def test_backup_refuses_what_is_no_store(self):
        path = self.write("store.db", "no database" * 100)
        code, _, err = gainsay("backup", path, str(self.place / "copy.db"))
        self.assertIn(code, (1, 2))
        self.assertIn("store.db", err)
        self.assertFalse((self.place / "copy.db").exists())
        code, _, err = gainsay("backup", str(self.place / "absent.db"), str(self.place / "copy.db"))
        self.assertIn(code, (1, 2))
        self.assertIn("absent.db", err)
        self.assertFalse((self.place / "absent.db").exists())

    # ---- output

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([str(BIN / "gainsay"), "config", "show"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    def test_a_reader_that_leaves_is_no_failure(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([str(BIN / "gainsay"), "config", "show"], stdout=writing, stderr=subprocess.PIPE,
                              text=True, check=False)
        os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_nobody_answers(self):
        config = self.write("lonely.yaml", f"aggregator:\n  control: \"ipc://{self.place}/control\"\n"
                                           f"  live: \"ipc://{self.place}/live\"\n  replay: \"ipc://{self.place}/replay\"\n")
        self.refused(["status", "--config", config], "control", status=1)
        self.refused(["status"], "control", status=1, env={"GAINSAY_CONFIG": config})


if __name__ == "__main__":
    gainsay_test.main()
