// gainsay source: which sources the ingestor reads, and what would come of one.
//
// What a person writes into the configuration is left alone; this command keeps a file of its own beside it.
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "source_verbs.h"

typedef struct verb {
    const char *name;
    int (*run)(gs_source_options *options);
    size_t least, most; // operands
    const char *takes;
} verb;

static const verb VERBS[] = {
    {"list", gs_source_list_verb, 0, 0, "no operands"},
    {"add", gs_source_add_verb, 0, SIZE_MAX, "addresses or paths, or --catalogue"},
    {"remove", gs_source_remove_verb, 1, SIZE_MAX, "ids"},
    {"test", gs_source_test_verb, 0, SIZE_MAX, "addresses, files, ids, or --all, --catalogue, --kept"},
    {"import", gs_source_import_verb, 1, 1, "an OPML file"},
    {"export", gs_source_export_verb, 0, 0, "no operands"},
};

static const verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (strcmp(VERBS[i].name, name) == 0)
            return &VERBS[i];
    return NULL;
}

static int run(gs_source_options *options, const gs_texts *operands)
{
    gs_error error = {0};
    const verb *found = find_verb(operands->items[0]);
    options->operands = operands->items + 1;
    options->operand_count = operands->count - 1;
    if (!found) {
        fprintf(stderr,
                "gainsay source: expected list, add, remove, test, import or export, found %s; see `gainsay "
                "source --help`\n",
                operands->items[0]);
        return GS_EXIT_USAGE;
    }
    if (options->operand_count < found->least || options->operand_count > found->most) {
        fprintf(stderr, "gainsay source %s: takes %s; see `gainsay source --help`\n", found->name,
                found->takes);
        return GS_EXIT_USAGE;
    }
    if (!gs_client_configure(&options->client, &error))
        return gs_complain("source", &error);
    return gs_finish_output("source", found->run(options));
}

int gs_cmd_source(int argc, char **argv)
{
    gs_source_options own = {.client = {.command = "source"}, .entries = 3};
    gs_texts operands = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &own.json, NULL, "list, test: one object a line"},
        {"id", GS_OPTION_TEXT, &own.id, "ID", "add: how the source is called (default: its address)"},
        {"kind", GS_OPTION_TEXT, &own.kind, "KIND",
         "add: feed, sitemap, pages, file, directory, jsonl, warc (default: told by looking)"},
        {"publisher", GS_OPTION_TEXT, &own.publisher, "NAME", "add: used where the source names none"},
        {"language", GS_OPTION_TEXT, &own.language, "TAG", "add: likewise, such as en"},
        {"every", GS_OPTION_NUMBER, &own.every, "SECONDS",
         "add: between looks (default: as often as it changes)"},
        {"catalogue", GS_OPTION_TEXT, &own.catalogue, "WORD",
         "list, add, test: of the catalogue, by id, country (CN), category (foreign); or all"},
        {"allow-private", GS_OPTION_FLAG, &own.allow_private, NULL, "add, test: private addresses are meant"},
        {"entries", GS_OPTION_NUMBER, &own.entries, "N", "test: look at the first N entries (3)"},
        {"all", GS_OPTION_FLAG, &own.all, NULL, "test: every source of the configuration"},
        {"brief", GS_OPTION_FLAG, &own.brief, NULL, "test: a line a source"},
        {"url", GS_OPTION_TEXT, &own.url, "URL", "test: the address that a file is from, to read its links"},
        {"kept", GS_OPTION_FLAG, &own.kept, NULL,
         "test: the pages that the ingestor could not read, all or by name"},
        {"opml", GS_OPTION_FLAG, &own.opml, NULL, "export: as OPML, which it is anyway"},
        GS_CLIENT_OPTIONS(own.client),
    };
    const gs_usage usage = {
        "source",
        "list | add | remove | test | import | export …",
        "list     shows the sources, and how each is doing; or what the catalogue has\n"
        "add      adds feeds, sitemaps, pages whose links are articles, files and directories\n"
        "remove   takes sources that were added here out again, by id\n"
        "test     shows step by step what would be taken from an address, a file or a source\n"
        "import   adds the feeds of an OPML file; export prints the feeds as OPML\n\n"
        "Sources added here stand in ingestor.source_file (sources.yaml beside the configuration); a\n"
        "running ingestor takes them up when it reloads (SIGHUP)." GS_CLIENT_ABOUT,
        "  gainsay source test https://www.un.org/en\n"
        "  gainsay source list --catalogue CN\n"
        "  gainsay source test --catalogue CN --brief --entries 1\n"
        "  gainsay source add --config gainsay.yaml https://news.un.org/feed/subscribe/en/news/all/rss.xml\n"
        "  gainsay source add --catalogue foreign",
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = run(&own, &operands);
    gs_client_close(&own.client);
    gs_texts_free(&operands);
    return status;
}
