"""What passes a filter reaches a webhook, signed, in order, each with one id, over failures and kills; and a mail."""

import base64
import hashlib
import hmac
import http.server
import json
import stat
import threading

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402

SECRET = "s3cret-of-the-desk"


class Hook:
    """Takes posts; answers says how each of the first ones is answered."""

    def __init__(self, case, answers=()):
        self.posts, self.answers = [], list(answers)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802, the library's name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.answers.pop(0) if outer.answers else 204
                outer.posts.append((status, dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.addCleanup(server.server_close)
        case.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/hook"

    def taken(self):
        return [post for post in self.posts if post[0] < 300]


class Push(gainsay_test.Case):

    def start(self, push):
        stream = self.stream()
        self.path = stream.path("in.jsonl")
        articles.write_jsonl(self.path, articles.make(10, seed=51))
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(self.path), "every": 1}]
        stream.config["push"] = {"place": str(stream.path("push.place")), "allow_private": True, **push}
        stream.write_config()
        stream.start()
        self.made = articles.make(30, seed=52, first=1000)
        return stream

    def contradictions(self, stream, after):
        return [event for event in feed_client.replay_all(stream.endpoints["replay"])
                if event.WhichOneof("body") == "contradiction" and event.sequence > after]

    def test_a_webhook_gets_each_event_in_order(self):
        hook = Hook(self, [500, 503, 404])
        stream = self.start({})
        secret = stream.path("secret")
        secret.write_text(SECRET + "\n")
        stream.config["push"].update(url=hook.url, secret_file=str(secret), filter="type=contradiction")
        stream.write_config()
        gainsay_test.wait_for("old contradictions", lambda: self.contradictions(stream, 0))
        pusher = stream.add("push").start()
        gainsay_test.wait_for("a place", lambda: stream.path("push.place").exists())
        begun = int(stream.path("push.place").read_text().split()[1])
        articles.append_jsonl(self.path, self.made[:15])
        gainsay_test.wait_for("the first events", lambda: hook.taken(), 40)
        pusher.kill()
        articles.append_jsonl(self.path, self.made[15:])
        gainsay_test.wait_for("all contradictions", lambda: len(self.contradictions(stream, begun)) >= 8, 40)
        pusher.start()
        expected = [event.sequence for event in self.contradictions(stream, begun)]
        gainsay_test.wait_for(lambda: f"{len(hook.taken())} of {len(expected)}",
                              lambda: len({post[1]["webhook-id"] for post in hook.taken()}) >= len(expected), 40)
        ids = [post[1]["webhook-id"] for post in hook.taken()]
        once = list(dict.fromkeys(ids))
        expected = [event.sequence for event in self.contradictions(stream, begun)]  # more may have come meanwhile
        self.assertLessEqual(len(ids), len(once) + 1, "more than the event under way at the kill came twice")
        self.assertEqual([int(one.split(".")[1]) for one in once], expected[:len(once)], "out of order, or one is missing")
        for _, headers, body in hook.posts:
            self.assertIn("contradiction", json.loads(body))
            signed = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
            mac = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
            self.assertEqual(headers["webhook-signature"], f"v1,{mac}")
        self.assertEqual(len({post[1]["webhook-id"] for post in hook.posts[:4]}), 1, "a later event went first")
        self.assertEqual(pusher.stop(), 0)

    def test_a_hook_that_is_gone_ends_it(self):
        hook = Hook(self, [410])
        stream = self.start({"url": hook.url})
        pusher = stream.add("push").start()
        articles.append_jsonl(self.path, self.made[:10])
        self.assertEqual(pusher.wait(40), 2)
        self.assert_line(pusher.text().splitlines(), "gone", "410")

    def test_a_mail_gathers_events(self):
        stream = self.start({})
        program = stream.path("sendmail")
        program.write_text(f"#!/bin/sh\n[ -e {stream.path('broken')} ] && exit 75\ncat >>{stream.path('mail')}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        stream.config["push"].update(mail_to="desk@example.org", mail_from="gainsay@example.org", every=2, sendmail=str(program),
                                     filter="type=contradiction")
        stream.write_config()
        pusher = stream.add("push").start()
        articles.append_jsonl(self.path, self.made[:20])
        gainsay_test.wait_for("a mail", lambda: stream.path("mail").exists() and stream.path("mail").read_text().count("Subject:"), 40)
        mail = stream.path("mail").read_text()
        self.assertIn("To: desk@example.org\n", mail)
        self.assertRegex(mail, r"Subject: Gainsay: \d+ events?\n")
        self.assertIn("Content-Type: text/plain; charset=utf-8", mail)
        self.assertEqual(pusher.stop(), 0)

    def test_what_is_wrong_is_told(self):
        for push, word in (({}, "push.url"), ({"url": "ftp://x"}, "push.url"), ({"mail_to": "-oQ/tmp"}, "mail_to"),
                           ({"url": "http://x.example/", "filter": "colour=red"}, "push.filter")):
            stream = self.stream()
            stream.config["push"] = push
            stream.write_config()
            pusher = stream.add("push").start(ready=False)
            self.assertEqual(pusher.wait(), 2)
            self.assertIn(word, pusher.text())


if __name__ == "__main__":
    gainsay_test.main()
