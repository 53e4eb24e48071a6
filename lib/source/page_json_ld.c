// The article in a page's JSON-LD (schema.org's Article and its kinds), whether it stands alone, in a list or
// in @graph.
//
// jansson bounds the depth of what it reads; damaged JSON is passed over, the page has other places.
#include "source/page.h"

#include <jansson.h>
#include <string.h>

enum { RANK = 10, OBJECTS = 64, AUTHORS = 8 };

static bool is_article_type(const char *type)
{
    static const char *const kinds[] = {"Article",          "NewsArticle",         "ReportageNewsArticle",
                                        "BlogPosting",      "AnalysisNewsArticle", "OpinionNewsArticle",
                                        "PressRelease",     "LiveBlogPosting",     "BackgroundNewsArticle",
                                        "Report",           "TechArticle",         "SocialMediaPosting",
                                        "ReviewNewsArticle"};
    const char *name = type && strrchr(type, '/') ? strrchr(type, '/') + 1 : type;
    for (size_t i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(name, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_article(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (is_article_type(json_string_value(json_array_get(type, i)))) {
            return true;
        }
    }
    return is_article_type(json_string_value(type));
}

// Text in JSON-LD often holds HTML entities.
static void offer(gs_page_facts *self, gs_page_fact fact, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text) {
        gs_buffer plain = {0};
        gs_markup_text(gs_view_of(text), &plain);
        gs_page_offer(self, fact, RANK, gs_buffer_view(&plain));
        gs_buffer_free(&plain);
    }
}

static const json_t *name_of(const json_t *value)
{
    return json_is_object(value) ? json_object_get(value, "name") : value;
}

static void offer_authors(gs_page_facts *self, const json_t *authors)
{
    gs_buffer line = {0};
    if (!json_is_array(authors)) {
        offer(self, GS_FACT_BYLINE, name_of(authors));
        return;
    }
    for (size_t i = 0; i < json_array_size(authors) && i < AUTHORS; i++) {
        const char *name = json_string_value(name_of(json_array_get(authors, i)));
        if (name && name[0] != '\0') {
            gs_buffer_text(&line, line.size > 0 ? ", " : "");
            gs_buffer_text(&line, name);
        }
    }
    gs_page_offer(self, GS_FACT_BYLINE, RANK, gs_buffer_view(&line));
    gs_buffer_free(&line);
}

static void take_article(gs_page_facts *self, const json_t *object)
{
    offer(self, GS_FACT_TITLE, json_object_get(object, "headline"));
    offer(self, GS_FACT_PUBLISHED, json_object_get(object, "datePublished"));
    offer(self, GS_FACT_MODIFIED, json_object_get(object, "dateModified"));
    offer(self, GS_FACT_PUBLISHER, name_of(json_object_get(object, "publisher")));
    offer_authors(self, json_object_get(object, "author"));
}

// A list, or an object with @graph, or the object itself; lists within lists are not followed.
static void take_list(gs_page_facts *self, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list) && i < OBJECTS; i++) {
        const json_t *object = json_array_get(list, i);
        if (is_article(object)) {
            take_article(self, object);
        }
    }
}

void gs_page_json_ld(gs_page_facts *self, gs_view script)
{
    json_t *root = json_loadb(script.data, script.size, JSON_ALLOW_NUL, NULL);
    if (json_is_array(root)) {
        take_list(self, root);
        for (size_t i = 0; i < json_array_size(root) && i < OBJECTS; i++) {
            take_list(self, json_object_get(json_array_get(root, i), "@graph"));
        }
    } else if (is_article(root)) {
        take_article(self, root);
    } else {
        take_list(self, json_object_get(root, "@graph"));
    }
    json_decref(root);
}
