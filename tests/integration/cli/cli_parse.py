"""`gainsay parse` and `gainsay train`: what they print, and what they refuse, with which words and status."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import gainsay_test
from cli_commands import PAGE, gainsay
from gainsay_test import BIN

MODEL = pathlib.Path(os.environ.get("GAINSAY_MODEL") or BIN / "english.gsm")
TEXT = "The minister denied the claims. “Talks haven’t begun,” she said on Friday.\n\nNobody left."


def sentences(out):
    """The sentences of CoNLL-U text: of each the words, of each its columns."""
    found = []
    for block in out.split("\n\n")[:-1]:
        found.append([line.split("\t") for line in block.split("\n") if line and not line.startswith("#")])
    return found


class Parse(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="gs-cli-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def write(self, name, text):
        path = self.place / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def refused(self, words, *expected, status=2, **more):
        """One line on standard error with all the expected words, nothing on standard output."""
        code, out, err = gainsay(*words, **more)
        self.assertEqual((code, out), (status, ""), err)
        self.assertEqual(len(err.splitlines()), 1, err)
        for word in expected:
            self.assertIn(word, err)

    def need_model(self):
        if not MODEL.exists():
            self.skipTest(f"no model: {MODEL}")

    def parse(self, *words, **more):
        code, out, err = gainsay("parse", *words, **more)
        self.assertEqual((code, err), (0, ""))
        return sentences(out)

    # ---- reading

    def test_a_text(self):
        self.need_model()
        path = self.write("text.txt", TEXT)
        read = self.parse(path)
        self.assertEqual(len(read), 3)
        self.assertEqual([word[1] for word in read[0]], ["The", "minister", "denied", "the", "claims", "."])
        for words in read:
            self.assertEqual([int(word[0]) for word in words], list(range(1, len(words) + 1)))
            self.assertEqual(sum(word[6] == "0" for word in words), 1)
            for word in words:
                self.assertEqual(len(word), 10)
                self.assertNotIn("", word)
                self.assertLessEqual(int(word[6]), len(words))

    def test_offsets_lead_to_the_words(self):
        self.need_model()
        text = TEXT + "\n"
        for options in ([], ["--one-sentence-per-line"]):
            for words in self.parse(*options, self.write("text.txt", text)):
                for word in words:
                    begin, end = map(int, word[9].split("Offset=")[1].split(":"))
                    self.assertEqual(text.encode()[begin:end].decode(), word[1])

    def test_standard_input(self):
        self.need_model()
        path = self.write("text.txt", TEXT)
        for options in ([], ["--one-sentence-per-line"]):
            self.assertEqual(self.parse(*options, "-", stdin=TEXT), self.parse(*options, path))

    def test_a_line_is_a_sentence(self):
        self.need_model()
        cases = {"": 0, "\n": 1, "One": 1, "One\n": 1, "One\n\n \nTwo. And three!\n": 4, "\n\nOne": 3,
                 "a\0b\x1b[31m\r\n\u2028 \u0085 c\nd": 3}
        for text, count in cases.items():
            with self.subTest(text):
                self.assertEqual(len(self.parse("--one-sentence-per-line", "-", stdin=text)), count)

    def test_lines_beyond_the_piece_that_is_read_at_once(self):
        self.need_model()
        lines = [f"{'word' * 200} {number}" for number in range(700)]
        read = self.parse("--one-sentence-per-line", self.write("lines.txt", "\n".join(lines)))
        self.assertEqual([words[-1][1] for words in read], [line.split()[-1] for line in lines])
        read = self.parse("--one-sentence-per-line", self.write("line.txt", "word " * 80000))
        self.assertEqual([len(words) for words in read], [80000])

    def test_other_input(self):
        self.need_model()
        rows = [json.dumps({"id": str(n), "text": f"Nobody left on the {n}th."}) for n in range(4, 7)]
        read = self.parse(self.write("articles.jsonl", "\n".join(rows)))
        self.assertEqual([words[4][1] for words in read], ["4th", "5th", "6th"])
        words = [word[1] for sentence in self.parse(self.write("page.html", PAGE)) for word in sentence]
        self.assertIn("spokesperson", words)
        self.assertNotIn("Home", words)

    def test_names_are_in_the_last_column(self):
        self.need_model()
        misc = [word[9] for word in self.parse("-", stdin="On Friday Angela Merkel spoke.")[0]]
        self.assertTrue(misc[1].startswith("Name=B-DATE|"), misc)
        self.assertTrue(misc[2].startswith("Name=B-PERSON|"), misc)
        self.assertTrue(misc[3].startswith("Name=I-PERSON|"), misc)

    # ---- what fails

    def test_help(self):
        for command in ("parse", "train"):
            code, out, err = gainsay(command, "--help")
            self.assertEqual((code, err), (0, ""))
            self.assertIn(f"Usage: gainsay {command}", out)
            self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_missing_files(self):
        self.need_model()
        absent = str(self.place / "absent.txt")
        for options in ([], ["--one-sentence-per-line"]):
            self.refused(["parse", *options, absent], absent, "No such file", status=1)
            self.refused(["parse", *options, str(self.place / "a" / "b")], "No such file", status=1)
        code, out, err = gainsay("parse", "--one-sentence-per-line", absent, self.write("good.txt", "No.\n"),
                                 str(self.place))
        self.assertEqual(code, 1)
        self.assertEqual(len(sentences(out)), 1)
        self.assertEqual(len(err.splitlines()), 2, err)
        self.assertIn("absent.txt", err.splitlines()[0])
        self.assertIn("directory", err.splitlines()[1])

    def test_wrong_usage(self):
        self.refused(["parse"], "something is missing")
        self.refused(["parse", "--input", "pdf", "-"], "pdf", "html")
        self.refused(["parse", "--modle", "x", "-"], "--modle", "did you mean --model?")

    def test_a_model_that_is_not_there(self):
        self.refused(["parse", "--model", "nowhere.gsm", "-"], "nowhere.gsm", "No such file")
        self.refused(["parse", "-"], "nowhere.gsm", "No such file", env={"GAINSAY_MODEL": "nowhere.gsm"})
        self.refused(["parse", "--model", str(self.place), "-"], str(self.place), "not a regular file")

    def test_a_model_that_is_none(self):
        self.refused(["parse", "--model", self.write("empty.gsm", ""), "-"], "empty.gsm", "empty")
        self.refused(["parse", "--model", self.write("text.gsm", TEXT), "-"], "text.gsm", "not a model file")

    def test_a_damaged_model(self):
        self.need_model()
        whole = bytearray(MODEL.read_bytes())
        self.refused(["parse", "--model", self.write("short.gsm", bytes(whole[:-100])), "-"], "short.gsm", "cut short")
        whole[len(whole) // 2] ^= 0x10
        self.refused(["parse", "--model", self.write("bad.gsm", bytes(whole)), "-"], "bad.gsm", "damaged", "section")

    def test_a_full_disk_is_told(self):
        self.need_model()
        with open("/dev/full", "w") as full:
            done = subprocess.run([str(BIN / "gainsay"), "parse", self.write("text.txt", TEXT)], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    # ---- training

    def test_train_refuses(self):
        out = str(self.place / "new.gsm")
        self.refused(["train", out], "--data")
        self.refused(["train", "--data", str(self.place)], "something is missing")
        self.refused(["train", "--data", str(self.place), "--seed", "one", out], "--seed", "whole number")
        absent = str(self.place / "absent")
        code, _, err = gainsay("train", "--data", absent, out)
        self.assertIn(code, (1, 2))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn(absent + "/", err)
        self.assertIn("No such file", err)
        self.assertFalse(pathlib.Path(out).exists())

    def test_train_names_the_line_that_is_wrong(self):
        (self.place / "ud").mkdir()
        self.write("ud/en_ewt-train.conllu", "1\tTalks\ttalk\n\n")
        code, _, err = gainsay("train", "--data", str(self.place), str(self.place / "new.gsm"))
        self.assertIn(code, (1, 2))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn("en_ewt-train.conllu", err)


if __name__ == "__main__":
    gainsay_test.main()
