"""Articles made from a seed: prose with quotations, in which affairs are claimed, denied and retold.

An affair is one question that two governments answer differently. Its name is made of syllables and its verb
and object occur together only once in some 500 articles, so two affairs share few words; what the extractor
makes of the prose is its own business, and the tests compare runs with each other, not with a list kept here.
Most affairs give a claim and a denial in two articles; some are retold by a second agency word for word.
"""

import json
import random

PARTIES = [
    ("China", "Chinese", "Beijing", "Foreign Ministry spokesperson", ["Guo Wenbin", "Hu Jianyu", "Lin Qiaomei"]),
    ("United States", "U.S.", "Washington", "State Department spokesperson", ["Daniel Hargrove", "Ellen Whitcombe"]),
    ("Russia", "Russian", "Moscow", "Foreign Ministry spokesperson", ["Irina Sokolova", "Pavel Lebedin"]),
    ("Japan", "Japanese", "Tokyo", "Trade Minister", ["Haruto Mizuno", "Keiko Tanabe"]),
    ("India", "Indian", "New Delhi", "Commerce Minister", ["Arvind Deshpande", "Meera Kulkarni"]),
    ("Brazil", "Brazilian", "Brasilia", "Foreign Minister", ["Rafael Teixeira", "Luiza Camargo"]),
    ("Turkey", "Turkish", "Ankara", "Defence Minister", ["Emre Kaplan", "Selin Aydin"]),
    ("Germany", "German", "Berlin", "Economy Minister", ["Jonas Reinhardt", "Katrin Vogel"]),
    ("Egypt", "Egyptian", "Cairo", "Foreign Minister", ["Tarek Mansour", "Nadia Fahmy"]),
    ("Canada", "Canadian", "Ottawa", "Trade Minister", ["Owen MacAllister", "Claire Beaumont"]),
]
VERBS = [pair.split(maxsplit=1) for pair in (
    "has signed", "has ratified", "has blocked", "has inspected", "has closed", "has bought", "has leased", "has vetoed",
    "has evacuated", "has seized", "will reopen", "will join", "will fund", "will tax", "will audit", "will occupy",
    "will recognise", "will repair", "will sell", "will demolish", "is financing", "is suspending", "is boycotting",
    "is dismantling", "is expanding", "is guarding", "is flooding", "is shelling", "is subsidising", "is renting")]
OBJECTS = [
    "pipeline", "fisheries accord", "tariff schedule", "strait patrol", "border crossing", "reservoir", "ceasefire",
    "observatory", "railway", "refinery", "archive", "consulate", "wheat quota", "satellite programme", "harbour", "mine",
    "dam", "ferry line", "sea cable", "airfield", "seminary", "prisoner exchange", "vaccine order", "steel mill", "canal",
    "lighthouse", "monastery", "hostage deal", "oil terminal", "customs union", "shipyard", "grain corridor", "loan",
    "embassy", "referendum", "fishing zone", "telescope", "barracks", "museum collection", "waterworks"]
AGENCIES = ["Harbour Wire", "Meridian Press", "The Northern Ledger", "Continental News Service"]
ONSETS = "b br d dr f g gr h k kr l m n p pr r s st t tr v z".split()
VOWELS = "a e i o u ai ei ou".split()
CODAS = "l m n r s x nd rk th".split() + [""]
FILLER = ("Shipping rates rose while traders waited for details.", "Markets in the region closed little changed.",
          "The matter has occupied diplomats since the winter.", "Residents near the site described long queues.",
          "A previous round ended without a communique.", "Analysts had expected a decision this month.")


def _name(rng):
    syllables = [rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(3)]
    return ("".join(syllables) + rng.choice(CODAS)).capitalize()


def _article(rng, number, title, paragraphs):
    day = 1 + number % 28
    return {
        "id": f"article-{number:06d}",
        "url": f"https://news.example/{number:06d}",
        "published": f"2025-04-{day:02d}T{number % 24:02d}:{number % 60:02d}:00+00:00",
        "publisher": AGENCIES[number % len(AGENCIES)],
        "title": title,
        "text": "\n\n".join(paragraphs + rng.sample(FILLER, 2)),
    }


def _affairs(rng):
    """Endless (name, claim, denial); each name is new, each verb with its object rare."""
    names = set()
    while True:
        for verb, thing in rng.sample([(verb, thing) for verb in VERBS for thing in OBJECTS], len(VERBS) * len(OBJECTS)):
            name = _name(rng)
            while name in names:
                name = _name(rng)
            names.add(name)
            yield name, f"{verb[0]} {verb[1]} the {name} {thing}", f"{verb[0]} not {verb[1]} the {name} {thing}"


def make(count, seed=1, first=0):
    """`count` article objects for JSON Lines, the same for the same seed; first: number of the first one."""
    rng = random.Random(seed)
    articles, retold = [], []
    for name, claim, denial in _affairs(rng):
        if len(articles) >= count:
            return articles[:count]
        claimant, denier = rng.sample(PARTIES, 2)
        number = first + len(articles)
        speaker, answerer = rng.choice(claimant[4]), rng.choice(denier[4])
        said = [f"{claimant[2].upper()} - {claimant[1]} {claimant[3]} {speaker} said on Tuesday that "
                f"{denier[0]} {claim}.",
                f'"{denier[0]} {claim}, as all who live near {name} can see," {speaker} told reporters.']
        articles.append(_article(rng, number, f"{claimant[0]} speaks of {name}", said))
        answer = [f"{denier[2].upper()} - {denier[1]} {denier[3]} {answerer} rejected the account on Wednesday.",
                  f'"{denier[0]} {denial}," {answerer} said.']
        articles.append(_article(rng, number + 1, f"{denier[0]} answers on {name}", answer))
        if rng.random() < 0.3:
            retold.append((name, said))
        if retold and rng.random() < 0.25:
            about, words = retold.pop(rng.randrange(len(retold)))
            articles.append(_article(rng, number + 2, f"Agencies repeat the words on {about}", words))
    raise AssertionError("affairs do not end")


def line(article):
    return json.dumps(article, ensure_ascii=False) + "\n"


def write_jsonl(path, articles):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(line(article) for article in articles)


def append_jsonl(path, articles):
    with open(path, "a", encoding="utf-8") as out:
        out.writelines(line(article) for article in articles)
