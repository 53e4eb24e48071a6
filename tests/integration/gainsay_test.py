"""What the integration and chaos tests stand on: daemons in a temporary directory, and a test runner.

A `Stream` is one set of daemons with ipc:// endpoints under a directory of its own (or tcp:// ports on
loopback); a `Daemon` is one process of it, started, waited for by its sd_notify READY=1, killed, restarted
and read. Nothing is stubbed: the programs are the built ones, named by GAINSAY_BIN.

A test file ends with `gainsay_test.main()`. Exit status 77 tells ctest that everything was skipped.
Standard library only here; what needs python3-zmq and python3-protobuf is in feed_client.py.
"""

import fcntl
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKIP = 77
HERE = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(os.environ.get("GAINSAY_SOURCE", HERE.parent.parent))
BIN = pathlib.Path(os.environ.get("GAINSAY_BIN", SOURCE / "build" / "bin"))
SANITIZE = os.environ.get("GAINSAY_SANITIZE", "")
# Sanitizers cost time, and two cores are shared: every wait is for the worst case, none is slept through.
PATIENCE = 3.0 if SANITIZE else 1.0
SANITIZER_WORDS = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:")


def wait_for(what, condition, seconds=20.0, every=0.02):
    """Polls until condition() is true and returns its value; fails with the words of `what` (text, or a
    function that gives it then) otherwise."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds * PATIENCE:.0f} s for {what() if callable(what) else what}")
        time.sleep(every)


PORT_LOCKS = pathlib.Path(tempfile.gettempdir()) / f"gainsay-test-ports-{os.getuid()}"
taken_ports = {}  # port to the locked file that keeps it ours


def free_port():
    """A TCP port that nobody listens on at this moment, below those that the system gives to outgoing connections.

    It is this process's until the process ends: no later call gives it again, nor does one in a test beside this one.
    """
    PORT_LOCKS.mkdir(mode=0o700, exist_ok=True)
    while True:
        port = random.randrange(15000, 32000)
        if port in taken_ports:
            continue
        lock = open(PORT_LOCKS / str(port), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        taken_ports[port] = lock
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue


class Notifications:
    """The service manager's end of sd_notify: a datagram socket that a thread reads into a list."""

    def __init__(self, path):
        self.path = str(path)
        self.lines = []
        if os.path.exists(self.path):
            os.unlink(self.path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while True:
            try:
                message = self._socket.recv(4096)
            except OSError:
                return
            if message == b"":
                return
            self.lines += message.decode(errors="replace").split("\n")

    def count(self, line):
        return self.lines.count(line)

    def forget(self):
        self.lines.clear()

    def close(self):
        try:  # an empty datagram ends the thread; close() alone would leave it in recv
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"", self.path)
        except OSError:
            pass
        self._thread.join(5)
        self._socket.close()


class SmallDisk:
    """Room that runs out and can be widened: a tmpfs of its own where mounting is allowed, else a limit on the
    size of each file (RLIMIT_FSIZE; what the daemon inherits ignores SIGXFSZ, so write(2) fails)."""

    def __init__(self, case, directory, size):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir()
        self.size = size
        self.daemon = None
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},nr_inodes=1000", "tmpfs", str(self.directory)]
        self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        if self.mounted:
            case.addCleanup(subprocess.run, ["umount", "-l", str(self.directory)], check=False)

    def limit(self, daemon):
        """To be called before the daemon starts."""
        self.daemon = daemon
        if not self.mounted:
            daemon.limits.append((resource.RLIMIT_FSIZE, self.size))

    def widen(self, size):
        if self.mounted:
            subprocess.run(["mount", "-o", f"remount,size={size}", str(self.directory)], check=True)
        else:
            self.daemon.limits.clear()
            resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Daemon:
    """One process of a stream. Its standard error goes to a log file that outlives restarts."""

    def __init__(self, stream, kind, name, settings=(), environment=None, limits=()):
        self.stream, self.kind, self.name = stream, kind, name
        self.settings = list(settings)
        self.environment = dict(environment or {})
        self.limits = list(limits)
        self.log = stream.directory / f"{name}.log"
        self.notifications = Notifications(stream.directory / f"{name}.n")
        self.process = None
        self.stdin = subprocess.DEVNULL

    def argv(self, *more):
        words = [str(BIN / f"gainsay-{self.kind}"), "--config", str(self.stream.config_path), "--name", self.name]
        for setting in self.settings:
            words += ["--set", setting]
        return words + list(more)

    def start(self, ready=True, more=()):
        environment = dict(os.environ, NOTIFY_SOCKET=self.notifications.path, **self.environment)
        self.notifications.forget()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.argv(*more), stdin=self.stdin, stdout=log, stderr=log, env=environment, restore_signals=False,
                preexec_fn=self._limit if self.limits else None)
        if ready:
            self.wait_ready()
        return self

    def _limit(self):
        for what, value in self.limits:
            resource.setrlimit(what, (value, resource.getrlimit(what)[1]))

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.tail()}")
            return self.notifications.count("READY=1")
        wait_for(f"{self.name} to be ready", ready)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=20.0):
        """The exit status, as a shell gives it."""
        try:
            return self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {seconds * PATIENCE:.0f} s:\n{self.tail()}") from None

    def stop(self, seconds=20.0):
        """SIGTERM, and the exit status."""
        if self.running():
            self.send(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        if self.running():
            self.send(signal.SIGKILL)
            self.process.wait()

    def restart(self, ready=True):
        self.kill()
        return self.start(ready)

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines=15):
        return "\n".join(self.text().splitlines()[-lines:])

    def lines(self, pattern):
        """Log lines in which the pattern is found."""
        return [line for line in self.text().splitlines() if re.search(pattern, line)]

    def wait_line(self, pattern, seconds=20.0, count=1):
        wait_for(lambda: f"{count} line(s) /{pattern}/ from {self.name}; its log ends\n{self.tail()}\n",
                 lambda: len(self.lines(pattern)) >= count, seconds)
        return self.lines(pattern)

    def memory(self, key="VmRSS"):
        """A figure of /proc/PID/status in bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {key} in /proc")


class Stream:
    """Daemons that know each other, their configuration file and their directory.

    config: sections of the configuration that are laid over the ones made here. tcp: endpoints on loopback
    ports instead of sockets in the directory.
    """

    ENDPOINTS = ("intake", "live", "replay", "retry", "control")

    def __init__(self, sources=(), config=None, tcp=False, host="127.0.0.1"):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="gs-"))
        self.daemons = {}
        self.config_path = self.directory / "gainsay.yaml"
        self.endpoints = {}
        for name in ("work",) + self.ENDPOINTS:
            self.endpoints[name] = f"tcp://{host}:{free_port()}" if tcp else f"ipc://{self.directory}/{name}"
        self.config = {
            "ingestor": {"work": self.endpoints["work"], "store": str(self.directory / "ingestor.db"),
                         "sources": list(sources), "host_delay": 0},
            "aggregator": {"store": str(self.directory / "aggregator.db")},
            "extractor": {},
            "connect": {"ingestors": [self.endpoints["work"]]},
        }
        for name in self.ENDPOINTS:
            self.config["aggregator"][name] = self.endpoints[name]
            self.config["connect"][name] = self.endpoints[name]
        for section, values in (config or {}).items():
            self.config.setdefault(section, {}).update(values)
        self.write_config()

    def write_config(self):
        # JSON is YAML too, and needs no library.
        self.config_path.write_text(json.dumps(self.config, indent=2) + "\n")

    def add(self, kind, name=None, **options):
        daemon = Daemon(self, kind, name or kind, **options)
        self.daemons[daemon.name] = daemon
        return daemon

    def start(self, extractors=1, **options):
        """One aggregator, some extractors, one ingestor, each ready."""
        self.add("aggregator", **options).start()
        for number in range(extractors):
            self.add("extractor", f"extractor{number + 1}", **options).start()
        self.add("ingestor", **options).start()
        return self

    def __getattr__(self, name):
        daemons = self.__dict__.get("daemons", {})
        if name in daemons:
            return daemons[name]
        raise AttributeError(name)

    def path(self, name):
        return self.directory / name

    def cli(self, *words, config=True, seconds=20.0):
        """Runs `gainsay`, with this stream's configuration or without; returns (status, stdout, stderr)."""
        more = ["--config", str(self.config_path)] if config else []
        done = subprocess.run([str(BIN / "gainsay"), *words, *more], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=seconds * PATIENCE, check=False)
        return done.returncode, done.stdout, done.stderr

    def sanitizer_reports(self):
        reports = []
        for log in self.directory.glob("*.log"):
            text = log.read_text(errors="replace")
            found = SANITIZER_WORDS.search(text)
            if found:
                reports.append(f"{log.name}: {text[found.start():found.start() + 3000]}")
        return reports

    def close(self):
        """Kills what runs, and returns what sanitizers had to say."""
        for daemon in self.daemons.values():
            daemon.kill()
            daemon.notifications.close()
        reports = self.sanitizer_reports()
        if os.environ.get("GAINSAY_KEEP"):
            print(f"kept {self.directory}", file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)
        return reports


class Case(unittest.TestCase):
    """A test whose streams are taken down, and checked for sanitizer reports, at its end."""

    def stream(self, *positional, **options):
        stream = Stream(*positional, **options)
        self.addCleanup(self._close, stream)
        return stream

    def _close(self, stream):
        outcome = getattr(self, "_outcome", None)
        if outcome is not None and not getattr(outcome, "success", True):
            for daemon in stream.daemons.values():
                print(f"---- {self.id()}: end of {daemon.name}.log\n{daemon.tail()}", file=sys.stderr)
        reports = stream.close()
        self.assertEqual(reports, [], "a sanitizer spoke")

    def assert_line(self, lines, *words):
        """Exactly one of the lines holds all the words (case aside): one clear line, not a flood."""
        matching = [line for line in lines if all(word.lower() in line.lower() for word in words)]
        self.assertEqual(len(matching), 1, f"wanted one line with {words}, have:\n" + "\n".join(lines[-20:]))
        return matching[0]


def skip_all(reason):
    print(f"SKIP: {reason}", file=sys.stderr)
    sys.exit(SKIP)


def require_libraries():
    """Ends the program with 77 when what the Python subscriber is built from is missing."""
    try:
        import google.protobuf  # noqa: F401
        import zmq  # noqa: F401
    except ImportError as error:
        skip_all(f"{sys.executable} lacks {error.name}; install python3-zmq and python3-protobuf")
    if shutil.which("protoc") is None:
        skip_all("protoc is missing; install protobuf-compiler")


def require_programs():
    for kind in ("gainsay-ingestor", "gainsay-extractor", "gainsay-aggregator", "gainsay"):
        if not (BIN / kind).exists():
            print(f"{BIN / kind} is missing; build it, or set GAINSAY_BIN", file=sys.stderr)
            sys.exit(1)


def main():
    """Runs the tests of the file that calls it. Status 77 when there was nothing but skips."""
    require_programs()
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIP if result.testsRun == len(result.skipped) else 0)
