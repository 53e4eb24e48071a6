#!/usr/bin/env python3
"""Names of persons, bodies and places: how well does `gainsay parse` find them?

    score_names.py --text GOLD [--fifth] > sentences.txt
    gainsay parse --one-sentence-per-line sentences.txt > system.conllu
    score_names.py GOLD system.conllu [--fifth]

GOLD: wikigold.conll or a worldwide newswire .bio file: a word and a class a line, an empty line after each
sentence, -DOCSTART- before each document. --text prints one sentence a line, in natural spacing. --fifth keeps
every fifth document (the fifth, the tenth ...), the part of wikigold that training leaves out.

A name counts if its first and last character and its class are right; white space is left out of the count.
Classes are compared as PER, ORG and LOC:

    gold    PER Person -> PER    ORG Organization Organisation -> ORG    LOC Location Facility -> LOC
    system  PERSON -> PER        ORG -> ORG                              GPE LOC -> LOC

All others (MISC, NORP, Product, dates, money, numbers) are left out on both sides.
"""
import argparse
import sys

GOLD = {"PER": "PER", "Person": "PER", "ORG": "ORG", "Organization": "ORG", "Organisation": "ORG",
        "LOC": "LOC", "Location": "LOC", "Facility": "LOC"}
SYSTEM = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC"}
CLASSES = ("PER", "ORG", "LOC")

CLOSING = set(", . ; : ? ! ) ] } % 's 'S ’s n't 're 've 'll 'm 'd ’ ” ... …".split())
MONTHS = set("January February March April May June July August September October November December".split())
OPENING = set("( [ { $ € £ “ ‘".split())


def read_gold(path):
    """Documents, each a list of sentences, each a list of (word, class as written)."""
    documents, sentence, new = [], [], True
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\r\n")
            starts = line.startswith("-DOCSTART-")
            if not line or starts:
                if sentence:
                    if new:
                        documents.append([])
                    documents[-1].append(sentence)
                    sentence, new = [], False
                new = new or starts
                continue
            # A third column, where there is one, holds a name inside the name; the outer one counts.
            columns = line.split("\t") if "\t" in line else line.rsplit(" ", 1)
            if len(columns) < 2:
                sys.exit(f"{path}:{number}: expected a word and a class")
            sentence.append((columns[0], columns[1]))
    if sentence:
        if new:
            documents.append([])
        documents[-1].append(sentence)
    return documents


def natural(words, split_hyphens):
    """The words as a line of text: nothing before a comma, nothing inside brackets and quotation marks.

    split_hyphens: the corpus parts "two - month"; what is meant is a hyphen, unless a date stands before it.
    """
    words = list(words)
    text, glue, double, single = "", True, False, False
    for i, word in enumerate(words):
        closes = word in CLOSING or (word in ('"', "''") and double)
        if word == "'":  # closes a quotation, or is the genitive of a plural
            closes = single or (i > 0 and words[i - 1].endswith("s"))
        hyphen = split_hyphens and word == "-" and 0 < i < len(words) - 1 and words[i - 1] not in MONTHS
        text += word if glue or closes or hyphen else " " + word
        glue = word in OPENING or hyphen
        if word in ('"', "''", "``"):
            double = not double
            glue = double
        elif word == "'" and (single or not closes):
            single = not single
            glue = single
    return text


def spans(tagged, table):
    """Words with BIO or IOB1 classes -> (text without white space, {(begin, end, class)}) of one sentence."""
    text, found, begin, last = "", set(), 0, "O"
    for word, label in tagged + [("", "O")]:
        kind = label[2:]
        if last != "O" and (label == "O" or label[0] == "B" or kind != last):
            if last in table:
                found.add((begin, len(text), table[last]))
            last = "O"
        if label != "O" and last == "O":
            begin, last = len(text), kind
        text += "".join(word.split()).replace("\u200b", "").replace("\ufeff", "")
    return text, found


def read_system(path):
    sentences, words = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line and words:
                sentences.append(words)
                words = []
            columns = line.split("\t")
            if len(columns) == 10 and columns[0].isdigit():
                names = [part[5:] for part in columns[9].split("|") if part.startswith("Name=")]
                words.append((columns[1], names[0] if names else "O"))
    return sentences + [words] if words else sentences


def join(sentences, table):
    """All sentences behind one another, so that it does not matter where the system parts them."""
    parts, found, offset = [], set(), 0
    for tagged in sentences:
        text, inside = spans(tagged, table)
        found |= {(begin + offset, end + offset, kind) for begin, end, kind in inside}
        parts.append(text)
        offset += len(text)
    return "".join(parts), found


def report(label, gold, system):
    right = len(gold & system)
    precision = right / len(system) if system else 0.0
    recall = right / len(gold) if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    print(f"{label:6} precision {precision:6.3f}  recall {recall:6.3f}  F1 {f1:6.3f}"
          f"  gold {len(gold):6}  found {len(system):6}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", help="the name corpus")
    parser.add_argument("system", nargs="?", help="CoNLL-U of gainsay parse")
    parser.add_argument("--text", action="store_true", help="print the corpus as text")
    parser.add_argument("--fifth", action="store_true", help="every fifth document only")
    options = parser.parse_args()
    if options.text == bool(options.system):
        parser.error("give either --text or the system's CoNLL-U")
    documents = read_gold(options.gold)
    if options.fifth:
        documents = documents[4::5]
    sentences = [sentence for document in documents for sentence in document]
    if options.text:
        split_hyphens = options.gold.endswith(".bio")
        for sentence in sentences:
            print(natural((word for word, _ in sentence), split_hyphens))
        return
    gold_text, gold = join(sentences, GOLD)
    system_text, system = join(read_system(options.system), SYSTEM)
    if gold_text != system_text:
        at = next((i for i, (a, b) in enumerate(zip(gold_text, system_text)) if a != b),
                  min(len(gold_text), len(system_text)))
        sys.exit(f"the texts differ at character {at}: gold has {gold_text[at:at + 30]!r}, "
                 f"the system {system_text[at:at + 30]!r}")
    for kind in CLASSES:
        report(kind, {span for span in gold if span[2] == kind}, {span for span in system if span[2] == kind})
    report("micro", gold, system)


if __name__ == "__main__":
    main()
