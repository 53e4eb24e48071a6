// Names of what UD and this room count with numbers.
#include "lang/lang.h"

static const char *const UPOS_NAMES[GS_UPOS_COUNT] = {"ADJ",   "ADP",   "ADV", "AUX",  "CCONJ", "DET",
                                                      "INTJ",  "NOUN",  "NUM", "PART", "PRON",  "PROPN",
                                                      "PUNCT", "SCONJ", "SYM", "VERB", "X"};

static const char *const NAME_KINDS[GS_NAME_KIND_COUNT] = {
    "PERSON", "ORG", "GPE", "LOC", "NORP", "MISC", "DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL"};

const char *gs_upos_name(gs_upos upos)
{
    return upos < GS_UPOS_COUNT ? UPOS_NAMES[upos] : "_";
}

const char *gs_name_kind_name(gs_name_kind kind)
{
    return kind < GS_NAME_KIND_COUNT ? NAME_KINDS[kind] : "_";
}
