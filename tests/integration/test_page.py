"""The gateway's page in headless Chromium: every view, a live update, a restart of the gateway, filters, hostile words.

It needs Debian's chromium and nodejs, and playwright-core and axe-core from npm in the directory that GAINSAY_NODE_MODULES
names; without them it skips.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.request

import gainsay_test

gainsay_test.require_libraries()

HERE = gainsay_test.HERE
MODULES = os.environ.get("GAINSAY_NODE_MODULES", "")
CHROMIUM = shutil.which("chromium") or ""
if not (CHROMIUM and shutil.which("node") and os.path.exists(os.path.join(MODULES, "node_modules", "playwright-core"))):
    gainsay_test.skip_all("the page's test wants chromium, nodejs, and GAINSAY_NODE_MODULES with playwright-core and axe-core")

import articles  # noqa: E402


class Page(gainsay_test.Case):

    def setUp(self):
        self.port = gainsay_test.free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.stream_of = self.stream()
        self.path = self.stream_of.path("in.jsonl")
        self.stream_of.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(self.path), "every": 1}]
        self.stream_of.config["gateway"] = {"listen": f"127.0.0.1:{self.port}", "store": str(self.stream_of.path("gateway.db"))}
        self.stream_of.write_config()
        articles.write_jsonl(self.path, articles.make(40, seed=41))
        self.stream_of.start()
        self.gateway = self.stream_of.add("gateway").start()
        gainsay_test.wait_for("contradictions in the gateway", lambda: self.api("/contradictions?limit=1")["items"], 40)
        self.browser = subprocess.Popen(["node", str(HERE / "page" / "page_test.mjs"), MODULES, CHROMIUM, self.base],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.close)

    def close(self):
        self.browser.stdin.close()
        self.browser.wait(20)
        self.browser.stdout.close()

    def api(self, path):
        try:
            with urllib.request.urlopen(f"{self.base}/api/v1{path}") as answer:
                return json.load(answer)
        except OSError:
            return {"items": []}

    def ask(self, *words):
        self.browser.stdin.write(" ".join(words) + "\n")
        self.browser.stdin.flush()
        answer = json.loads(self.browser.stdout.readline())
        self.assertEqual(answer["wrong"], [], words)
        return answer

    def add(self, words):
        articles.append_jsonl(self.path, [{"url": f"https://news.example/{abs(hash(words))}", "published": "2025-04-22T08:00:00Z",
                                           "publisher": "Harbour Wire", "title": "Japan speaks",
                                           "text": f'"{words}," Japanese Trade Minister Haruto Mizuno said.'}])

    def test_views(self):
        pair = self.api("/contradictions?limit=1")["items"][0]
        for path in ("/", "/disputes", "/timeline", "/speakers", "/search?q=harbour", f"/disputes/{pair['dispute_id']}",
                     f"/contradictions/{pair['contradiction_id']}", f"/statements/{pair['a']['statement_id']}",
                     f"/speakers/{pair['speaker_id_a']}", "/statements/" + "0" * 32):
            text = self.ask("visit", path)["text"]
            self.assertGreater(len(text), 20, path)
            self.assertNotIn("[object", text, path)
        for speaker in self.api("/speakers?order=most&limit=5")["items"]:
            self.assertNotIn("[object", self.ask("visit", f"/speakers/{speaker['speaker_id']}")["text"])
        self.assertIn(pair["reason"][:20], self.ask("visit", f"/contradictions/{pair['contradiction_id']}")["text"])

    def test_news_within_a_second_and_after_a_restart(self):
        self.ask("visit", "/")
        self.add("Japan has signed the Kobrudeil fisheries accord")
        gainsay_test.wait_for("the statement in the gateway", lambda: self.api("/statements?q=Kobrudeil")["items"], every=0.01)
        self.assertLess(self.ask("wait", "Kobrudeil")["ms"], 1000)
        self.gateway.kill()
        time.sleep(1.5)
        self.gateway.start()
        self.add("Japan has bought the Talomei lighthouse")
        self.ask("wait", "Talomei")

    def test_filters_have_addresses(self):
        self.ask("visit", "/")
        found = self.ask("filter", "country", "CN")
        self.assertIn("country=CN", found["address"])
        for pair in self.api("/contradictions?country=CN&limit=5")["items"]:
            self.assertIn(pair["a"]["speaker"]["name"], found["text"])

    def test_hostile_words_stay_words(self):
        self.ask("visit", "/")
        self.add("Japan has sold the <img src=x onerror=document.title='taken'> Zebrukan \u202e harbour")
        self.ask("wait", "Zebrukan")
        self.assertIn("<img src=x", self.ask("visit", "/")["text"])


if __name__ == "__main__":
    gainsay_test.main()
