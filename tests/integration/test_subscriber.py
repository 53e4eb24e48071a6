"""A subscriber that was written from the .proto alone tails the feed, goes away, comes back, filters, and
falls behind, and never sees a gap or a repeat.

The authority is a replay of everything from sequence 0, taken at the end: what a subscriber was given must be
exactly that, or exactly that part of it which its topics match.
"""

import random
import threading
import time

import gainsay_test

gainsay_test.require_libraries()

import articles  # noqa: E402
import feed_client  # noqa: E402


class Feeding(threading.Thread):
    """Appends articles to a JSON Lines file at a rate, so that the feed moves while a test acts."""

    def __init__(self, path, made, rate):
        super().__init__(daemon=True)
        self.path, self.made, self.rate = path, made, rate

    def run(self):
        pause = 1 / self.rate
        for article in self.made:
            articles.append_jsonl(self.path, [article])
            time.sleep(pause)


class Subscribing(gainsay_test.Case):

    def start(self, count, rate, seed, config=None):
        stream = self.stream(config=config)
        path = stream.path("in.jsonl")
        path.touch()
        stream.config["ingestor"]["sources"] = [{"id": "lines", "kind": "jsonl", "path": str(path)}]
        stream.write_config()
        stream.start()
        feeding = Feeding(path, articles.make(count, seed=seed), rate)
        feeding.start()
        self.addCleanup(feeding.join, 30)
        return stream, feeding

    def subscriber(self, stream, **options):
        one = feed_client.Subscriber(stream.endpoints["live"], stream.endpoints["replay"], **options)
        self.addCleanup(one.close)
        return one

    def drain(self, one, stream, feeding, seconds=40.0):
        """Events until the feeding is over and the subscriber has everything that is stored."""
        events, end = [], time.monotonic() + seconds * gainsay_test.PATIENCE
        still = 0
        while time.monotonic() < end:
            found = one.events(0.3)
            events += found
            still = 0 if found or feeding.is_alive() else still + 1
            if still >= 5 and one.position >= one.newest:
                return events
        self.fail("the feed did not come to rest")

    def stored(self, stream, topics=()):
        return [(e.sequence,) + feed_client.event_id(e)
                for e in feed_client.replay_all(stream.endpoints["replay"], topics)]

    @staticmethod
    def told(events):
        return [(e.sequence,) + feed_client.event_id(e) for e in events]

    def test_tail_disconnect_resume(self):
        """A seeded reader that leaves at random moments, and each time names the last sequence it has."""
        stream, feeding = self.start(400, 40, seed=21)
        rng = random.Random(21)
        events, position, sessions = [], 0, 0
        while feeding.is_alive():
            one = self.subscriber(stream, after=position)
            events += one.events(rng.uniform(0.1, 1.2))
            # What a client keeps is the last event it has dealt with, or the position if that is further on.
            position = one.position if rng.random() < 0.5 or not events else max(position, events[-1].sequence)
            one.close()
            sessions += 1
            time.sleep(rng.uniform(0, 0.5))
        events += self.drain(self.subscriber(stream, after=position), stream, feeding)
        self.assertGreater(sessions, 5)
        self.assertEqual(self.told(events), self.stored(stream))
        self.assertEqual([e.sequence for e in events], list(range(1, len(events) + 1)))

    def test_filtered_topics(self):
        """Subscribers to some topics get those, whole, and count their gaps by topic."""
        stream, feeding = self.start(200, 60, seed=22)
        wanted = (["contradiction/"], ["statement/CN/", "statement/US/"], ["dispute/", "contradiction/"],
                  ["no such topic/"])
        readers = [(topics, self.subscriber(stream, topics=topics), []) for topics in wanted]
        rng = random.Random(22)
        while feeding.is_alive():
            for topics, one, events in readers:
                events += one.events(0.1)
                if rng.random() < 0.15:
                    one.close()
                    one.connect()
        for topics, one, events in readers:
            events += self.drain(one, stream, feeding)
            self.assertEqual(self.told(events), self.stored(stream, topics), topics)
            for event in events:
                self.assertTrue(any(event.topic.startswith(prefix) for prefix in topics), event.topic)
        everything = self.stored(stream)
        self.assertTrue(readers[0][2], "no contradiction in the whole run")
        self.assertEqual(readers[3][2], [])
        self.assertEqual(readers[3][1].position, everything[-1][0], "a quiet subscriber's position moves on")
        self.assertLess(readers[3][1].replays, 5, "a subscriber without events need not ask again and again")

    def test_a_steady_subscriber_needs_no_replay(self):
        """The live stream alone carries a reader that keeps up: replay is for those who were away."""
        stream, feeding = self.start(200, 100, seed=23)
        one = self.subscriber(stream)
        events = self.drain(one, stream, feeding)
        self.assertEqual(self.told(events), self.stored(stream))
        self.assertLessEqual(one.replays, 2)

    def test_a_slow_subscriber_slows_nobody(self):
        """One reader stops reading for seconds while the feed runs; another keeps up; the slow one resumes whole.

        The queue for a slow reader is made short, so that it overflows and events are really lost to it."""
        stream, feeding = self.start(4000, 1000, seed=24, config={"aggregator": {"subscriber_queue": 100}})
        slow, quick = self.subscriber(stream), self.subscriber(stream)
        slow.RECEIVE_QUEUE = 10
        slow.close()
        slow.connect()
        slow_events, quick_events, lag = slow.events(0.5), [], 0.0
        replays = slow.replays  # none or one, as it came before or after the first events
        def keeps_up():
            nonlocal lag
            for event in quick.poll(0.2):
                quick_events.append(event)
                lag = max(lag, time.time() - _seconds(event.at))
            return not feeding.is_alive() and len(quick_events) > 10000  # megabytes: more than sockets buffer
        gainsay_test.wait_for(lambda: f"the quick reader's events; it has {len(quick_events)}", keeps_up, 60)
        self.assertLess(lag, 2.0 * gainsay_test.PATIENCE, "the quick reader lagged behind")
        slow_events += slow.events(1.0)
        quick_events += self.drain(quick, stream, feeding)
        slow_events += self.drain(slow, stream, feeding)
        self.assertGreater(slow.replays, replays, "the slow reader lost nothing, so this test showed nothing")
        expected = self.stored(stream)
        self.assertEqual(self.told(quick_events), expected)
        self.assertEqual(self.told(slow_events), expected)

    def test_the_aggregator_restarts_under_a_subscriber(self):
        stream, feeding = self.start(200, 40, seed=25)
        one = self.subscriber(stream)
        events = one.events(1.5)
        stream.aggregator.restart()
        events += one.events(1.5)
        stream.aggregator.stop()
        stream.aggregator.start()
        events += self.drain(one, stream, feeding)
        self.assertEqual(self.told(events), self.stored(stream))

    def test_replay_from_anywhere(self):
        """Every starting point gives the rest and nothing else; one beyond the end gives nothing."""
        stream, feeding = self.start(60, 200, seed=26)
        self.drain(self.subscriber(stream), stream, feeding)
        everything = self.stored(stream)
        for after in list(range(0, len(everything), 17)) + [len(everything) - 1, len(everything), len(everything) + 50]:
            rest = [(e.sequence,) + feed_client.event_id(e)
                    for e in feed_client.replay_all(stream.endpoints["replay"], after=after)]
            self.assertEqual(rest, everything[after:], f"after {after}")


def _seconds(text):
    """Unix time of an RFC 3339 text in UTC with milliseconds."""
    import datetime
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc).timestamp()


if __name__ == "__main__":
    gainsay_test.main()
