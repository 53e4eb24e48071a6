// The model file: what is written comes back, and what is no whole model file of this version is refused with
// one line that names it.
#include "../base/unit.h"

#include "lang/model_writer.h"

enum { HEAD = 32, ENTRY = 48, ENTRY_OFFSET = 24, ENTRY_SIZE = 32, FORMAT_AT = 8 };

typedef struct fixture {
    unit_folder folder;
    char path[UNIT_PATH];
    gs_buffer bytes; // of the good file at path
} fixture;

static const struct {
    const char *name;
    uint32_t version;
    size_t size;
} SECTIONS[] = {{"about", 1, 40}, {"alpha", 7, 1}, {"beta", 1, 0}, {"a-name-of-15-by", 2, 700}};
enum { SECTION_COUNT = sizeof SECTIONS / sizeof SECTIONS[0] };

static char byte_of(size_t section, size_t at)
{
    return (char)(section * 37 + at * 11 + 1);
}

static bool save(const char *path, size_t count, gs_error *error)
{
    gs_model_writer *writer = gs_model_writer_new();
    for (size_t s = 0; s < count; s++) {
        gs_buffer bytes = {0};
        for (size_t i = 0; i < SECTIONS[s].size; i++)
            gs_buffer_byte(&bytes, byte_of(s, i));
        gs_model_writer_add(writer, SECTIONS[s].name, SECTIONS[s].version, &bytes);
        assert_null(bytes.data);
    }
    bool good = gs_model_writer_save(writer, path, error);
    gs_model_writer_free(&writer);
    assert_null(writer);
    return good;
}

static void read_file(const char *path, gs_buffer *bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char piece[4096];
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;)
        gs_buffer_append(bytes, piece, size);
    fclose(file);
}

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error = {0};
    self->folder = unit_folder_make();
    unit_join(&self->folder, "good.gsm", self->path);
    assert_true(save(self->path, SECTION_COUNT, &error));
    read_file(self->path, &self->bytes);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    unit_folder_remove(&self->folder);
    gs_buffer_free(&self->bytes);
    free(self);
    return 0;
}

static void check_line(const gs_error *error, const char *path, const char *says)
{
    assert_int_not_equal(error->code, GS_OK);
    assert_contains(error->message, path);
    assert_contains(error->message, says);
    assert_null(strchr(error->message, '\n'));
}

static void assert_refused(const char *path, const char *says)
{
    gs_error error = {0};
    gs_model *model = gs_model_open(path, &error);
    if (model)
        fail_msg("was taken: %s", path);
    check_line(&error, path, says);
}

static void refuse_bytes(const fixture *self, const void *data, size_t size, const char *says)
{
    char path[UNIT_PATH];
    unit_join(&self->folder, "bad.gsm", path);
    unit_write(path, data, size);
    assert_refused(path, says);
}

static void check_sections(const gs_model *model)
{
    gs_error error = {0};
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        gs_view bytes = {0};
        assert_true(gs_model_section(model, SECTIONS[s].name, SECTIONS[s].version, &bytes, &error));
        assert_int_equal(bytes.size, SECTIONS[s].size);
        assert_int_equal((uintptr_t)bytes.data % 64, 0);
        for (size_t i = 0; i < bytes.size; i++)
            assert_int_equal(bytes.data[i], byte_of(s, i));
    }
}

// ---- good files

static void sections_come_back(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    gs_model *model = gs_model_open(self->path, &error);
    assert_non_null(model);
    assert_string_equal(gs_model_path(model), self->path);
    check_sections(model);
    gs_view about = gs_model_about(model);
    assert_int_equal(about.size, SECTIONS[0].size);
    assert_int_equal(about.data[3], byte_of(0, 3));
    gs_model_close(&model);
    assert_null(model);
    gs_model_close(&model);
}

static void a_model_without_sections_opens(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    assert_true(save(self->path, 0, &error));
    gs_model *model = gs_model_open(self->path, &error);
    assert_non_null(model);
    assert_int_equal(gs_model_about(model).size, 0);
    gs_model_close(&model);
}

// A running worker keeps the file that it mapped; the next one finds the new file, whole.
static void a_new_file_does_not_touch_the_mapped_one(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    gs_view bytes;
    gs_model *old = gs_model_open(self->path, &error);
    assert_non_null(old);
    assert_true(save(self->path, 1, &error));
    check_sections(old);
    gs_model *new = gs_model_open(self->path, &error);
    assert_non_null(new);
    assert_false(gs_model_section(new, "alpha", 7, &bytes, &error));
    gs_model_close(&new);
    gs_model_close(&old);
}

static void no_temporary_file_is_left(void **state)
{
    fixture *self = *state;
    char path[UNIT_PATH], temporary[UNIT_PATH + 8];
    gs_error error = {0};
    unit_join(&self->folder, "folder", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(save(path, SECTION_COUNT, &error)); // a directory cannot be replaced
    check_line(&error, path, "cannot");
    snprintf(temporary, sizeof temporary, "%s.new", path);
    assert_int_not_equal(access(temporary, F_OK), 0);
    snprintf(temporary, sizeof temporary, "%s.new", self->path);
    assert_int_not_equal(access(temporary, F_OK), 0);
    unit_join(&self->folder, "absent/model.gsm", path);
    assert_false(save(path, SECTION_COUNT, &error));
    check_line(&error, path, "No such file");
}

// ---- other files

static void what_is_no_file(void **state)
{
    fixture *self = *state;
    char path[UNIT_PATH];
    unit_join(&self->folder, "absent.gsm", path);
    assert_refused(path, "No such file");
    assert_refused(self->folder.path, "not a regular file");
    assert_refused("/dev/null", "not a regular file");
    unit_join(&self->folder, "line\nbreak.gsm", path);
    gs_error error = {0};
    assert_null(gs_model_open(path, &error));
    assert_null(strchr(error.message, '\n'));
}

static void what_is_another_file(void **state)
{
    fixture *self = *state;
    char foreign[5000];
    memset(foreign, 'x', sizeof foreign);
    refuse_bytes(self, "", 0, "empty");
    refuse_bytes(self, "GSMODEL\n", 8, "not a model file");
    refuse_bytes(self, foreign, sizeof foreign, "not a model file");
    memcpy(foreign, "SQLite format 3", 16);
    refuse_bytes(self, foreign, sizeof foreign, "not a model file");
    memset(foreign, 0, sizeof foreign);
    refuse_bytes(self, foreign, sizeof foreign, "not a model file");
}

static void every_shorter_or_longer_file_is_refused(void **state)
{
    fixture *self = *state;
    for (size_t size = 1; size < self->bytes.size; size++)
        refuse_bytes(self, self->bytes.data, size, size < HEAD ? "not a model file" : "cut short");
    gs_buffer_byte(&self->bytes, '\0');
    refuse_bytes(self, self->bytes.data, self->bytes.size, "grown");
}

// Between sections nothing is read; what stands there is nobody's.
static bool is_padding(const gs_buffer *bytes, size_t at)
{
    if (at < HEAD + SECTION_COUNT * ENTRY)
        return false;
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        uint64_t offset, size;
        memcpy(&offset, bytes->data + HEAD + s * ENTRY + ENTRY_OFFSET, sizeof offset);
        memcpy(&size, bytes->data + HEAD + s * ENTRY + ENTRY_SIZE, sizeof size);
        if (at >= offset && at < offset + size)
            return false;
    }
    return true;
}

static void every_flipped_bit_is_found(void **state)
{
    fixture *self = *state;
    char path[UNIT_PATH];
    unit_join(&self->folder, "bad.gsm", path);
    for (size_t at = 0; at < self->bytes.size; at++) {
        unsigned char flip = (unsigned char)(1u << at % 8);
        self->bytes.data[at] = (char)((unsigned char)self->bytes.data[at] ^ flip);
        unit_write(path, self->bytes.data, self->bytes.size);
        gs_error error = {0};
        gs_model *model = gs_model_open(path, &error);
        if (is_padding(&self->bytes, at)) {
            assert_non_null(model);
            check_sections(model);
            gs_model_close(&model);
        } else {
            if (model)
                fail_msg("byte %zu with a flipped bit was taken", at);
            check_line(&error, path, "");
        }
        self->bytes.data[at] = (char)((unsigned char)self->bytes.data[at] ^ flip);
    }
}

static void another_format_is_told(void **state)
{
    fixture *self = *state;
    self->bytes.data[FORMAT_AT] = 2;
    refuse_bytes(self, self->bytes.data, self->bytes.size, "format 2");
}

// ---- sections

static void missing_and_newer_sections_are_told(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    gs_view bytes;
    gs_model *model = gs_model_open(self->path, &error);
    assert_non_null(model);
    assert_false(gs_model_section(model, "alpha", 8, &bytes, &error));
    check_line(&error, self->path, "version 7");
    assert_contains(error.message, "alpha");
    assert_false(gs_model_section(model, "gamma", 1, &bytes, &error));
    check_line(&error, self->path, "gamma");
    gs_model_close(&model);
}

static void reading_needs_every_part(void **state)
{
    static const char *const parts[] = {"segment", "lemma", "lexicon", "network"};
    fixture *self = *state;
    for (size_t count = 0; count <= 4; count++) {
        gs_error error = {0};
        gs_model_writer *writer = gs_model_writer_new();
        for (size_t i = 0; i < count; i++) {
            gs_buffer bytes = {0};
            gs_buffer_format(&bytes, "these are no bytes of the part \"%s\"", parts[i]);
            gs_model_writer_add(writer, parts[i], 1, &bytes);
        }
        assert_true(gs_model_writer_save(writer, self->path, &error));
        gs_model_writer_free(&writer);
        gs_model *model = gs_model_open(self->path, &error);
        assert_non_null(model);
        assert_null(gs_lang_new(model, &error));
        check_line(&error, self->path, "segment");
        gs_model_close(&model);
    }
}

// ---- where the file is looked for

static void the_environment_names_a_file(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    char *before = gs_duplicate(getenv("GAINSAY_MODEL"));
    assert_int_equal(setenv("GAINSAY_MODEL", self->path, 1), 0);
    gs_model *model = gs_model_open(NULL, &error);
    assert_non_null(model);
    assert_string_equal(gs_model_path(model), self->path);
    gs_model_close(&model);
    assert_int_equal(setenv("GAINSAY_MODEL", "nowhere/at-all.gsm", 1), 0);
    assert_null(gs_model_open(NULL, &error));
    check_line(&error, "nowhere/at-all.gsm", "No such file");
    model = gs_model_open(self->path, &error); // a path that is given comes first
    assert_non_null(model);
    gs_model_close(&model);
    if (before)
        setenv("GAINSAY_MODEL", before, 1);
    else
        unsetenv("GAINSAY_MODEL");
    free(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

// A file made of another's sections, with its own words about them.
static void sections_are_copied(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    char path[UNIT_PATH];
    unit_join(&self->folder, "copy.gsm", path);
    gs_model *from = gs_model_open(self->path, &error);
    gs_model_writer *writer = gs_model_writer_new();
    gs_buffer about = {0};
    assert_non_null(from);
    gs_model_writer_add_all(writer, from, &about);
    assert_int_equal(about.size, SECTIONS[0].size);
    gs_buffer_text(&about, "copied");
    gs_model_writer_add(writer, "about", 1, &about);
    assert_true(gs_model_writer_save(writer, path, &error));
    gs_model_writer_free(&writer);
    gs_model *to = gs_model_open(path, &error);
    assert_non_null(to);
    gs_model_part a, b;
    for (size_t i = 1; gs_model_part_at(from, i, &a); i++) {
        assert_true(gs_model_part_at(to, i - 1, &b));
        assert_string_equal(a.name, b.name);
        assert_true(a.version == b.version && a.hash == b.hash && gs_view_equal(a.bytes, b.bytes));
    }
    assert_true(gs_view_ends(gs_model_about(to), "copied"));
    assert_false(gs_model_part_at(to, SECTION_COUNT, &b));
    gs_model_close(&from);
    gs_model_close(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sections_come_back),
        TEST(a_model_without_sections_opens),
        TEST(a_new_file_does_not_touch_the_mapped_one),
        TEST(no_temporary_file_is_left),
        TEST(what_is_no_file),
        TEST(what_is_another_file),
        TEST(every_shorter_or_longer_file_is_refused),
        TEST(every_flipped_bit_is_found),
        TEST(another_format_is_told),
        TEST(missing_and_newer_sections_are_told),
        TEST(reading_needs_every_part),
        TEST(the_environment_names_a_file),
        TEST(sections_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
