"""The catalogue of sources: every row is whole, known and in its place."""

import pathlib
import re
import subprocess
import tempfile
import unittest
from urllib.parse import urlsplit

import gainsay_test
from gainsay_test import BIN, SOURCE

KINDS = {"feed", "sitemap", "pages"}
CATEGORIES = {"foreign", "trade", "finance", "defence", "interior", "energy", "head-of-government", "head-of-state",
              "parliament", "central-bank", "statistics", "international", "wire", "broadcaster", "newspaper"}


class Catalogue(unittest.TestCase):
    def test_rows(self):
        table = (SOURCE / "lib" / "statement" / "data" / "countries.tsv").read_text(encoding="utf-8")
        countries = set(re.findall(r"\t([A-Z]{2})(?=\t|$)", table, re.M)) | {"EU", "UN", "XX"}
        lines = (SOURCE / "deploy" / "sources" / "catalogue.tsv").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        self.assertGreater(len(rows), 500)
        for row in rows:
            self.assertEqual(len(row), 8, row)
            name, _, country, language, kind, category, verified, url = row
            self.assertRegex(name, r"^[a-z0-9-]+$")
            self.assertIn(country, countries, row)
            self.assertRegex(language, r"^[a-z]{2}(-[A-Z]{2})?$")
            self.assertIn(kind, KINDS, row)
            self.assertIn(category, CATEGORIES, row)
            self.assertIn(verified, {"yes", "no"}, row)
            self.assertIn(urlsplit(url).scheme, {"http", "https"}, row)
            self.assertIn(".", urlsplit(url).hostname, row)
            self.assertNotRegex(url, r"[\s\x00-\x20\x7f-\uffff]")
            self.assertTrue(country == "XX" or name.startswith(country.lower() + "-"), row)
        self.assertEqual(len({row[0] for row in rows}), len(rows), "an id stands twice")
        self.assertEqual(len({row[7] for row in rows}), len(rows), "an address stands twice")
        self.assertEqual(rows, sorted(rows, key=lambda row: (row[2], row[0])), "rows are not sorted")

    def test_each_could_stand_in_a_configuration(self):
        with tempfile.TemporaryDirectory(prefix="gs-") as directory:
            config = pathlib.Path(directory) / "gainsay.yaml"
            config.write_text("ingestor: {sources: []}\n", encoding="utf-8")
            for words in (["source", "add", "--catalogue", "all", "--config"], ["config", "check", "--config"]):
                done = subprocess.run([str(BIN / "gainsay"), *words, str(config)], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    gainsay_test.main()
