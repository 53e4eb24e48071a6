"""JSON Lines on a socket: senders are told what is stored, and what was not counted can be sent again."""

import json
import os
import signal
import socket
import stat
import subprocess
import time

import gainsay_test

gainsay_test.require_libraries()

import zmq  # noqa: E402
import zmq.auth  # noqa: E402

import archives  # noqa: E402
import articles  # noqa: E402
import feed_client  # noqa: E402


class Sender:
    """A program at the other end of a Unix socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20 * gainsay_test.PATIENCE)
        gainsay_test.wait_for("the socket", lambda: self._connect(path))
        self.rest = b""
        self.accepted = self.refused = 0

    def _connect(self, path):
        try:
            self.socket.connect(str(path))
            return True
        except OSError:
            return False

    def send(self, made):
        self.socket.sendall("".join(articles.line(one) for one in made).encode())

    def answer(self):
        """Reads one answer; False at the end."""
        while b"\n" not in self.rest:
            piece = self.socket.recv(4096)
            if piece == b"":
                return False
            self.rest += piece
        line, self.rest = self.rest.split(b"\n", 1)
        counts = json.loads(line)
        self.accepted += counts["accepted"]
        self.refused += counts.get("refused", 0)
        return True

    def wait(self, lines):
        while self.accepted + self.refused < lines:
            assert self.answer(), f"the connection ended after {self.accepted} and {self.refused}"


class Sockets(gainsay_test.Case):

    def start(self, endpoint, **options):
        one = self.stream(**options)
        one.config["ingestor"]["sources"] = [{"id": "in", "kind": "socket", "endpoint": endpoint}]
        one.config["extractor"]["no_op"] = True
        one.write_config()
        one.start()
        return one

    def sender(self, path):
        one = Sender(path)
        self.addCleanup(one.socket.close)
        return one

    def told(self, stream, security=None):
        return [event.statement.url for event in feed_client.replay_all(stream.endpoints["replay"], security=security)
                if event.WhichOneof("body") == "statement"]

    def wait_told(self, stream, made, security=None):
        wanted = sorted(one["url"] for one in made)
        gainsay_test.wait_for("each article once", lambda: sorted(self.told(stream, security)) == wanted, 30, every=0.2)

    # ---- Unix sockets ------------------------------------------------------------------------------

    def test_senders_are_told(self):
        one = self.start("unix://in.sock")
        path = one.path("in.sock")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        made = articles.make(900, seed=3)
        senders = [self.sender(path) for _ in range(3)]
        for number, sender in enumerate(senders):
            sender.send(made[number * 300:(number + 1) * 300])
        for sender in senders:
            sender.wait(300)
            self.assertEqual((sender.accepted, sender.refused), (300, 0))
        self.wait_told(one, made)

    def test_what_is_no_article_is_counted_and_told(self):
        one = self.start("unix://in.sock")
        made = articles.make(3, seed=4)
        sender = self.sender(one.path("in.sock"))
        sender.send(made[:1])
        sender.socket.sendall(b'\n  \n{"url": "http://x/", "text": ""}\nnot json\n')
        sender.send(made[1:2])
        sender.socket.sendall(b"x" * (17 << 20) + b"\n")
        sender.socket.sendall(articles.line(made[2]).encode().rstrip(b"\n"))  # ends without a newline
        sender.socket.shutdown(socket.SHUT_WR)
        while sender.answer():
            pass
        self.assertEqual((sender.accepted, sender.refused), (3, 3))
        self.wait_told(one, made)
        self.assertTrue(one.ingestor.lines("input refused.*in.sock"))

    def test_a_killed_ingestor_loses_nothing_that_was_counted(self):
        """The sender repeats what was not counted, as a program at least once would: each article comes once."""
        one = self.start("unix://in.sock")
        made = articles.make(2000, seed=5)
        counted = 0
        kills = 0
        while counted < len(made):
            sender = self.sender(one.path("in.sock"))
            sender.socket.settimeout(0.5)
            try:
                for at in range(counted, len(made), 50):
                    sender.send(made[at:at + 50])
                    if kills < 8 and at - counted > 150:
                        kills += 1
                        one.ingestor.restart(ready=False)
                sender.socket.settimeout(20 * gainsay_test.PATIENCE)
                sender.wait(len(made) - counted)
            except (OSError, AssertionError):
                try:
                    while sender.answer():
                        pass
                except OSError:
                    pass
            self.assertEqual(sender.refused, 0)
            counted += sender.accepted
            sender.socket.close()
        self.assertGreaterEqual(kills, 8)
        self.wait_told(one, made)

    def test_connections_outlive_a_reload(self):
        one = self.start("unix://in.sock")
        made = articles.make(4, seed=6)
        sender = self.sender(one.path("in.sock"))
        sender.send(made[:2])
        sender.wait(2)
        one.ingestor.send(signal.SIGHUP)
        one.ingestor.wait_line("sources loaded")
        sender.send(made[2:])
        sender.wait(4)
        one.config["ingestor"]["sources"] = []
        one.write_config()
        one.ingestor.send(signal.SIGHUP)
        self.assertFalse(sender.answer(), "the source is gone and the connection is not")
        self.assertFalse(one.path("in.sock").exists())
        self.wait_told(one, made)

    def test_a_place_that_is_taken(self):
        one = self.stream()
        one.path("in.sock").write_text("mine")
        one.config["ingestor"]["sources"] = [{"id": "in", "kind": "socket", "endpoint": "unix://in.sock", "every": 1}]
        one.write_config()
        one.start()
        one.ingestor.wait_line("in.sock.*no socket")
        self.assertEqual(one.path("in.sock").read_text(), "mine")
        one.path("in.sock").unlink()
        made = articles.make(1, seed=7)
        sender = self.sender(one.path("in.sock"))
        sender.send(made)
        sender.wait(1)

    def test_a_sender_that_does_not_listen_holds_up_nobody(self):
        one = self.start("unix://in.sock")
        made = articles.make(1200, seed=8)
        deaf = self.sender(one.path("in.sock"))
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        other = self.sender(one.path("in.sock"))
        for at in range(0, 1000, 10):
            deaf.send(made[at:at + 10])
        other.send(made[1000:])
        other.wait(200)
        deaf.wait(1000)
        self.wait_told(one, made)

    def test_more_senders_than_places(self):
        one = self.start("unix://in.sock")
        made = articles.make(70, seed=16)
        senders = [self.sender(one.path("in.sock")) for _ in range(70)]
        for sender, article in zip(senders, made):
            sender.send([article])
        for sender in senders[:64]:
            sender.wait(1)
            sender.socket.close()
        for sender in senders[64:]:
            sender.wait(1)
        self.wait_told(one, made)
        self.assert_line(one.ingestor.text().splitlines(), "no more programs", "connected=64")

    # ---- ZeroMQ ------------------------------------------------------------------------------------

    def push(self, endpoint, made, secure=None):
        one = zmq.Context.instance().socket(zmq.PUSH)
        self.addCleanup(one.close, 0)
        if secure:
            secure(one)
        one.connect(endpoint)
        for at in range(0, len(made), 3):  # one line a message, several, and several frames
            lines = [articles.line(each).encode() for each in made[at:at + 3]]
            one.send_multipart([lines[0], b"".join(lines[1:])] if at % 2 else [b"".join(lines)])
        return one

    def test_zeromq(self):
        one = self.start("ipc://in.zmq")
        made = articles.make(700, seed=9)
        self.push(f"ipc://{one.path('in.zmq')}", made[:500])
        self.push(f"ipc://{one.path('in.zmq')}", made[500:] + [{"url": "http://x/", "text": ""}])
        self.wait_told(one, made)
        one.ingestor.wait_line("input refused.*in.zmq line")
        one.ingestor.send(signal.SIGHUP)
        one.ingestor.wait_line("sources loaded")
        more = articles.make(20, seed=10, first=5000)
        self.push(f"ipc://{one.path('in.zmq')}", more)
        self.wait_told(one, made + more)
        self.assertEqual(one.ingestor.stop(), 0)

    def test_zeromq_with_keys(self):
        one = self.stream(tcp=True)
        keys = one.path("keys")
        allowed = one.path("allowed")
        keys.mkdir()
        allowed.mkdir()
        for name in ("server", "crawler", "stranger"):
            subprocess.run([str(gainsay_test.BIN / "gainsay"), "keygen", name, "--directory", str(keys)], check=True,
                           capture_output=True, timeout=30)
        for name in ("server", "crawler"):
            (allowed / f"{name}.pub").write_bytes((keys / f"{name}.pub").read_bytes())
        port = gainsay_test.free_port()
        one.config["ingestor"]["sources"] = [{"id": "in", "kind": "socket", "endpoint": f"tcp://*:{port}"}]
        one.config["extractor"]["no_op"] = True
        one.write_config()
        status, out, err = one.cli("config", "check", str(one.config_path), config=False)
        self.assertEqual(status, 2)
        self.assertIn("sources[1].endpoint", err)
        self.assertIn("gainsay keygen", err)
        one.config["security"] = {"own_key": str(keys / "server.key"), "server_key": str(keys / "server.pub"),
                                  "allowed_clients": str(allowed)}
        one.write_config()
        one.start()

        def secure(name):
            public, secret = zmq.auth.load_certificate(str(keys / f"{name}.key"))
            server, _ = zmq.auth.load_certificate(str(keys / "server.pub"))
            def apply(each):
                each.curve_publickey, each.curve_secretkey, each.curve_serverkey = public, secret, server
            return apply
        made = articles.make(40, seed=11)
        self.push(f"tcp://127.0.0.1:{port}", articles.make(5, seed=12, first=900), secure("stranger"))
        self.push(f"tcp://127.0.0.1:{port}", articles.make(5, seed=13, first=950))
        self.push(f"tcp://127.0.0.1:{port}", made, secure("crawler"))
        self.wait_told(one, made, secure("crawler"))
        time.sleep(1)
        self.wait_told(one, made, secure("crawler"))

    # ---- archives: the other source that is neither feed nor JSON Lines ------------------------------

    def test_an_archive(self):
        one = self.stream()
        folder = one.path("news")
        folder.mkdir()
        made = articles.make(120, seed=14)
        archives.write(folder / "a.warc.gz", made[:60], seed=5)
        archives.write(one.path("single.warc"), made[60:], seed=6, packed=False)
        one.config["ingestor"]["sources"] = [
            {"id": "news", "kind": "warc", "path": str(folder)},
            {"id": "single", "kind": "warc", "path": str(one.path("single.warc"))},
            {"id": "none", "kind": "warc", "path": str(one.path("none.warc"))},
            {"id": "box", "kind": "directory", "path": str(folder)}]
        one.config["extractor"]["no_op"] = True
        one.write_config()
        one.start()
        self.wait_told(one, made)
        self.assertEqual(len(one.ingestor.wait_line("archive read.*a.warc.gz.*pages=60")), 1)
        self.assertEqual(len(one.ingestor.wait_line("archive read.*single.warc.*pages=60")), 1)
        self.assertEqual(len(one.ingestor.wait_line("none.warc.*No such file")), 1)
        one.ingestor.wait_line("a.warc.gz.*kind warc")
        one.ingestor.restart()
        time.sleep(2)
        self.assertEqual(len(one.ingestor.lines("archive read")), 2, "read again after a restart")
        with open(folder / "a.warc.gz", "ab") as out:  # an archive may grow
            more = articles.make(10, seed=15, first=3000)
            out.write(b"".join(archives.members(more, seed=7)))
        self.wait_told(one, made + more)


if __name__ == "__main__":
    gainsay_test.main()
