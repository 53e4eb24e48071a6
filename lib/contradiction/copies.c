// Articles that are copies of one text (Article.copy_of): what they say is said once.
//
// A copy is printed days later, names its speaker by what was left of the text, and its "on Tuesday" is
// another Tuesday; so its statements are looked for among those of the first article and of its other copies
// whatever day and speaker were read, and the words decide. They become reports of one statement, which as
// ever follows the report that was published first.
//
// The first article may come after its copy (by another extractor, or a later delivery) or not at all. So
// what a copy reports is listed under the first one's name, beside what the first one itself reports, and
// each article looks at both lists, whichever of them it is.
//
// What an editor changed in a copy may seem to stand against the first text. Two statements of which all
// reports are copies of one text, and no single article has both, are never a contradiction.
#include "ledger_internal.h"

#include <string.h>

enum { KIN_MAX = 256 }; // statements of one text and its copies that are looked at

static const char *family_of(const gs_report *report)
{
    return report->copy_of[0] ? report->copy_of : report->article_id;
}

static const char *copies_of(gs_arena *arena, const char *first)
{
    return gs_arena_format(arena, "copies of %s", first);
}

static bool has_report_of(const gs_statement *statement, const char *first)
{
    for (size_t i = 0; i < statement->n_reports; i++)
        if (strcmp(family_of(statement->reports[i]), first) == 0)
            return true;
    return false;
}

// Of the statements listed those that still have a report of the text, each once.
static bool add_kin(ledger_turn *turn, const char *first, const gs_id *ids, size_t count)
{
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t i = 0; i < count && turn->kin_count < KIN_MAX; i++) {
        gs_statement *statement = NULL;
        bool known = false;
        for (size_t j = 0; j < turn->kin_count; j++)
            known |= gs_id_equal(turn->kin[j].id, ids[i]);
        if (!known && !store->statement_get(store->context, ids[i], turn->arena, &statement, turn->error))
            return false;
        if (statement && has_report_of(statement, first))
            turn->kin[turn->kin_count++] = (ledger_kin){ids[i], statement};
    }
    return true;
}

bool ledger_find_kin(ledger_turn *turn)
{
    const gs_ledger_store *store = &turn->ledger->store;
    const gs_article *article = turn->extraction->article;
    const bool is_copy = article->copy_of[0] != '\0';
    const char *first = is_copy ? article->copy_of : article->article_id;
    gs_id *told = NULL, *copied = NULL;
    size_t told_count = 0;
    if (turn->extraction->n_statements == 0)
        return true;
    if (is_copy && !store->report_list(store->context, first, turn->arena, &told, &told_count, turn->error))
        return false;
    if (!store->report_list(store->context, copies_of(turn->arena, first), turn->arena, &copied,
                            &turn->listed_count, turn->error))
        return false;
    if (told_count + turn->listed_count == 0)
        return true;
    turn->kin = gs_arena_alloc(turn->arena, KIN_MAX * sizeof *turn->kin);
    return add_kin(turn, first, told, told_count) && add_kin(turn, first, copied, turn->listed_count);
}

// A list that is full is not read to its end anyway.
bool ledger_list_copy(ledger_turn *turn, gs_id id, const gs_statement *statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    const char *first = turn->extraction->article->copy_of;
    if (!first[0] || !statement->speaker || turn->listed_count >= KIN_MAX ||
        statement->speaker->kind == GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED)
        return true;
    turn->listed_count++;
    return store->report_add(store->context, copies_of(turn->arena, first), id, turn->error);
}

bool ledger_unlist_copy(ledger_turn *turn, gs_id id, const gs_statement *statement, const char *first)
{
    const gs_ledger_store *store = &turn->ledger->store;
    if (!first[0])
        return true;
    for (size_t i = 0; i < statement->n_reports; i++)
        if (strcmp(statement->reports[i]->copy_of, first) == 0)
            return true;
    return store->report_remove(store->context, copies_of(turn->arena, first), id, turn->error);
}

bool ledger_are_between_copies(const gs_statement *a, const gs_statement *b)
{
    for (size_t i = 0; i < a->n_reports; i++)
        for (size_t j = 0; j < b->n_reports; j++)
            if (strcmp(a->reports[i]->article_id, b->reports[j]->article_id) == 0 ||
                strcmp(family_of(a->reports[i]), family_of(b->reports[j])) != 0)
                return false;
    return a->n_reports > 0 && b->n_reports > 0;
}

bool ledger_rests_on_copies(ledger_turn *turn, const gs_statement *statement, bool *rests)
{
    const gs_ledger_store *store = &turn->ledger->store;
    bool any_copy = false;
    gs_id *ids = NULL;
    size_t count = 0;
    *rests = false;
    for (size_t i = 0; i < statement->n_reports; i++) {
        any_copy |= statement->reports[i]->copy_of[0] != '\0';
        if (strcmp(family_of(statement->reports[i]), family_of(statement->reports[0])) != 0)
            return true;
    }
    if (statement->n_reports == 0)
        return true;
    *rests = any_copy;
    if (any_copy)
        return true;
    if (!store->report_list(store->context, copies_of(turn->arena, statement->reports[0]->article_id),
                            turn->arena, &ids, &count, turn->error))
        return false;
    *rests = count > 0;
    return true;
}
