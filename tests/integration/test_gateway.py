"""The gateway beside running daemons: answers as services/gateway/openapi.yaml describes them, live streams that
resume over restarts and kills without a gap or a repeat, hostile articles, and who is let in.

The authority is a replay of the feed from sequence 0.
"""

import csv
import http.client
import io
import json
import re
import threading
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = yaml = None

HOSTILE = "<script>alert(1)</script>"


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    def json(self):
        return json.loads(self.body)


class Events(threading.Thread):
    """A client of /api/v1/events, as the standard has it: remembers the last id, and comes back when cut off."""

    def __init__(self, port, query, last_id=None):
        super().__init__(daemon=True)
        self.port, self.query, self.last_id = port, query, last_id
        self.seen, self.names, self.connections, self.stopped = [], [], 0, False

    def run(self):
        while not self.stopped:
            try:
                self.read_once()
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)

    def read_once(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Last-Event-ID": self.last_id} if self.last_id is not None else {}
        connection.request("GET", "/api/v1/events" + self.query, headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            raise http.client.HTTPException(response.status)
        self.connections += 1
        event = {}
        while not self.stopped:
            line = response.readline()
            if not line.endswith(b"\n"):
                break
            line = line[:-1].decode()
            if line:
                name, _, value = line.partition(": ")
                event[name] = value
                continue
            if "id" in event:
                self.last_id = event["id"]
            if event.get("event") not in (None, "position", "missed"):
                self.seen.append(int(event["id"]))
                self.names.append((event["event"], json.loads(event["data"])))
            event = {}
        connection.close()


class Serving(gainsay_test.Case):

    def start(self, made, settings=(), config=None):
        stream = self.stream(config=config)
        self.port = gainsay_test.free_port()
        self.input = stream.path("in.jsonl")
        articles.write_jsonl(self.input, made)
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(self.input)}]
        stream.config["gateway"] = {"listen": f"127.0.0.1:{self.port}", "store": str(stream.path("gateway.db")),
                                    "per_minute": 0, **(config or {}).get("gateway", {})}
        stream.write_config()
        stream.start()
        stream.add("gateway", settings=settings).start()
        return stream

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(headers.pop("method", "GET"), path,
                           headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def stored(self, stream):
        return [event.sequence for event in feed_client.replay_all(stream.endpoints["replay"])]

    def wait_rest(self, stream):
        """Until the feed has stopped growing and the gateway has all of it."""
        last = [0, 0]
        def rest():
            try:
                ready = self.get("/readyz")
            except (OSError, http.client.HTTPException):
                return False
            stored = self.stored(stream)
            newest = stored[-1] if stored else 0
            last[1] = last[1] + 1 if newest == last[0] and newest > 0 else 0
            last[0] = newest
            return ready.status == 200 and int(ready.json()["sequence"]) == newest and last[1] >= 10
        gainsay_test.wait_for("the gateway to have all of the feed", rest, 60, 0.1)
        return last[0]

    def all_items(self, path):
        items, cursor = [], ""
        while True:
            page = self.get(path + ("&" if "?" in path else "?") + "limit=7" + cursor).json()
            items += page["items"]
            if "next" not in page:
                return items
            cursor = "&cursor=" + page["next"]

    def check_rows(self, stream):
        """The lists hold what the replayed events come to."""
        known = {"statement": {}, "contradiction": {}, "dispute": {}}
        for event in feed_client.replay_all(stream.endpoints["replay"]):
            kind = event.WhichOneof("body")
            if kind == "retraction":
                for name, rows in known.items():
                    rows.pop(getattr(event.retraction, name + "_id"), None)
            else:
                kind = "statement" if kind == "statement_update" else kind
                known[kind][getattr(getattr(event, event.WhichOneof("body")), kind + "_id")] = event.sequence
        for kind, rows in known.items():
            items = self.all_items(f"/api/v1/{kind}s")
            self.assertEqual({item[kind + "_id"]: int(item["updated"]) for item in items}, rows)
            self.assertEqual(len(items), len(rows))
        return known


class Api(Serving):

    @unittest.skipIf(yaml is None, "python3-yaml or python3-jsonschema is missing")
    def test_answers_are_as_described(self):
        stream = self.start(articles.make(60, seed=31))
        self.wait_rest(stream)
        self.check_rows(stream)
        described = yaml.safe_load(self.get("/api/v1/openapi.yaml").body)
        self.assertEqual(described, yaml.safe_load((gainsay_test.SOURCE / "services/gateway/openapi.yaml").read_text()))
        checked = 0
        for path, item in described["paths"].items():
            if "{collection}" in path or path in ("/api/v1/events", "/metrics"):
                continue
            for query in self.queries(item["get"].get("parameters", []), described):
                checked += self.check_path(described, path, item["get"], query)
        self.assertGreater(checked, 50)

    def queries(self, parameters, described):
        yield ""
        for parameter in parameters:
            if "$ref" in parameter:
                parameter = described["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
            if "example" in parameter:
                value = parameter["example"]
                yield urllib.parse.urlencode({parameter["name"]: str(value).lower() if value is True else value})

    def check_path(self, described, path, get, query):
        concrete = path
        if "{id}" in path:
            rows = self.get(path.replace("/{id}", "")).json()["items"]
            key = path.split("/")[3][:-1] + "_id"
            concrete = path.replace("{id}", rows[0][key])
            self.check_answer(described, get, self.get(path.replace("{id}", "0" * 32)), 404)
            if "application/ld+json" in get["responses"]["200"]["content"]:
                self.check_answer(described, get, self.get(concrete + ".jsonld"), 200)
        elif get.get("parameters"):
            self.check_answer(described, get, self.get(path + "?nonsense=1"), 400)
        answer = self.get(concrete + ("?" + query if query else ""))
        self.check_answer(described, get, answer, 200)
        if "etag" in answer.headers:
            again = self.get(concrete + ("?" + query if query else ""), If_None_Match=answer.headers["etag"])
            self.assertEqual((again.status, again.body), (304, b""))
        return 1

    def check_answer(self, described, get, answer, status):
        self.assertEqual(answer.status, status, answer.body[:300])
        response = get["responses"][str(status)]
        if "$ref" in response:
            response = described["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        kind = answer.headers["content-type"].split(";")[0]
        schema = dict(response["content"][kind]["schema"], components=described["components"])
        jsonschema.Draft202012Validator(schema).validate(answer.json())
        self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
        self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", answer.headers["content-security-policy"])

    def test_filters_hold_for_every_row(self):
        stream = self.start(articles.make(80, seed=32))
        self.wait_rest(stream)
        whole = self.all_items("/api/v1/statements")
        chinese = self.all_items("/api/v1/statements?country=CN")
        self.assertEqual([s["statement_id"] for s in chinese],
                         [s["statement_id"] for s in whole if s["speaker"].get("country") == "CN"])
        word = re.findall(r"[A-Za-z]{6,}", whole[0]["text"])[-1]
        found = self.all_items("/api/v1/statements?q=" + word)
        self.assertIn(whole[0]["statement_id"], [s["statement_id"] for s in found])
        contradictions = self.all_items("/api/v1/contradictions")
        self.assertTrue(contradictions)
        one = contradictions[0]
        sides = [one[side]["speaker"]["country"] for side in "ab"]
        both = self.all_items(f"/api/v1/contradictions?country={sides[0]}&country={sides[1]}")
        self.assertEqual([c["contradiction_id"] for c in both],
                         [c["contradiction_id"] for c in contradictions
                          if {c[side]["speaker"].get("country") for side in "ab"} == set(sides)])
        of_dispute = self.all_items("/api/v1/statements?dispute=" + one["dispute_id"])
        self.assertLessEqual({one["a"]["statement_id"], one["b"]["statement_id"]},
                             {s["statement_id"] for s in of_dispute})
        oldest = self.all_items("/api/v1/statements?order=oldest")
        self.assertEqual(oldest, whole[::-1])
        ET.fromstring(self.get("/feeds/contradictions.atom").body)
        self.assertEqual(self.get("/feeds/disputes.json").json()["version"], "https://jsonfeed.org/version/1.1")
        metrics = self.get("/metrics").body.decode()
        for daemon in ("ingestor", "extractor", "aggregator", "gateway"):
            self.assertIn(f'gainsay_up{{daemon="{daemon}"', metrics)

    def test_rows_outlive_kills_and_a_lost_file(self):
        stream = self.start([])
        made = articles.make(120, seed=33)
        for index, article in enumerate(made):
            articles.append_jsonl(self.input, [article])
            if index % 40 == 20:
                stream.gateway.restart()
            time.sleep(0.02)
        self.wait_rest(stream)
        self.check_rows(stream)
        before = self.all_items("/api/v1/contradictions")
        stream.gateway.kill()
        for name in ("gateway.db", "gateway.db-wal", "gateway.db-shm"):
            stream.path(name).unlink(missing_ok=True)
        stream.gateway.start()
        self.wait_rest(stream)
        self.assertEqual(self.all_items("/api/v1/contradictions"), before)
        stream.gateway.kill()
        stream.path("gateway.db-wal").unlink(missing_ok=True)  # else it would mend the file
        stream.path("gateway.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
        stream.gateway.start()
        self.wait_rest(stream)
        self.assertEqual(self.all_items("/api/v1/contradictions"), before)
        self.assert_line(stream.gateway.lines("made anew"), "damaged")


class Streams(Serving):

    def test_streams_resume_over_kills(self):
        stream = self.start([])
        readers = [Events(self.port, "?after=0"), Events(self.port, "?after=0&type=contradiction,dispute")]
        for reader in readers:
            reader.start()
        for index, article in enumerate(articles.make(150, seed=34)):
            articles.append_jsonl(self.input, [article])
            if index in (40, 80):
                stream.gateway.restart()
            if index == 110:
                stream.gateway.stop()
                stream.gateway.start()
            time.sleep(0.02)
        self.wait_rest(stream)
        events = list(feed_client.replay_all(stream.endpoints["replay"]))
        wanted = [event.sequence for event in events]
        chosen = [e.sequence for e in events if e.WhichOneof("body") in ("contradiction", "dispute")]
        gainsay_test.wait_for(lambda: f"{len(wanted)} events; there are {len(readers[0].seen)}",
                              lambda: len(readers[0].seen) >= len(wanted) and len(readers[1].seen) >= len(chosen))
        self.assertEqual(readers[0].seen, wanted)
        self.assertEqual(readers[1].seen, chosen)
        self.assertGreaterEqual(readers[0].connections, 3)
        for reader in readers:
            reader.stopped = True

    def test_a_reader_that_does_not_read_slows_nobody(self):
        stream = self.start(articles.make(20, seed=35))
        self.wait_rest(stream)
        stuck = []
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("GET", "/api/v1/events?after=0")
            stuck.append(connection)
            self.addCleanup(connection.close)
        reader = Events(self.port, "?after=0")
        reader.start()
        articles.append_jsonl(self.input, articles.make(300, seed=36, first=1000))
        self.wait_rest(stream)
        wanted = self.stored(stream)
        gainsay_test.wait_for("the quick reader to have all", lambda: len(reader.seen) >= len(wanted))
        self.assertEqual(reader.seen, wanted)
        reader.stopped = True
        self.assertEqual(stream.gateway.stop(), 0)


class Hostile(Serving):

    def hostile_articles(self):
        name = "Zhu " + "Wenlong" * 1500
        base = {"published": "2025-04-24T10:00:00Z", "publisher": "=HYPERLINK(\"http://evil\")"}
        texts = [
            f'BEIJING - Chinese Foreign Ministry spokesperson Guo Wenbin said on Tuesday: "{HOSTILE} Talks are on."',
            'MOSCOW - Russian Foreign Ministry spokesperson Irina Sokolova said: "=cmd|\'/C calc\'!A0 is not agreed."',
            'TOKYO - Japanese Trade Minister Haruto Mizuno said: "Talks \u202egnihton\u202c \u2066were\u2069 held."',
            f'ANKARA - Turkish Defence Minister {name} said: "The border is open."',
            'CAIRO - Egyptian Foreign Minister Tarek Mansour said: "Bell \u0007 and null \u0000 and escape \u001b[31m."',
        ]
        return [dict(base, id=f"h{i}", url=f"javascript:alert({i})" if i % 2 else f"https://news.example/{i}",
                     title=f"+1{HOSTILE}", text=text) for i, text in enumerate(texts)]

    def test_articles_cannot_harm(self):
        stream = self.start(self.hostile_articles())
        self.wait_rest(stream)
        table = self.get("/feeds/statements.csv")
        rows = list(csv.reader(io.StringIO(table.body.decode("utf-8"), newline="")))
        self.assertGreater(len(rows), 3)
        for row in rows[1:]:
            self.assertEqual(len(row), len(rows[0]))
            for cell in row:
                self.assertFalse(re.match(r"\s*[=+\-@|%]", cell), cell)
                self.assertNotRegex(cell, "[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")
        self.assertIn("attachment", table.headers["content-disposition"])
        atom = self.get("/feeds/statements.atom").body
        ET.fromstring(atom)
        self.assertNotIn(b"<script", atom)
        self.assertNotIn(b"javascript:", atom)
        feed = self.get("/feeds/statements.json").body.decode()
        self.assertNotIn("<script", feed)
        self.assertNotIn("javascript:", feed)
        for item in json.loads(feed)["items"]:
            self.assertLess(len(item["title"]), 600)
        for statement in self.all_items("/api/v1/statements"):
            linked = self.get(f"/api/v1/statements/{statement['statement_id']}.jsonld").body.decode()
            self.assertNotIn("<script", linked)
            self.assertNotIn("javascript:", linked)
            json.loads(linked)
        raw = self.get("/api/v1/statements")
        self.assertNotRegex(raw.body.decode(), "[\x00-\x09\x0b-\x1f\x7f]")

    def test_requests_cannot_harm(self):
        self.start([])
        for path, status in (("/api/v1/statements?q=%00", 400), ("/api/v1/statements?q=%ff", 400),
                             ("/api/v1/statements?q=%22%27%29%28*:^", 400),
                             ("/api/v1/statements?q=a%22)%20OR%20(names:b", 200),
                             ("/api/v1/statements?country=';DROP", 400), ("/api/v1/../../etc/passwd", 404),
                             ("/..%2f..%2fetc/passwd", 404), ("/api/v1/statements?q=" + "a" * 5000, 414),
                             ("/" + "a" * 3000, 414), ("/api/v1/statements?limit=501", 400),
                             ("/api/v1/statements?" + "country=CN&" * 9, 400),
                             ("/api/v1/events?type=nonsense", 400), ("/style.css", 200), ("/nothing", 404)):
            self.assertEqual(self.get(path).status, status, path[:80])
        self.assertEqual(self.get("/api/v1", Host="evil.example").status, 421)
        self.assertEqual(self.get("/api/v1", Host="127.0.0.1.evil.example").status, 421)
        self.assertEqual(self.get("/api/v1", Host=f"localhost:{self.port}").status, 200)
        self.assertEqual(self.get("/api/v1", method="POST").status, 405)
        self.assertEqual(self.get("/api/v1", method="DELETE").status, 405)
        self.assertIn(self.get("/api/v1", X_Long="x" * 40000).status, (413, 431))
        self.assertEqual(self.get("/healthz").status, 200)

    def test_token_and_rate(self):
        stream = self.stream()
        token = stream.path("token")
        token.write_text("correct horse battery staple".replace(" ", "-") + "\n")
        stream = self.start([], settings=(f"gateway.token_file={token}", "gateway.per_minute=60"))
        self.assertEqual(self.get("/api/v1").status, 401)
        self.assertEqual(self.get("/api/v1", Authorization="Bearer wrong").status, 401)
        self.assertEqual(self.get("/api/v1", Authorization="correct-horse-battery-staple").status, 401)
        self.assertEqual(self.get("/healthz").status, 200)
        found = [self.get("/api/v1", Authorization="Bearer correct-horse-battery-staple").status for _ in range(80)]
        self.assertEqual(found[:50], [200] * 50)
        self.assertIn(429, found[60:])

    def test_the_world_is_not_let_in_without_a_token(self):
        stream = self.stream()
        gateway = stream.add("gateway", settings=(f"gateway.listen=0.0.0.0:{gainsay_test.free_port()}",))
        gateway.start(ready=False)
        self.assertEqual(gateway.wait(), 2)
        line = self.assert_line(gateway.text().splitlines(), "token_file")
        self.assertIn("reverse proxy", line)


if __name__ == "__main__":
    gainsay_test.main()
