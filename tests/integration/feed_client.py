"""A subscriber in Python, written from proto/gainsay/v1/gainsay.proto and the wire protocol alone.

It shares no code with the C library, so it shows that a stranger can follow the feed:

  live    SUB, frames [topic][FeedEvent]
  replay  DEALER, frames ["GS1R"][ReplayRequest], answered by ["GS1r"][ReplayReply]

The invariant: `position` is a sequence up to which every event that matches the topics has been handed out,
each once and in order. Live events wait in `pending` until a heartbeat closes their group: it says from
where (`previous`) to where (`sequence`) it speaks and how many events of each topic there were. If the group
begins beyond the position, or an event of it is missing, the stored events are asked for instead.

Run as a program it tails a feed into a file and resumes from that file after a kill:
  feed_client.py LIVE REPLAY FILE [TOPIC...]
"""

import atexit
import collections
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import zmq

REPLAY_REQUEST = b"GS1R"
REPLAY_REPLY = b"GS1r"
BODIES = ("statement", "statement_update", "contradiction", "dispute", "retraction", "heartbeat")


def _compile_messages():
    """Makes Python classes of the .proto with protoc, in a directory that goes with this process."""
    source = pathlib.Path(os.environ.get("GAINSAY_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
    out = tempfile.mkdtemp(prefix="gs-proto-")
    atexit.register(shutil.rmtree, out, True)
    subprocess.run(["protoc", f"--proto_path={source / 'proto'}", f"--python_out={out}", "gainsay/v1/gainsay.proto"],
                   check=True)
    sys.path.insert(0, out)
    return importlib.import_module("gainsay.v1.gainsay_pb2")


pb = _compile_messages()


def event_id(event):
    """(kind, id) of what an event speaks of."""
    kind = event.WhichOneof("body")
    if kind in ("statement", "statement_update"):
        return kind, getattr(event, kind).statement_id
    if kind == "contradiction":
        return kind, event.contradiction.contradiction_id
    if kind == "dispute":
        return kind, event.dispute.dispute_id
    if kind == "retraction":
        taken = event.retraction
        return kind, taken.statement_id or taken.contradiction_id or taken.dispute_id
    return kind or "unknown", ""


class FeedError(Exception):
    """The feed broke its own rules, or refused a request."""


class Subscriber:
    """Follows one feed. `poll` hands out events; `position` is where to resume."""

    RECEIVE_QUEUE = 100000

    def __init__(self, live, replay, topics=(), after=0, context=None, security=None):
        self.live_endpoint, self.replay_endpoint = live, replay
        self.topics = list(topics)
        self.position = after
        self.newest = 0
        self.replays = 0         # stored events were asked for so often
        self.first_retained = 0
        self.pending = collections.OrderedDict()  # sequence -> FeedEvent, beyond the position
        self.last_given = 0
        self.context = context or zmq.Context.instance()
        self.security = security  # called with each socket before it connects
        self.live = self.replay = None
        self.connect()

    def _socket(self, kind, endpoint, prepare=None):
        one = self.context.socket(kind)
        one.linger = 0
        one.sndtimeo = 1000  # a server that refuses us leaves nowhere to send to
        if self.security:
            self.security(one)
        if prepare:
            prepare(one)
        one.connect(endpoint)
        return one

    def connect(self):
        def prepare(live):
            live.rcvhwm = self.RECEIVE_QUEUE
            for topic in (self.topics + ["heartbeat/"]) if self.topics else [""]:
                live.subscribe(topic)
        if self.live_endpoint is not None:
            self.live = self._socket(zmq.SUB, self.live_endpoint, prepare)
        self.replay = self._socket(zmq.DEALER, self.replay_endpoint)

    def close(self):
        for one in (self.live, self.replay):
            if one is not None:
                one.close(0)
        self.live = self.replay = None

    def matches(self, topic):
        return not self.topics or any(topic.startswith(prefix) for prefix in self.topics)

    def _give(self, event):
        if event.sequence <= self.last_given:
            raise FeedError(f"event {event.sequence} after {self.last_given}")
        self.last_given = event.sequence
        return event

    def _ask(self, timeout):
        """One replay request from the position; the reply."""
        request = pb.ReplayRequest(after=self.position, topics=self.topics)
        try:
            self.replay.send_multipart([REPLAY_REQUEST, request.SerializeToString()])
        except zmq.Again:
            return None
        if not self.replay.poll(int(timeout * 1000)):
            # The answer is lost with its connection: a fresh socket makes sure that no late one is taken for it.
            self.replay.close(0)
            self.replay = self._socket(zmq.DEALER, self.replay_endpoint)
            return None
        frames = self.replay.recv_multipart()
        if len(frames) != 2 or frames[0] != REPLAY_REPLY:
            raise FeedError(f"a reply of {len(frames)} frames that begins {frames[0][:16]!r}")
        return pb.ReplayReply.FromString(frames[1])

    def catch_up(self, timeout=10.0):
        """Yields stored events from the position to the newest one; timeout: seconds without any answer."""
        self.replays += 1
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            reply = self._ask(min(3.0, timeout))
            if reply is None:
                continue
            end = time.monotonic() + timeout
            if reply.error:
                raise FeedError(reply.error)
            self.first_retained, self.newest = reply.first_retained, max(self.newest, reply.newest)
            for event in reply.events:
                if event.sequence > self.position and not self.matches(event.topic):
                    raise FeedError(f"event {event.sequence} of topic {event.topic} was not asked for")
                if event.sequence > self.last_given:
                    yield self._give(event)
                self.position = max(self.position, event.sequence)
            self.position = max(self.position, reply.upto)
            if reply.upto >= reply.newest:
                return
        raise FeedError("no answer to a replay request")

    def _close_group(self, beat, sequence):
        """A heartbeat: yields the group it closes, from the pending events or from the store."""
        self.newest = max(self.newest, sequence)
        if sequence <= self.position:
            pass
        elif beat.previous > self.position:
            yield from self.catch_up()
        else:
            expected = sum(one.count for one in beat.counts if self.matches(one.topic))
            group = [n for n in self.pending if beat.previous < n <= sequence]
            if len(group) != expected:
                yield from self.catch_up()
            else:
                for number in sorted(group):
                    if number > self.position:
                        yield self._give(self.pending[number])
                self.position = sequence
        for number in [n for n in self.pending if n <= self.position]:
            del self.pending[number]

    def poll(self, timeout=1.0):
        """Yields events that became certain within the timeout (seconds)."""
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            if left <= 0 or not self.live.poll(max(1, int(left * 1000))):
                return
            topic, body = self.live.recv_multipart()
            event = pb.FeedEvent.FromString(body)
            if event.WhichOneof("body") == "heartbeat":
                yield from self._close_group(event.heartbeat, event.sequence)
            elif event.topic != topic.decode():
                raise FeedError(f"frame topic {topic!r} is not the event's {event.topic!r}")
            else:
                # Kept even when it is at or below the position: the group it belongs to is counted whole.
                self.pending[event.sequence] = event

    def events(self, seconds, until=None):
        """All events within so many seconds; ends early when until(list) is true."""
        found, end = [], time.monotonic() + seconds
        while time.monotonic() < end and not (until and until(found)):
            found += self.poll(0.2)
        return found


def replay_all(endpoint, topics=(), after=0, security=None):
    """Every stored event, without listening to the live stream."""
    one = Subscriber(None, endpoint, topics, after, security=security)
    try:
        return list(one.catch_up(30.0))
    finally:
        one.close()


def id_sets(events):
    """Ids by kind, of what stands at the end: updates name known statements and are left out."""
    sets = {"statement": set(), "contradiction": set(), "dispute": set()}
    for event in events:
        kind, name = event_id(event)
        if kind in sets:
            sets[kind].add(name)
        elif kind == "retraction":
            for known in sets.values():
                known.discard(name)
    return sets


def reported_urls(events):
    """URLs of all articles that some statement of the feed is reported by, retellings included."""
    urls = set()
    for event in events:
        kind = event.WhichOneof("body")
        if kind in ("statement", "statement_update"):
            statement = getattr(event, kind)
            urls.add(statement.url)
            urls.update(report.url for report in statement.reports)
    return urls


def read_tail_file(path):
    """(sequence, kind, id) of each whole line that a killed tail left behind."""
    try:
        text = pathlib.Path(path).read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    whole = text[:text.rfind("\n") + 1]
    return [(int(s), kind, name) for s, kind, name in (line.split(" ") for line in whole.splitlines())]


def tail_to_file(live, replay, path, topics):
    """Writes one line an event, in one write each; a torn last line is cut off at the start."""
    seen = read_tail_file(path)
    with open(path, "ab", buffering=0) as out:
        out.truncate(sum(len(f"{s} {k} {n}\n") for s, k, n in seen))
        one = Subscriber(live, replay, topics, after=seen[-1][0] if seen else 0)
        while True:
            try:
                for event in one.poll(1.0):
                    out.write("{} {} {}\n".format(event.sequence, *event_id(event)).encode())
            except FeedError as error:  # the server may be down for a while; what was given stays given
                print(error, file=sys.stderr, flush=True)


if __name__ == "__main__":
    tail_to_file(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
