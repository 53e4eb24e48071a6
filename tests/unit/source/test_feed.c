// Feeds of all families, mixtures of them, damage, and what is no feed.
#include "source_test.h"

static gs_feed *read_feed(fixture *self, const char *xml, const char *base)
{
    gs_error_clear(&self->error);
    return gs_feed_parse(gs_view_of(xml), base, self->arena, &self->error);
}

static void rss2(void **state)
{
    gs_feed *feed = read_feed(
        *state,
        "<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Daily &amp; News</title>"
        "<link>https://d.example/</link><atom:link rel='self' "
        "href='https://d.example/rss'/><language>en</language><ttl>30</ttl>"
        "<image><title>Logo</title></image>"
        "<item><title>A &lt;b&gt;bold&lt;/b&gt; claim</title><link>https://d.example/1</link><guid "
        "isPermaLink='false'>tag:1</guid>"
        "<pubDate>Thu, 24 Apr 2025 22:57:00 EDT</pubDate><dc:creator>A. Writer</dc:creator>"
        "<description>Short.</description><content:encoded><![CDATA[<p>Whole &amp; "
        "long.</p>]]></content:encoded></item>"
        "<item><guid>https://d.example/2</guid><author>ed@d.example (Ed)</author></item></channel></rss>",
        NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "Daily & News");
    assert_string_equal(feed->language, "en");
    assert_int_equal(feed->ttl_minutes, 30);
    assert_int_equal(feed->count, 2);
    const gs_feed_entry *first = &feed->entries[0];
    assert_string_equal(first->title, "A bold claim");
    assert_string_equal(first->link, "https://d.example/1");
    assert_string_equal(first->id, "tag:1");
    assert_string_equal(first->published, "2025-04-25T02:57:00Z");
    assert_string_equal(first->updated, "");
    assert_string_equal(first->author, "A. Writer");
    assert_string_equal(first->summary, "Short.");
    assert_string_equal(first->content, "<p>Whole &amp; long.</p>");
    assert_string_equal(feed->entries[1].link, "https://d.example/2");
    assert_string_equal(feed->entries[1].id, "https://d.example/2");
    assert_string_equal(feed->entries[1].author, "ed@d.example (Ed)");
    assert_string_equal(feed->entries[1].title, "");
}

static void atom1(void **state)
{
    gs_feed *feed = read_feed(
        *state,
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr' xml:base='https://a.example/blog/'><title "
        "type='html'>A &amp;lt; B &lt;i&gt;x&lt;/i&gt;</title>"
        "<entry xml:base='2025/'><id>urn:1</id><title>1 &lt; 2</title><link rel='enclosure' href='a.mp3'/>"
        "<link rel='alternate' type='application/json' href='one.json'/><link href='one'/>"
        "<published>2025-04-24T22:57:00-04:00</published><updated>2025-04-25T00:00:00Z</updated>"
        "<author><name>B. Writer</name><email>b@a.example</email></author>"
        "<summary type='text'>a &lt;b&gt; c</summary>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>X <a "
        "href='u'>y</a><br/>&amp;</div></content></entry></feed>",
        NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "A < B x");
    assert_string_equal(feed->language, "fr");
    assert_int_equal(feed->count, 1);
    const gs_feed_entry *entry = feed->entries;
    assert_string_equal(entry->title, "1 < 2");
    assert_string_equal(entry->link, "https://a.example/blog/2025/one");
    assert_string_equal(entry->published, "2025-04-25T02:57:00Z");
    assert_string_equal(entry->updated, "2025-04-25T00:00:00Z");
    assert_string_equal(entry->author, "B. Writer");
    assert_string_equal(entry->summary, "a &lt;b&gt; c");
    assert_string_equal(entry->content, "<div>X <a href=\"u\">y</a><br></br>&amp;</div>");
}

static void atom03_and_base64(void **state)
{
    gs_feed *feed = read_feed(
        *state,
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title mode='escaped' type='text/html'>T "
        "&lt;b&gt;x&lt;/b&gt;</title>"
        "<entry><title mode='base64' "
        "type='text/html'>RXhhbXBsZSA8Yj5BdG9t\nPC9iPg==</title><issued>2003-12-31T10:14:55Z</issued>"
        "<modified>2004-01-01</modified><link rel='alternate' "
        "href='http://a.example/1'/><content>Text</content></entry>"
        "<entry><title mode='base64'>%%%</title></entry></feed>",
        NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "T x");
    assert_string_equal(feed->entries[0].title, "Example Atom");
    assert_string_equal(feed->entries[0].published, "2003-12-31T10:14:55Z");
    assert_string_equal(feed->entries[0].updated, "2004-01-01T00:00:00Z");
    assert_string_equal(feed->entries[0].summary, "Text");
    assert_string_equal(feed->entries[1].title, "%%%"); // what claims to be base64 and is not, stays
}

static void rdf(void **state)
{
    gs_feed *feed =
        read_feed(*state,
                  "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
                  "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
                  "<channel rdf:about='https://r.example/'><title>RDF</title><items><rdf:Seq><rdf:li "
                  "rdf:resource='https://r.example/1'/></rdf:Seq></items></channel>"
                  "<image><title>No</title></image><item "
                  "rdf:about='https://r.example/1'><title>One</title><link>https://r.example/1</"
                  "link><dc:date>2005-11-09T11:56:34+01:00</dc:date></item></rdf:RDF>",
                  NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "RDF");
    assert_int_equal(feed->count, 1);
    assert_string_equal(feed->entries[0].id, "https://r.example/1");
    assert_string_equal(feed->entries[0].published, "2005-11-09T10:56:34Z");
}

static void undeclared_prefixes_and_upper_case(void **state)
{
    gs_feed *feed = read_feed(*state,
                              "<RSS><CHANNEL><TITLE>Old</TITLE><ITEM><TITLE>x</TITLE><dc:date>2020-01-02</"
                              "dc:date><content:encoded>&lt;p>c</content:encoded></ITEM></CHANNEL></RSS>",
                              NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "Old");
    assert_string_equal(feed->entries[0].published, "2020-01-02T00:00:00Z");
    assert_string_equal(feed->entries[0].content, "<p>c");
}

static void relative_links_meet_the_address(void **state)
{
    fixture *self = *state;
    const char *xml = "<rss><channel><item><link> /a b?x=1 "
                      "</link></item><item><link>c</link></item><item><link>mailto:x@y</link></item>"
                      "<item xml:base='javascript:x'><link>d</link></item></channel></rss>";
    gs_feed *feed = read_feed(self, xml, "https://s.example/news/feed.xml");
    assert_string_equal(feed->entries[1].link, "https://s.example/news/c");
    assert_string_equal(feed->entries[2].link, "mailto:x@y");
    assert_string_equal(feed->entries[3].link, "d");
    assert_has(feed->entries[0].link, "/a");
    assert_string_equal(read_feed(self, xml, NULL)->entries[1].link, "c");
}

static void damage_is_repaired(void **state)
{
    fixture *self = *state;
    gs_feed *feed = read_feed(self,
                              "junk <!DOCTYPE rss [<!ENTITY x 'gotcha'>]><rss><channel><title>AT&T &eacute; "
                              "&x; &nosuch; &#146; a < b \x01</title>"
                              "<item><link>http://l.example/?a=1&b=2</link><title>x<br>y</title></item>",
                              NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "AT&T \xC3\xA9 &x; &nosuch; \xE2\x80\x99 a < b");
    assert_int_equal(feed->count, 1);
    assert_string_equal(feed->entries[0].link, "http://l.example/?a=1&b=2");
    feed = read_feed(self, "<rss><channel><title><![CDATA[never closed &amp; <b>x", NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "never closed & x");
    feed = read_feed(self, "<rss><channel><title>caf\xE9 \x93q\x94</title></channel></rss>", NULL);
    assert_string_equal(feed->title, "caf\xC3\xA9 \xE2\x80\x9Cq\xE2\x80\x9D");
    feed = read_feed(
        self,
        "<?xml version='1.0' encoding='utf-16'?><rss><channel><title>caf\xC3\xA9</title></channel></rss>",
        NULL);
    assert_string_equal(feed->title, "caf\xC3\xA9");
}

static void entities_neither_grow_nor_reach_out(void **state)
{
    gs_feed *feed = read_feed(
        *state,
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b "
        "'&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss><channel><title>[&b;][&f;]</title></channel></rss>",
        NULL);
    assert_non_null(feed);
    assert_string_equal(feed->title, "[&b;][&f;]");
}

static void what_is_too_deep_or_too_much_is_refused(void **state)
{
    fixture *self = *state;
    gs_buffer xml = {0};
    gs_buffer_text(&xml, "<rss><channel><title>T</title><item><title>one</title></item>");
    for (int i = 0; i < 50000; i++) {
        gs_buffer_text(&xml, "<a><!--<");
    }
    assert_null(gs_feed_parse(gs_buffer_view(&xml), NULL, self->arena, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_has(self->error.message, "more than 256 deep");
    gs_buffer_clear(&xml);
    gs_buffer_text(&xml, "<rss><channel>");
    for (int i = 0; i < GS_LIMIT_XML_NODES; i++) {
        gs_buffer_text(&xml, "<a/>");
    }
    assert_null(gs_feed_parse(gs_buffer_view(&xml), NULL, self->arena, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    gs_buffer_clear(&xml);
    gs_buffer_text(&xml, "<rss ");
    for (int i = 0; i < 50000; i++) {
        gs_buffer_format(&xml, "a%d='' ", i);
    }
    gs_feed_parse(gs_buffer_view(&xml), NULL, self->arena, &self->error); // whatever it says, soon
    gs_buffer_free(&xml);
}

static void says_what_is_no_feed(void **state)
{
    static const char *const pairs[][2] = {
        {"<!DOCTYPE html><html><head><title>x</title></head><body><p>x</p></body></html>", "HTML page"},
        {"<opml version='2.0'><body/></opml>", "OPML list"},
        {"<svg/>", "found <svg>"},
        {"plain text", "no XML element"},
        {"", "no XML element"},
        {"\xFF\xFE", "no XML element"},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_null(read_feed(self, pairs[i][0], NULL));
        assert_has(self->error.message, "not a feed: ");
        assert_has(self->error.message, pairs[i][1]);
    }
}

static void says_how_often_it_wants_to_be_asked(void **state)
{
    gs_feed *feed =
        read_feed(*state,
                  "<rss><channel><skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour><hour>x</hour>"
                  "<hour>99</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day><day>?</day>"
                  "</skipDays><ttl>99999999999</ttl></channel></rss>",
                  NULL);
    assert_int_equal(feed->skip_hours, 1 << 0 | 1 << 13);
    assert_int_equal(feed->skip_days, 1 << 0 | 1 << 6);
    assert_int_equal(feed->ttl_minutes, 1000000);
    feed = read_feed(
        *state,
        "<rss xmlns:s='http://purl.org/rss/1.0/modules/syndication/'><channel>"
        "<s:updatePeriod>daily</s:updatePeriod><s:updateFrequency>4</s:updateFrequency></channel></rss>",
        NULL);
    assert_int_equal(feed->ttl_minutes, 360);
    feed =
        read_feed(*state, "<rss><channel><sy:updatePeriod> hourly </sy:updatePeriod></channel></rss>", NULL);
    assert_int_equal(feed->ttl_minutes, 60);
    feed =
        read_feed(*state, "<rss><channel><sy:updateFrequency>4</sy:updateFrequency></channel></rss>", NULL);
    assert_int_equal(feed->ttl_minutes, 0);
}

static void knows_its_format_and_home(void **state)
{
    fixture *self = *state;
    gs_feed *feed = read_feed(self, "<rss><channel><link>/</link></channel></rss>", "https://h.example/rss");
    assert_int_equal(feed->format, GS_FEED_RSS);
    assert_string_equal(feed->link, "https://h.example/");
    feed =
        read_feed(self,
                  "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='https://h.example/atom'/>"
                  "<link href='https://h.example/home'/></feed>",
                  NULL);
    assert_int_equal(feed->format, GS_FEED_ATOM);
    assert_string_equal(feed->link, "https://h.example/home");
    feed = read_feed(self, "<rdf:RDF><channel/></rdf:RDF>", NULL);
    assert_int_equal(feed->format, GS_FEED_RDF);
    assert_string_equal(gs_feed_format_name(feed->format), "RSS 1.0");
    feed = read_feed(self,
                     "<CHANNEL BASE='http://c.example/d/' HREF='x'><ITEM HREF='/1' LASTMOD='2004-04-06'>"
                     "<ABSTRACT>a</ABSTRACT></ITEM></CHANNEL>",
                     NULL);
    assert_int_equal(feed->format, GS_FEED_CDF);
    assert_string_equal(feed->link, "http://c.example/d/x");
    assert_string_equal(feed->entries[0].link, "http://c.example/1");
    assert_string_equal(feed->entries[0].updated, "2004-04-06T00:00:00Z");
}

static void says_whose_text_it_is(void **state)
{
    gs_feed *feed = read_feed(*state,
                              "<rss><channel><item><source url='u'>The "
                              "Wire</source><dc:language>de</dc:language></item></channel></rss>",
                              NULL);
    assert_string_equal(feed->entries[0].publisher, "The Wire");
    assert_string_equal(feed->entries[0].language, "de");
    feed = read_feed(*state, "<feed><entry><source><id>1</id><title>Planet</title></source></entry></feed>",
                     NULL);
    assert_string_equal(feed->entries[0].publisher, "Planet");
    assert_string_equal(feed->entries[0].title, "");
}

static void markup_in_the_tree_is_kept(void **state)
{
    gs_feed *feed = read_feed(*state,
                              "<rss><channel><item><description>one<br>two <a href='x\"y'>three</a> "
                              "<b>&lt;</b></description></item></channel></rss>",
                              NULL);
    assert_string_equal(feed->entries[0].summary,
                        "one<br></br>two <a href=\"x&quot;y\">three</a> <b>&lt;</b>");
}

static void empty_feed_is_a_feed(void **state)
{
    gs_feed *feed = read_feed(*state, "<rss/>", NULL);
    assert_non_null(feed);
    assert_int_equal(feed->count, 0);
    assert_string_equal(feed->title, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rss2),
        TEST(atom1),
        TEST(atom03_and_base64),
        TEST(rdf),
        TEST(undeclared_prefixes_and_upper_case),
        TEST(relative_links_meet_the_address),
        TEST(damage_is_repaired),
        TEST(entities_neither_grow_nor_reach_out),
        TEST(what_is_too_deep_or_too_much_is_refused),
        TEST(says_what_is_no_feed),
        TEST(says_how_often_it_wants_to_be_asked),
        TEST(knows_its_format_and_home),
        TEST(says_whose_text_it_is),
        TEST(markup_in_the_tree_is_kept),
        TEST(empty_feed_is_a_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
