#!/usr/bin/env python3
"""Follows Gainsay's feed in order, over restarts of either side. A kill between telling an event and noting its number tells
it once more.

usage: subscribe.py LIVE REPLAY [--topic PREFIX]… [--state FILE]      endpoints: tcp://127.0.0.1:7721 tcp://127.0.0.1:7722

Debian: python3-zmq, python3-protobuf, protobuf-compiler. First: protoc --proto_path=proto --python_out=. gainsay/v1/gainsay.proto
"""
import argparse
import os

import zmq
from gainsay.v1 import gainsay_pb2 as gainsay

ANSWER_MS = 3000


def ask(context, endpoint, request):
    """One answer. A server that went away with the question never answers it, so it is asked again on a new socket."""
    while True:
        with context.socket(zmq.DEALER) as socket:
            socket.linger = 0
            socket.connect(endpoint)
            socket.send_multipart([b"GS1R", request.SerializeToString()])
            if socket.poll(ANSWER_MS):
                return gainsay.ReplayReply.FromString(socket.recv_multipart()[-1])


def replay(context, endpoint, after, topics):
    """Stored events after a number, until the newest."""
    while True:
        reply = ask(context, endpoint, gainsay.ReplayRequest(after=after, topics=topics))
        yield from reply.events
        after = max(after, reply.upto)
        if after >= reply.newest:
            return


def follow(live_endpoint, replay_endpoint, after, topics):
    context = zmq.Context()
    live = context.socket(zmq.SUB)
    live.subscribe("heartbeat/")
    live.connect(live_endpoint)
    while True:
        _, packed = live.recv_multipart()
        event = gainsay.FeedEvent.FromString(packed)
        # A heartbeat closes each group of events and tells the newest number. The live stream is only the bell here: what
        # there is to tell is asked of the store, so nothing can be missed. tests/integration/feed_client.py tells live
        # events at once and asks for what is missing alone.
        if event.WhichOneof("body") == "heartbeat" and event.sequence > after:
            for missed in replay(context, replay_endpoint, after, topics):
                yield missed
                after = missed.sequence  # may be beyond the heartbeat's
            after = max(after, event.sequence)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("live")
    options.add_argument("replay")
    options.add_argument("--topic", action="append", default=[])
    options.add_argument("--state")
    options = options.parse_args()
    after = int(open(options.state).read()) if options.state and os.path.exists(options.state) else 0
    for event in follow(options.live, options.replay, after, options.topic or [""]):
        body = getattr(event, event.WhichOneof("body"))
        told = {"statement": lambda: f"{body.speaker.name}: {body.text}", "contradiction": lambda: body.reason,
                "dispute": lambda: body.question}.get(event.WhichOneof("body"), lambda: "")
        print(event.sequence, event.WhichOneof("body"), told(), flush=True)
        if options.state:
            with open(options.state + ".new", "w") as state:
                state.write(str(event.sequence))
            os.replace(options.state + ".new", options.state)


if __name__ == "__main__":
    main()
