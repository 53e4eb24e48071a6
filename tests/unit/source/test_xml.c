// The reader of XML: what is well-formed, what is not, and what is too much.
#include "source/xml.h"
#include "source_test.h"

static gs_xml_node *read_xml(fixture *self, const char *text)
{
    gs_error_clear(&self->error);
    return gs_xml_read(gs_view_of(text), self->arena, &self->error);
}

// The tree as text: <name attribute=value>[text]</>.
static const char *shown(fixture *self, const char *text)
{
    const gs_xml_node *root = read_xml(self, text);
    assert_non_null(root);
    gs_buffer out = {0};
    const gs_xml_node *node = root;
    while (node) {
        if (gs_xml_is_element(node)) {
            gs_buffer_format(&out, "<%.*s", (int)node->name.size, node->name.data);
            for (const gs_xml_attribute *each = node->attributes; each; each = each->next) {
                gs_buffer_format(&out, " %.*s=%.*s", (int)each->name.size, each->name.data,
                                 (int)each->value.size, each->value.data);
            }
            gs_buffer_text(&out, ">");
        } else {
            gs_buffer_format(&out, "[%.*s]", (int)node->text.size, node->text.data);
        }
        if (node->first) {
            node = node->first;
            continue;
        }
        gs_buffer_text(&out, gs_xml_is_element(node) ? "</>" : "");
        while (node != root && !node->next) {
            node = node->parent;
            gs_buffer_text(&out, "</>");
        }
        node = node == root ? NULL : node->next;
    }
    const char *kept = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return kept;
}

static void reads_what_is_well_formed(void **state)
{
    fixture *self = *state;
    assert_string_equal(
        shown(self, "<?xml version='1.0'?><!-- c --><a x='1' y=\"2 &lt; 3\"><b/>t<c>u</c></a>"),
        "<a x=1 y=2 < 3><b></>[t]<c>[u]</></>");
    assert_string_equal(shown(self, "<a><![CDATA[<b>&amp;]]]></a>"), "<a>[<b>&amp;]]</>");
    assert_string_equal(shown(self, "<a>&#x41;&#66;&amp;&eacute;</a>"), "<a>[AB&\xC3\xA9]</>");
    assert_string_equal(shown(self, "<a><?php x > y ?>t</a>"), "<a>[t]</>");
}

static void takes_what_is_not(void **state)
{
    fixture *self = *state;
    assert_string_equal(shown(self, "<a><b>x<c>y</b>z</a>"), "<a><b>[x]<c>[y]</></>[z]</>");
    assert_string_equal(shown(self, "<a>x</b>y</a>"), "<a>[x][y]</>");
    assert_string_equal(shown(self, "<a>1 < 2 & 3<4</a>"), "<a>[1 ][<][ 2 & 3][<][4]</>");
    assert_string_equal(shown(self, "<a b=c d e='f/>'>x"), "<a b=c e=f/>>[x]</>");
    assert_string_equal(shown(self, "<a><b c=d/>x</a>"), "<a><b c=d></>[x]</>");
    assert_string_equal(shown(self, "<a><b x='1'<c>y</c></a>"), "<a><b x=1><c>[y]</></></>");
    assert_string_equal(shown(self, "<a><B>x</b></A>y"), "<a><B>[x]</>[y]</>");
    assert_string_equal(shown(self, "<a>x<br>y</br><img src=z>w</a>"),
                        "<a>[x]<br></>[y]<img src=z></>[w]</>");
    assert_string_equal(shown(self, "<a><![CDATA[never closed"), "<a>[never closed]</>");
    assert_string_equal(shown(self, "<a><!-- never closed <b>x</b></a>"),
                        "<a>[<][!-- never closed ]<b>[x]</></>");
    assert_string_equal(shown(self, "<a>x</a><b>y</b>"), "<a>[x]<b>[y]</></>");
    assert_string_equal(shown(self, "<a>\x01\xC2\x93q\xC2\x94</a>"), "<a>[\xE2\x80\x9Cq\xE2\x80\x9D]</>");
}

static void spaces_are_in_force_where_they_are_declared(void **state)
{
    fixture *self = *state;
    gs_xml_node *root =
        read_xml(self, "<a xmlns='u:1' xmlns:p='u:2'><p:b xmlns:p='u:3'/><p:c/><d xmlns=''/><q:e/></a>");
    assert_true(gs_view_equal(root->space->uri, gs_view_of("u:1")));
    const gs_xml_node *child = root->first;
    assert_true(gs_view_equal(child->space->uri, gs_view_of("u:3")));
    assert_true(gs_view_equal(child->name, gs_view_of("b")));
    assert_true(gs_view_equal(child->next->space->uri, gs_view_of("u:2")));
    assert_null(child->next->next->space);
    assert_null(child->next->next->next->space);
    assert_true(gs_view_equal(child->next->next->next->prefix, gs_view_of("q")));
}

static void declares_no_entities(void **state)
{
    fixture *self = *state;
    assert_string_equal(
        shown(self, "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z SYSTEM \"file:///etc/passwd\">]><a>&x;&z;</a>"),
        "<a>[&x;&z;]</>");
}

static void every_cut_of_a_document_ends(void **state)
{
    fixture *self = *state;
    static const char whole[] =
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a b=\"c&amp;\" d='e'><![CDATA[x]]><!-- y -->"
        "<p:f xmlns:p='q'/>&#65;<g>h</g></a>";
    for (size_t size = 0; size < sizeof whole; size++) {
        gs_view cut = gs_view_make(whole, size);
        gs_xml_read(cut, self->arena, &self->error);
        gs_xml_read(gs_view_slice(gs_view_make(whole, sizeof whole - 1), size, SIZE_MAX), self->arena,
                    &self->error);
    }
}

static void stray_ends_cost_little(void **state)
{
    fixture *self = *state;
    gs_buffer xml = {0};
    for (int i = 0; i < 200; i++) {
        gs_buffer_text(&xml, "<aaa>");
    }
    for (int i = 0; i < 1000000; i++) {
        gs_buffer_text(&xml, "</aab>");
    }
    assert_non_null(gs_xml_read(gs_buffer_view(&xml), self->arena, &self->error));
    gs_buffer_free(&xml);
}

static void joins_text(void **state)
{
    fixture *self = *state;
    gs_buffer joined = {0};
    gs_xml_node *root = read_xml(self, "<a>x<b>y</b><![CDATA[z]]></a>");
    assert_true(gs_view_equal(gs_xml_text(root, &joined), gs_view_of("xyz")));
    root = read_xml(self, "<a>only</a>");
    assert_true(gs_view_equal(gs_xml_text(root, &joined), gs_view_of("only")));
    assert_int_equal(gs_xml_text(read_xml(self, "<a/>"), &joined).size, 0);
    assert_null(read_xml(self, "no element"));
    assert_has(self->error.message, "no XML element");
    gs_buffer_free(&joined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_what_is_well_formed),
        TEST(takes_what_is_not),
        TEST(spaces_are_in_force_where_they_are_declared),
        TEST(declares_no_entities),
        TEST(every_cut_of_a_document_ends),
        TEST(stray_ends_cost_little),
        TEST(joins_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
