"""cmake --install, and what others build on it: a subscriber in a few lines of C, found through pkg-config."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import gainsay_test
from gainsay_test import SANITIZE

BUILD = pathlib.Path(os.environ["GAINSAY_BUILD"])

SUBSCRIBER = r"""
#include <stdio.h>
#include <gainsay/bus/bus.h>

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    (void)context, (void)bytes;
    printf("%llu %s\n", (unsigned long long)event->sequence, event->topic);
}

int main(void)
{
    gs_error error = {0};
    gs_config *config = gs_config_load(NULL, NULL, 0, &error);
    gs_log log;
    gs_log_init(&log, "subscriber");
    gs_bus_options bus_options = gs_bus_options_of(config, &log);
    gs_bus *bus = gs_bus_new(&bus_options, &error);
    gs_subscriber_options options = {.live_endpoint = config->connect.live, .event = on_event,
                                     .replay_endpoint = config->connect.replay};
    gs_subscriber *subscriber = gs_subscriber_new(bus, &options, &error);
    bool ok = subscriber && gs_bus_run(bus, 10, &error);
    printf("%s\n", ok ? "ready" : error.message);
    gs_subscriber_free(&subscriber);
    gs_bus_free(&bus);
    gs_config_free(&config);
    return ok ? 0 : 1;
}
"""

FILES = ["bin/gainsay", "bin/gainsay-ingestor", "bin/gainsay-extractor", "bin/gainsay-aggregator",
         "include/gainsay/base/base.h", "include/gainsay/bus/bus.h", "include/gainsay/v1/gainsay.pb-c.h",
         "share/gainsay/proto/gainsay/v1/gainsay.proto", "share/gainsay/sample/stream.jsonl", "share/gainsay/catalogue.tsv",
         "share/man/man1/gainsay.1", "share/man/man8/gainsay-ingestor.8", "share/man/man8/gainsay-extractor.8",
         "share/man/man8/gainsay-aggregator.8", "share/man/man8/gainsay-gateway.8", "share/man/man5/gainsay.yaml.5", "share/doc/gainsay/LICENSE",
         "share/doc/gainsay/gainsay.yaml"]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory(prefix="gs-install-")
        cls.addClassCleanup(place.cleanup)
        cls.prefix = pathlib.Path(place.name) / "usr"
        cls.run_quietly("cmake", "--install", str(BUILD), "--prefix", str(cls.prefix))

    @staticmethod
    def run_quietly(*words, **more):
        done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_everything_is_in_its_place(self):
        self.assertEqual([name for name in FILES if not (self.prefix / name).exists()], [])

    def test_no_private_header_is_public(self):
        headers = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*.h")}
        self.assertFalse([name for name in headers if "internal" in name], headers)

    def test_the_installed_programs_run(self):
        out = self.run_quietly(str(self.prefix / "bin/gainsay"), "up", "--sample", "--tail", "--once", "--directory",
                               str(self.prefix / "run"), timeout=180)
        self.assertGreater(len(out.splitlines()), 10)

    def test_the_catalogue_is_found_beside_the_programs(self):
        out = self.run_quietly(str(self.prefix / "bin/gainsay"), "source", "list", "--json", "--catalogue", "CN")
        self.assertIn('"cn-mfa"', out)

    def test_the_example_configuration_is_right(self):
        self.run_quietly(str(self.prefix / "bin/gainsay"), "config", "check",
                         str(self.prefix / "share/doc/gainsay/gainsay.yaml"))

    def test_a_program_of_others(self):
        source, program = self.prefix / "subscriber.c", self.prefix / "subscriber"
        source.write_text(SUBSCRIBER)
        places = [str(path.parent) for path in self.prefix.rglob("gainsay.pc")]
        environment = dict(os.environ, PKG_CONFIG_PATH=":".join(places))
        flags = self.run_quietly("pkg-config", "--cflags", "--libs", "gainsay", env=environment).split()
        sanitize = [f"-fsanitize={SANITIZE}"] if SANITIZE else []
        self.run_quietly("cc", "-Wall", "-Wextra", "-Werror", *sanitize, "-o", str(program), str(source), *flags)
        self.assertEqual(self.run_quietly(str(program)), "ready\n")

    def test_man_pages_have_no_slips(self):
        for page in sorted((self.prefix / "share/man").rglob("*.[158]")):
            with self.subTest(page.name):
                done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True,
                                      check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("NAME", done.stdout.replace("\b", "").replace("NNAAMMEE", "NAME"))


if __name__ == "__main__":
    gainsay_test.main()
