"""The examples of deploy/clients against live daemons: started, killed, started again, each event once and in order."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading

import gainsay_test

gainsay_test.require_libraries()

import zmq  # noqa: E402

import articles  # noqa: E402
import feed_client  # noqa: E402

CLIENTS = gainsay_test.SOURCE / "deploy" / "clients"


class Clients(gainsay_test.Case):

    def setUp(self):
        self.port = gainsay_test.free_port()
        self.flow = self.stream()
        self.path = self.flow.path("in.jsonl")
        articles.write_jsonl(self.path, articles.make(12, seed=61))
        self.flow.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(self.path), "every": 1}]
        self.flow.config["gateway"] = {"listen": f"127.0.0.1:{self.port}", "store": str(self.flow.path("gateway.db"))}
        self.flow.write_config()
        self.flow.start()
        self.out = self.flow.path("client.out")

    def stored(self, kind=None):
        return [event.sequence for event in feed_client.replay_all(self.flow.endpoints["replay"])
                if event.WhichOneof("body") != "heartbeat" and kind in (None, event.WhichOneof("body"))]

    def start(self, *words, **more):
        with open(self.out, "ab") as out:
            return subprocess.Popen([str(word) for word in words], stdout=out, stderr=subprocess.DEVNULL, start_new_session=True, **more)

    def kill(self, client):
        os.killpg(client.pid, signal.SIGKILL)
        client.wait()

    def lines(self):
        return self.out.read_text().splitlines()

    def runs_twice(self, read, kind, *words, **more):
        """Killed in between; afterwards each stored event was told, in order, at most one of them twice."""
        client = self.start(*words, **more)
        gainsay_test.wait_for("the first events", lambda: len(read()) >= 3, 40)
        self.kill(client)
        articles.append_jsonl(self.path, articles.make(10, seed=62, first=2000))
        before = len(self.stored(kind))
        client = self.start(*words, **more)
        gainsay_test.wait_for("new events", lambda: len(self.stored(kind)) > before, 40)
        gainsay_test.wait_for(lambda: f"{len(set(read()))} of {len(self.stored(kind))}", lambda: set(read()) >= set(self.stored(kind)), 40)
        self.kill(client)
        told = read()
        self.assertEqual(list(dict.fromkeys(told)), sorted(set(told)), "out of order")
        self.assertLessEqual(len(told), len(set(told)) + 1)

    def python(self):
        made = self.flow.path("proto")
        made.mkdir()
        subprocess.run(["protoc", f"--proto_path={gainsay_test.SOURCE / 'proto'}", f"--python_out={made}", "gainsay/v1/gainsay.proto"],
                       check=True)
        words = (sys.executable, CLIENTS / "subscribe.py", self.flow.endpoints["live"], self.flow.endpoints["replay"], "--state",
                 self.flow.path("state"))
        return words, {"env": {**os.environ, "PYTHONPATH": str(made)}}

    def numbers(self):
        return [int(line.split()[0]) for line in self.lines()]

    def test_python(self):
        words, more = self.python()
        self.runs_twice(self.numbers, None, *words, **more)

    def forgetful(self):
        """An endpoint before the aggregator's replay that swallows the first question, as a server does that dies with it."""
        endpoint = f"ipc://{self.flow.path('forgetful')}"
        context = zmq.Context()
        front, back, end = context.socket(zmq.ROUTER), context.socket(zmq.DEALER), threading.Event()
        front.bind(endpoint)
        back.connect(self.flow.endpoints["replay"])

        def relay():
            swallowed, asker = False, None
            while not end.is_set():
                if front.poll(50):
                    asker, *question = front.recv_multipart()
                    if swallowed:
                        back.send_multipart(question)
                    swallowed = True
                if back.poll(0):
                    front.send_multipart([asker, *back.recv_multipart()])
            context.destroy(0)

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 5)
        self.addCleanup(end.set)
        return endpoint

    def test_a_question_that_nobody_answers_is_asked_again(self):
        gainsay_test.wait_for("events", lambda: len(self.stored()) >= 3, 40)
        words, more = self.python()
        words = [self.forgetful() if word == self.flow.endpoints["replay"] else word for word in words]
        client = self.start(*words, **more)
        gainsay_test.wait_for("the events", lambda: set(self.numbers()) >= set(self.stored()), 30)
        self.kill(client)
        self.assertEqual(self.numbers(), sorted(set(self.numbers())))

    def test_node(self):
        modules = os.environ.get("GAINSAY_NODE_MODULES", "")
        if shutil.which("node") is None or not os.path.exists(os.path.join(modules, "node_modules", "zeromq")):
            self.skipTest("no nodejs, or no GAINSAY_NODE_MODULES with zeromq and protobufjs")
        self.runs_twice(lambda: [int(line.split()[0]) for line in self.lines()], None, "node", CLIENTS / "node" / "subscribe.mjs",
                        gainsay_test.SOURCE / "proto", self.flow.endpoints["live"], self.flow.endpoints["replay"], self.flow.path("state"))

    def test_curl(self):
        if shutil.which("curl") is None:
            self.skipTest("curl is missing")
        self.flow.add("gateway").start()
        url = f"http://127.0.0.1:{self.port}/api/v1/events?type=statement&after=0"
        self.runs_twice(lambda: [int(json.loads(line)["sequence"]) for line in self.lines()], "statement", CLIENTS / "follow.sh", url,
                        self.flow.path("state"))

    def test_c(self):
        build = pathlib.Path(os.environ.get("GAINSAY_BUILD", gainsay_test.BIN.parent))
        prefix = self.flow.path("installed")
        installed = subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix)], capture_output=True, check=False)
        if installed.returncode != 0 or shutil.which("cc") is None:
            self.skipTest("this build cannot be installed, or there is no compiler")
        found = subprocess.run(["pkg-config", "--cflags", "--libs", "gainsay"], capture_output=True, text=True, check=True,
                               env={**os.environ, "PKG_CONFIG_PATH": ":".join(map(str, prefix.glob("**/pkgconfig")))})
        program = self.flow.path("subscribe")
        sanitize = [f"-fsanitize={gainsay_test.SANITIZE}"] if gainsay_test.SANITIZE else []
        subprocess.run(["cc", *sanitize, str(CLIENTS / "subscribe.c"), *found.stdout.split(), "-o", str(program)], check=True)
        gainsay_test.wait_for("contradictions", lambda: len(self.stored("contradiction")) >= 3, 40)
        client = self.start(program, self.flow.endpoints["live"], self.flow.endpoints["replay"], "0")
        gainsay_test.wait_for("all of them", lambda: [int(line.split()[0]) for line in self.lines()] == self.stored("contradiction"), 40)
        self.kill(client)


if __name__ == "__main__":
    gainsay_test.main()
