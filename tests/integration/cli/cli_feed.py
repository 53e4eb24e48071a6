"""tail, replay, status, deadletter and backup against running daemons."""

import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import threading
import time

import gainsay_test
from gainsay_test import BIN, Case, wait_for

PLACES = [("Arvania", "Foreign Minister Lena Orsak"), ("Belmark", "President Tomas Ridder"),
          ("Corvia", "Prime Minister Ada Voss")]


def article(number):
    place, speaker = PLACES[number % len(PLACES)]
    return {"id": f"a{number}", "url": f"https://paper.example/{number}", "publisher": "The Paper",
            "title": f"Report {number} from {place}", "published": "2025-04-24T10:00:00+02:00",
            "text": f"{speaker} of {place} said on Thursday that {number + 2} ships had left the harbour.\n\n"
                    f"\"We will send {number + 5} inspectors to the northern border next month,\" {speaker} said."}


class Feed(Case):
    def setUp(self):
        self.flow = None

    def start(self, count=30):
        """Daemons at work on `count` articles, extraction replaced by one statement an article."""
        flow = self.flow = self.stream(config={"extractor": {"no_op": True}})
        source = flow.path("articles.jsonl")
        source.write_text("")
        flow.config["ingestor"]["sources"] = [{"id": "articles", "kind": "jsonl", "path": str(source), "every": 1}]
        flow.write_config()
        flow.start()
        self.add(0, count)
        return flow

    def add(self, first, last):
        with open(self.flow.path("articles.jsonl"), "a") as file:
            for number in range(first, last):
                file.write(json.dumps(article(number)) + "\n")

    def sequences(self, path):
        lines = pathlib.Path(path).read_text().split("\n")
        return [json.loads(line)["sequence"] for line in lines[:-1]]  # behind the last newline stands nothing whole

    def tail(self, *words, **more):
        return subprocess.Popen([str(BIN / "gainsay"), "tail", "--config", str(self.flow.config_path), *words],
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def end(self, process):
        process.kill()
        process.communicate()

    def test_top_shows_daemons_and_contradictions(self):
        flow = self.flow = self.stream()
        source = flow.path("articles.jsonl")
        said = [("China", "Chinese Foreign Ministry spokesperson Guo Wenbin", "has not signed"),
                ("the United States", "State Department spokesperson Ellen Whitcombe", "has signed")]
        with open(source, "w") as file:
            for number, (_, speaker, verb) in enumerate(said):
                file.write(json.dumps(dict(article(number), title="The harbour accord",
                                           text=f'"China {verb} the Talomei harbour accord," {speaker} said on Thursday.')) + "\n")
        flow.config["ingestor"]["sources"] = [{"id": "articles", "kind": "jsonl", "path": str(source), "every": 1}]
        flow.write_config()
        flow.start()
        wait_for("a contradiction on the screen", lambda: "denial" in flow.cli("top", "--once")[1])
        status, out, err = flow.cli("top", "--once")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("DAEMON", out)
        line = out.split("LAST CONTRADICTIONS\n")[1].splitlines()[0]
        self.assertIn("Ellen Whitcombe", line)
        self.assertIn("Guo Wenbin", line)
        self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_count_replay_and_filters(self):
        flow = self.start(30)
        status, out, err = flow.cli("tail", "--since", "0", "--count", "30", "--json", "--topic", "statement/")
        self.assertEqual(status, 0, err)
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(events), 30)
        self.assertTrue(all("statement" in event for event in events))
        status, out, err = flow.cli("replay", "--json")
        self.assertEqual(status, 0, err)
        stored = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["sequence"] for event in stored], [str(n + 1) for n in range(len(stored))])
        status, out, _ = flow.cli("replay", "--json", "--since", "3", "--until", "7")
        self.assertEqual([json.loads(line)["sequence"] for line in out.splitlines()], ["4", "5", "6", "7"])
        status, out, _ = flow.cli("replay", "--json", "--topic", "nothing/")
        self.assertEqual((status, out), (0, ""))
        status, out, _ = flow.cli("replay")
        self.assertEqual(status, 0)
        self.assertNotIn("\x1b", out)  # not a terminal: no colour
        self.assertIn("Report 3", out)

    def trickle(self, total):
        """Articles one by one on the ingestor's standard input, so that there is always something under way."""
        flow = self.flow = self.stream(config={"extractor": {"no_op": True}})
        flow.config["ingestor"]["sources"] = [{"id": "pipe", "kind": "stdin"}]
        flow.write_config()
        reading, writing = os.pipe()
        flow.add("ingestor").stdin = reading
        flow.add("aggregator").start()
        flow.add("extractor").start()
        flow.ingestor.start()
        os.close(reading)

        def write():
            with open(writing, "w") as pipe:
                for number in range(total):
                    pipe.write(json.dumps(article(number)) + "\n")
                    pipe.flush()
                    time.sleep(0.003)
        writer = threading.Thread(target=write)
        writer.start()
        self.addCleanup(writer.join)
        return flow

    def test_a_killed_tail_shows_each_event_once(self):
        total = 1000
        flow = self.trickle(total)
        state, output = flow.path("state"), flow.path("feed.jsonl")
        words = ("--json", "--since", "0", "--state", str(state), "--output", str(output))
        moments = random.Random(2)
        kills_in_the_flow = 0
        while True:
            process = self.tail(*words)
            try:
                process.wait(0.1 + moments.random() * 0.3)
                self.fail(process.communicate())
            except subprocess.TimeoutExpired:
                pass
            self.end(process)
            seen = self.sequences(output) if output.exists() else []
            kills_in_the_flow += 0 < len(seen) < total
            if len(seen) == total:
                break
            with open(output, "a") as torn:  # what a kill in the middle of a write leaves behind
                torn.write('{"sequence": "99')
        self.assertEqual(seen, [str(n + 1) for n in range(total)])
        self.assertGreater(kills_in_the_flow, 5, "the kills came too late to matter")

    def test_an_interrupted_tail_ends_well(self):
        flow = self.start(20)
        state = flow.path("state")
        process = self.tail("--json", "--since", "0", "--state", str(state))
        lines = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 0)
        rest, err = process.communicate()
        self.assertEqual((rest, err), ("", ""))
        self.assertEqual(json.loads(lines[-1])["sequence"], "20")
        self.assertEqual(state.read_text().splitlines()[0], "sequence 20")

    def test_the_state_goes_on_at_standard_output(self):
        flow = self.start(20)
        state = str(flow.path("state"))
        seen = []
        for count in ("7", "5", "8"):
            _, out, _ = flow.cli("tail", "--json", "--since", "0", "--state", state, "--count", count)
            seen += [json.loads(line)["sequence"] for line in out.splitlines()]
        self.assertEqual(seen, [str(n + 1) for n in range(20)])

    def test_state_and_output_that_do_not_fit(self):
        flow = self.start(0)
        flow.path("state").write_text("no such thing")
        status, _, err = flow.cli("tail", "--state", str(flow.path("state")))
        self.assertEqual(status, 2)
        self.assertIn("state", err)
        flow.path("state").write_text("sequence 3\noutput 100\n")
        status, _, err = flow.cli("tail", "--state", str(flow.path("state")), "--output", str(flow.path("gone")))
        self.assertEqual(status, 2)
        self.assertIn("shorter", err)

    def test_a_tail_ends_when_its_reader_does(self):
        self.start(5)
        process = self.tail("--json", "--since", "0")
        self.assertIn("sequence", process.stdout.readline())
        process.stdout.close()
        self.assertEqual(process.wait(20), 0)
        self.assertEqual(process.stderr.read(), "")
        process.stderr.close()

    def test_tail_outlives_the_aggregator(self):
        flow = self.start(10)
        process = self.tail("--json", "--since", "0", "--count", "20")
        for _ in range(10):
            process.stdout.readline()
        flow.aggregator.restart()
        self.add(10, 20)
        rest, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual([json.loads(line)["sequence"] for line in rest.splitlines()], [str(n + 11) for n in range(10)])

    def test_status(self):
        flow = self.start(30)
        flow.cli("tail", "--since", "0", "--count", "30")

        def settled():
            status, out, err = flow.cli("status", "--json")
            self.assertEqual(status, 0, err)
            reports = {report["daemon"]: report for report in json.loads(out)["reports"]}
            figures = {name: {one["name"]: int(one.get("value", 0)) for one in report.get("counters", []) +
                              report.get("gauges", [])} for name, report in reports.items()}
            return len(figures) == 3 and figures["ingestor"].get("backlog") == 0 and figures
        figures = wait_for("all daemons to report", settled)
        self.assertEqual(figures["aggregator"]["articles"], 30)
        self.assertEqual(figures["aggregator"]["newest"], 30)
        status, out, _ = flow.cli("status")
        self.assertEqual(status, 0)
        self.assertLessEqual(max(map(len, out.splitlines())), 80)
        self.assertRegex(out, r"(?m)^aggregator\S* +up ")
        self.assertIn("30 events in the feed", out)
        self.assertIn("ingest_to_feed", flow.cli("status", "--all")[1])

    def test_dead_letters_when_there_are_none(self):
        flow = self.start(1)
        self.assertEqual(flow.cli("deadletter", "list")[:2], (0, "no dead letters\n"))
        self.assertEqual(flow.cli("deadletter", "retry", "--all")[:2], (0, "0 handed out again\n"))
        status, _, err = flow.cli("deadletter", "retry", "0" * 32)
        self.assertIn(status, (0, 1), err)

    def test_backup_of_a_store_in_use(self):
        flow = self.start(50)
        flow.cli("tail", "--since", "0", "--count", "50")
        for store in ("aggregator.db", "ingestor.db"):
            copy = flow.path("copy-" + store)
            status, out, err = self.bare("backup", str(flow.path(store)), str(copy))
            self.assertEqual(status, 0, err)
            self.assertIn(str(copy), out)
            with sqlite3.connect(copy) as database:
                self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))
            self.assertNotEqual(self.bare("backup", str(flow.path(store)), str(copy))[0], 0)  # never overwrites
        flow.aggregator.stop()
        for rest in ("", "-wal", "-shm"):
            flow.path("aggregator.db" + rest).unlink(missing_ok=True)
        flow.path("copy-aggregator.db").rename(flow.path("aggregator.db"))
        flow.aggregator.start()
        status, out, _ = flow.cli("replay", "--json")
        self.assertEqual(len(out.splitlines()), 50)

    def bare(self, *words):
        done = subprocess.run([str(BIN / "gainsay"), *words], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    gainsay_test.main()
