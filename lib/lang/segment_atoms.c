// The rule pass: bytes to atoms, the smallest pieces that the classifiers join or leave apart.
//
// Nothing here is a matter of one language: letters with their combining marks, digits, marks and white space
// are told apart by their Unicode category, and what is known as a whole (an address on the web or for mail,
// a handle) by the few marks that make it one. Each byte is looked at a bounded number of times, whatever the
// text is. Control characters and the marks of writing direction count as white space: no word is made of
// them.
#include <string.h>

#include <utf8proc.h>

#include "segment_internal.h"

enum {
    NEXT_LINE = 0x85,
    NO_BREAK_SPACE = 0xA0,
    SOFT_HYPHEN = 0xAD,
    ZERO_WIDTH_SPACE = 0x200B,
    ZERO_WIDTH_JOINER = 0x200D,
    LINE_SEPARATOR = 0x2028,
    WORD_JOINER = 0x2060,
    BYTE_ORDER_MARK = 0xFEFF,
    SKIN_FIRST = 0x1F3FB,
    SKIN_LAST = 0x1F3FF,
    MAIL_ATOMS = 24, // that an address may have before its @, or before its first full stop
    HOST_LABELS = 8,
    HOST_LABEL_BYTES = 64,
};

typedef enum seg_class { CLASS_SPACE, CLASS_LETTER, CLASS_DIGIT, CLASS_MARK, CLASS_EXTENDS } seg_class;

enum { WHOLE_URL = 1, WHOLE_MAIL, WHOLE_HANDLE };
enum { CASE_LOWER, CASE_FIRST, CASE_UPPER, CASE_MIXED };

static const uint64_t HASH_START = UINT64_C(0x9AE16A3B2F90404F), HASH_STEP = UINT64_C(0x9FB21C651E98DF25);

bool seg_is_space(uint32_t c)
{
    if (c <= ' ' || (c >= 0x7F && c <= NO_BREAK_SPACE))
        return true;
    if (c < 0x1680)
        return c == 0x61C;
    return c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= ZERO_WIDTH_SPACE) || c == 0x200E ||
           c == 0x200F || (c >= LINE_SEPARATOR && c <= 0x202F) || c == 0x205F ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == BYTE_ORDER_MARK;
}

static seg_class class_of(uint32_t c)
{
    if (c < 0x80) {
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
            return CLASS_LETTER;
        if (c >= '0' && c <= '9')
            return CLASS_DIGIT;
        return c <= ' ' || c == 0x7F ? CLASS_SPACE : CLASS_MARK;
    }
    if (seg_is_space(c))
        return CLASS_SPACE;
    if (c == SOFT_HYPHEN || c == WORD_JOINER || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_JOINER - 1)
        return CLASS_EXTENDS;
    if (c >= SKIN_FIRST && c <= SKIN_LAST)
        return CLASS_EXTENDS;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return CLASS_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CLASS_EXTENDS;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return CLASS_DIGIT;
    default:
        return CLASS_MARK;
    }
}

// Code point at offset, whose place is moved past it; 0 at the end.
static uint32_t next_code(gs_view text, size_t *offset)
{
    if (*offset >= text.size)
        return 0;
    unsigned char c = (unsigned char)text.data[*offset];
    if (c < 0x80) {
        ++*offset;
        return c;
    }
    return gs_utf8_next(text, offset);
}

static unsigned char byte_at(gs_view text, size_t offset)
{
    return offset < text.size ? (unsigned char)text.data[offset] : 0;
}

static bool ascii_word(unsigned char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

static uint64_t finish(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 29;
}

static uint32_t length_class(size_t length)
{
    if (length <= 4)
        return (uint32_t)length;
    return length <= 7 ? 5 : 6;
}

static seg_atom *add(seg_window *window, seg_type type, size_t begin, size_t end, uint64_t hash,
                     uint32_t kind)
{
    seg_atom *atom = &window->atoms[window->atom_count++];
    *atom = (seg_atom){.hash = finish(hash),
                       .begin = (uint32_t)begin,
                       .end = (uint32_t)end,
                       .kind = (uint32_t)type << 28 | kind,
                       .type = (uint8_t)type};
    return atom;
}

static void scan_letters(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t begin = scanner->at, at = begin, length = 0, capitals = 0;
    uint64_t hash = HASH_START;
    bool first = false, ascii = true;
    while (at < text.size) {
        uint32_t c = (unsigned char)text.data[at];
        size_t next = at + 1;
        bool capital;
        if (c < 0x80) {
            uint32_t lower = c | 0x20;
            if (lower < 'a' || lower > 'z')
                break;
            capital = c != lower;
            c = lower;
        } else {
            next = at;
            c = gs_utf8_next(text, &next);
            seg_class class = class_of(c);
            if (class != CLASS_LETTER && class != CLASS_EXTENDS)
                break;
            ascii = false;
            uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
            capital = lower != c;
            c = lower;
            length -= class == CLASS_EXTENDS;
        }
        if (at == begin)
            first = capital;
        capitals += capital;
        length++;
        hash = (hash ^ c) * HASH_STEP;
        at = next;
    }
    uint32_t pattern = capitals == 0 ? CASE_LOWER : CASE_MIXED;
    if (capitals > 0 && capitals == length && length > 1)
        pattern = CASE_UPPER;
    else if (capitals == 1 && first)
        pattern = CASE_FIRST;
    seg_atom *atom = add(window, SEG_LETTERS, begin, at, hash,
                         length_class(length) | pattern << 4 | (ascii ? 0U : 1U << 6));
    atom->flags = ascii ? SEG_ASCII : 0;
    scanner->at = at;
}

// Short numbers are told apart, long ones only by their length and first digits: what matters of "1987" is
// that it may be a year.
static void scan_digits(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t begin = scanner->at, at = begin, length = 0;
    uint64_t hash = HASH_START;
    while (at < text.size) {
        size_t next = at;
        uint32_t c = next_code(text, &next);
        seg_class class = class_of(c);
        if (class != CLASS_DIGIT && !(class == CLASS_EXTENDS && c > 0x7F))
            break;
        length++;
        if (length <= 2)
            hash = (hash ^ c) * HASH_STEP;
        at = next;
    }
    bool year =
        length == 4 && (memcmp(text.data + begin, "19", 2) == 0 || memcmp(text.data + begin, "20", 2) == 0);
    if (length > 2)
        hash = HASH_START ^ (length > 8 ? 8 : length) * 31 ^ (year ? 7U : 0U);
    add(window, SEG_DIGITS, begin, at, hash, (uint32_t)(length > 8 ? 8 : length) | (year ? 1U << 4 : 0U));
    scanner->at = at;
}

// Marks that mean the same to the classifiers as another one.
static uint32_t plain_mark(uint32_t c)
{
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x2BC:
    case 0xFF07:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201F:
    case 0x2033:
    case 0xFF02:
        return '"';
    case 0x2010:
    case 0x2011:
        return '-';
    case 0x2012:
        return 0x2013;
    case 0x2015:
        return 0x2014;
    default:
        return c;
    }
}

static bool runs(uint32_t c)
{
    return strchr("()[]{}\"'<>/:;$%&@", c < 0x80 ? (int)c : 'x') == NULL && c != 0x2018 && c != 0x2019 &&
           c != 0x201C && c != 0x201D;
}

static void scan_mark(seg_scanner *scanner, seg_window *window, uint32_t c, size_t end)
{
    gs_view text = scanner->text;
    size_t begin = scanner->at, length = 1;
    bool run = runs(c);
    while (end < text.size) {
        size_t next = end;
        uint32_t follower = next_code(text, &next);
        if (run && follower == c)
            length++;
        else if (follower < 0x80 || class_of(follower) != CLASS_EXTENDS)
            break;
        end = next;
    }
    uint32_t plain = plain_mark(c), count = (uint32_t)(length > 4 ? 4 : length);
    uint64_t hash = ((HASH_START ^ plain) * HASH_STEP ^ count) * HASH_STEP;
    seg_atom *atom = add(window, SEG_MARK, begin, end, hash, plain | count << 22);
    atom->mark = (uint16_t)c;
    scanner->at = end;
}

static void add_whole(seg_scanner *scanner, seg_window *window, size_t begin, size_t end, uint32_t which)
{
    uint8_t flags = 0;
    while (window->atom_count > 0 && window->atoms[window->atom_count - 1].begin >= begin)
        flags = window->atoms[--window->atom_count].flags;
    seg_atom *atom = add(window, SEG_WHOLE, begin, end, HASH_START + which, which);
    atom->flags = flags & (SEG_SPACE | SEG_BREAK);
    scanner->at = end;
}

static bool ends_url(unsigned char c)
{
    return c <= ' ' || c == 0x7F || strchr("<>\"{}|\\^`", c) != NULL;
}

// Up to white space or a mark that no address has; closing punctuation at its end belongs to the sentence.
static size_t url_end(gs_view text, size_t at)
{
    bool bracket = false;
    size_t begin = at;
    while (at < text.size) {
        unsigned char c = (unsigned char)text.data[at];
        if (c >= 0x80) {
            size_t next = at;
            uint32_t code = gs_utf8_next(text, &next);
            if (seg_is_space(code) || (code >= 0x2010 && code <= 0x203A) || code == 0xFFFD)
                break;
            at = next;
            continue;
        }
        if (ends_url(c))
            break;
        bracket |= c == '(';
        at++;
    }
    while (at > begin && strchr(".,;:!?'*[]", text.data[at - 1]) != NULL)
        at--;
    while (at > begin && !bracket && strchr(").,;:!?'*[]", text.data[at - 1]) != NULL)
        at--;
    return at;
}

// At "://" or behind "www": the atom before begins an address.
static bool scan_url(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t at = scanner->at;
    const seg_atom *before = &window->atoms[window->atom_count - 1];
    if (before->type != SEG_LETTERS || before->end != at || !(before->flags & SEG_ASCII))
        return false;
    size_t from = at + 1;
    if (text.data[at] == ':') {
        if (byte_at(text, at + 1) != '/' || byte_at(text, at + 2) != '/')
            return false;
        from = at + 3;
    } else if (before->end - before->begin != 3 || (text.data[before->begin] | 0x20) != 'w' ||
               memcmp(text.data + before->begin, text.data + before->begin + 1, 2) != 0) {
        return false;
    }
    if (!ascii_word(byte_at(text, from)))
        return false;
    add_whole(scanner, window, before->begin, url_end(text, from), WHOLE_URL);
    return true;
}

// Endings of hosts and of files. What is a word in small letters too ("in", "me", "so") is left out: a full
// stop without white space behind it must not make an address of two sentences.
static bool known_ending(const char *label, size_t size)
{
    static const char *const endings[] = {
        "com",  "org", "net",  "edu",  "gov", "mil",  "int", "info", "biz",  "eu",  "uk",  "cn",   "ru",
        "de",   "fr",  "jp",   "kr",   "ca",  "au",   "nz",  "ch",   "br",   "tw",  "hk",  "ua",   "il",
        "ir",   "tv",  "fm",   "io",   "htm", "html", "php", "asp",  "aspx", "pdf", "doc", "docx", "xls",
        "xlsx", "ppt", "pptx", "rtf",  "txt", "csv",  "xml", "json", "zip",  "exe", "jpg", "jpeg", "gif",
        "png",  "bmp", "tif",  "tiff", "svg", "mp3",  "mp4", "avi",  "mov",  "wav"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        bool small = true, capital = true;
        for (size_t j = 0; endings[i][j] && (small || capital); j++) {
            unsigned char c = j < size ? (unsigned char)label[j] : 0;
            small &= c == (unsigned char)endings[i][j];
            capital &= (c | 0x20) == (unsigned char)endings[i][j] && c < 'a';
        }
        if ((small || capital) && strlen(endings[i]) == size)
            return true;
    }
    return false;
}

// Where the host or file whose first full stop stands at `at` ends, or 0.
static size_t host_end(gs_view text, size_t at)
{
    size_t end = 0;
    for (int labels = 0; labels < HOST_LABELS && byte_at(text, at) == '.'; labels++) {
        size_t begin = at + 1, stop = begin;
        while (stop - begin < HOST_LABEL_BYTES &&
               (ascii_word(byte_at(text, stop)) || byte_at(text, stop) == '_' ||
                (byte_at(text, stop) == '-' && stop > begin)))
            stop++;
        if (stop == begin)
            break;
        unsigned char next = byte_at(text, stop);
        if (next < 0x80 && !ascii_word(next) && known_ending(text.data + begin, stop - begin))
            end = stop;
        at = stop;
    }
    return end;
}

// At a full stop: "example.com", "Q3_report.pdf", and the path behind a host.
static bool scan_host(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t end = host_end(text, scanner->at), first = window->atom_count, begin = scanner->at;
    if (end == 0)
        return false;
    for (int i = 0; i < MAIL_ATOMS && first > 0; i++) {
        const seg_atom *atom = &window->atoms[first - 1];
        bool word = (atom->type == SEG_LETTERS && atom->flags & SEG_ASCII) || atom->type == SEG_DIGITS;
        if (atom->end != begin ||
            (!word && (atom->type != SEG_MARK || !strchr("_-", text.data[atom->begin]))))
            break;
        first--;
        begin = atom->begin;
    }
    while (first < window->atom_count && window->atoms[first].type == SEG_MARK)
        begin = window->atoms[first++].end;
    if (begin == scanner->at)
        return false;
    if (byte_at(text, end) == '/' && ascii_word(byte_at(text, end + 1)))
        end = url_end(text, end);
    add_whole(scanner, window, begin, end, WHOLE_URL);
    return true;
}

static bool mail_piece(const seg_atom *atom, gs_view text)
{
    if (atom->type == SEG_LETTERS || atom->type == SEG_DIGITS)
        return true;
    return atom->type == SEG_MARK && strchr("._-+%:", text.data[atom->begin]) != NULL;
}

// At "@": an address for mail, or a handle.
static bool scan_at(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t at = scanner->at, end = at + 1;
    while (ascii_word(byte_at(text, end)) ||
           (byte_at(text, end) != 0 && strchr("._-", byte_at(text, end)) != NULL))
        end++;
    while (end > at + 1 && !ascii_word(byte_at(text, end - 1)))
        end--;
    if (end == at + 1)
        return false;
    size_t first = window->atom_count, begin = at;
    for (int i = 0; i < MAIL_ATOMS && first > 0; i++) {
        const seg_atom *atom = &window->atoms[first - 1];
        if (atom->end != begin || !mail_piece(atom, text))
            break;
        first--;
        begin = atom->begin;
    }
    while (first < window->atom_count && window->atoms[first].type == SEG_MARK)
        begin = window->atoms[first++].end;
    bool touched = window->atom_count > 0 && window->atoms[window->atom_count - 1].end == at;
    if (begin < at)
        add_whole(scanner, window, begin, end, WHOLE_MAIL);
    else if ((!touched || window->atoms[window->atom_count - 1].type == SEG_MARK) &&
             (byte_at(text, at + 1) | 0x20) >= 'a')
        add_whole(scanner, window, at, end, WHOLE_HANDLE);
    else
        return false;
    return true;
}

static bool scan_tag(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    size_t at = scanner->at, end = at + 1;
    if (window->atom_count > 0 && window->atoms[window->atom_count - 1].end == at)
        return false;
    if ((byte_at(text, end) | 0x20) < 'a' || (byte_at(text, end) | 0x20) > 'z')
        return false;
    while (ascii_word(byte_at(text, end)) || byte_at(text, end) == '_')
        end++;
    add_whole(scanner, window, at, end, WHOLE_HANDLE);
    return true;
}

static bool scan_whole(seg_scanner *scanner, seg_window *window, uint32_t c)
{
    switch (c) {
    case ':':
        return window->atom_count > 0 && scan_url(scanner, window);
    case '.':
        return window->atom_count > 0 && (scan_url(scanner, window) || scan_host(scanner, window));
    case '@':
        return scan_at(scanner, window);
    case '#':
        return scan_tag(scanner, window);
    default:
        return false;
    }
}

static size_t columns(gs_view text, size_t begin, size_t end, size_t most)
{
    size_t count = 0;
    for (size_t at = begin; at < end && count <= most; at++)
        count += ((unsigned char)text.data[at] & 0xC0) != 0x80;
    return count;
}

// Whether the line that ends at end was ended on purpose: the next word would have found room on it. A line
// that goes on in small letters was not.
static bool parts(const seg_scanner *scanner, size_t end, size_t next)
{
    gs_view text = scanner->text;
    size_t word = next;
    while (word < text.size && (unsigned char)text.data[word] > ' ' && word - next < 256)
        word++;
    if (scanner->width > 0) {
        size_t width = scanner->width;
        size_t used = columns(text, scanner->line, end, width) + 1 + columns(text, next, word, width);
        if (used > width)
            return false;
    }
    unsigned char first = byte_at(text, next);
    if (first < 'a' || first > 'z')
        return true;
    return end > scanner->line && strchr(".!?:", text.data[end - 1]) != NULL;
}

// White space from scanner->at; returns the flags of the atom behind it.
static uint8_t scan_space(seg_scanner *scanner)
{
    gs_view text = scanner->text;
    size_t begin = scanner->at, at = begin;
    bool line = false;
    while (at < text.size) {
        size_t next = at;
        uint32_t c = next_code(text, &next);
        if (!seg_is_space(c))
            break;
        line |= c == '\n' || c == '\r' || c == LINE_SEPARATOR || c == NEXT_LINE;
        at = next;
    }
    scanner->at = at;
    if (!line || at >= text.size)
        return SEG_SPACE;
    bool hard = parts(scanner, begin, at);
    scanner->line = at;
    return hard ? SEG_SPACE | SEG_BREAK : SEG_SPACE;
}

void seg_scan(seg_scanner *scanner, seg_window *window)
{
    gs_view text = scanner->text;
    window->atom_count = 0;
    uint8_t flags = SEG_SPACE;
    while (scanner->at < text.size && window->atom_count < SEG_WINDOW) {
        size_t next = scanner->at;
        uint32_t c = next_code(text, &next);
        seg_class class = class_of(c);
        if (class == CLASS_SPACE) {
            flags |= scan_space(scanner);
            continue;
        }
        if (class == CLASS_DIGIT)
            scan_digits(scanner, window);
        else if (class == CLASS_LETTER || class == CLASS_EXTENDS)
            scan_letters(scanner, window);
        else if (!scan_whole(scanner, window, c))
            scan_mark(scanner, window, c, next);
        window->atoms[window->atom_count - 1].flags |= flags;
        flags = 0;
    }
    window->to_end = scanner->at >= text.size;
    memset(window->atoms + window->atom_count, 0, SEG_PAD * sizeof(seg_atom));
    window->atoms[window->atom_count].flags = SEG_SPACE;
}

void seg_window_init(seg_window *window)
{
    window->atoms = window->atoms_padded + SEG_PAD;
    window->pieces = window->pieces_padded + SEG_PAD;
    window->tokens = window->tokens_padded + SEG_PAD;
    memset(window->atoms_padded, 0, SEG_PAD * sizeof(seg_atom));
    memset(window->pieces_padded, 0, SEG_PAD * sizeof(seg_atom));
    memset(window->tokens_padded, 0, SEG_PAD * sizeof(seg_token));
    window->atom_count = window->piece_count = window->token_count = 0;
}
