"""A server that speaks the OpenAI-compatible chat API well enough to be asked for a second opinion, and that can
answer it rightly, slowly, wrongly and not at all.

`OpinionServer.mode` names the answer to the next requests; `requests` is what was asked: (headers, body as JSON).
"""

import http.server
import json
import threading
import time


def completion(content, **more):
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}, **more}
    return json.dumps({"id": "c1", "object": "chat.completion", "choices": [choice]}).encode()


def opinion(relation, confidence, **more):
    return completion(json.dumps({"relation": relation, "confidence": confidence, **more}))


ANSWERS = {
    "agree": opinion("contradicts", 0.9),
    "veto": opinion("supersedes", 0.95),
    "bad_json": b'{"choices": [{"message": {"content": "{\\"relation\\": \\"repeats\\"',
    "prose": completion("These statements contradict each other. Visit http://evil.example now."),
    "extra_key": opinion("contradicts", 1, reason="CLICK http://evil.example"),
    "unknown_relation": opinion("CLICK http://evil.example", 0.9),
    "out_of_range": opinion("contradicts", 7),
    "another_schema": json.dumps({"message": {"content": "{}"}, "done": True}).encode(),
    "cut": completion('{"relation": "unrelated", "confidence": 1}', finish_reason="length"),
}
BAD_ANSWERS = [name for name in ANSWERS if name not in ("agree", "veto")]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        owner = self.server.owner
        size = int(self.headers.get("Content-Length", 0))
        owner.requests.append((self.path, dict(self.headers), json.loads(self.rfile.read(size))))
        try:
            self._answer(owner)
        except OSError:
            pass  # the other side had enough

    do_GET = do_POST

    def _answer(self, owner):
        mode = owner.mode
        if mode == "silent":
            owner.ended.wait(60)
            self.close_connection = True
        elif mode == "hang_up":
            self.close_connection = True
        elif mode == "slow":
            owner.ended.wait(4)
            self._send(200, ANSWERS["veto"])
        elif mode == "drip":
            self._head(200, 5000)
            while not owner.ended.is_set():
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        elif mode == "huge":
            self.send_response(200)
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b" " * 65536)
            self.close_connection = True
        elif mode == "redirect":
            self.send_response(307)
            self.send_header("Location", owner.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif mode == "error":
            self._send(500, ANSWERS["veto"])
        else:
            self._send(200, ANSWERS[mode])

    def _head(self, status, size):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def _send(self, status, body):
        self._head(status, len(body))
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class OpinionServer:
    def __init__(self, mode="agree"):
        self.mode = mode
        self.requests = []
        self.elsewhere = ""
        self.ended = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.owner = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self):
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
