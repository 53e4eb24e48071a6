// Encodings that nobody names, told by the text. The texts are made by iconv from UTF-8.
#include <iconv.h>

#include "source_test.h"

static void decodes_what_was_encoded(fixture *self, const char *text, const char *encoding)
{
    gs_buffer bytes = {0};
    gs_buffer_reserve(&bytes, 4 * strlen(text));
    iconv_t converter = iconv_open(encoding, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    char *in = (char *)(uintptr_t)text;
    char *to = bytes.data;
    size_t left = strlen(text);
    size_t room = bytes.capacity;
    assert_int_equal(iconv(converter, &in, &left, &to, &room), 0);
    iconv_close(converter);
    bytes.size = (size_t)(to - bytes.data);
    gs_buffer out = {0};
    gs_decode(gs_buffer_view(&bytes), gs_view_of(""), &out);
    if (strcmp(out.data, text) != 0) {
        fail_msg("%s: \"%s\" became \"%s\"", encoding, text, out.data);
    }
    (void)self;
    gs_buffer_free(&bytes);
    gs_buffer_free(&out);
}

static void tells_scripts_apart(void **state)
{
    static const char *const cases[][6] = {
        {"Министр заявил в понедельник, что переговоры возобновятся после паузы.", "CP1251", "KOI8-R",
         "ISO-8859-5", "CP866"},
        {"Міністр заявив у понеділок, що переговори відновляться після паузи.", "CP1251", "KOI8-U"},
        {"Ο υπουργός δήλωσε τη Δευτέρα ότι οι συνομιλίες θα συνεχιστούν μετά από διακοπή.", "CP1253"},
        {"השר אמר ביום שני כי השיחות עם המשלחת יתחדשו לאחר הפסקה", "CP1255", "ISO-8859-8"},
        {"قال الوزير يوم الاثنين إن المحادثات مع الوفد ستستأنف بعد توقف", "CP1256"},
        {"รัฐมนตรีกล่าวเมื่อวันจันทร์ว่าการเจรจาจะเริ่มขึ้นใหม่", "CP874"},
        {"大臣は月曜日、代表団との協議が休止を経て再開されると述べた。", "CP932", "EUC-JP"},
        {"장관은 월요일 대표단과의 회담이 중단 후 재개될 것이라고 말했다.", "CP949"},
        {"部长周一表示，与代表团的谈判将在暂停后恢复。", "GB18030"},
        {"部長週一表示，與代表團的談判將在暫停後恢復。", "BIG5"},
        {"Le ministre a déclaré que les négociations à Genève reprendraient cet été, après la trêve de Noël.",
         "CP1252"},
        {"Der Minister erklärte, die Gespräche würden über den Sommer fortgeführt; große Brüche gäbe es "
         "nicht.",
         "CP1252"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t k = 1; k < 6 && cases[i][k]; k++) {
            decodes_what_was_encoded(*state, cases[i][0], cases[i][k]);
        }
    }
}

static void a_few_bytes_say_nothing(void **state)
{
    (void)state;
    assert_null(gs_encoding_guess(gs_view_of("")));
    assert_null(gs_encoding_guess(gs_view_of("\xCF\xC5\xC1\xC9")));
    assert_null(gs_encoding_guess(
        gs_view_of("caf\xE9 cr\xE8me br\xFBl\xE9"
                   "e \xE0 c\xF4t\xE9 d'\xE9t\xE9 o\xF9 \xEAtre \xE9t\xE9 t\xEAte gar\xE7on")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(tells_scripts_apart), TEST(a_few_bytes_say_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
