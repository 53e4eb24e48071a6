// The answer of the second opinion: an outer JSON object that is the server's, and in it, as a string, an
// inner one that is the model's. Either may be anything. The outer one may hold more than is looked at, as
// servers add fields; the inner one must be exactly what was asked for.
//
// Depth is bounded before jansson sees the text, because jansson recurses. What is said of a bad answer never
// quotes it: the line goes to a log and to `gainsay status`.
#include "contradiction/opinion.h"

#include <jansson.h>
#include <string.h>

enum {
    DEEPEST = 32,
    CONTENT_BYTES = 1000, // of the inner object, white space included
};

static const double LIFT = 0.15;   // what a confirmation adds at most
static const double DECIDES = 0.5; // confidence from which on a denial names the relation

static const struct {
    const char *name;
    Gainsay__V1__Contradiction__Relation relation;
} RELATIONS[] = {
    {"contradicts", GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS},
    {"supersedes", GAINSAY__V1__CONTRADICTION__RELATION__SUPERSEDES},
    {"repeats", GAINSAY__V1__CONTRADICTION__RELATION__REPEATS},
    {"corroborates", GAINSAY__V1__CONTRADICTION__RELATION__CORROBORATES},
    {"unrelated", GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED},
};

static bool bad(gs_error *error, const char *what)
{
    return gs_fail(error, GS_E_PEER, "the second opinion's answer is not one: %s", what);
}

// Brackets inside strings do not count.
static bool is_shallow(gs_view text)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        const char byte = text.data[i];
        if (quoted) {
            i += byte == '\\';
            quoted = byte != '"';
        } else if (byte == '"') {
            quoted = true;
        } else if (byte == '{' || byte == '[') {
            if (++depth > DEEPEST)
                return false;
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static json_t *load(gs_view text)
{
    json_error_t where;
    return is_shallow(text) ? json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &where) : NULL;
}

static bool is_absent(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0);
}

// The model's own words in the server's answer, borrowed from it; NULL on error.
static const char *find_content(const json_t *answer, size_t *size, gs_error *error)
{
    const json_t *choices = json_object_get(answer, "choices");
    if (!json_is_object(answer) || !json_is_array(choices) || json_array_size(choices) != 1) {
        bad(error, "expected a chat completion with one choice");
        return NULL;
    }
    const json_t *choice = json_array_get(choices, 0), *message = json_object_get(choice, "message");
    const json_t *finish = json_object_get(choice, "finish_reason");
    if (!is_absent(finish) && (!json_is_string(finish) || strcmp(json_string_value(finish), "stop") != 0)) {
        bad(error, "the model did not come to its end");
        return NULL;
    }
    if (!is_absent(json_object_get(message, "tool_calls")) ||
        !is_absent(json_object_get(message, "function_call")) ||
        !is_absent(json_object_get(message, "refusal"))) {
        bad(error, "the model refused, or called for a tool");
        return NULL;
    }
    const json_t *content = json_object_get(message, "content");
    if (!json_is_string(content) || json_string_length(content) > CONTENT_BYTES) {
        bad(error, "expected a short text as its content");
        return NULL;
    }
    *size = json_string_length(content);
    return json_string_value(content);
}

static bool read_content(const json_t *content, gs_opinion *opinion, gs_error *error)
{
    const json_t *relation = json_object_get(content, "relation"),
                 *confidence = json_object_get(content, "confidence");
    if (!json_is_object(content) || json_object_size(content) != 2 || !json_is_string(relation) ||
        !json_is_number(confidence))
        return bad(error, "expected {\"relation\", \"confidence\"} as its content");
    const double value = json_number_value(confidence);
    if (!(value >= 0 && value <= 1))
        return bad(error, "its confidence is not between 0 and 1");
    for (size_t i = 0; i < sizeof RELATIONS / sizeof RELATIONS[0]; i++) {
        if (strcmp(json_string_value(relation), RELATIONS[i].name) == 0) {
            *opinion = (gs_opinion){.relation = RELATIONS[i].relation, .confidence = value};
            return true;
        }
    }
    return bad(error, "it names a relation that was not offered");
}

bool gs_opinion_read(gs_view body, gs_opinion *opinion, gs_error *error)
{
    size_t size = 0;
    if (body.size > GS_OPINION_BODY_BYTES)
        return bad(error, "it is too long");
    json_t *answer = load(body);
    const char *words = answer ? find_content(answer, &size, error) : NULL;
    bool good = answer || bad(error, "it is no JSON, or too deep");
    if (words) {
        json_t *content = load(gs_view_make(words, size));
        good = content ? read_content(content, opinion, error) : bad(error, "its content is no JSON");
        json_decref(content);
    }
    json_decref(answer);
    return good && words;
}

void gs_opinion_apply(const gs_opinion *opinion, Gainsay__V1__Contradiction__Relation *relation,
                      double *score)
{
    const double own = *score;
    if (opinion->relation == GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS) {
        const double lift = opinion->confidence * (1 - own) / 2;
        *score = own + (lift < LIFT ? lift : LIFT);
        return;
    }
    *score = own * (1 - opinion->confidence);
    if (opinion->confidence >= DECIDES)
        *relation = opinion->relation;
}
