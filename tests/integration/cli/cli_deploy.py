"""What lies in deploy/: units name programs that are built and are as hard as they say, alerts and dashboard name metrics."""

import json
import re
import shutil
import subprocess
import unittest

import gainsay_test
from gainsay_test import BIN, SOURCE

DEPLOY = SOURCE / "deploy"
EXPOSURE_MOST = 2.0


class Deploy(unittest.TestCase):
    def test_units(self):
        units = sorted((DEPLOY / "systemd").glob("*.service"))
        self.assertGreaterEqual(len(units), 5)
        for unit in units:
            program = re.search(r"^ExecStart=/usr/bin/(\S+)", unit.read_text(), re.M).group(1)
            self.assertTrue((BIN / program).exists(), f"{unit.name} starts {program}")
        wanted = re.search(r"^Wants=(.*)$", (DEPLOY / "systemd" / "gainsay.target").read_text(), re.M).group(1).split()
        names = {unit.name for unit in units}
        for one in wanted:
            self.assertIn(re.sub(r"@.*\.", "@.", one), names)

    @unittest.skipIf(shutil.which("systemd-analyze") is None, "systemd-analyze is missing")
    def test_units_are_hardened(self):
        for unit in sorted((DEPLOY / "systemd").glob("*.service")):
            done = subprocess.run(["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False)
            found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
            if found is None:
                self.skipTest(f"systemd-analyze gives no figure: {done.stderr.strip()[:200]}")
            self.assertLessEqual(float(found.group(1)), EXPOSURE_MOST, unit.name)

    def test_alerts_and_dashboard_name_metrics_that_there_are(self):
        # Names of counters and gauges as the daemons report them; the gateway puts daemon and ending around them.
        sources = "".join(path.read_text() for path in SOURCE.glob("services/*/*.c"))
        known = set(re.findall(r'status_(?:counter|gauge|latency)\(arena, status, "(\w+)"', sources))
        texts = (DEPLOY / "prometheus" / "alerts.yaml").read_text() + (DEPLOY / "grafana" / "gainsay.json").read_text()
        json.loads((DEPLOY / "grafana" / "gainsay.json").read_text())
        used = set(re.findall(r"gainsay_(?:ingestor|extractor|aggregator|gateway)_(\w+)", texts)) - {"reached"}
        self.assertGreater(len(used), 15)
        for name in used:
            self.assertIn(re.sub(r"_(total|seconds)$", "", name), known)


if __name__ == "__main__":
    gainsay_test.main()
