"""A TCP proxy that can misbehave: it drops all its connections at once, or holds every byte back for a while.

Put between two daemons it stands for the network between them; neither end is told anything but what TCP
tells it.
"""

import socket
import threading


class Proxy:
    """Listens on a port of loopback and passes each connection on to `target` ("tcp://host:port")."""

    def __init__(self, target):
        host, port = target.removeprefix("tcp://").rsplit(":", 1)
        self.target = (host, int(port))
        self.cuts = self.stalls = 0
        self._pairs = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.endpoint = "tcp://127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, timeout=2)
            except OSError:
                near.close()  # nobody is there, as far as the near end can tell
                continue
            pair = (near, far)
            for end in pair:
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add(pair)
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self._pump, args=(pair, source, sink), daemon=True).start()

    def _pump(self, pair, source, sink):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                self._flowing.wait()
                sink.sendall(data)
        except OSError:
            pass
        self._drop(pair)

    def _drop(self, pair):
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def connections(self):
        with self._lock:
            return len(self._pairs)

    def cut(self):
        """Drops every connection; what was on its way is lost. New ones are accepted."""
        self.cuts += 1
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._drop(pair)

    def stall(self):
        """Holds back every byte until `flow`, with all connections open: a peer that is there and silent."""
        self.stalls += 1
        self._flowing.clear()

    def flow(self):
        self._flowing.set()

    def close(self):
        self._listener.close()
        self.flow()
        self.cut()
