"""Endpoints beyond loopback: with keys everything flows, and nobody without an allowed key gets anything.

Needs an address of this machine that is not loopback (any interface will do; nothing leaves the machine).
Without one the tests are skipped.
"""

import os
import socket
import subprocess
import time
import unittest

import gainsay_test

gainsay_test.require_libraries()

import zmq  # noqa: E402
import zmq.auth  # noqa: E402

import articles  # noqa: E402
import feed_client  # noqa: E402


def own_address():
    """An IPv4 address of an interface of this machine, or None. connect() on UDP sends nothing."""
    for target in ("192.0.2.1", "10.255.255.255", "198.51.100.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
            except OSError:
                continue
            address = probe.getsockname()[0]
            if not address.startswith("127."):
                return address
    return None


HOST = own_address()


@unittest.skipIf(HOST is None, "this machine has no address but loopback")
@unittest.skipUnless(zmq.has("curve"), "this libzmq has no CURVE")
class Curve(gainsay_test.Case):

    def setUp(self):
        self.made = articles.make(20, seed=81)
        self.keyed = self.stream(tcp=True, host=HOST)
        self.keys = self.keyed.path("keys")
        self.allowed = self.keyed.path("allowed")
        self.keys.mkdir()
        self.allowed.mkdir()
        for name in ("server", "worker", "reader", "stranger"):
            self.keygen(name)
            if name != "stranger":
                (self.allowed / f"{name}.pub").write_bytes((self.keys / f"{name}.pub").read_bytes())
        path = self.keyed.path("in.jsonl")
        articles.write_jsonl(path, self.made)
        self.keyed.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        self.keyed.config["security"] = {"own_key": str(self.keys / "server.key"),
                                         "server_key": str(self.keys / "server.pub"),
                                         "allowed_clients": str(self.allowed)}
        self.keyed.write_config()

    def keygen(self, name):
        done = subprocess.run([str(gainsay_test.BIN / "gainsay"), "keygen", name, "--directory", str(self.keys)],
                              capture_output=True, text=True, check=False, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.stat(self.keys / f"{name}.key").st_mode & 0o777, 0o600, "the secret is open to others")

    def security(self, name, server="server"):
        """What makes a Python socket a CURVE client."""
        public, secret = zmq.auth.load_certificate(str(self.keys / f"{name}.key"))
        server_public, _ = zmq.auth.load_certificate(str(self.keys / f"{server}.pub"))
        def secure(one):
            one.curve_publickey, one.curve_secretkey, one.curve_serverkey = public, secret, server_public
        return secure

    def reader(self, security):
        one = feed_client.Subscriber(self.keyed.endpoints["live"], self.keyed.endpoints["replay"], security=security)
        self.addCleanup(one.close)
        return one

    def start(self):
        self.keyed.add("aggregator").start()
        self.keyed.add("extractor", "worker", settings=[f"security.own_key={self.keys}/worker.key"]).start()
        self.keyed.add("ingestor").start()

    def wait_articles(self):
        wanted = {article["url"] for article in self.made}
        one = self.reader(self.security("reader"))
        events = []
        def arrived():
            events.extend(one.events(0.3))
            return wanted <= feed_client.reported_urls(events)
        gainsay_test.wait_for("the articles, by CURVE", arrived, 30)

    def test_allowed_keys_pass(self):
        self.start()
        self.wait_articles()
        gainsay_test.wait_for("the worker's report", lambda: "worker" in self.keyed.cli("status")[1])

    def test_a_server_on_every_address_is_reached_from_beside_it(self):
        """Bound on every address and with nothing under connect: programs on the machine use 127.0.0.1, by keys too."""
        for section, keys in (("ingestor", ("work",)), ("aggregator", ("intake", "live", "replay", "retry", "control"))):
            for key in keys:
                port = gainsay_test.free_port()
                self.keyed.config[section][key] = f"tcp://0.0.0.0:{port}"
                self.keyed.endpoints[key] = f"tcp://127.0.0.1:{port}"
        self.keyed.config.pop("connect", None)
        self.keyed.write_config()
        self.start()
        self.wait_articles()
        plain = feed_client.Subscriber(self.keyed.endpoints["live"], self.keyed.endpoints["replay"])
        self.addCleanup(plain.close)
        self.assertEqual(plain.events(1.5), [], "a client without keys was served")

    def test_others_are_refused(self):
        self.start()
        stranger = self.keyed.add("extractor", "stranger", settings=[f"security.own_key={self.keys}/stranger.key"])
        stranger.start()
        readers = {
            "a key that is not allowed": self.reader(self.security("stranger")),
            "no key at all": self.reader(None),
            "the wrong server key": self.reader(self.security("reader", server="worker")),
        }
        self.wait_articles()
        for who, one in readers.items():
            with self.subTest(who):
                self.assertFalse(one.live.poll(300), f"{who}: was let in to the live feed")
                try:
                    one.replay.send_multipart([b"GS1R", b""], zmq.NOBLOCK)
                except zmq.Again:
                    pass  # a connection that was refused takes nothing
                self.assertFalse(one.replay.poll(700), f"{who}: was let in to the replay")
        time.sleep(2)
        for daemon in (self.keyed.aggregator, self.keyed.ingestor):
            lines = daemon.lines("level=(warn|error)")
            self.assertTrue([line for line in lines if "refused" in line.lower() or "denied" in line.lower()
                             or "not allowed" in line.lower()], f"{daemon.name} does not tell of a refused client: {lines}")
            self.assertLess(len(lines), 20, "a flood")
        self.assertTrue(stranger.running())
        self.assertEqual(stranger.stop(), 0)

    def test_gainsay_tail_with_keys(self):
        self.start()
        out = self.keyed.path("tail.out")
        tail = subprocess.Popen(
            [str(gainsay_test.BIN / "gainsay"), "tail", "--json", "--since", "0", "--output", str(out), "--config",
             str(self.keyed.config_path), "--set", f"security.own_key={self.keys}/reader.key"], stderr=subprocess.DEVNULL)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        wanted = {article["url"] for article in self.made}
        gainsay_test.wait_for("the articles in gainsay tail", lambda: out.exists() and all(
            url in out.read_text() for url in wanted), 30)

    def test_a_stranger_is_told_no_more_than_nothing(self):
        """gainsay status with a key that is not allowed: a line with the remedy, and a person must act (status 2)."""
        self.start()
        done = subprocess.run(
            [str(gainsay_test.BIN / "gainsay"), "status", "--config", str(self.keyed.config_path), "--set",
             f"security.own_key={self.keys}/stranger.key"], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn("security.allowed_clients", done.stderr)


if __name__ == "__main__":
    gainsay_test.main()
