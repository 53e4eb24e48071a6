#!/usr/bin/env python3
"""Text of articles on pages: F1 of runs of four words, as the public benchmark of article extraction counts.

usage: pages.py GAINSAY DATA [SYSTEM.json]    DATA: directory of the corpora, with the scorers in DATA/../tools
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    gainsay, pages = sys.argv[1], os.path.join(sys.argv[2], "pages")
    names = sorted(json.load(open(os.path.join(pages, "ground-truth.json"), encoding="utf8")))
    system = {}
    with tempfile.TemporaryDirectory() as work:
        for name in names:
            path = os.path.join(work, "page.html")
            with open(path, "wb") as out:
                out.write(gzip.open(os.path.join(pages, "html", name + ".html.gz")).read())
            done = subprocess.run([gainsay, "page", "--json", path], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                print(name, done.stderr.strip(), file=sys.stderr)
            system[name] = {"articleBody": json.loads(done.stdout)["text"] if done.stdout else ""}
        target = sys.argv[3] if len(sys.argv) == 4 else os.path.join(work, "system.json")
        json.dump(system, open(target, "w", encoding="utf8"), ensure_ascii=False)
        scorer = os.path.join(sys.argv[2], "..", "tools", "score_pages.py")
        sys.exit(subprocess.run([sys.executable, scorer, pages, target], check=False).returncode)


if __name__ == "__main__":
    main()
