"""The other programs of the stream, in Python and from the wire protocol alone: an extractor (worker towards
the ingestor, sink towards the aggregator), an ingestor's queue, and a feed server.

They stand for programs of another version or another make: tests let them say what ours never would.
"""

import os
import struct
import time

import zmq

from feed_client import pb


class Extractor:
    """Takes articles by credit and delivers what `make(article)` returns: packed Extractions."""

    def __init__(self, work, intake, name="stranger"):
        self.context = zmq.Context.instance()
        self.name = name.encode()
        self.worker = self._connect(work)
        self.sink = self._connect(intake)
        self.worker.send_multipart([b"GS1H" + os.urandom(8) + struct.pack("<I", 64) + b"python:1", self.name])
        self.alive_at = 0.0
        self.acknowledged, self.refused = set(), {}

    def _connect(self, endpoint):
        one = self.context.socket(zmq.DEALER)
        one.linger = 0
        one.connect(endpoint)
        return one

    def close(self):
        self.worker.send(b"GS1B")
        for one in (self.worker, self.sink):
            one.close(200)

    def turn(self, make, timeout=0.1):
        """Serves both sockets once; returns the articles that were taken."""
        if time.monotonic() - self.alive_at > 0.9:
            self.alive_at = time.monotonic()
            self.worker.send(b"GS1L" + struct.pack("<I", 64))
            self.sink.send_multipart([b"GS1K" + self.name])
        taken = []
        poller = zmq.Poller()
        poller.register(self.worker, zmq.POLLIN)
        poller.register(self.sink, zmq.POLLIN)
        for one, _ in poller.poll(int(timeout * 1000)):
            frames = one.recv_multipart()
            if one is self.worker and frames[0][:4] == b"GS1W":
                article = pb.Article.FromString(frames[1])
                taken.append(article)
                self.sink.send_multipart([b"GS1I" + frames[0][4:20], make(article)])
            elif one is self.sink and frames[0][:4] == b"GS1A":
                ids = [frames[0][at:at + 16] for at in range(4, len(frames[0]), 16)]
                self.acknowledged.update(ids)
                self.worker.send(b"GS1S" + b"".join(ids))
            elif one is self.sink and frames[0][:4] == b"GS1N":
                self.refused[frames[0][4:20]] = frames[0][20:].decode()
                self.worker.send(b"GS1N" + frames[0][4:])
        return taken


class Queue:
    """An ingestor's end: hands packed articles to whoever says hello, and collects what is settled."""

    def __init__(self, endpoint):
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.bind(endpoint)
        self.run = os.urandom(8)
        self.settled, self.given_back, self.workers = set(), {}, set()

    def close(self):
        self.socket.close(0)

    def give(self, identity, payload):
        self.socket.send_multipart([self.workers_first(), b"GS1W" + identity + struct.pack("<IB", 0, 0), payload])

    def workers_first(self):
        return sorted(self.workers)[0]

    def turn(self, timeout=0.1):
        if not self.socket.poll(int(timeout * 1000)):
            return
        peer, header, *_ = self.socket.recv_multipart()
        kind, rest = header[:4], header[4:]
        if kind == b"GS1H":
            self.workers.add(peer)
        if kind in (b"GS1H", b"GS1L"):
            # One byte more than this version knows: to be ignored.
            self.socket.send_multipart([peer, b"GS1P" + self.run + b"\x01"])
        elif kind == b"GS1S":
            self.settled.update(rest[at:at + 16] for at in range(0, len(rest), 16))
        elif kind == b"GS1N":
            self.given_back[rest[:16]] = rest[16:].decode()


class FeedServer:
    """An aggregator's feed: packed events of our own, live and by replay."""

    def __init__(self, live, replay):
        context = zmq.Context.instance()
        self.live, self.replay = context.socket(zmq.XPUB), context.socket(zmq.ROUTER)
        for one, endpoint in ((self.live, live), (self.replay, replay)):
            one.linger = 0
            one.bind(endpoint)
        self.events = []  # (topic, packed event), the i-th has sequence i + 1
        self.told = 0     # of these, so many were sent live

    def close(self):
        self.live.close(0)
        self.replay.close(0)

    def heartbeat(self, previous, counts):
        beat = pb.FeedEvent(sequence=len(self.events), topic="heartbeat/", heartbeat=pb.Heartbeat(
            previous=previous, first_retained=1, shard="python", counts=[
                pb.Heartbeat.TopicCount(topic=topic, count=count) for topic, count in counts.items()]))
        self.live.send_multipart([b"heartbeat/", beat.SerializeToString()])

    def publish(self, topic, packed):
        """One event, live, as a group of its own."""
        self.events.append((topic, packed))
        self.live.send_multipart([topic.encode(), packed])
        self.heartbeat(len(self.events) - 1, {topic: 1})

    def turn(self, timeout=0.1):
        """Answers replay requests, and beats."""
        self.heartbeat(len(self.events), {})
        end = time.monotonic() + timeout
        while self.replay.poll(max(1, int((end - time.monotonic()) * 1000))):
            *route, header, body = self.replay.recv_multipart()
            request = pb.ReplayRequest.FromString(body)
            if header[:4] != b"GS1R":
                continue
            # ReplayReply.events is field 1: bytes of each event as they are, unknown bodies included.
            packed = b"".join(b"\x0a" + _varint(len(event)) + event for _, event in self.events[request.after:])
            rest = pb.ReplayReply(upto=len(self.events), newest=len(self.events), first_retained=1)
            self.replay.send_multipart(route + [b"GS1r", packed + rest.SerializeToString()])
        while self.live.poll(0):
            self.live.recv()


def _varint(number):
    out = b""
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def unknown_field(number, text):
    """A length-delimited field as a program of a later version would write it."""
    return _varint(number << 3 | 2) + _varint(len(text)) + text.encode()
