"""How well are copies of articles told from other articles on the same story?

usage: copies.py DATA [--tool copies] [--show N] [--seed N]

DATA holds polnear/train.jsonl and fnc1/competition_test_bodies.csv. Their texts are the originals. Copies are made of
them as sites make them: cut, with a lead, with boilerplate, edited, paragraphs dropped, all of it together. Others are
made that are no copies and look like some: another article that quotes the same statements at length, reports from one
template with other figures, articles with the same boilerplate; and there are the originals themselves, many of them on
one story. Two originals of which the full texts share more than half are copies that the collection had: those count as
neither.

For each method and threshold: recall over the copies by kind, marks on texts that are no copies, precision.
"""

import argparse
import csv
import difflib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LEAST_WORDS = 60

HOUSE = [("said", "says"), ("percent", "per cent"), ("U.S.", "US"), ("told reporters", "told journalists"),
         ("President", "Mr."), ("according to", "as reported by"), ("on Monday", "Monday"), ("on Tuesday", "Tuesday"),
         ("on Wednesday", "Wednesday"), ("on Thursday", "Thursday"), ("on Friday", "Friday"), ("however", "but")]
FOOTERS = [
    "Sign up for the free {site} morning briefing and never miss a story. By signing up you accept our terms of use and our "
    "{adjective} privacy notice, and you can leave the list at any time with one click.",
    "This story has been published by {site} from an agency feed without changes to the text.",
    "Follow {site} on social media for the latest headlines, videos and {adjective} analysis from our correspondents.",
    "All rights reserved. This material may not be published, broadcast, rewritten or redistributed without permission "
    "of {site}, and {adjective} photographs remain the property of the agencies that supplied them to this newsroom.",
    "Read more: what we know so far, in {adjective} pictures, and the full timeline of events. Join the conversation at "
    "{site} below; comments are moderated and close after three days, and subscribers may also listen in our app.",
    "Support {adjective} journalism with a subscription to {site}. It costs less than a coffee a week and pays for the "
    "reporting that you rely on, from the courts and councils of this city to the capitals of the world.",
]
ADJECTIVES = ["independent", "local", "fearless", "trusted", "daily", "award-winning", "global", "honest"]
SITES = 40
LEADS = [
    "A dispute that has kept officials busy for days took another turn, our correspondents report from the capital, where "
    "reaction was swift and sharply divided among lawmakers of every party.",
    "It is the story everybody in town is talking about this week, and our readers have sent us hundreds of questions "
    "about it; here is what is known, from the agencies.",
    "Editor's note: the following account reached this newsroom overnight and has been shortened for reasons of space.",
]
TEMPLATES = [
    "{place} shares closed {way} on {day} as investors weighed {n1} new figures. The main index {moved} {n2} points, or "
    "{n3} percent, to end the session at {n4}. Volume stood at {n5} million shares, compared with a daily average of {n6} "
    "million over the last {n7} sessions. Banks {moved} {n8} percent while miners {moved} {n9} percent. In currency "
    "trading the dollar was at {n10} against the {place} unit. Oil for delivery next month {moved} {n11} cents to {n12} "
    "dollars a barrel. Analysts said the market would look to figures due next week for direction, among them the index of "
    "consumer prices and the number of new claims for benefits.",
    "{place} reported {n1} new cases on {day}, taking the total since the start of the outbreak to {n2}. The health "
    "ministry said {n3} people had died in the last day, and that {n4} were in hospital, {n5} of them in intensive care. "
    "The share of positive tests stood at {n6} percent. Some {n7} percent of adults have had two doses of a vaccine. The "
    "ministry urged people who feel unwell to stay at home, to wear a mask where distance cannot be kept, and to have "
    "themselves tested at one of the {n8} centres that are open every day of the week.",
    "A magnitude {n1} earthquake struck {n2} kilometres off {place} on {day}, the geological service said. The quake, "
    "which hit at a depth of {n3} kilometres at {n4} local time, was felt in towns along the coast. There were no "
    "immediate reports of damage or injuries and no warning of a tsunami was issued. The region lies on a belt of "
    "volcanoes and faults where quakes are frequent; one of magnitude {n5} killed {n6} people there {n7} years ago and "
    "left {n8} houses in ruins.",
]
PLACES = ["Lima", "Jakarta", "Ankara", "Cairo", "Lagos", "Manila", "Quito", "Athens", "Oslo", "Tunis"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def words_of(text):
    return re.findall(r"\w+", text.lower().replace("’", "").replace("'", ""))


def load(data):
    texts = {}
    for line in open(data / "polnear" / "train.jsonl", encoding="utf8"):
        article = json.loads(line)
        texts["polnear/" + article["id"]] = article["text"]
    csv.field_size_limit(10_000_000)
    for row in csv.DictReader(open(data / "fnc1" / "competition_test_bodies.csv", encoding="utf8")):
        texts["fnc1/" + row["Body ID"]] = row["articleBody"]
    return {name: text for name, text in texts.items() if len(words_of(text)) >= LEAST_WORDS}


# ---- copies ----------------------------------------------------------------------------------------

def paragraphs_of(text):
    parts = [part for part in re.split(r"\n\s*\n|\n", text) if part.strip()]
    if len(parts) < 4:
        sentences = re.split(r"(?<=[.!?]) +", text)
        parts = [" ".join(sentences[i:i + 2]) for i in range(0, len(sentences), 2)]
    return parts


def cut(rng, parts, share):
    total, kept = sum(len(part) for part in parts), []
    for part in parts:
        if kept and sum(len(p) for p in kept) > total * share:
            break
        kept.append(part)
    return kept


def edit(rng, text, every):
    for old, new in HOUSE:
        if rng.random() < 0.5:
            text = text.replace(old, new)
    words = text.split(" ")
    for _ in range(len(words) // every):
        at = rng.randrange(len(words))
        kind = rng.random()
        if kind < 0.4:
            words[at] = rng.choice(words)
        elif kind < 0.7:
            words[at] = ""
        else:
            words[at] += " " + rng.choice(words)
    return " ".join(word for word in words if word)


def retitled(_rng, text, _site):
    return text.replace("\n\n", "\n").replace('"', "”")


def with_lead(rng, text, _site):
    return rng.choice(LEADS) + "\n\n" + text


def footers_of(site):
    """What a site puts around each of its articles."""
    rng = random.Random(site)
    return [line.format(site=site, adjective=rng.choice(ADJECTIVES)) for line in rng.sample(FOOTERS, 4)]


def with_boilerplate(rng, text, site):
    parts = paragraphs_of(text)
    for line in footers_of(site):
        parts.insert(rng.choice([0, len(parts), len(parts), rng.randrange(len(parts) + 1)]), line)
    return "\n\n".join(parts)


def dropped(rng, text, _site):
    parts = paragraphs_of(text)
    return "\n\n".join(part for part in parts if rng.random() > 0.3) or text


def mixed(rng, text, site):
    parts = cut(rng, paragraphs_of(text), rng.uniform(0.5, 0.9))
    return with_boilerplate(rng, with_lead(rng, edit(rng, "\n\n".join(parts), 60), site), site)


COPIES = {
    "retitled": retitled,
    "cut to 70%": lambda rng, text, _site: "\n\n".join(cut(rng, paragraphs_of(text), 0.7)),
    "cut to 40%": lambda rng, text, _site: "\n\n".join(cut(rng, paragraphs_of(text), 0.4)),
    "lead": with_lead,
    "boilerplate": with_boilerplate,
    "dropped": dropped,
    "edited 1/80": lambda rng, text, _site: edit(rng, text, 80),
    "edited 1/40": lambda rng, text, _site: edit(rng, text, 40),
    "mixed": mixed,
}


# ---- what is none ----------------------------------------------------------------------------------

def quoting(rng, text, other):
    """Another article on the story: a third of its words are quotations that the first one has as well."""
    own = paragraphs_of(other)
    theirs = re.split(r"(?<=[.!?]) +", " ".join(paragraphs_of(text)))
    rng.shuffle(theirs)
    left = sum(len(part) for part in own) / 2
    for part in theirs:
        if len(part) < left:
            left -= len(part)
            own.insert(rng.randrange(1, len(own) + 1), "“" + part + "”")
    return "\n\n".join(own)


def templated(rng, number):
    fields = {f"n{i}": f"{rng.uniform(1, 400):.{rng.randrange(3)}f}" for i in range(1, 13)}
    return TEMPLATES[number % len(TEMPLATES)].format(place=rng.choice(PLACES), day=rng.choice(DAYS),
                                                     way=rng.choice(["higher", "lower", "flat"]),
                                                     moved=rng.choice(["rose", "fell", "gained", "lost"]), **fields)


def same_boilerplate(rng, text, site):
    """A short article; more of it is the site's than its own."""
    short = cut(rng, paragraphs_of(text), 0.25)
    return "\n\n".join(footers_of(site)[:2] + short + footers_of(site)[2:])


def make(texts, seed):
    """Records (id, text, original or None, kind, site), in the order of their coming; and for those that are no copies
    the text that is their own."""
    own = dict(texts)
    rng = random.Random(seed)
    sites = [f"site{number}.example" for number in range(SITES)]
    held = set(rng.sample(sorted(texts), len(texts) // 5))  # only in what is no copy
    names = [name for name in texts if name not in held]
    records = [(name, texts[name], None, "original", name + ".example") for name in names]
    for name in rng.sample(names, len(names) // 2):
        for kind in rng.sample(sorted(COPIES), 3):
            site = rng.choice(sites)
            copy = COPIES[kind](rng, texts[name], site)
            if len(words_of(copy)) >= 40:
                records.append((f"{name}#{kind}", copy, name, kind, site))
    for name, other in zip(rng.sample(names, len(held)), sorted(held)):
        records.append((f"{name}#quoting", quoting(rng, texts[name], texts[other]), None, "quoting", "q.example"))
        own[f"{name}#quoting"] = texts[other]
    for number in range(150):
        records.append((f"template#{number}", templated(rng, number), None, "template", f"t{number}.example"))
    for name in rng.sample(sorted(held), 200):
        site = rng.choice(sites)
        records.append((f"{name}#footers", same_boilerplate(rng, texts[name], site), None, "footers", site))
        own[f"{name}#footers"] = texts[name]
    return records, own


# ---- scoring ---------------------------------------------------------------------------------------

def shared(a, b):
    """The share of the shorter text's words that stand in runs of eight or more in the longer one."""
    a, b = sorted((words_of(a), words_of(b)), key=len)
    matcher = difflib.SequenceMatcher(None, b, a, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks() if block.size >= 8) / len(a)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--tool", default=HERE.parents[1] / "build" / "release" / "bench" / "copies")
    parser.add_argument("--show", type=int, default=0, help="wrong marks to print")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = load(options.data)
    records, own = make(texts, options.seed)
    with tempfile.TemporaryFile("w+", encoding="utf8") as lines:
        for name, text, _, _, site in records:
            lines.write(json.dumps({"id": name, "text": text, "site": site}) + "\n")
        lines.seek(0)
        output = subprocess.run([str(options.tool)], stdin=lines, capture_output=True, text=True, check=True).stdout
    report(records, own, [line.split("\t") for line in output.splitlines()], options)


def report(records, own, matches, options):
    by_name = {record[0]: record for record in records}
    known = {}
    print(f"{len(records)} texts, {sum(isinstance(r[2], str) for r in records)} of them copies")
    print(f"{'method':9} {'from':>5} {'marked':>6} {'right':>6} {'wrong':>6} {'P':>6} {'R':>6}   recall by kind; wrong by kind")
    for method, thresholds in (("sketch", (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)), ("minhash", (0.2, 0.3, 0.5, 0.7, 0.8)),
                               ("simhash", (0.80, 0.86, 0.9, 0.95)), ("simhash3", (0.80, 0.86, 0.9, 0.95))):
        lines = [line for line in matches if line[0] == method]
        for threshold in thresholds:
            show(method, threshold, lines, by_name, own, known, options)


def is_right(record, found, by_name, own, known):
    """True, False, or None where the text's own words are those of another original, as the collection has them."""
    name, _, of, _, _ = record
    other = by_name[found]
    root = other[2] or other[0]
    if of == root:
        return True
    pair = (of or name, root)
    if not all(part in own for part in pair):
        return False
    if pair not in known:
        known[pair] = shared(own[pair[0]], own[root])
    return None if known[pair] >= 0.5 else False


def show(method, threshold, lines, by_name, own, known, options):
    total, right, wrong, spared, needed = {}, {}, {}, 0, {}
    for record in by_name.values():
        if isinstance(record[2], str):
            total[record[3]] = total.get(record[3], 0) + 1
    for _, name, found, likeness, words, keys in lines:
        if float(likeness) < threshold or int(words) < 40:
            continue
        record = by_name[name]
        verdict = is_right(record, found, by_name, own, known)
        if verdict is None:
            spared += 1
        elif verdict:
            right[record[3]] = right.get(record[3], 0) + 1
            needed[int(keys)] = needed.get(int(keys), 0) + 1
        else:
            wrong[record[3]] = wrong.get(record[3], 0) + 1
            if options.show and method == "sketch" and threshold == 0.5 and sum(wrong.values()) <= options.show:
                print("   ?", name, found, likeness, words, f"{known.get((name, found), -1):.2f}")
    marked, good, bad = sum(right.values()) + sum(wrong.values()), sum(right.values()), sum(wrong.values())
    kinds = " ".join(f"{kind}:{right.get(kind, 0) / count:.3f}" for kind, count in sorted(total.items()))
    print(f"{method:9} {threshold:5.2f} {marked:6} {good:6} {bad:6} {good / max(marked, 1):6.4f} "
          f"{good / sum(total.values()):6.4f}   {kinds}; {wrong} as found: {spared}")
    if method == "sketch":
        found = 0
        shares = []
        for keys in range(1, 17):
            found += needed.get(keys, 0)
            if keys in (2, 4, 6, 8, 12, 16):
                shares.append(f"{keys}: {found / max(good, 1):.4f}")
        print("          found by so many keys:", ", ".join(shares))


if __name__ == "__main__":
    sys.exit(main())
