"""feedparser beside lib/source: the same files, as bytes in memory.

Usage: feedparser_bench.py MODE RUNS LIST     LIST names one file a line
MODE: whole, feedparser as it comes; bare, without cleaning HTML and resolving the links in it, which gainsay does not do
either. Prints "run SECONDS ENTRIES" for each counted pass; the first pass warms up. feedparser is Debian's
python3-feedparser.
"""
import sys
import time
import warnings

import feedparser

warnings.simplefilter("ignore")
MODES = {"whole": {}, "bare": {"sanitize_html": False, "resolve_relative_uris": False}}


def read_all(feeds, options):
    entries = 0
    for feed in feeds:
        try:
            entries += len(feedparser.parse(feed, **options).entries)
        except Exception:  # its tokenizer gives up on some damaged HTML; that counts as read
            pass
    return entries


def main():
    options = MODES[sys.argv[1]]
    with open(sys.argv[3], encoding="utf8") as names:
        paths = names.read().split("\n")[:-1]
    feeds = []
    for path in paths:
        with open(path, "rb") as file:
            feeds.append(file.read())
    read_all(feeds, options)
    for _ in range(int(sys.argv[2])):
        begin = time.perf_counter()
        entries = read_all(feeds, options)
        print("run", time.perf_counter() - begin, entries, flush=True)


main()
