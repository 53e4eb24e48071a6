#!/usr/bin/env python3
"""Score words and sentences of running text against gold CoNLL-U, by their characters.

usage: score_segments.py --paragraphs GOLD.conllu
       score_segments.py GOLD.conllu SYSTEM.conllu [--errors N]

With --paragraphs, prints the gold text: the sentences of a paragraph (`# newpar`, `# newdoc`) joined with a space,
paragraphs parted by blank lines. Feed that to the program under test, which prints CoNLL-U.
With two files, prints precision, recall and F1 of tokens and of sentences. One is right if its characters, white
space left out, are exactly those of a gold one: the same first and the same last character of the whole text.
--errors N shows N of the places where the two differ.
"""
import re
import sys


def sentences(path):
    """Yields (begins a paragraph, text or None, forms)."""
    forms, text, new = [], None, True
    with open(path, encoding="utf8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("# text ="):
                text = line[8:].strip()
            elif re.match(r"# new(doc|par)\b(?!_)", line):
                new = True
            elif not line:
                if forms:
                    yield new, text, forms
                    forms, text, new = [], None, False
            elif not line.startswith("#"):
                column = line.split("\t")
                if column[0].isdigit():
                    forms.append(column[1])
    if forms:
        yield new, text, forms


def print_paragraphs(path):
    first = True
    for new, text, forms in sentences(path):
        text = re.sub(r"\s+", " ", text or " ".join(forms))
        print(text if first else ("\n\n" if new else " ") + text, end="")
        first = False
    print()


def spans(path):
    """Token and sentence spans over the characters of the whole text, and these characters."""
    tokens, ends, characters = [], [], []
    at = 0
    for _, _, forms in sentences(path):
        begin = at
        for form in forms:
            form = re.sub(r"\s", "", form)
            tokens.append((at, at + len(form)))
            characters.append(form)
            at += len(form)
        ends.append((begin, at))
    return tokens, ends, "".join(characters)


def report(name, gold, system):
    right = len(set(gold) & set(system))
    precision = right / max(1, len(system))
    recall = right / max(1, len(gold))
    f1 = 2 * right / max(1, len(gold) + len(system))
    print("%-9s  gold %d  system %d  precision %.4f  recall %.4f  F1 %.4f"
          % (name, len(gold), len(system), precision, recall, f1))


def show_errors(gold, system, characters, count):
    """Places where only one of the two begins something."""
    gold_begins, system_begins = ({begin for begin, _ in of} for of in (gold, system))
    for at in sorted(gold_begins ^ system_begins)[:count]:
        who = "missing" if at in gold_begins else "surplus"
        print("  %s  %s|%s" % (who, characters[max(0, at - 30):at], characters[at:at + 20]))


def main():
    arguments = sys.argv[1:]
    errors = 0
    if "--errors" in arguments:
        place = arguments.index("--errors")
        errors = int(arguments[place + 1])
        del arguments[place:place + 2]
    if len(arguments) == 2 and arguments[0] == "--paragraphs":
        print_paragraphs(arguments[1])
        return
    if len(arguments) != 2 or arguments[0].startswith("--"):
        sys.exit(__doc__)
    (gold_tokens, gold_sentences, characters), (tokens, system_sentences, other) = map(spans, arguments)
    if characters != other:
        at = next((i for i, (a, b) in enumerate(zip(characters, other)) if a != b), min(len(characters), len(other)))
        sys.exit("the texts differ at character %d: %r, but gold has %r"
                 % (at, other[at:at + 30], characters[at:at + 30]))
    report("tokens", gold_tokens, tokens)
    report("sentences", gold_sentences, system_sentences)
    if errors:
        show_errors(gold_tokens, tokens, characters, errors)
        show_errors(gold_sentences, system_sentences, characters, errors)


if __name__ == "__main__":
    main()
