"""An HTTP server on loopback that can be wrong in every way that servers are wrong.

Each row of a test has an address of its own in 127.0.0.0/8, so that its host is nobody else's and its robots.txt is
its own. `routes` of an address: path to an answer. An answer is bytes, sent as they are (the connection stays open
unless they say "Connection: close"), or a coroutine function (request, reader, writer) that does as it likes.

`visits` is what was asked: (host, path, when the request came, when its answer had been sent).
"""

import asyncio
import socket
import struct
import threading
import time

REASONS = {200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other",
           304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 410: "Gone", 429: "Too Many Requests", 500: "Internal Server Error",
           503: "Service Unavailable"}


def answer(status=200, body=b"", headers=()):
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *headers]
    if status not in (204, 304) and not any(line.lower().startswith("content-length") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(status, location):
    return answer(status, b"moved", [f"Location: {location}"])


class FaultServer:
    def __init__(self):
        self.routes = {}
        self.visits = []
        self._loop = asyncio.new_event_loop()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._listener.close()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("0.0.0.0", self.port))  # all of 127.0.0.0/8
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(10)

    def url(self, host, path="/"):
        return f"http://{host}:{self.port}{path}"

    def asked(self, host):
        return [path for at, path, _, _ in self.visits if at == host]

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._started.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _listen(self):
        self._server = await asyncio.start_server(self._serve, sock=self._listener, backlog=1024)

    async def _serve(self, reader, writer):
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        writer.close()

    async def _answer(self, reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        came = time.monotonic()
        host = writer.get_extra_info("sockname")[0]
        path = request.split(" ", 2)[1]
        known = self.routes.get(host, {})
        what = known.get(path, known.get("*", answer(404)))
        try:
            if isinstance(what, bytes):
                writer.write(what)
                await writer.drain()
            else:
                await what(request, reader, writer)
        finally:
            self.visits.append((host, path, came, time.monotonic()))
        return isinstance(what, bytes) and b"Connection: close\r\n" not in what


def reset(writer):
    """The connection ends as when a machine falls over."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
