// What the table learns, and how that is kept.
//
// The same office is worded in many ways, and each wording is an entry, of which holders_find.c takes the
// best. So learning is a matter of counting: what an entry says never changes, only its days and mentions.
//
// Changes since the last commit of the owner stand in a journal. Undoing is rare (a full disk), so it puts
// the old entries back and builds the indexes anew instead of taking them apart step by step.
#include "holders_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 200, COUNTED_EXACTLY = 4 };

// ---- the door: learning ----------------------------------------------------------------------------

int32_t holder_day(const char *text)
{
    gs_time time;
    int year, month, day;
    if (!text || !gs_time_parse(gs_view_of(text), &time))
        return INT32_MIN;
    gs_time_civil(time, &year, &month, &day, NULL);
    return (int32_t)gs_days_from_civil(year, month, day);
}

static void note_change(gs_holders *self, holder_entry *entry, bool is_new)
{
    if (entry->journal)
        return;
    self->journal =
        holder_grown(self->journal, &self->journal_capacity, self->journal_count + 1, sizeof *self->journal);
    self->journal[self->journal_count] =
        (holder_change){.entry = (uint32_t)(entry - self->entries), .before = *entry, .is_new = is_new};
    entry->journal = ++self->journal_count;
}

static void count_mention(gs_holders *self, holder_entry *entry, const char *article_id, uint64_t article,
                          int32_t day)
{
    entry->last_article = article;
    entry->first_day = day < entry->first_day ? day : entry->first_day;
    entry->last_day = day > entry->last_day ? day : entry->last_day;
    if (entry->mentions < GS_HOLDER_ARTICLES)
        entry->articles[entry->mentions] = holder_intern(self, article_id);
    entry->mentions += entry->mentions < UINT32_MAX;
}

static bool fits(const char *text)
{
    return text && strlen(text) <= TEXT_BYTES_MAX;
}

static void learn_speaker(gs_holders *self, const gs_speaker *speaker, const char *article_id, int32_t day)
{
    if (!speaker || speaker->kind != GAINSAY__V1__SPEAKER__KIND__PERSON || !speaker->role[0] ||
        !fits(speaker->name) || !fits(speaker->role) || !fits(speaker->organisation) ||
        strlen(speaker->country) >= HOLDER_COUNTRY_BYTES)
        return;
    gs_naming name;
    gs_arena_reset(self->scratch);
    gs_naming_read(gs_view_of(speaker->name), self->scratch, &name);
    if (name.count < 2 || gs_naming_is_bare(&name))
        return;
    const gs_told row = {.name = speaker->name,
                         .aliases = "",
                         .role = speaker->role,
                         .organisation = speaker->organisation,
                         .country = speaker->country,
                         .entity_id = speaker->entity_id,
                         .official = speaker->official,
                         .from_day = day,
                         .until_day = day};
    gs_id id = holder_id_of(self, &row);
    uint64_t article = gs_hash(gs_view_of(article_id));
    holder_entry *entry = holder_entry_of(self, id);
    if (entry && (entry->told || entry->last_article == article))
        return;
    if (entry) {
        note_change(self, entry, false);
    } else {
        if (self->count - self->told_count >= self->max)
            return;
        holder_entry fresh = holder_entry_from(self, id, &row);
        entry = holder_add(self, &fresh);
        note_change(self, entry, true);
    }
    if (!entry->gender && speaker->gender)
        entry->gender = speaker->gender == GAINSAY__V1__SPEAKER__GENDER__FEMALE ? 'f' : 'm';
    count_mention(self, entry, article_id, article, day);
}

void gs_holders_learn(gs_holders *self, const gs_extraction *extraction)
{
    const gs_article *article = extraction->article;
    int32_t day = holder_day(article->published);
    if (day == INT32_MIN)
        day = holder_day(article->fetched);
    if (day == INT32_MIN)
        return; // an office without a time is no help
    for (size_t i = 0; i < extraction->n_people; i++)
        learn_speaker(self, extraction->people[i], article->article_id, day);
    for (size_t i = 0; i < extraction->n_statements; i++)
        learn_speaker(self, extraction->statements[i]->speaker, article->article_id, day);
}

void gs_holders_tell(gs_holders *self, const gs_told *told)
{
    gs_id id = gs_id_of("told", gs_view_of(told->aliases),
                        gs_view_make(holder_id_of(self, told).bytes, GS_ID_BYTES));
    gs_buffer days = {0};
    gs_buffer_format(&days, "%d %d", told->from_day, told->until_day); // the same office, held twice
    id = gs_id_of("told", gs_buffer_view(&days), gs_view_make(id.bytes, GS_ID_BYTES));
    gs_buffer_free(&days);
    if (holder_entry_of(self, id))
        return;
    holder_entry fresh = holder_entry_from(self, id, told);
    fresh.told = true;
    holder_add(self, &fresh);
}

// ---- the door: keeping -----------------------------------------------------------------------------

static const char *day_text(int32_t day, char text[16])
{
    int year, month, date;
    gs_civil_from_days(day, &year, &month, &date);
    snprintf(text, 16, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)date % 100);
    return text;
}

static bool save_entry(const gs_holders *self, const holder_entry *entry,
                       bool (*put)(void *, gs_id, const gs_holder *, gs_error *), void *context,
                       gs_error *error)
{
    gs_holder message = GAINSAY__V1__HOLDER__INIT;
    char id[GS_ID_TEXT], first[16], last[16];
    char *articles[GS_HOLDER_ARTICLES];
    gs_id_text(entry->id, id);
    message.holder_id = id;
    message.name = (char *)holder_text(self, entry->name);
    message.role = (char *)holder_text(self, entry->role);
    message.organisation = (char *)holder_text(self, entry->organisation);
    message.country = (char *)entry->country;
    message.official = entry->official;
    message.entity_id = (char *)holder_text(self, entry->entity_id);
    message.gender = entry->gender == 'f'   ? GAINSAY__V1__SPEAKER__GENDER__FEMALE
                     : entry->gender == 'm' ? GAINSAY__V1__SPEAKER__GENDER__MALE
                                            : GAINSAY__V1__SPEAKER__GENDER__GENDER_UNSPECIFIED;
    message.first_day = (char *)day_text(entry->first_day, first);
    message.last_day = (char *)day_text(entry->last_day, last);
    message.mentions = entry->mentions;
    while (message.n_article_ids < GS_HOLDER_ARTICLES && entry->articles[message.n_article_ids]) {
        articles[message.n_article_ids] = (char *)holder_text(self, entry->articles[message.n_article_ids]);
        message.n_article_ids++;
    }
    message.article_ids = articles;
    return put(context, entry->id, &message, error);
}

// Who is named in every other article would be written with every commit. Its count is written when it has
// doubled, and the entry whenever its days move: what a crash can lose is less than half of a count.
static bool is_due(const holder_change *change, const holder_entry *entry)
{
    uint32_t written = COUNTED_EXACTLY;
    while (written <= entry->mentions / 2)
        written *= 2;
    return change->is_new || entry->mentions <= COUNTED_EXACTLY ||
           entry->first_day != change->before.first_day || entry->last_day != change->before.last_day ||
           change->before.mentions < written;
}

bool gs_holders_save(gs_holders *self, bool (*put)(void *context, gs_id id, const gs_holder *, gs_error *),
                     void *context, gs_error *error)
{
    for (uint32_t i = 0; i < self->journal_count; i++) {
        const holder_entry *entry = &self->entries[self->journal[i].entry];
        if (is_due(&self->journal[i], entry) && !save_entry(self, entry, put, context, error))
            return false;
    }
    return true;
}

void gs_holders_keep(gs_holders *self)
{
    for (uint32_t i = 0; i < self->journal_count; i++)
        self->entries[self->journal[i].entry].journal = 0;
    self->journal_count = 0;
}

void gs_holders_undo(gs_holders *self)
{
    uint32_t added = 0;
    for (uint32_t i = 0; i < self->journal_count; i++) {
        added += self->journal[i].is_new;
        if (!self->journal[i].is_new)
            self->entries[self->journal[i].entry] = self->journal[i].before;
    }
    self->journal_count = 0;
    self->count -= added; // new ones stand at the end
    if (added > 0)
        holder_rebuild(self);
}

void gs_holders_recall(gs_holders *self, const gs_holder *holder)
{
    gs_id id;
    int32_t first = holder_day(holder->first_day), last = holder_day(holder->last_day);
    if (!gs_id_parse(gs_view_of(holder->holder_id), &id) || first == INT32_MIN || last == INT32_MIN ||
        strlen(holder->country) >= HOLDER_COUNTRY_BYTES || holder_entry_of(self, id))
        return;
    const gs_told row = {.name = holder->name,
                         .aliases = "",
                         .role = holder->role,
                         .organisation = holder->organisation,
                         .country = holder->country,
                         .entity_id = holder->entity_id,
                         .official = holder->official,
                         .from_day = first,
                         .until_day = last};
    holder_entry entry = holder_entry_from(self, id, &row);
    entry.mentions = holder->mentions;
    if (holder->gender != GAINSAY__V1__SPEAKER__GENDER__GENDER_UNSPECIFIED)
        entry.gender = holder->gender == GAINSAY__V1__SPEAKER__GENDER__FEMALE ? 'f' : 'm';
    for (size_t i = 0; i < holder->n_article_ids && i < GS_HOLDER_ARTICLES; i++)
        entry.articles[i] = holder_intern(self, holder->article_ids[i]);
    holder_add(self, &entry);
}

// ---- the door: trimming ----------------------------------------------------------------------------

typedef struct holder_age {
    int32_t last_day;
    uint32_t entry;
    gs_id id;
} holder_age;

static int compare_age(const void *a, const void *b)
{
    const holder_age *left = a, *right = b;
    if (left->last_day != right->last_day)
        return left->last_day < right->last_day ? -1 : 1;
    return memcmp(left->id.bytes, right->id.bytes, GS_ID_BYTES);
}

// A copy of the table without the entries that are marked; texts and indexes come anew.
static void leave_out(gs_holders *self, const bool *gone)
{
    gs_holders fresh = {.max = self->max, .scratch = self->scratch};
    gs_buffer_byte(&fresh.texts, '\0');
    for (uint32_t i = 0; i < self->count; i++) {
        holder_entry entry = self->entries[i];
        if (gone[i])
            continue;
        entry.name = holder_intern(&fresh, holder_text(self, entry.name));
        entry.role = holder_intern(&fresh, holder_text(self, entry.role));
        entry.organisation = holder_intern(&fresh, holder_text(self, entry.organisation));
        entry.entity_id = holder_intern(&fresh, holder_text(self, entry.entity_id));
        entry.aliases = holder_intern(&fresh, holder_text(self, entry.aliases));
        for (size_t a = 0; a < GS_HOLDER_ARTICLES; a++)
            entry.articles[a] = holder_intern(&fresh, holder_text(self, entry.articles[a]));
        holder_add(&fresh, &entry);
    }
    holder_drop(self);
    *self = fresh;
}

bool gs_holders_is_crowded(const gs_holders *self)
{
    return self->count - self->told_count > self->max / 8 * 7;
}

bool gs_holders_trim(gs_holders *self, bool (*remove)(void *context, gs_id id, gs_error *), void *context,
                     gs_error *error)
{
    uint32_t learned = self->count - self->told_count, aged = 0, keep = self->max / 4 * 3;
    if (!gs_holders_is_crowded(self))
        return true;
    holder_age *ages = gs_allocate(learned * sizeof *ages);
    bool *gone = gs_allocate(self->count * sizeof *gone), done = true;
    for (uint32_t i = 0; i < self->count; i++)
        if (!self->entries[i].told)
            ages[aged++] = (holder_age){self->entries[i].last_day, i, self->entries[i].id};
    qsort(ages, aged, sizeof *ages, compare_age);
    for (uint32_t i = 0; i + keep < aged && done; i++) {
        gone[ages[i].entry] = true;
        done = !remove || remove(context, ages[i].id, error);
    }
    if (done)
        leave_out(self, gone);
    free(ages);
    free(gone);
    return done;
}
