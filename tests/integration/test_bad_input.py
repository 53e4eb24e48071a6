"""Bad input of every kind ends in one clear line that names the cause and the remedy, never in a crash or a
silent drop, and what is good beside it arrives.

For each case: the line (words of the cause and of what to do), the exit status (2: a person must act; 1: the
system said no; or the daemon goes on), and the good articles that were put around the bad one.
"""

import os
import re
import socket
import subprocess
import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

GIGABYTE = 1 << 30
MOST_MEMORY = (1200 if gainsay_test.SANITIZE else 250) * 1000 * 1000


class BadInput(gainsay_test.Case):

    def urls(self, stream):
        return feed_client.reported_urls(feed_client.replay_all(stream.endpoints["replay"]))

    def wait_articles(self, stream, made, seconds=30.0):
        wanted = {article["url"] for article in made}
        gainsay_test.wait_for("the good articles", lambda: wanted <= self.urls(stream), seconds, every=0.2)

    def lines_stream(self, **options):
        stream = self.stream(**options)
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        return stream, path

    def fails(self, daemon, status, *words):
        """The daemon does not start: exit status, and one line (beside nothing worse) with the words."""
        daemon.start(ready=False)
        self.assertEqual(daemon.wait(), status, daemon.tail())
        return self.assert_line(daemon.text().splitlines(), *words)

    # ---- files and lines ---------------------------------------------------------------------------

    def test_a_file_that_cannot_be_read(self):
        """A link that points to itself cannot be opened by root either."""
        stream, path = self.lines_stream()
        loop = stream.path("loop.txt")
        loop.symlink_to(loop)
        stream.config["ingestor"]["sources"] += [
            {"id": "loop", "kind": "file", "path": str(loop), "every": 1},
            {"id": "none", "kind": "jsonl", "path": str(stream.path("none.jsonl")), "every": 1},
            {"id": "box", "kind": "directory", "path": str(stream.path("no-box")), "every": 1}]
        stream.write_config()
        made = articles.make(6, seed=41)
        articles.write_jsonl(path, made)
        stream.start()
        self.wait_articles(stream, made)
        time.sleep(3)
        lines = stream.ingestor.text().splitlines()
        self.assert_line(lines, "loop.txt", "symbolic links", "looked")
        self.assert_line(lines, "none.jsonl", "no such file", "looked")
        self.assert_line(lines, "no-box", "no such file", "looked")
        # What could not be read is read once it can be.
        late = articles.make(2, seed=42, first=900)
        articles.write_jsonl(stream.path("none.jsonl"), late)
        self.wait_articles(stream, late)

    def test_invalid_utf_8(self):
        stream, path = self.lines_stream()
        made = articles.make(3, seed=43)
        broken = dict(made[1], title=made[1]["title"] + " BROKEN")
        path.write_bytes(articles.line(made[0]).encode()
                         + articles.line(broken).encode().replace(b"BROKEN", b"\xff\xfe\xc0\xaf\xed\xa0\x80")
                         + articles.line(made[2]).encode())
        box = stream.path("box")
        box.mkdir()
        (box / "latin1.txt").write_bytes(
            "Caf\xe9 talks\n\n\"Turkey will reopen the Gavrelou border crossing,\" Turkish Defence Minister Emre Kaplan "
            "said. \xff The na\xefve waited.\n".encode("latin-1"))
        stream.config["ingestor"]["sources"].append({"id": "box", "kind": "directory", "path": str(box), "every": 1})
        stream.write_config()
        stream.start()
        self.wait_articles(stream, [made[0], made[2]])
        def settled():
            told = stream.ingestor.lines("in.jsonl:2.*UTF-8|UTF-8.*in.jsonl:2")
            return broken["url"] in self.urls(stream) or told
        gainsay_test.wait_for("the broken line to arrive repaired or to be told", settled)
        gainsay_test.wait_for("the file in Latin-1 to be told or repaired", lambda: any(
            "latin1.txt" in url for url in self.urls(stream)) or stream.ingestor.lines("latin1.txt"))

    def test_a_line_of_a_gigabyte_from_a_pipe(self):
        stream = self.stream([{"id": "pipe", "kind": "stdin"}])
        made = articles.make(4, seed=44)
        stream.add("aggregator").start()
        stream.add("extractor").start()
        ingestor = stream.add("ingestor")
        ingestor.stdin = subprocess.PIPE
        ingestor.start()
        pipe = ingestor.process.stdin
        pipe.write("".join(articles.line(a) for a in made[:2]).encode())
        pipe.write(b'{"id":"huge","text":"')
        block = b"All work and no play. " * 50000
        for _ in range(GIGABYTE // len(block) + 1):
            pipe.write(block)
        pipe.write(b'"}\n')
        pipe.write("".join(articles.line(a) for a in made[2:]).encode())
        pipe.flush()
        self.wait_articles(stream, made, 60)
        self.assertLess(ingestor.memory("VmHWM"), MOST_MEMORY, "memory is not bounded")
        self.assert_line(ingestor.text().splitlines(), "standard input:3", "bytes")
        pipe.close()

    def test_a_sparse_line_of_a_gigabyte_in_a_file(self):
        stream, path = self.lines_stream()
        made = articles.make(4, seed=45)
        with open(path, "wb") as out:
            out.write(articles.line(made[0]).encode())
            out.seek(GIGABYTE, os.SEEK_CUR)  # a hole: zeros that take no room
            out.write(b"\n" + "".join(articles.line(a) for a in made[1:]).encode())
        stream.start()
        self.wait_articles(stream, made, 60)
        self.assertLess(stream.ingestor.memory("VmHWM"), MOST_MEMORY, "memory is not bounded")
        self.assert_line(stream.ingestor.text().splitlines(), "in.jsonl:2", "bytes")
        # The place behind it is remembered: a restart does not read the hole again.
        stream.ingestor.stop()
        late = articles.make(2, seed=46, first=800)
        articles.append_jsonl(path, late)
        stream.ingestor.start()
        self.wait_articles(stream, late)
        self.assertEqual(len(stream.ingestor.lines("in.jsonl:2")), 1)

    def test_garbage_lines(self):
        """Thousands of bad lines are counted and told in a handful of lines, each with its place."""
        stream, path = self.lines_stream()
        made = articles.make(8, seed=47)
        garbage = ["{", "null", "[1,2]", '{"id":1}', '{"id":"x","text":5}', '{"text":""}', "\x00\x01", "{" * 5000,
                   '{"id":"a","text":"b"} trailing', '{"id":"' + "\\u0000" * 3 + '","text":""}', "\ufeff{}", '"' * 9]
        with open(path, "w", encoding="utf-8") as out:
            for article in made:
                out.write(articles.line(article))
                out.writelines(text + "\n" for text in garbage * 100)
        stream.start()
        self.wait_articles(stream, made)
        lines = stream.ingestor.lines("input refused")
        self.assertGreaterEqual(len(lines), 1)
        self.assertLess(len(lines), 30, "a flood of lines")
        self.assertRegex(lines[0], r"in\.jsonl:2\b")
        status, out, _ = stream.cli("status", "--json")
        self.assertEqual(status, 0)
        refused = gainsay_test.wait_for("the count of bad lines in gainsay status", lambda: [
            int(n) for n in re.findall(r'"name":\s*"bad",\s*"value":\s*"(\d+)"', stream.cli("status", "--json")[1])
            if int(n) >= len(garbage) * 90 * len(made)])
        self.assertTrue(refused, out)

    # ---- addresses and keys ------------------------------------------------------------------------

    def test_an_address_in_use(self):
        stream, _ = self.lines_stream(tcp=True)
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for kind, key in (("aggregator", "live"), ("aggregator", "replay"), ("aggregator", "intake"),
                          ("aggregator", "control"), ("aggregator", "retry"), ("ingestor", "work")):
            daemon = stream.add(kind, f"{kind}-{key}", settings=[f"{kind}.{key}=tcp://127.0.0.1:{port}"])
            daemon.start(ready=False)
            self.assertIn(daemon.wait(), (1, 2))
            self.assert_line(daemon.text().splitlines(), port, "already in use", "configuration")

    def test_an_ipc_address_in_use(self):
        """A second aggregator with a store of its own may not take the first one's sockets away."""
        stream, path = self.lines_stream()
        stream.start()
        second = stream.add("aggregator", "second", settings=[f"aggregator.store={stream.path('second.db')}"])
        second.start(ready=False)
        self.assertIn(second.wait(), (1, 2), second.tail())
        self.assert_line(second.text().splitlines(), "in use")
        made = articles.make(4, seed=48)
        articles.append_jsonl(path, made)
        self.wait_articles(stream, made)

    def test_an_open_endpoint_without_keys(self):
        stream, _ = self.lines_stream()
        for kind, key, word in (("aggregator", "aggregator.live", "security"), ("ingestor", "ingestor.work", "security"),
                                ("extractor", "connect.intake", "security")):
            daemon = stream.add(kind, f"open-{kind}", settings=[f"{key}=tcp://192.0.2.1:7001"])
            self.fails(daemon, 2, "192.0.2.1:7001", word, key)

    def test_missing_key_files(self):
        stream, _ = self.lines_stream(config={"security": {"own_key": "/nonexistent/own.key"}})
        for kind in ("aggregator", "ingestor", "extractor"):
            self.fails(stream.add(kind), 2, "/nonexistent/own.key", "keygen")

    # ---- configuration -----------------------------------------------------------------------------

    def test_configuration_mistakes(self):
        stream, _ = self.lines_stream()
        table = [
            ("ingestor:\n  work: [1\n", ["gainsay.yaml"]),
            ("ingestr:\n  name: a\n", ["gainsay.yaml", "ingestr"]),
            ("ingestor:\n  lease: soon\n", ["gainsay.yaml:2", "lease"]),
            ("ingestor:\n  sources:\n    - id: a\n      kind: telepathy\n", ["gainsay.yaml:4", "telepathy"]),
            ("ingestor:\n  sources:\n    - id: a\n      kind: jsonl\n", ["gainsay.yaml", "path"]),
            ("ingestor:\n  sources:\n    - {id: a, kind: stdin}\n    - {id: a, kind: file, path: x}\n",
             ["gainsay.yaml:4", "sources[2].id", "source 1 has the id"]),
            ("ingestor:\n  sources:\n    - {id: a, kind: stdin}\n    - {id: b, kind: stdin}\n",
             ["gainsay.yaml:4", "only one can"]),
            ("aggregator:\n  batch: 0\n", ["gainsay.yaml", "batch"]),
            ("aggregator:\n  live: carrier-pigeon://x\n", ["gainsay.yaml", "carrier-pigeon"]),
        ]
        for number, (text, words) in enumerate(table):
            stream.config_path.write_text(text)
            with self.subTest(text=text):
                self.fails(stream.add("ingestor", f"i{number}"), 2, *words)
                check = stream.add("aggregator", f"c{number}")
                check.start(ready=False, more=["--check"])
                self.assertEqual(check.wait(), 2)
                self.assert_line(check.text().splitlines(), *words)

    def test_options(self):
        for kind in ("aggregator", "ingestor", "extractor"):
            program = str(gainsay_test.BIN / f"gainsay-{kind}")
            for words, status in ((["--version"], 0), (["--help"], 0), (["--frobnicate"], 2), (["stray"], 2),
                                  (["--set", "nonsense"], 2), (["--config", "/nonexistent.yaml"], 2)):
                done = subprocess.run([program, *words], capture_output=True, text=True, check=False, timeout=30)
                self.assertEqual(done.returncode, status, (program, words, done.stderr))
                if status:
                    self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
                    self.assertIn(words[-1].split("=")[0], done.stderr)

    # ---- stores ------------------------------------------------------------------------------------

    def test_damaged_stores(self):
        stream, path = self.lines_stream()
        made = articles.make(150, seed=49)
        articles.write_jsonl(path, made)
        stream.start()
        self.wait_articles(stream, made[:100])
        for name in ("ingestor", "extractor1", "aggregator"):
            self.assertEqual(stream.daemons[name].stop(), 0)
        for kind in ("aggregator", "ingestor"):
            good = stream.path(f"{kind}.db").read_bytes()
            self.assertGreater(len(good), 4096 * 8, "too small a store for this test")
            damages = {
                "garbage": good[:8192] + os.urandom(len(good) // 2 - 8192) + good[len(good) // 2:],
                "cut": good[:len(good) // 2 // 4096 * 4096 + 100],
                "text": b"this is no database\n" * 500,
            }
            for what, damaged in damages.items():
                with self.subTest(kind=kind, damage=what):
                    file = stream.path(f"{kind}-{what}.db")
                    file.write_bytes(damaged)
                    daemon = stream.add(kind, f"{kind}-{what}", settings=[f"{kind}.store={file}"])
                    self.fails(daemon, 2, file.name, "damaged" if what != "text" else file.name, "backup")
                    # SQLite may count a change in its header (the first 100 bytes); what is stored stays as it was.
                    self.assertEqual(file.read_bytes()[100:], damaged[100:], "a damaged store was written to")

    def test_a_store_of_the_other_kind(self):
        stream, _ = self.lines_stream()
        stream.start()
        self.assertEqual(stream.ingestor.stop(), 0)
        wrong = stream.add("aggregator", "wrong", settings=[f"aggregator.store={stream.path('ingestor.db')}"])
        self.fails(wrong, 2, "ingestor.db")

    def test_a_second_daemon_on_the_same_store(self):
        stream, path = self.lines_stream(tcp=True)
        stream.start()
        for kind, keys in (("aggregator", stream.ENDPOINTS), ("ingestor", ("work",))):
            settings = [f"{kind}.{key}=tcp://127.0.0.1:{gainsay_test.free_port()}" for key in keys]
            second = stream.add(kind, f"second-{kind}", settings=settings)
            self.fails(second, 2, f"{kind}.db", "in use")
        made = articles.make(4, seed=50)
        articles.append_jsonl(path, made)
        self.wait_articles(stream, made)

    def test_a_store_that_cannot_be_made(self):
        stream, _ = self.lines_stream()
        stream.path("plain").write_text("a file, no directory")
        for kind in ("aggregator", "ingestor"):
            daemon = stream.add(kind, f"bad-{kind}", settings=[f"{kind}.store={stream.path('plain')}/x.db"])
            daemon.start(ready=False)
            self.assertIn(daemon.wait(), (1, 2))
            self.assert_line(daemon.text().splitlines(), "plain/x.db")

    # ---- a full disk -------------------------------------------------------------------------------

    def test_a_full_disk(self):
        """The ingestor's and then the aggregator's disk fills up: one line, nothing dies, and all arrives later."""
        for kind in ("ingestor", "aggregator"):
            with self.subTest(kind=kind):
                stream, path = self.lines_stream()
                disk = gainsay_test.SmallDisk(self, stream.path("disk"), 1 << 20)
                stream.config[kind]["store"] = str(disk.directory / "store.db")
                stream.write_config()
                # Without an extractor the outbox only grows.
                parts = ["aggregator", "ingestor"] if kind == "ingestor" else ["aggregator", "extractor", "ingestor"]
                for part in parts:
                    daemon = stream.add(part)
                    if part == kind:
                        disk.limit(daemon)
                    daemon.start()
                made = articles.make(3000, seed=51)
                articles.append_jsonl(path, made)
                daemon = stream.daemons[kind]
                daemon.wait_line("no space left", 40)
                time.sleep(2.5)
                self.assert_line(daemon.lines("level=(error|warn)"), "no space left", "store.db", "make room")
                self.assertTrue(daemon.running())
                disk.widen(256 << 20)
                if kind == "ingestor":
                    stream.add("extractor").start()
                self.wait_articles(stream, made[-50:], 60)
                self.wait_articles(stream, made[:50], 60)
                status, out, err = stream.cli("status")
                self.assertEqual(status, 0, err)
                for name in parts:
                    self.assertEqual(stream.daemons[name].stop(), 0)

    def test_no_room_at_the_start(self):
        stream, _ = self.lines_stream()
        disk = gainsay_test.SmallDisk(self, stream.path("disk"), 4096)
        if disk.mounted:
            try:
                (disk.directory / "ballast").write_bytes(b"x" * 8192)
            except OSError:
                pass
        daemon = stream.add("aggregator", settings=[f"aggregator.store={disk.directory}/store.db"])
        disk.limit(daemon)
        daemon.start(ready=False)
        self.assertEqual(daemon.wait(), 1, daemon.tail())
        self.assert_line(daemon.text().splitlines(), "store.db", "space", "make room")


if __name__ == "__main__":
    gainsay_test.main()
