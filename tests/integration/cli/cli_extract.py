"""`gainsay extract` as a person sees it: on a terminal, in a pipe, and as a page; with hostile articles too."""

import base64
import fcntl
import hashlib
import html.parser
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import tempfile
import termios
import unicodedata
import unittest

import gainsay_test
from gainsay_test import BIN, SOURCE

ARTICLE = {
    "id": "a-1", "title": "Chile says patrol ship stopped trawler", "publisher": "Southern Wire",
    "published": "2026-03-02T10:00:00-03:00", "url": "https://wire.example/trawler",
    "text": "SANTIAGO - \"The trawler was fishing in Chilean waters,\" Foreign Minister Marta Ibarrola said on Monday. "
            "\"Our navy fired no shots.\"\n\nPeru's Foreign Minister Rodrigo Valdelomar said the ship was not in "
            "Chilean waters.",
}
CONTROLS = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u2066\u200f\u2028\ufeff"
HOSTILE = {
    "id": "a-2", "title": f"</title><script>alert(1)</script>{CONTROLS}", "publisher": "\"><img src=x onerror=alert(1)>",
    "url": "javascript:alert(1)", "byline": "'\"<b>",
    "text": f"\"No <script>alert(1)</script> deal{CONTROLS} is near,\" Foreign Minister <b onclick='x'>Marta Ibarrola</b> "
            f"said{CONTROLS}.\n\n</p></article><style>*{{}}</style> 商务部发言人何亚东表示，双方没有进行任何经贸谈判。" * 3,
}
VOID = {"meta", "br", "img", "link", "input"}


class Page(html.parser.HTMLParser):
    """Reads a page, and that every element that is opened is closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.links, self.texts, self.policy = [], [], [], [], {}, ""
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "href" in attrs:
            self.links.append(attrs["href"])
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Extract(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="gs-extract-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.articles = self.place / "articles.jsonl"
        self.articles.write_text("".join(json.dumps(article) + "\n" for article in (ARTICLE, HOSTILE)))

    def extract(self, *words, env=None):
        done = subprocess.run([str(BIN / "gainsay"), "extract", *map(str, words)], capture_output=True, text=True,
                              timeout=120, env=dict(os.environ, **(env or {})), check=False)
        return done.returncode, done.stdout, done.stderr

    def on_terminal(self, columns, **env):
        """What the command writes to a terminal so wide."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        surroundings = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        process = subprocess.Popen([str(BIN / "gainsay"), "extract", str(self.articles)], stdout=theirs,
                                   env=dict(surroundings, TERM="xterm-256color", **env))
        os.close(theirs)
        shown = b""
        while True:
            try:
                block = os.read(ours, 65536)
            except OSError:
                block = b""
            if not block:
                break
            shown += block
        os.close(ours)
        self.assertEqual(process.wait(120), 0)
        return shown.decode().replace("\r\n", "\n")

    def page(self, *words):
        path = self.place / "page.html"
        code, out, err = self.extract("--html", path, *words)
        self.assertEqual((code, out, err), (0, "", ""))
        return path.read_text()

    def assert_tame(self, text):
        for control in "\x1b\x07\x9b\u202e\u2066\u200f\u2028\ufeff":
            self.assertNotIn(control, text)

    # ---- terminal

    def test_marks_in_a_pipe_are_characters(self):
        code, out, err = self.extract(self.articles)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("Southern Wire · 2026-03-02 10:00 -03:00 · https://wire.example/trawler", out)
        self.assertIn('[1]⟦"The trawler was fishing in Chilean waters,"⟧', out)
        self.assertRegex(out, r"_Foreign\s+Minister\s+Marta\s+Ibarrola_\s+\*said\*")
        self.assertRegex(out, r"(?m)^No\. +Speaker +Role")
        self.assertRegex(out, r"(?m)^\[1\] Marta Ibarrola · direct ")
        self.assert_tame(out)
        self.assertLessEqual(max(len(line) for line in out.splitlines() if line.isascii()), 80)

    def test_a_terminal_has_colours_and_a_width(self):
        for columns in (30, 60, 140):
            with self.subTest(columns):
                shown = self.on_terminal(columns)
                self.assertIn("\x1b[0;4;36m", shown)
                plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
                self.assert_tame(plain)
                for line in plain.splitlines():
                    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
                    self.assertLessEqual(width, columns, line)

    def test_no_color(self):
        self.assert_tame(self.on_terminal(80, NO_COLOR="1"))

    # ---- page

    def test_a_page_is_whole_and_its_links_lead_somewhere(self):
        page = Page(self.page(self.articles))
        self.assertEqual(len(page.ids), len(set(page.ids)))
        inner = [link for link in page.links if link.startswith("#")]
        self.assertGreater(len(inner), 8)
        for link in inner:
            self.assertIn(link[1:], page.ids)
        self.assertIn("#a2", page.links)
        for number in range(1, sum(name.startswith("a1-s") for name in page.ids) + 1):
            self.assertIn(f"#a1-s{number}", page.links)
            self.assertIn(f"#a1-m{number}", page.links)
        self.assertIn("The trawler was fishing in Chilean waters,", page.texts["mark"])

    def test_a_page_can_load_nothing_but_its_style(self):
        text = self.page(self.articles)
        page = Page(text)
        style = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.assertIn("default-src 'none'", page.policy)
        self.assertIn(f"style-src 'sha256-{digest}'", page.policy)
        self.assertNotIn("url(", style)
        for tag, attrs in page.tags:
            self.assertNotIn(tag, ("script", "img", "link", "iframe", "object"))
            self.assertFalse([name for name in attrs if name.startswith("on") or name in ("style", "src")], attrs)
        self.assertEqual([link for link in page.links if not link.startswith("#")], ["https://wire.example/trawler"])
        self.assert_tame(text)

    def test_colours_can_be_read(self):
        style = (SOURCE / "services/cli/extract.css").read_text()
        light, dark = style.split("@media (prefers-color-scheme: dark)")
        for scheme in (light, dark.split("\n}\n")[0]):
            root = dict(re.findall(r"--(\w+): (#\w{6})", re.search(r":root \{(.*?)\}", scheme, re.S).group(1)))
            speakers = re.findall(r"\.s\d \{ --tint: (#\w{6}); --deep: (#\w{6}); \}", scheme)
            self.assertEqual(len(speakers), 8)
            for name in ("ink", "soft", "link"):
                for ground in ("paper", "card"):
                    self.assertGreaterEqual(contrast(root[name], root[ground]), 4.5, (name, ground))
            for _, deep in speakers:
                for ground in [root["paper"], root["card"]] + [tint for tint, _ in speakers]:
                    self.assertGreaterEqual(contrast(deep, ground), 4.5, (deep, ground))
            for tint, _ in speakers:
                self.assertGreaterEqual(contrast(root["ink"], tint), 7, tint)

    def test_a_page_and_json_together(self):
        path = self.place / "page.html"
        code, out, err = self.extract("--json", "--html", path, self.articles)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], ["a-1", "a-2"])
        self.assertEqual(Page(path.read_text()).tags[0][0], "html")

    def test_a_page_replaces_a_longer_one(self):
        long = self.page(self.articles)
        self.articles.write_text(json.dumps({"id": "x", "title": "Quiet day", "text": "Nothing happened."}) + "\n")
        short = self.page(self.articles)
        self.assertLess(len(short), len(long))
        self.assertTrue(short.endswith("</html>\n"))
        self.assertIn("No statements.", short)
        code, out, err = self.extract("--html", "-", self.articles)
        self.assertEqual((code, out, err), (0, short, ""))

    def test_entities_complete_speakers(self):
        entities = self.place / "entities.tsv"
        entities.write_text("name\trole\torganisation\tcountry\tid\n"
                            "Paula Quiroga\tcentral bank governor\tBank of Araucania\tCL\tQ4242\n")
        self.articles.write_text(json.dumps({"id": "x", "published": "2026-03-02T10:00:00Z",
                                             "text": "Quiroga said that rates would fall."}) + "\n")
        code, out, err = self.extract("--json", "--entities", entities, self.articles)
        self.assertEqual((code, err), (0, ""))
        speaker = json.loads(out)["statements"][0]["speaker"]
        self.assertEqual((speaker["name"], speaker["organisation"], speaker["entity_id"]),
                         ("Paula Quiroga", "Bank of Araucania", "Q4242"))
        entities.write_text("name\trole\nPaula Quiroga\tgovernor\textra\n")
        code, out, err = self.extract("--json", "--entities", entities, self.articles)
        self.assertEqual((code, out, len(err.splitlines())), (2, "", 1))
        self.assertIn("entities.tsv, line 2:", err)

    def test_a_page_that_cannot_be_written(self):
        code, out, err = self.extract("--html", self.place / "absent" / "page.html", self.articles)
        self.assertEqual((code, out), (2, ""))
        self.assertIn("page.html", err)
        self.assertEqual(len(err.splitlines()), 1)
        code, out, err = self.extract("--html", "/dev/full", self.articles)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("No space left", err)


if __name__ == "__main__":
    gainsay_test.main()
