// A treebank of a few sentences, for tests of the trainer.
#ifndef GAINSAY_TRAIN_TEST_H
#define GAINSAY_TRAIN_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lang/train/train.h"

static const char TINY_TREEBANK[] = "# newdoc id = one\n"
                                    "# text = Talks failed in Geneva.\n"
                                    "1\tTalks\ttalk\tNOUN\tNNS\t_\t2\tnsubj\t_\t_\n"
                                    "2\tfailed\tfail\tVERB\tVBD\t_\t0\troot\t_\t_\n"
                                    "3\tin\tin\tADP\tIN\t_\t4\tcase\t_\t_\n"
                                    "4\tGeneva\tGeneva\tPROPN\tNNP\t_\t2\tobl\t_\tSpaceAfter=No\n"
                                    "5\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_\n"
                                    "\n"
                                    "# text = The minister didn't answer.\n"
                                    "1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n"
                                    "2\tminister\tminister\tNOUN\tNN\t_\t5\tnsubj\t_\t_\n"
                                    "3-4\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                                    "3\tdid\tdo\tAUX\tVBD\t_\t5\taux\t_\t_\n"
                                    "4\tn't\tnot\tPART\tRB\t_\t5\tadvmod\t_\t_\n"
                                    "5\tanswer\tanswer\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No\n"
                                    "6\t.\t.\tPUNCT\t.\t_\t5\tpunct\t_\t_\n"
                                    "\n"
                                    "# newpar\n"
                                    "# text = Anna Berg of Norway met them\n"
                                    "1\tAnna\tAnna\tPROPN\tNNP\t_\t5\tnsubj\t_\t_\n"
                                    "2\tBerg\tBerg\tPROPN\tNNP\t_\t1\tflat\t_\t_\n"
                                    "3\tof\tof\tADP\tIN\t_\t4\tcase\t_\t_\n"
                                    "4\tNorway\tNorway\tPROPN\tNNP\t_\t1\tnmod\t_\t_\n"
                                    "5\tmet\tmeet\tVERB\tVBD\t_\t0\troot\t_\t_\n"
                                    "6\tthem\tthey\tPRON\tPRP\t_\t5\tobj\t_\t_\n"
                                    "\n";

// The text as a temporary file's path; to be freed and removed by drop_file.
static char *text_file(const char *text)
{
    char *path = gs_duplicate("/tmp/gainsay-train-XXXXXX");
    int file = mkstemp(path);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(file);
    return path;
}

static void drop_file(char *path)
{
    unlink(path);
    free(path);
}

static void read_tiny(corpus *to)
{
    char *path = text_file(TINY_TREEBANK);
    gs_error error = {0};
    if (!corpus_read_conllu(to, path, &error))
        abort();
    drop_file(path);
    static const struct {
        uint32_t sentence, word;
        const char *name;
    } names[] = {{0, 3, "B-LOC"}, {2, 0, "B-PERSON"}, {2, 1, "I-PERSON"}, {2, 3, "B-LOC"}};
    for (size_t s = 0; s < to->count; s++)
        for (uint32_t i = 0; i < to->sentences[s].count; i++)
            to->sentences[s].words[i].name = "O";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        to->sentences[names[i].sentence].words[names[i].word].name = names[i].name;
}

#endif
