"""Fetching against servers that are right (nginx) and wrong in every way (fault_server.py), each case a row: what is
asked for, what the server does, what must come of it. The table of outcomes is printed.

Every row has an address of its own in 127.0.0.0/8, so all run at once, in one process on one thread.
"""

import asyncio
import email.utils
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import zlib

import gainsay_test
from fault_server import FaultServer, answer, redirect, reset

try:
    import brotli
    import zstandard
except ImportError as missing:
    gainsay_test.skip_all(f"python3 lacks {missing.name}; install python3-brotli and python3-zstandard")

DRIVER = gainsay_test.BIN.parent / "tests" / "http_driver"
BOMB = 64 << 20
SMALL = 100000
ENVIRONMENT = {**os.environ, "http_proxy": "http://127.0.0.1:1/", "https_proxy": "http://127.0.0.1:1/"}


def fetch(requests, *options):
    """Runs the driver on the requests; the answers by id, and the line about the run."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([DRIVER, *options], input=text, capture_output=True, text=True, env=ENVIRONMENT,
                          timeout=60 * gainsay_test.PATIENCE, check=False)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"http_driver: status {done.returncode}\n{done.stderr[-4000:]}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["id"]: line for line in lines[:-1]}, lines[-1]


class Row:
    """name, what the host answers, what is asked for, what must come of it.

    expect: a value for a key of the answer; of "error" and "article" the words that must be in it; "asked": the paths
    that the host saw, in order.
    """

    def __init__(self, name, routes, expect, path="/", **request):
        self.name = name
        self.routes = routes
        self.expect = expect
        self.path = path
        self.request = request
        self.host = None

    def outcome(self, line):
        if line["status"]:
            return f"{line['status']}, {line['size']} bytes" + (f", moved to {line['moved_to']}" if line["moved_to"]
                                                                else "")
        return line["error"]

    def faults(self, line, asked):
        for key, wanted in self.expect.items():
            have = asked if key == "asked" else line.get(key)
            if key in ("error", "article") and wanted:
                good = all(word in (have or "") for word in ([wanted] if isinstance(wanted, str) else wanted))
            else:
                good = wanted(have) if callable(wanted) else have == wanted
            if not good:
                yield f"{self.name}: {key} is {have!r}"


def between(low, high):
    return lambda value: low <= value <= high


# ---- answers that are more than bytes --------------------------------------------------------------------

def if_changed(header, value, fresh):
    async def serve(request, _reader, writer):
        same = f"\r\n{header}: {value}\r\n" in request
        writer.write(answer(304, b"", ["ETag: \"v1\""]) if same else fresh)
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
    return serve


def drip(head, byte=b"x", every=0.1):
    async def serve(_request, _reader, writer):
        writer.write(head)
        for _ in range(600):
            writer.write(byte)
            await writer.drain()
            await asyncio.sleep(every)
        writer.close()
    return serve


async def silent(_request, reader, writer):
    await reader.read()
    writer.close()


async def reset_within(_request, _reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly")
    await writer.drain()
    await asyncio.sleep(0.1)
    reset(writer)


async def endless_headers(_request, _reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100000):
        writer.write(b"X-%d: words\r\n" % number)
        await writer.drain()


async def endless_body(_request, _reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x" * 65536)
        await writer.drain()


def close_after(data):
    async def serve(_request, _reader, writer):
        writer.write(data)
        await writer.drain()
        writer.close()
    return serve


def changing(*answers):
    """The first answer to the first request, and so on; the last again and again."""
    left = list(answers)

    async def serve(_request, _reader, writer):
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
    return serve


def encoded(coding, body, **more):
    return answer(200, body, [f"Content-Encoding: {coding}", *(f"{key}: {value}" for key, value in more.items())])


def zip_bomb(wrap):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = packer.compress(bytes(BOMB)) + packer.flush()
    return gzip.compress(data) if wrap else data


TEXT = ("The minister said on Monday that the caf\u00e9 tax would not rise before the election. " * 12).strip()
PAGE = (f'<html><head><meta charset="{{}}"><title>Tax</title></head><body><article><h1>Tax</h1><p>{TEXT}</p>'
        f"<p>{TEXT}</p></article></body></html>")
OK = answer(200, "hello")
ETAG = answer(200, "hello", ['ETag: "v1"', "Last-Modified: Thu, 01 Jan 2004 19:48:21 GMT"])
FORBID = answer(200, "User-agent: *\nDisallow: /closed\nAllow: /closed/open\n")


def rules(text):
    return answer(200, text)


def plain_rows():
    since = "Thu, 01 Jan 2004 19:48:21 GMT"
    date = email.utils.formatdate(time.time() + 300, usegmt=True)
    expires = email.utils.formatdate(time.time() + 900, usegmt=True)
    yield Row("an answer", {"/": ETAG}, {"status": 200, "body": "hello", "etag": '"v1"', "last_modified": since,
                                         "moved_to": "", "error": "", "asked": ["/robots.txt", "/"]})
    yield Row("304 by ETag", {"/": if_changed("If-None-Match", '"v1"', ETAG)}, {"status": 304, "size": 0},
              etag='"v1"')
    yield Row("200 by another ETag", {"/": if_changed("If-None-Match", '"v1"', ETAG)}, {"status": 200}, etag='"v0"')
    yield Row("304 by Last-Modified", {"/": if_changed("If-Modified-Since", since, ETAG)}, {"status": 304},
              last_modified=since)
    yield Row("429, Retry-After in seconds", {"/": answer(429, "", ["Retry-After: 120"])},
              {"status": 429, "retry_after_s": 120})
    yield Row("429, Retry-After as a date", {"/": answer(429, "", [f"Retry-After: {date}"])},
              {"status": 429, "retry_after_s": between(285, 300)})
    yield Row("503, Retry-After in seconds", {"/": answer(503, "", ["Retry-After: 3600"])},
              {"status": 503, "retry_after_s": 3600})
    yield Row("503, Retry-After as a date", {"/": answer(503, "", [f"Retry-After: {date}"])},
              {"status": 503, "retry_after_s": between(285, 300)})
    yield Row("503 without a word", {"/": answer(503)}, {"status": 503, "retry_after_s": 0})
    yield Row("503, Retry-After is nonsense", {"/": answer(503, "", ["Retry-After: soon"])},
              {"status": 503, "retry_after_s": 0})
    yield Row("410", {"/": answer(410)}, {"status": 410, "gone": True})
    yield Row("404", {}, {"status": 404, "gone": False})
    yield Row("500", {"/": answer(500)}, {"status": 500, "error": ""})
    yield Row("fresh by max-age less Age", {"/": answer(200, "", ["Cache-Control: max-age=600", "Age: 100"])},
              {"fresh_s": 500})
    yield Row("fresh by Expires", {"/": answer(200, "", [f"Expires: {expires}"])}, {"fresh_s": between(880, 900)})
    yield Row("fresh, but not to be stored", {"/": answer(200, "", ["Cache-Control: no-store, max-age=600"])},
              {"fresh_s": 0})
    yield Row("100 Continue and 103 before", {"/": b"HTTP/1.1 103 Early Hints\r\nETag: \"no\"\r\n\r\n" + ETAG},
              {"status": 200, "etag": '"v1"'})


def redirect_rows(server):
    def here(row_host, path):
        return server.url(row_host, path)

    chain = {f"/{number}": redirect(302, f"/{number + 1}") for number in range(12)}
    yield Row("301", {"/": redirect(301, "/new"), "/new": OK},
              {"status": 200, "moved_to": lambda url: url.endswith("/new"), "url": lambda url: url.endswith("/new")})
    yield Row("302", {"/": redirect(302, "/new"), "/new": OK}, {"status": 200, "moved_to": ""})
    yield Row("303", {"/": redirect(303, "/new"), "/new": OK}, {"status": 200, "moved_to": ""})
    yield Row("307", {"/": redirect(307, "/new"), "/new": OK}, {"status": 200, "moved_to": ""})
    yield Row("308", {"/": redirect(308, "/new"), "/new": OK},
              {"status": 200, "moved_to": lambda url: url.endswith("/new")})
    yield Row("301 and 308", {"/": redirect(301, "/a"), "/a": redirect(308, "/b"), "/b": OK},
              {"status": 200, "moved_to": lambda url: url.endswith("/b")})
    yield Row("301, then 302", {"/": redirect(301, "/a"), "/a": redirect(302, "/b"), "/b": OK},
              {"status": 200, "moved_to": lambda url: url.endswith("/a")})
    yield Row("302, then 301", {"/": redirect(302, "/a"), "/a": redirect(301, "/b"), "/b": OK},
              {"status": 200, "moved_to": ""})
    yield Row("301 to what is missing", {"/": redirect(301, "/a")}, {"status": 404, "moved_to": ""})
    yield Row("301 to 304", {"/": redirect(301, "/a"), "/a": answer(304)},
              {"status": 304, "moved_to": lambda url: url.endswith("/a")}, etag='"v1"')
    yield Row("301 to another host", {"/": redirect(301, here("127.1.9.1", "/there"))},
              {"status": 200, "body": "elsewhere", "moved_to": here("127.1.9.1", "/there")})
    yield Row("to another host's forbidden path", {"/": redirect(301, here("127.1.9.1", "/closed"))},
              {"status": 0, "robots_refused": True, "error": ["forbidden by", "127.1.9.1"]})
    yield Row("a circle of one", {"/": redirect(301, "/")}, {"status": 0, "error": "in a circle"})
    yield Row("a circle of three", {"/": redirect(302, "/a"), "/a": redirect(302, "/b"), "/b": redirect(302, "/")},
              {"status": 0, "error": "in a circle"})
    yield Row("ten redirects", {**chain, "/10": OK}, {"status": 200}, path="/0")
    yield Row("eleven redirects", {**chain, "/11": OK}, {"status": 0, "error": "more than 10 redirects"}, path="/0")
    yield Row("to a file", {"/": redirect(301, "file:///etc/passwd")}, {"status": 0, "error": "protocol"})
    yield Row("to gopher", {"/": redirect(302, "gopher://127.0.0.1:25/x")}, {"status": 0, "error": "protocol"})
    yield Row("to no URL", {"/": redirect(302, "http://[::1/")}, {"status": 0, "error": "not a URL"})
    yield Row("a redirect that leads nowhere", {"/": answer(302, "x")}, {"status": 302, "body": "x"})
    yield Row("a Location with blanks", {"/": redirect(302, "/a b"), "/a%20b": OK}, {"status": 200})


def robots_rows(server):
    closed = {"status": 0, "robots_refused": True, "error": "forbidden by"}
    far = {f"/r{number}": redirect(302, f"/r{number + 1}") for number in range(1, 9)}
    yield Row("forbidden", {"/robots.txt": FORBID, "*": OK}, {**closed, "asked": ["/robots.txt"]}, path="/closed/a")
    yield Row("allowed by a longer rule", {"/robots.txt": FORBID, "*": OK}, {"status": 200}, path="/closed/open/a")
    yield Row("allowed, no rule fits", {"/robots.txt": FORBID, "*": OK}, {"status": 200})
    yield Row("forbidden, but not to be obeyed", {"/robots.txt": FORBID, "*": OK},
              {"status": 200, "asked": ["/closed"]}, path="/closed", ignore_robots=True)
    yield Row("our own group", {"/robots.txt": rules("User-agent: *\nDisallow:\n\nUser-agent: Gainsay\nDisallow: /"),
                                "/": OK}, closed)
    yield Row("another's group", {"/robots.txt": rules("User-agent: other\nDisallow: /"), "/": OK}, {"status": 200})
    yield Row("forbidden by * and $", {"/robots.txt": rules("User-agent: *\nDisallow: /*.pdf$"), "*": OK}, closed,
              path="/a/b.pdf")
    yield Row("robots.txt with a mark and CRLF",
              {"/robots.txt": rules("\ufeffUser-agent: *\r\nDisallow: /\r\n"), "/": OK}, closed)
    yield Row("robots.txt in gzip",
              {"/robots.txt": encoded("gzip", gzip.compress(b"User-agent: *\nDisallow: /")), "/": OK}, closed)
    yield Row("robots.txt is a page", {"/robots.txt": answer(200, PAGE, ["Content-Type: text/html"]), "/": OK},
              {"status": 200})
    for status in (401, 403, 404, 410):
        yield Row(f"robots.txt: {status}", {"/robots.txt": answer(status), "/": OK}, {"status": 200})
    for status in (429, 500, 503):
        yield Row(f"robots.txt: {status}", {"/robots.txt": answer(status), "/": OK},
                  {"status": 0, "robots_refused": False, "error": f"status {status}", "retry_after_s": between(50, 60),
                   "asked": ["/robots.txt"]})
    yield Row("robots.txt is silent", {"/robots.txt": silent, "/": OK},
              {"status": 0, "error": "too slow", "retry_after_s": between(50, 60)}, stall_s=1)
    yield Row("robots.txt is cut", {"/robots.txt": close_after(answer(200, "User-agent: *", ["Content-Length: 99"]))},
              {"status": 0, "error": "transfer closed", "retry_after_s": between(50, 60)})
    yield Row("robots.txt behind five redirects",
              {"/robots.txt": redirect(301, "/r1"), **far, "/r5": rules("User-agent: *\nDisallow: /"), "/": OK}, closed)
    yield Row("robots.txt behind six redirects",
              {"/robots.txt": redirect(301, "/r1"), **far, "/r6": rules("User-agent: *\nDisallow: /"), "/": OK},
              {"status": 200})
    yield Row("robots.txt in a circle", {"/robots.txt": redirect(301, "/robots.txt"), "/": OK}, {"status": 200})
    yield Row("robots.txt on another host",
              {"/robots.txt": redirect(301, server.url("127.1.9.1", "/robots.txt")), "*": OK}, closed, path="/closed")
    yield Row("robots.txt of 600 KiB, the rule at its head",
              {"/robots.txt": rules("User-agent: *\nDisallow: /\n" + "#" * (600 << 10)), "/": OK}, closed)
    yield Row("robots.txt of 600 KiB, the rule at its end",
              {"/robots.txt": rules("User-agent: *\n" + "#\n" * (300 << 10) + "Disallow: /\n"), "/": OK},
              {"status": 200})
    yield Row("Crawl-delay: 1", {"/robots.txt": rules("User-agent: *\nCrawl-delay: 1"), "*": OK},
              {"status": 200, "ms": between(1000, 8000)})
    yield Row("503 for an hour, then not asked", {"/": answer(503, "", ["Retry-After: 3600"]), "/b": OK},
              {"status": 503, "asked": ["/robots.txt", "/"]}, then={"path": "/b", "expect": {
                  "status": 0, "error": "left alone", "retry_after_s": between(3590, 3600)}})
    yield Row("429 for a second, then asked", {"/": answer(429, "", ["Retry-After: 1"]), "/b": OK},
              {"status": 429, "asked": ["/robots.txt", "/", "/b"]}, then={"path": "/b", "expect": {
                  "status": 200, "ms": between(1000, 8000)}})


def body_rows():
    words = b"words " * 500
    large = {"status": 0, "error": f"more than {SMALL} bytes"}
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = raw.compress(words) + raw.flush()
    packer = zstandard.ZstdCompressor()
    for name, coding, body in (("gzip", "gzip", gzip.compress(words)), ("x-gzip", "x-gzip", gzip.compress(words)),
                               ("deflate", "deflate", zlib.compress(words)), ("raw deflate", "deflate", deflated),
                               ("br", "br", brotli.compress(words)), ("zstd", "zstd", packer.compress(words)),
                               ("gzip in gzip", "gzip, gzip", gzip.compress(gzip.compress(words)))):
        yield Row(name, {"/": encoded(coding, body)}, {"status": 200, "body": words.decode()})
    for name, coding, body in (("gzip bomb", "gzip", zip_bomb(False)), ("br bomb", "br", brotli.compress(bytes(BOMB))),
                               ("zstd bomb", "zstd", packer.compress(bytes(BOMB))),
                               ("gzip bomb in gzip", "gzip, gzip", zip_bomb(True))):
        yield Row(f"{name}, {len(body)} bytes", {"/": encoded(coding, body)}, large)
    yield Row("an encoding nobody knows", {"/": encoded("pied-piper", b"x")}, {"status": 0, "error": ["pied-piper", "not understood"]})
    yield Row("a charset for an encoding", {"/": encoded("UTF-8", b"hello")}, {"status": 200, "body": "hello"})
    yield Row("no gzip at all", {"/": encoded("gzip", b"not gzip!")}, {"status": 0, "error": "body is damaged"})
    yield Row("gzip with a bit turned", {"/": encoded("gzip", gzip.compress(words)[:-8] + bytes(8))},
              {"status": 0, "error": "body is damaged"})
    yield Row("gzip in two members", {"/": encoded("gzip", gzip.compress(b"hel") + gzip.compress(b"lo"))},
              {"status": 200, "body": "hello"})
    yield Row("an empty body said to be gzip", {"/": encoded("gzip", b"")}, {"status": 200, "size": 0})
    for coding, packed in (("gzip", gzip.compress(os.urandom(2000) + words)),
                           ("br", brotli.compress(os.urandom(2000) + words)),
                           ("zstd", packer.compress(os.urandom(2000) + words))):
        yield Row(f"{coding}, cut and then closed",
                  {"/": close_after(f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + packed[:-30])},
                  {"status": 0, "error": "compressed body ends too early"})
    yield Row("too large, and says so", {"/": answer(200, bytes(SMALL + 1))}, large)
    yield Row("just as large as may be", {"/": answer(200, bytes(SMALL))}, {"status": 200, "size": SMALL})
    yield Row("too large, says nothing", {"/": endless_body}, large)
    yield Row("too large, in chunks", {"/": close_after(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"fa00\r\n" + bytes(64000) + b"\r\n") * 3)}, large)
    yield Row("headers without end", {"/": endless_headers}, {"status": 0, "error": "headers"})
    yield Row("one header without end", {"/": close_after(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 400000)},
              {"status": 0, "error": "headers"})
    yield Row("a body that drips", {"/": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")},
              {"status": 0, "error": "too slow", "ms": between(900, 6000)}, stall_s=1)
    yield Row("headers that drip", {"/": drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")},
              {"status": 0, "error": "too slow"}, stall_s=1)
    yield Row("a body that drips, by the whole time", {"/": drip(b"HTTP/1.1 200 OK\r\n\r\n")},
              {"status": 0, "error": "timed out"}, timeout_s=1)
    yield Row("no answer", {"/": silent}, {"status": 0, "error": "too slow"}, stall_s=1)
    yield Row("cut: less than Content-Length",
              {"/": close_after(answer(200, "only this", ["Content-Length: 1000"]))},
              {"status": 0, "error": "transfer closed"})
    yield Row("cut: chunks without an end",
              {"/": close_after(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")},
              {"status": 0, "error": "transfer closed"})
    yield Row("cut: within a chunk",
              {"/": close_after(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello")},
              {"status": 0, "error": "transfer closed"})
    yield Row("cut: connection reset", {"/": reset_within}, {"status": 0, "error": "reset"})
    yield Row("cut: headers only", {"/": close_after(b"HTTP/1.1 200 OK\r\nContent-")}, {"status": 0, "error": "within the headers"})
    yield Row("hangs up", {"/": close_after(b"")}, {"status": 0, "error": "Empty reply"})
    yield Row("another protocol", {"/": close_after(b"SSH-2.0-OpenSSH_9.2\r\n")}, {"status": 0, "error": "HTTP/0.9"})
    yield Row("HTTP/1.0 without a length", {"/": close_after(b"HTTP/1.0 200 OK\r\n\r\nhello")},
              {"status": 200, "body": "hello"})
    html = ["Content-Type: text/html; charset=utf-8"]
    yield Row("utf-8, as it says", {"/": answer(200, PAGE.replace("{}", "utf-8").encode(), html)},
              {"status": 200, "article": "caf\u00e9 tax"})
    yield Row("says utf-8, is latin-1", {"/": answer(200, PAGE.replace("{}", "utf-8").encode("latin-1"), html)},
              {"status": 200, "article": "caf\u00e9 tax"})
    yield Row("says latin-1, is latin-1", {"/": answer(200, PAGE.replace("{}", "iso-8859-1").encode("latin-1"), html)},
              {"status": 200, "article": "caf\u00e9 tax"})


class Faults(unittest.TestCase):
    """All rows against the server of faults."""

    def setUp(self):
        self.server = FaultServer()
        self.addCleanup(self.server.close)

    def requests(self, rows):
        for number, row in enumerate(rows):
            row.host = f"127.1.{1 + number // 250}.{1 + number % 250}"
            self.server.routes[row.host] = row.routes
            request = {"id": number, "url": self.server.url(row.host, row.path), "allow_private": True,
                       "max_bytes": SMALL, "timeout_s": 10, **row.request}
            then = request.pop("then", None)
            if then:
                request["then"] = {**request, "id": f"{number} then", "url": self.server.url(row.host, then["path"])}
            yield request

    def check(self, rows, answers):
        faults = []
        for number, row in enumerate(rows):
            line = answers[number]
            found = list(row.faults(line, self.server.asked(row.host)))
            if "then" in row.request:
                then = Row(f"{row.name} (second)", {}, row.request["then"]["expect"])
                found += then.faults(answers[f"{number} then"], None)
            print(f"{'BAD ' if found else 'ok  '} {row.name:44} {row.outcome(line)[:150]}")
            faults += found
        self.assertEqual(faults, [])

    def test_every_fault_has_its_outcome(self):
        server = self.server
        server.routes["127.1.9.1"] = {"/robots.txt": FORBID, "/there": answer(200, "elsewhere")}
        rows = [*plain_rows(), *redirect_rows(server), *robots_rows(server), *body_rows()]
        print()
        answers, run = fetch(self.requests(rows), "--pace", "0")
        self.check(rows, answers)
        print(f"{len(rows)} rows, {run}")



class Guard(unittest.TestCase):
    """Addresses that nobody on the internet could mean, in all their spellings, as literals and behind names; and what
    cannot be reached at all. None of these may get a connection."""

    LITERALS = ["127.0.0.1", "127.9.9.9", "localhost", "localhost.", "0", "0.0.0.0", "127.1", "2130706433", "0x7f000001",
                "0x7f.1", "017700000001", "0177.0.0.1", "10.0.0.1", "167772161", "0x0a.0.0.1", "172.16.0.1",
                "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1",
                "255.255.255.255", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
                "[::127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]",
                "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00::1]", "[ff02::1]", "[fec0::1]", "[100::1]",
                "[2001:db8::1]", "[5f00::1]", "%31%32%37.0.0.1", "%30", "\u2460\u2461\u2466.0.0.1"]
    NAMES = {"to-loopback": "127.0.0.1", "to-private": "10.0.0.1", "to-loopback6": "[::1]", "to-local6": "[fd00::1]",
             "to-mapped": "[::ffff:127.0.0.1]", "to-metadata": "169.254.169.254",
             "to-several": "10.0.0.1,127.0.0.1,[::1]"}

    def setUp(self):
        self.server = FaultServer()
        self.addCleanup(self.server.close)

    def test_private_addresses_get_no_connection(self):
        port = self.server.port
        hosts = [*self.LITERALS, *(f"{name}.example" for name in self.NAMES)]
        requests = [{"id": host, "url": f"http://{host}:{port}/", "timeout_s": 10, "ignore_robots": number % 2 == 0}
                    for number, host in enumerate(hosts)]
        resolve = [part for name, address in self.NAMES.items()
                   for part in ("--resolve", f"{name}.example:{port}:{address.replace('[', '').replace(']', '')}"
                                if "," not in address else f"{name}.example:{port}:{address}")]
        print()
        answers, _ = fetch(requests, "--pace", "0", *resolve)
        bad = []
        for host in hosts:
            line = answers[host]
            # Circled digits are a name to some resolvers and 127 to others: here they must end in an error of any kind.
            good = line["status"] == 0 and ("private or reserved" in line["error"] or not host.isascii())
            print(f"{'ok  ' if good else 'BAD '} {host:28} {line['error'][:110]}")
            bad += [] if good else [host]
        self.assertEqual(bad, [])
        self.assertEqual(self.server.visits, [])

    def test_a_public_server_leads_to_a_private_one(self):
        """By a redirect of the page, and by one of robots.txt."""
        public, port = "127.1.8.1", self.server.port
        hosts = ["127.1.8.2", "localhost", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "private.example"]
        self.server.routes[public] = {
            "/robots.txt": answer(404), "/self": redirect(302, "/end"), "/end": OK,
            **{f"/{number}": redirect(302, f"http://{host}:{port}/") for number, host in enumerate(hosts)}}
        requests = [{"id": number, "url": self.server.url(public, f"/{number}")} for number in range(len(hosts))]
        requests.append({"id": "self", "url": self.server.url(public, "/self")})
        answers, _ = fetch(requests, "--pace", "0", "--public", public, "--resolve", f"private.example:{port}:127.1.8.2")
        self.assertEqual(answers["self"]["status"], 200)
        for number in range(len(hosts)):
            self.assertIn("private or reserved", answers[number]["error"])
        self.server.routes[public]["/robots.txt"] = redirect(302, self.server.url("127.1.8.2", "/robots.txt"))
        answers, _ = fetch(requests[-1:], "--pace", "0", "--public", public)
        self.assertIn("private or reserved", answers["self"]["error"])
        self.assertEqual({host for host, *_ in self.server.visits}, {public})

    def test_what_cannot_be_reached(self):
        closed = gainsay_test.free_port()
        answers, _ = fetch([
            {"id": "no name", "url": "http://no-such-host.invalid/", "timeout_s": 10},
            {"id": "no port", "url": f"http://127.0.0.1:{closed}/", "allow_private": True},
            {"id": "no url", "url": "http://"}, {"id": "ftp", "url": "ftp://example.org/"},
            {"id": "file", "url": "file:///etc/passwd"}, {"id": "long", "url": "http://example.org/" + "x" * 9000},
        ], "--pace", "0")
        for key, words in {"no name": "resolv", "no port": "connect", "no url": "not a URL", "ftp": "expected http",
                           "file": "expected http", "long": "more than 8192 bytes"}.items():
            print(f"     {key:28} {answers[key]['error'][:110]}")
            self.assertIn(words, answers[key]["error"])
            self.assertEqual(answers[key]["status"], 0)
        self.assertGreater(answers["no name"]["retry_after_s"], 0)


class Certificates:
    """A certificate authority of the test's own, and what it and others sign."""

    CONFIG = """[ca]\ndefault_ca=own\n[own]\ndir={0}\ndatabase={0}/index\nserial={0}/serial\nnew_certs_dir={0}
default_md=sha256\npolicy=any\ncopy_extensions=copy\n[any]\ncommonName=supplied\n[req]\ndistinguished_name=name
[name]\n[authority]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n"""

    def __init__(self, folder):
        self.folder = folder
        (folder / "index").touch()
        (folder / "serial").write_text("01\n")
        (folder / "conf").write_text(self.CONFIG.format(folder))
        self._authority("ca")
        self._authority("stranger")

    def _run(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=self.folder)

    def _authority(self, name):
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "conf",
                  "-extensions", "authority", "-subj", f"/CN={name}", "-days", 2, "-keyout", f"{name}.key", "-out",
                  f"{name}.crt")

    def sign(self, host, authority="ca", begin=None, end=None):
        """A certificate for host; self-signed without an authority."""
        name = f"{host}-{authority}-{end}"
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "conf", "-subj",
                  f"/CN={name}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signer = ["-selfsign", "-keyfile", f"{name}.key"] if authority is None else [
            "-cert", f"{authority}.crt", "-keyfile", f"{authority}.key"]
        dates = ["-startdate", begin, "-enddate", end] if end else ["-days", 2]
        self._run("ca", "-batch", "-config", "conf", "-notext", *signer, *dates, "-in", f"{name}.csr", "-out",
                  f"{name}.crt")
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"


NGINX = """daemon off; master_process off; pid {0}/pid; error_log {0}/error.log; {user}
events {{ worker_connections 512; }}
http {{
  types {{ text/html html; application/rss+xml rss; }}
  log_format line '$server_name $uri $status $server_protocol $connection $http_accept_encoding';
  access_log {0}/access.log line;
  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4;
  scgi_temp_path {0}/t5;
  gzip on; gzip_types application/rss+xml text/html; gzip_min_length 100;
  server {{
    listen 127.1.20.1:{port}; server_name plain; root {0}/www; expires 10m;
    location /old {{ return 301 /feed.rss; }}
    location /new {{ return 308 /feed.rss; }}
    location /gone {{ return 410; }}
    location /busy {{ add_header Retry-After 90 always; return 503; }}
    location /robots.txt {{ return 200 "User-agent: gainsay\nDisallow: /private\n"; }}
  }}
{servers}
}}
"""


class Nginx(unittest.TestCase):
    """The same against a server that half of the web runs on: conditions, compression, keep-alive, HTTP/2, TLS."""

    HOSTS = {  # name: (host of the certificate, authority, dates), words of the error; None: it is good
        "good.example": (("good.example", "ca"), None),
        "self-signed.example": (("self-signed.example", None), "self-signed"),
        "stranger.example": (("stranger.example", "stranger"), "unable to get local issuer"),
        "wrong-host.example": (("another.example", "ca"), "matches target host name"),
        "expired.example": (("expired.example", "ca", "20200101000000Z", "20200201000000Z"), "expired"),
        "not-yet.example": (("not-yet.example", "ca", "21000101000000Z", "21000201000000Z"), "not yet valid"),
    }

    @classmethod
    def setUpClass(cls):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
        if program is None or shutil.which("openssl") is None:
            raise unittest.SkipTest("nginx or openssl is missing; install nginx-light and openssl")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="gainsay-nginx-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "www").mkdir()
        (cls.folder / "ca").mkdir()
        (cls.folder / "www" / "feed.rss").write_text("<rss version='2.0'><channel>" + "<item/>" * 500 + "</channel></rss>")
        (cls.folder / "www" / "page.html").write_text(PAGE.replace("{}", "utf-8"), encoding="utf-8")
        made = Certificates(cls.folder / "ca")
        cls.port, cls.tls = gainsay_test.free_port(), gainsay_test.free_port()
        servers = ""
        for host, (how, _) in cls.HOSTS.items():
            certificate, key = made.sign(*how)
            servers += (f"server {{ listen 127.1.20.1:{cls.tls} ssl http2; server_name {host}; root {cls.folder}/www;"
                        f" ssl_certificate {certificate}; ssl_certificate_key {key}; }}\n")
        (cls.folder / "conf").write_text(NGINX.format(cls.folder, port=cls.port, servers=servers,
                                                      user="user root;" if os.getuid() == 0 else ""))
        cls.process = subprocess.Popen([program, "-c", cls.folder / "conf", "-e", cls.folder / "error.log"],
                                       stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.process.wait, 10)
        cls.addClassCleanup(cls.process.terminate)
        gainsay_test.wait_for("nginx", lambda: (cls.folder / "pid").exists())

    def log(self):
        return (self.folder / "access.log").read_text().splitlines()

    def get(self, path, **more):
        answers, _ = fetch([{"id": 0, "url": f"http://127.1.20.1:{self.port}{path}", "allow_private": True, **more}],
                           "--pace", "0")
        return answers[0]

    def test_conditions(self):
        first = self.get("/feed.rss")
        self.assertEqual((first["status"], first["size"]), (200, 3544))
        self.assertIn(first["fresh_s"], range(590, 601))
        # Compressed on the fly, so the ETag is a weak one; it must go back as it came.
        self.assertTrue(first["etag"].startswith('W/"'), first["etag"])
        self.assertEqual(self.get("/feed.rss", etag=first["etag"])["status"], 304)
        self.assertEqual(self.get("/feed.rss", last_modified=first["last_modified"])["status"], 304)
        self.assertEqual(self.get("/feed.rss", etag='"other"')["status"], 200)

    def test_answers(self):
        self.assertEqual(self.get("/old")["moved_to"], f"http://127.1.20.1:{self.port}/feed.rss")
        self.assertEqual(self.get("/new")["moved_to"], f"http://127.1.20.1:{self.port}/feed.rss")
        self.assertTrue(self.get("/gone")["gone"])
        self.assertEqual(self.get("/busy")["retry_after_s"], 90)
        self.assertTrue(self.get("/private/x")["robots_refused"])
        self.assertIn("caf\u00e9 tax", self.get("/page.html")["article"])

    def test_one_connection_for_all(self):
        count = len(self.log())
        requests = [{"id": number, "url": f"http://127.1.20.1:{self.port}/feed.rss", "allow_private": True}
                    for number in range(10)]
        fetch(requests, "--pace", "0")
        gainsay_test.wait_for("the log", lambda: len(self.log()) >= count + 11)
        fresh = self.log()[count:]
        self.assertEqual(len({line.split()[4] for line in fresh}), 1, fresh)
        self.assertIn("gzip, deflate, br, zstd", fresh[0])

    def test_certificates_and_http_2(self):
        resolve = [part for host in self.HOSTS for part in ("--resolve", f"{host}:{self.tls}:127.1.20.1")]
        requests = [{"id": host, "url": f"https://{host}:{self.tls}/feed.rss", "allow_private": True, "ignore_robots": True}
                    for host in self.HOSTS]
        answers, _ = fetch(requests, "--pace", "0", "--ca", self.folder / "ca" / "ca.crt", *resolve)
        print()
        for host, (_, words) in self.HOSTS.items():
            line = answers[host]
            print(f"     {host:28} {line['status'] or line['error'][:130]}")
            self.assertEqual(line["status"], 200 if words is None else 0)
            self.assertIn(words or "", line["error"])
        gainsay_test.wait_for("the log", lambda: any("good.example" in line for line in self.log()))
        self.assertTrue(any("good.example /feed.rss 200 HTTP/2.0" in line for line in self.log()), self.log())
        # With the system's certificates ours is a stranger's.
        answers, _ = fetch(requests[:1], "--pace", "0", *resolve)
        self.assertEqual(answers["good.example"]["status"], 0)


class Crowd(unittest.TestCase):
    """A thousand sources on fifty hosts, asked at once."""

    HOSTS, EACH, PAUSE_MS, SERVICE_S = 50, 20, 400, 0.03

    def setUp(self):
        self.server = FaultServer()
        self.addCleanup(self.server.close)

    def test_one_request_at_a_time_with_its_pause(self):
        async def serve(_request, _reader, writer):
            await asyncio.sleep(self.SERVICE_S)
            writer.write(answer(200, "x" * 2000))
            await writer.drain()

        # The answer keeps its connection open; a coroutine route ends it, so each request is a connection of its own.
        hosts = [f"127.2.0.{number}" for number in range(1, self.HOSTS + 1)]
        for host in hosts:
            self.server.routes[host] = {"*": serve, "/robots.txt": answer(404)}
        requests = [{"id": f"{host} {number}", "url": self.server.url(host, f"/{number}"), "allow_private": True}
                    for number in range(self.EACH) for host in hosts]
        answers, run = fetch(requests, "--pace", str(self.PAUSE_MS))
        self.assertEqual({line["status"] for line in answers.values()}, {200})
        self.assertEqual(len(answers), self.HOSTS * self.EACH)
        gaps, order = [], []
        for host in hosts:
            visits = sorted((visit for visit in self.server.visits if visit[0] == host), key=lambda visit: visit[2])
            self.assertEqual(len(visits), self.EACH + 1)
            order.append([path for _, path, _, _ in visits])
            gaps += [after[2] - before[3] for before, after in zip(visits, visits[1:])]
        self.assertEqual({tuple(paths) for paths in order},
                         {("/robots.txt", *(f"/{number}" for number in range(self.EACH)))})  # first come, first served
        ideal = self.EACH * (self.PAUSE_MS / 1000 + self.SERVICE_S)
        print(f"\n     {self.HOSTS * self.EACH} requests to {self.HOSTS} hosts in {run['run_ms'] / 1000:.2f} s"
              f" (no less than {ideal:.2f} s), pauses of {min(gaps):.3f} to {max(gaps):.3f} s, {run['descriptors']}"
              f" descriptors, {run['cpu_ms']} ms of CPU, {run['peak_kib'] // 1024} MiB")
        self.assertGreater(min(gaps), self.PAUSE_MS / 1000 - 0.005)  # so never two at once
        self.assertLess(run["run_ms"] / 1000, (ideal + 2) * gainsay_test.PATIENCE)
        self.assertLess(run["descriptors"], self.HOSTS * 3 + 20)


if __name__ == "__main__":
    gainsay_test.main()
