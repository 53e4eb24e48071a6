"""Programs of another version, of another make, or of another protocol altogether.

Fields, message types and feed bodies of the future are passed over, and unknown fields come out of the feed as
they went in. What is no message at all is refused in one log line, and the daemons go on.
The strangers are Python programs that speak the wire protocol themselves (peers.py).
"""

import json
import os
import random
import socket
import subprocess
import time

import gainsay_test

gainsay_test.require_libraries()

import zmq  # noqa: E402

import articles  # noqa: E402
import feed_client  # noqa: E402
import peers  # noqa: E402
from feed_client import pb  # noqa: E402

FUTURE = 900  # a field number that no message of version 1 has


def statement_of(article, number=0, text="The tide tables are wrong", future=""):
    one = pb.Statement(
        statement_id="%032x" % (0xabc000 + number), article_id=article.article_id, url=article.url, title=article.title,
        text=text, cue_text="said", form=pb.Statement.DIRECT, confidence=0.9, said_on="2025-04-22",
        speaker=pb.Speaker(name="Ilse Farrow", country="DE", kind=pb.Speaker.PERSON, official=True))
    if future:
        one.speaker.MergeFromString(peers.unknown_field(FUTURE, future + " speaker"))
        one.MergeFromString(peers.unknown_field(FUTURE, future))
    return one


def has_field(message, text):
    """Does the message's wire form hold the unknown field? (Python's own parser keeps unknown fields too.)"""
    return peers.unknown_field(FUTURE, text) in message.SerializeToString()


class Skew(gainsay_test.Case):

    def stored(self, stream):
        return feed_client.replay_all(stream.endpoints["replay"])

    def lines_stream(self, **options):
        stream = self.stream(**options)
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        return stream, path

    def wait_articles(self, stream, made, seconds=30.0):
        wanted = {article["url"] for article in made}
        gainsay_test.wait_for("the articles", lambda: wanted <= feed_client.reported_urls(self.stored(stream)),
                              seconds, every=0.2)

    # ---- fields and types of the future ------------------------------------------------------------

    def test_unknown_fields_survive_from_extractor_to_feed(self):
        stream, path = self.lines_stream()
        stream.add("aggregator").start()
        stream.add("ingestor").start()
        articles.write_jsonl(path, articles.make(3, seed=71))
        stranger = peers.Extractor(stream.endpoints["work"], stream.endpoints["intake"])
        self.addCleanup(stranger.close)
        stranger.worker.send(b"GS1Z" + os.urandom(40))  # a type of the future
        stranger.worker.send(b"GS1L\x40\x00\x00\x00 and more")  # a field of the future behind a known one
        stranger.sink.send_multipart([b"GS1Z", b"x"])
        def make(article):
            bare = pb.Article.FromString(article.SerializeToString())
            bare.ClearField("text")
            number = int(article.external_id.rsplit("-", 1)[1])
            result = pb.Extraction(article=bare, extractor="stranger",
                                   statements=[statement_of(article, number, f"The tide tables of pier {number} are wrong",
                                                             f"mood {number}")])
            return result.SerializeToString() + peers.unknown_field(FUTURE, "of the extraction")
        gainsay_test.wait_for("three acknowledgements",
                              lambda: stranger.turn(make) is not None and len(stranger.acknowledged) == 3)
        events = [e for e in self.stored(stream) if e.WhichOneof("body") == "statement"]
        self.assertEqual(len(events), 3)
        for event in events:
            number = int(event.statement.statement_id, 16) - 0xabc000
            self.assertTrue(has_field(event.statement, f"mood {number}"), "lost from Statement")
            self.assertTrue(has_field(event.statement.speaker, f"mood {number} speaker"), "lost from Speaker")
        self.assertEqual(stranger.refused, {})

    def test_a_late_dead_letter_of_a_committed_article(self):
        """What is in the feed is no dead letter, though a worker died before it could say so."""
        stream, path = self.lines_stream()
        stream.add("aggregator").start()
        stream.add("ingestor").start()
        articles.write_jsonl(path, articles.make(1, seed=73))
        stranger = peers.Extractor(stream.endpoints["work"], stream.endpoints["intake"])
        self.addCleanup(stranger.close)
        kept = []
        def make(article):
            kept.append(article)
            bare = pb.Article.FromString(article.SerializeToString())
            bare.ClearField("text")
            return pb.Extraction(article=bare, statements=[statement_of(article, 1)]).SerializeToString()
        gainsay_test.wait_for("it to be committed",
                              lambda: stranger.turn(make) is not None and len(stranger.acknowledged) == 1)
        late = os.urandom(16)
        letter = pb.Extraction(dead_letter=pb.DeadLetter(delivery_id=late.hex(), article=kept[0], failures=5,
                                                         reason="the worker died"))
        stranger.sink.send_multipart([b"GS1I" + late, letter.SerializeToString()])
        gainsay_test.wait_for("the letter to be acknowledged",
                              lambda: stranger.turn(make) is not None and late in stranger.acknowledged)
        status, out, err = stream.cli("deadletter", "list", "--json")
        self.assertEqual(status, 0, err)
        self.assertNotIn("the worker died", out)

    def test_an_article_of_the_future_passes_our_extractor(self):
        """A strange ingestor hands our extractor an article with an unknown field; it is settled as any other."""
        stream = self.stream()
        stream.add("aggregator").start()
        queue = peers.Queue(stream.endpoints["work"])
        self.addCleanup(queue.close)
        stream.add("extractor").start()
        gainsay_test.wait_for("a hello", lambda: queue.turn() is None and queue.workers)
        made = articles.make(1, seed=72)[0]
        article = pb.Article(article_id="%032x" % 77, url=made["url"], title=made["title"], text=made["text"],
                             content_hash=os.urandom(16), publisher="Harbour Wire",
                             ingested_us=int(time.time() * 1e6), published=made["published"])
        article.MergeFromString(peers.unknown_field(FUTURE, "later"))
        queue.socket.send_multipart([queue.workers_first(), b"GS1Z of the future"])
        name = os.urandom(16)
        queue.give(name, article.SerializeToString())
        gainsay_test.wait_for("it to be settled", lambda: queue.turn() is None and name in queue.settled)
        self.wait_articles(stream, [made])
        # What is no article is given back with a reason, and the extractor lives.
        broken = os.urandom(16)
        queue.give(broken, article.SerializeToString()[:-40])
        gainsay_test.wait_for("it to be given back", lambda: queue.turn() is None and broken in queue.given_back)
        self.assertIn("Article", queue.given_back[broken])
        self.assert_line(stream.extractor.text().splitlines(), "article refused")
        self.assertTrue(stream.extractor.running())

    def test_unknown_events_pass_gainsay_tail(self):
        stream = self.stream()
        server = peers.FeedServer(stream.endpoints["live"], stream.endpoints["replay"])
        self.addCleanup(server.close)
        article = pb.Article(article_id="%032x" % 5, url="https://news.example/5", title="Tides")
        def packed(sequence, known=True):
            event = pb.FeedEvent(sequence=sequence, at="2025-04-25T02:57:00.123Z",
                                 topic="statement/DE/" if known else "omen/")
            if known:
                event.statement.CopyFrom(statement_of(article, sequence, f"Tide table {sequence} is wrong", "dusk"))
            return event.SerializeToString() + peers.unknown_field(FUTURE + (not known), "an omen")
        for sequence in range(1, 6):  # stored before the tail comes: the second and the fourth are strange
            server.events.append(("statement/DE/" if sequence % 2 else "omen/", packed(sequence, sequence % 2 == 1)))
        out = stream.path("tail.out")
        words = [str(gainsay_test.BIN / "gainsay"), "tail", "--json", "--since", "0", "--output", str(out),
                 "--state", str(stream.path("state")), "--config", str(stream.config_path)]
        with open(stream.path("tail.log"), "wb") as log:
            tail = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        def sequences():
            server.turn()
            text = out.read_text() if out.exists() else ""
            return [int(json.loads(line)["sequence"]) for line in text.splitlines() if "statement_id" in line]
        gainsay_test.wait_for("the stored events", lambda: sequences() == [1, 3, 5])
        for sequence in range(6, 12):  # and live: the even ones
            server.publish("statement/DE/" if sequence % 2 else "omen/", packed(sequence, sequence % 2 == 1))
        gainsay_test.wait_for("the live events", lambda: sequences() == [1, 3, 5, 7, 9, 11])
        gainsay_test.wait_for("its position to be behind the strange events", lambda: server.turn() is None
                              and "sequence 11\n" in stream.path("state").read_text())
        self.assertIsNone(tail.poll(), stream.path("tail.log").read_text())

    # ---- what is no message ------------------------------------------------------------------------

    def test_a_broken_result_is_refused(self):
        """Truncated and malformed protobuf at the intake: an answer to the sender, one line, and on it goes."""
        stream, path = self.lines_stream()
        stream.start()
        sink = zmq.Context.instance().socket(zmq.DEALER)
        sink.linger = 0
        self.addCleanup(sink.close)
        sink.connect(stream.endpoints["intake"])
        sink.send_multipart([b"GS1Kbroken"])
        article = pb.Article(article_id="%032x" % 9, url="https://news.example/9", content_hash=os.urandom(16))
        whole = pb.Extraction(article=article, statements=[statement_of(article)]).SerializeToString()
        bad_id = pb.Extraction(article=article, statements=[pb.Statement(statement_id="seven")]).SerializeToString()
        wrong_text = whole.replace(b"tide tables", b"tide\xff\xfe\xc0bles")
        payloads = {"truncated": whole[:-7], "noise": random.Random(3).randbytes(500), "no article": b"",
                    "no id": bad_id, "no text": wrong_text, "huge length": b"\x12\xff\xff\xff\xff\x0f" + whole}
        for what, payload in payloads.items():
            with self.subTest(what):
                name = os.urandom(16)
                sink.send_multipart([b"GS1I" + name, payload])
                def answer(name=name):
                    frames = sink.recv_multipart() if sink.poll(200) else [b""]
                    return frames[0][20:] if frames[0][:20] == b"GS1N" + name else None
                reason = gainsay_test.wait_for("a refusal", answer, 5)
                self.assertTrue(reason.strip(), "no reason was given")
        lines = stream.aggregator.lines("refused")
        self.assertGreaterEqual(len(lines), 1)
        self.assertLessEqual(len(lines), len(payloads))
        made = articles.make(4, seed=73)
        articles.append_jsonl(path, made)
        self.wait_articles(stream, made)
        self.assertNotIn("https://news.example/9", feed_client.reported_urls(self.stored(stream)))

    def test_broken_questions_are_answered(self):
        stream, _ = self.lines_stream()
        stream.start()
        for kind, reply, endpoint, message in ((b"GS1R", b"GS1r", "replay", pb.ReplayReply),
                                               (b"GS1C", b"GS1c", "control", pb.ControlReply)):
            one = zmq.Context.instance().socket(zmq.REQ)  # the other kind of client that the protocol allows
            one.linger = 0
            self.addCleanup(one.close)
            one.connect(stream.endpoints[endpoint])
            for body in (b"\xff\xff\xff", b"\x0a\x7f"):
                one.send_multipart([kind, body])
                self.assertTrue(one.poll(5000), f"{endpoint}: no answer")
                frames = one.recv_multipart()
                self.assertEqual(frames[0][:4], reply)
                self.assertTrue(message.FromString(frames[1]).error, "an error in words")
        empty = zmq.Context.instance().socket(zmq.REQ)
        empty.linger = 0
        self.addCleanup(empty.close)
        empty.connect(stream.endpoints["control"])
        empty.send_multipart([b"GS1C", peers.unknown_field(FUTURE, "a question of the future")])
        self.assertTrue(empty.poll(5000))
        self.assertIn("does not know", pb.ControlReply.FromString(empty.recv_multipart()[1]).error)

    def raw_strangers(self, endpoint):
        """Connections that speak no ZMTP, or stop in the middle of it."""
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        noise = random.Random(7).randbytes(4096)
        greeting = b"\xff" + b"\0" * 8 + b"\x7f\x03\x00NULL" + b"\0" * 16 + b"\0" + b"\0" * 31
        for opening in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", noise, b"\x16\x03\x01\x02\x00\x01\x00", greeting[:20],
                        greeting, greeting + noise):
            with socket.create_connection((host, int(port)), 5) as one:
                one.settimeout(0.3)
                try:
                    one.sendall(opening)
                    one.recv(4096)
                except OSError:
                    pass

    def foreign_messages(self, endpoint):
        """ZeroMQ peers of every kind with messages that are not of this protocol."""
        for kind in (zmq.DEALER, zmq.REQ, zmq.PUSH, zmq.PUB, zmq.SUB, zmq.PAIR, zmq.ROUTER):
            one = zmq.Context.instance().socket(kind)
            one.linger = 50
            one.sndtimeo = 100
            one.connect(endpoint)
            try:
                for frames in ([b"hello"], [b""], [b"GS1"], [b"GS2H" + b"x" * 40, b"name"], [b"GS1H"], [b"GS1I short"],
                               [b"GS1W" + b"\0" * 30], [b"GS1S" + b"1234567"], [b"GS1N"], [b"a"] * 20, [b"x" * 100000]):
                    one.send_multipart(frames)
                    if kind == zmq.REQ:
                        break
                if kind == zmq.SUB:
                    one.subscribe(b"x" * 3000)
            except zmq.ZMQError:
                pass
            time.sleep(0.02)
            one.close()

    def test_wrong_peers_on_every_endpoint(self):
        stream, path = self.lines_stream(tcp=True)
        stream.start()
        made = articles.make(12, seed=74)
        for number, name in enumerate(("work", "intake", "live", "replay", "retry", "control")):
            self.raw_strangers(stream.endpoints[name])
            self.foreign_messages(stream.endpoints[name])
            articles.append_jsonl(path, made[number * 2:number * 2 + 2])
            self.wait_articles(stream, made[:number * 2 + 2])
        for daemon in stream.daemons.values():
            self.assertTrue(daemon.running(), f"{daemon.name} died:\n{daemon.tail()}")
        for name in ("ingestor", "aggregator"):
            told = stream.daemons[name].lines("level=(warn|error)")
            self.assertGreaterEqual(len(told), 1, f"{name} says nothing of a peer that speaks something else")
            self.assertLess(len(told), 30, "a flood:\n" + "\n".join(told[:40]))

    def test_our_extractor_at_the_wrong_door(self):
        """Endpoints mixed up in a configuration: a line that names the endpoint, no crash, and the others work."""
        stream, path = self.lines_stream(tcp=True)
        stream.start()
        ends = stream.endpoints
        lost = stream.add("extractor", "lost", settings=[f"connect.ingestors={ends['control']}",
                                                         f"connect.intake={ends['work']}"])
        lost.start()
        made = articles.make(20, seed=75)
        articles.append_jsonl(path, made)
        self.wait_articles(stream, made)
        time.sleep(3)
        self.assertTrue(lost.running())
        told = [line for daemon in stream.daemons.values() for line in daemon.lines("level=(warn|error)")]
        self.assertGreaterEqual(len(told), 1, "nobody says that something is wrong")
        self.assertLess(len(told), 12, "a flood:\n" + "\n".join(told[:20]))
        self.assertEqual(lost.stop(), 0)


if __name__ == "__main__":
    gainsay_test.main()
