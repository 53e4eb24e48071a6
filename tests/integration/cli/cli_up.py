"""gainsay up: starts, restarts and stops the daemons, and leaves nothing behind."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import gainsay_test
from gainsay_test import BIN, PATIENCE, wait_for


def children(pid):
    """Name and process id of the direct children, by their command lines."""
    found = {}
    for path in pathlib.Path(f"/proc/{pid}/task/{pid}").glob("children"):
        for child in path.read_text().split():
            try:
                words = pathlib.Path(f"/proc/{child}/cmdline").read_text().split("\0")
            except OSError:
                continue
            name = words[words.index("--name") + 1] if "--name" in words else pathlib.Path(words[0]).name
            found[name] = int(child)
    return found


def alive(pid):
    try:
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


class Up(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="gs-up-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def up(self, *words, **more):
        process = subprocess.Popen([str(BIN / "gainsay"), "up", *words], cwd=self.place, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   **{"stdin": subprocess.DEVNULL, **more})
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def stop(self, process):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=45 * PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        return out, err

    def all_up(self, process, *more):
        names = {"gainsay-aggregator", "gainsay-ingestor", *more}

        def complete():
            found = children(process.pid)
            return set(found) == names and found
        return wait_for(f"the children {names}", complete)

    def test_the_sample_stream_comes_through(self):
        process = self.up("--sample", "--tail", "--json", "--once")
        out, err = process.communicate(timeout=120 * PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["sequence"] for event in events], [str(n + 1) for n in range(len(events))])
        kinds = {kind for event in events for kind in ("statement", "contradiction", "dispute") if kind in event}
        self.assertEqual(kinds, {"statement", "contradiction", "dispute"})
        self.assertFalse((self.place / "gainsay-run" / "gainsay.yaml").exists())
        self.assertTrue((self.place / "gainsay-run" / "aggregator.db").exists())

    def test_other_commands_find_it(self):
        (self.place / "articles.jsonl").write_text(json.dumps(
            {"id": "1", "url": "https://paper.example/1", "title": "Ministry denies talks",
             "text": "Foreign Minister Lena Orsak said on Thursday that no talks were taking place with Belmark."}) + "\n")
        process = self.up("articles.jsonl", "--extractors", "1")

        def newest():
            done = subprocess.run([str(BIN / "gainsay"), "status", "--json"], cwd=self.place, text=True,
                                  capture_output=True, timeout=30, check=False)
            reports = json.loads(done.stdout)["reports"] if done.returncode == 0 else []
            return [one for report in reports for one in report.get("gauges", [])
                    if one["name"] == "newest" and int(one.get("value", 0)) > 0]
        wait_for("the statement in the feed", newest)
        done = subprocess.run([str(BIN / "gainsay"), "replay"], cwd=self.place, text=True, capture_output=True,
                              timeout=30, check=False)
        self.assertIn("Lena Orsak", done.stdout)
        self.stop(process)

    def test_what_dies_is_started_again(self):
        process = self.up("--sample", "--extractors", "2")
        before = self.all_up(process, "extractor-1", "extractor-2")
        os.kill(before["extractor-2"], signal.SIGKILL)

        def again():
            now = children(process.pid)  # for a moment after fork, a child still has the name of `up`
            return set(now) == set(before) and now["extractor-2"] != before["extractor-2"] and now
        after = wait_for("a new extractor", again)
        self.assertEqual({name: pid for name, pid in before.items() if name != "extractor-2"},
                         {name: pid for name, pid in after.items() if name != "extractor-2"})
        _, err = self.stop(process)
        self.assertRegex(err, r"child=extractor-2 signal=9")
        self.assertFalse([pid for pid in after.values() if alive(pid)])

    def test_nothing_survives_it(self):
        process = self.up("--sample", "--tail")
        pids = self.all_up(process, "extractor-1", "extractor-2", "gainsay").values()
        process.kill()
        process.wait()
        wait_for("all children to be gone", lambda: not [pid for pid in pids if alive(pid)])

    def test_a_person_must_act(self):
        (self.place / "run").mkdir()
        (self.place / "run" / "aggregator.db").write_text("not a database, and long enough to be read as one" * 200)
        process = self.up("--sample", "--directory", "run")
        _, err = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 2, err)
        self.assertIn("aggregator.db", err)
        self.assertRegex(err, "child=aggregator")

    def test_one_at_a_time_in_a_directory(self):
        process = self.up("--sample")
        self.all_up(process, "extractor-1", "extractor-2")
        second = self.up("--sample")
        _, err = second.communicate(timeout=30 * PATIENCE)
        self.assertEqual(second.returncode, 2)
        self.assertIn("another `gainsay up` runs there", err)
        third = self.up("--sample", "--directory", "other", "--once")
        third.communicate(timeout=120 * PATIENCE)
        self.assertEqual(third.returncode, 0)
        self.stop(process)

    def test_standard_input_is_a_source(self):
        process = self.up("-", "--tail", "--once", stdin=subprocess.PIPE)
        process.stdin.write(json.dumps({"title": "Talks", "text": "President Tomas Ridder said on Monday that the talks "
                                        "in the capital had ended without a result."}))  # and no newline
        out, err = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("Ridder", out)

    def test_wrong_sources(self):
        for words, expected in ((["absent.txt"], "absent.txt"), (["--config", "x.yaml", "--sample"], "--config"),
                                (["--config", "absent.yaml"], "absent.yaml"),
                                (["--sample", "--directory", "d" * 200], "too long"),
                                (["--sample", "--directory", "no/such/place"], "no/such/place")):
            with self.subTest(words):
                process = self.up(*words)
                _, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 2, err)
                self.assertEqual(len(err.splitlines()), 1, err)
                self.assertIn(expected, err)

    def test_a_configuration_of_ones_own(self):
        sockets = {name: f"ipc://{self.place}/{name}" for name in ("intake", "live", "replay", "retry", "control")}
        (self.place / "own.yaml").write_text(json.dumps({
            "directory": str(self.place), "ingestor": {"work": f"ipc://{self.place}/work"}, "aggregator": sockets}))
        process = self.up("--config", "own.yaml", "--extractors", "1")
        self.all_up(process, "extractor-1")
        wait_for("the aggregator's store", (self.place / "aggregator.db").exists)
        time.sleep(0.5)
        self.stop(process)
        self.assertTrue((self.place / "own.yaml").exists())


if __name__ == "__main__":
    gainsay_test.main()
