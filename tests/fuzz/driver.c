// Runs a fuzzer without libFuzzer: first every file of the corpus, then mutations of them.
//
//   fuzz_<name> [--runs=N] [--seed=S] [--keep=FILE] FILE|FOLDER…
//
// The mutations come from a seeded generator, so a failure shows again with the same seed. With --keep each
// input is written to FILE before it is tried: after a crash, FILE holds the culprit.
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum {
    MOST_FILES = 4096,
    MOST_BYTES = 1 << 20, // of one input
    MOST_EDITS = 8,       // of one mutation
    MOST_CHUNK = 64,      // bytes that one edit inserts, removes or copies
};

typedef struct gs_input {
    uint8_t *data; // owned
    size_t size;
} gs_input;

typedef struct gs_driver {
    gs_input inputs[MOST_FILES];
    size_t count;
    uint64_t random;
    unsigned long runs;
    const char *keep; // NULL: do not
} gs_driver;

// splitmix64 (Steele, Lea, Flood 2014)
static uint64_t next_random(gs_driver *driver)
{
    uint64_t z = driver->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(gs_driver *driver, size_t bound)
{
    return bound == 0 ? 0 : (size_t)(next_random(driver) % bound);
}

static bool write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && fwrite(data, 1, size, file) == size;
    return file != NULL && fclose(file) == 0 && good;
}

// The input is tried in a piece of memory of just its size, so that a read past its end is seen.
static bool try_input(gs_driver *driver, const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL || (driver->keep != NULL && !write_file(driver->keep, data, size))) {
        fprintf(stderr, "cannot keep the input: %s\n", strerror(errno));
        free(exact);
        return false;
    }
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return true;
}

static bool load_file(gs_driver *driver, const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(MOST_BYTES);
    if (file == NULL || data == NULL || driver->count == MOST_FILES) {
        fprintf(stderr, "%s: %s\n", path, file == NULL ? strerror(errno) : "too many inputs");
        free(data);
        if (file != NULL)
            fclose(file);
        return false;
    }
    gs_input *input = &driver->inputs[driver->count++];
    input->size = fread(data, 1, MOST_BYTES, file);
    input->data = data;
    fclose(file);
    return true;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool load_path(gs_driver *driver, const char *path)
{
    struct stat status;
    struct dirent **entries;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return load_file(driver, path);
    int count = scandir(path, &entries, is_visible, alphasort); // sorted: the same run on every machine
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        char full[4096];
        snprintf(full, sizeof full, "%s/%s", path, entries[i]->d_name);
        good = good && load_file(driver, full);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}

// Puts size bytes into a mutation at a place; what would pass its bound is left out.
static void insert(gs_input *mutant, size_t at, const uint8_t *data, size_t size)
{
    if (mutant->size + size > MOST_BYTES)
        return;
    memmove(mutant->data + at + size, mutant->data + at, mutant->size - at);
    memcpy(mutant->data + at, data, size);
    mutant->size += size;
}

static void edit(gs_driver *driver, gs_input *mutant)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '"', '\\',
                                      '{',  '[',  '<',  '&',  '\n', ':', '-'};
    const gs_input *other = &driver->inputs[below(driver, driver->count)];
    size_t at = below(driver, mutant->size + 1), left = mutant->size - at;
    size_t chunk = 1 + below(driver, MOST_CHUNK);
    uint8_t piece[MOST_CHUNK];
    switch (below(driver, 7)) {
    case 0: // flip a bit
        if (left > 0)
            mutant->data[at] ^= (uint8_t)(1U << below(driver, 8));
        break;
    case 1: // another byte
        if (left > 0)
            mutant->data[at] = (uint8_t)next_random(driver);
        break;
    case 2: // a byte that many formats stumble over
        insert(mutant, at, &telling[below(driver, sizeof telling)], 1);
        break;
    case 3: // remove
        chunk = chunk < left ? chunk : left;
        memmove(mutant->data + at, mutant->data + at + chunk, left - chunk);
        mutant->size -= chunk;
        break;
    case 4: // repeat a piece of itself
        chunk = chunk < left ? chunk : left;
        memcpy(piece, mutant->data + at, chunk);
        insert(mutant, below(driver, mutant->size + 1), piece, chunk);
        break;
    case 5: { // a piece of another input
        size_t from = below(driver, other->size + 1);
        chunk = chunk < other->size - from ? chunk : other->size - from;
        memcpy(piece, other->data + from, chunk);
        insert(mutant, at, piece, chunk);
        break;
    }
    default: // cut short, now and then
        if (below(driver, 4) == 0)
            mutant->size = at;
        break;
    }
}

static bool run_mutations(gs_driver *driver)
{
    gs_input mutant = {.data = malloc(MOST_BYTES)};
    bool good = mutant.data != NULL;
    for (unsigned long run = 0; good && run < driver->runs; run++) {
        const gs_input *origin = &driver->inputs[below(driver, driver->count)];
        memcpy(mutant.data, origin->data, origin->size);
        mutant.size = origin->size;
        for (size_t edits = 1 + below(driver, MOST_EDITS); edits > 0; edits--)
            edit(driver, &mutant);
        good = try_input(driver, mutant.data, mutant.size);
    }
    free(mutant.data);
    return good;
}

static bool read_arguments(gs_driver *driver, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--runs=", 7) == 0)
            driver->runs = strtoul(argv[i] + 7, NULL, 10);
        else if (strncmp(argv[i], "--seed=", 7) == 0)
            driver->random = strtoul(argv[i] + 7, NULL, 10);
        else if (strncmp(argv[i], "--keep=", 7) == 0)
            driver->keep = argv[i] + 7;
        else if (!load_path(driver, argv[i]))
            return false;
    }
    if (driver->count == 0)
        fprintf(stderr, "%s [--runs=N] [--seed=S] [--keep=FILE] FILE|FOLDER…: no inputs\n", argv[0]);
    return driver->count > 0;
}

int main(int argc, char **argv)
{
    gs_driver *driver = calloc(1, sizeof *driver);
    bool good = driver != NULL && read_arguments(driver, argc, argv);
    for (size_t i = 0; good && i < driver->count; i++)
        good = try_input(driver, driver->inputs[i].data, driver->inputs[i].size);
    good = good && run_mutations(driver);
    if (good)
        printf("%zu inputs, %lu mutations\n", driver->count, driver->runs);
    for (size_t i = 0; driver != NULL && i < driver->count; i++)
        free(driver->inputs[i].data);
    free(driver);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
