// The small parts below the sockets: the map of ids, the table of peers, rings, and the frame codec.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/idmap.h"
#include "bus/peers.h"
#include "bus/ring.h"
#include "bus/zmq_frame.h"

typedef struct thing {
    gs_id id;
    int number;
    bool inside;
} thing;

// Against a plain array of flags; ids that collide in their home slot included.
static void the_map_finds_what_is_in_it(void **state)
{
    (void)state;
    enum { THINGS = 2000 };
    thing *things = calloc(THINGS, sizeof *things);
    for (int i = 0; i < THINGS; i++) {
        things[i].number = i;
        if (i % 3 == 0) { // same first eight bytes for a hundred of them
            things[i].id.bytes[0] = (uint8_t)(i / 300);
            memcpy(&things[i].id.bytes[8], &i, sizeof i);
        } else {
            things[i].id = gs_id_of("map", gs_view_make(&i, sizeof i), gs_view_of(NULL));
        }
    }
    gs_idmap map = {0};
    assert_null(gs_idmap_find(&map, things[0].id));
    gs_idmap_remove(&map, things[0].id);
    unsigned random = 1;
    size_t count = 0;
    for (int step = 0; step < 40000; step++) {
        thing *each = &things[rand_r(&random) % THINGS];
        thing *found = gs_idmap_find(&map, each->id);
        assert_ptr_equal(found, each->inside ? each : NULL);
        if (each->inside)
            gs_idmap_remove(&map, each->id);
        else
            gs_idmap_insert(&map, &each->id);
        count += each->inside ? (size_t)-1 : 1;
        each->inside = !each->inside;
        assert_int_equal(map.count, count);
    }
    for (int i = 0; i < THINGS; i++)
        assert_ptr_equal(gs_idmap_find(&map, things[i].id), things[i].inside ? &things[i] : NULL);
    gs_idmap_free(&map);
    free(things);
}

static void on_drop(void *context, gs_peer *peer)
{
    (void)peer;
    ++*(int *)context;
}

static void peers_are_bounded_and_handles_unique(void **state)
{
    (void)state;
    int drops = 0;
    gs_peers *peers = gs_peers_new(10, sizeof(int), on_drop, &drops);
    uint64_t handles[10];
    for (int i = 0; i < 10; i++) {
        gs_peer *peer = gs_peers_add(peers, gs_view_make(&i, sizeof i), 1);
        assert_non_null(peer);
        assert_int_equal(*(int *)peer->data, 0);
        *(int *)peer->data = i;
        handles[i] = peer->handle;
        assert_true(peer->handle != 0);
    }
    int eleventh = 11;
    assert_null(gs_peers_add(peers, gs_view_make(&eleventh, sizeof eleventh), 1));
    assert_null(gs_peers_find(peers, gs_view_make(&eleventh, sizeof eleventh)));
    gs_peers_remove(peers, gs_peers_at(peers, handles[4]));
    assert_int_equal(drops, 1);
    assert_null(gs_peers_at(peers, handles[4]));
    gs_peer *reused = gs_peers_add(peers, gs_view_make(&eleventh, sizeof eleventh), 2);
    assert_non_null(reused);
    assert_int_equal(*(int *)reused->data, 0);
    assert_true(reused->handle != handles[4]);
    assert_null(gs_peers_at(peers, handles[4])); // the old handle names nobody
    uint32_t cursor = 0;
    int seen = 0;
    for (gs_peer *peer = gs_peers_next(peers, &cursor); peer != NULL; peer = gs_peers_next(peers, &cursor)) {
        seen++;
        if (*(int *)peer->data % 2 == 1)
            gs_peers_remove(peers, peer);
    }
    assert_int_equal(seen, 10);
    for (int i = 0; i < 10; i++) {
        gs_peer *found = gs_peers_find(peers, gs_view_make(&i, sizeof i));
        assert_int_equal(found != NULL, i % 2 == 0 && i != 4);
    }
    char long_route[300] = {0};
    assert_null(gs_peers_add(peers, gs_view_make(long_route, sizeof long_route), 1));
    gs_peers_free(&peers);
    assert_int_equal(drops, 11);
}

static void a_spliced_ring_keeps_its_order(void **state)
{
    (void)state;
    gs_ring list, front, links[6];
    gs_ring_init(&list);
    gs_ring_init(&front);
    gs_ring_splice_front(&list, &front);
    assert_true(gs_ring_is_empty(&list));
    for (int i = 0; i < 6; i++)
        gs_ring_insert_before(i < 3 ? &front : &list, &links[i]);
    gs_ring_splice_front(&list, &front);
    assert_true(gs_ring_is_empty(&front));
    const gs_ring *at = list.next;
    for (int i = 0; i < 6; i++, at = at->next)
        assert_ptr_equal(at, &links[i]);
    assert_ptr_equal(at, &list);
    gs_ring_remove(&links[2]);
    gs_ring_remove(&links[2]); // in no list: nothing happens
    assert_ptr_equal(links[1].next, &links[3]);
}

static void frames_read_back_what_was_put(void **state)
{
    (void)state;
    zmq_msg_t frame;
    gs_id id = gs_id_of("frame", gs_view_of("x"), gs_view_of(NULL));
    uint8_t *at = gs_frame_begin(&frame, GS_FRAME_WORK, 8 + 4 + 16 + 1 + 3);
    at = gs_frame_put_u64(at, UINT64_C(0x0102030405060708));
    at = gs_frame_put_u32(at, 0xAABBCCDD);
    at = gs_frame_put_bytes(at, id.bytes, sizeof id.bytes);
    *at++ = 7;
    gs_frame_put_bytes(at, "abc", 3);
    gs_view whole = gs_view_make(zmq_msg_data(&frame), zmq_msg_size(&frame)), fields;
    assert_memory_equal(whole.data, "GS1W\x08\x07\x06\x05\x04\x03\x02\x01\xDD\xCC\xBB\xAA",
                        16); // little-endian
    assert_int_equal(gs_frame_read(whole, &fields), GS_FRAME_WORK);
    uint64_t large = 0;
    uint32_t small = 0;
    uint8_t byte = 0;
    gs_id same;
    assert_true(gs_frame_take_u64(&fields, &large));
    assert_true(gs_frame_take_u32(&fields, &small));
    assert_true(gs_frame_take_id(&fields, &same));
    assert_true(gs_frame_take_u8(&fields, &byte));
    assert_true(large == UINT64_C(0x0102030405060708) && small == 0xAABBCCDD && byte == 7);
    assert_true(gs_id_equal(id, same));
    assert_false(gs_frame_take_u32(&fields, &small)); // three bytes are left
    assert_false(gs_frame_take_u64(&fields, &large));
    assert_false(gs_frame_take_id(&fields, &same));
    assert_int_equal(fields.size, 3);
    assert_memory_equal(fields.data, "abc", 3);
    zmq_msg_close(&frame);
}

static void foreign_headers_are_told_apart(void **state)
{
    (void)state;
    static const char *const foreign[] = {"", "G", "GS1", "GS2W", "gs1W", "XGS1W"};
    gs_view fields;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        assert_int_equal(gs_frame_read(gs_view_of(foreign[i]), &fields), GS_FRAME_FOREIGN);
        assert_int_equal(fields.size, 0);
    }
    assert_int_equal(gs_frame_read(gs_view_of("GS1L"), &fields), GS_FRAME_LIFE);
    assert_int_equal(fields.size, 0);
}

static void text_from_peers_is_bounded_and_valid(void **state)
{
    (void)state;
    char out[8];
    gs_frame_take_text(gs_view_of("short"), out, sizeof out);
    assert_string_equal(out, "short");
    gs_frame_take_text(gs_view_make(NULL, 0), out, sizeof out);
    assert_string_equal(out, "");
    gs_frame_take_text(gs_view_of("longer than that"), out, sizeof out);
    assert_string_equal(out, "longer ");
    // Each bad byte becomes three; the cut falls between code points.
    static const char *const bad[] = {"\377\377\377\377\377\377\377", "ab\377cdef",
                                      "\342\202\254\342\202\254\342\202\254", "abcde\342\202\254"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        gs_frame_take_text(gs_view_of(bad[i]), out, sizeof out);
        assert_true(strlen(out) < sizeof out);
        assert_true(gs_utf8_valid(gs_view_of(out), NULL));
    }
}

static void overlong_messages_are_cut_not_kept(void **state)
{
    (void)state;
    void *context = zmq_ctx_new();
    void *a = zmq_socket(context, ZMQ_PAIR), *b = zmq_socket(context, ZMQ_PAIR);
    assert_int_equal(zmq_bind(a, "inproc://frames"), 0);
    assert_int_equal(zmq_connect(b, "inproc://frames"), 0);
    for (int i = 0; i < 10; i++)
        zmq_send(b, "part", 4, i < 9 ? ZMQ_SNDMORE : 0);
    zmq_send(b, "next", 4, 0);
    gs_frames frames;
    assert_true(gs_frames_receive(a, &frames));
    assert_int_equal(frames.count, GS_FRAMES_MOST);
    assert_true(frames.too_many);
    assert_int_equal(gs_frames_view(&frames, GS_FRAMES_MOST).size, 0);
    gs_frames_close(&frames);
    assert_true(gs_frames_receive(a, &frames));
    assert_int_equal(frames.count, 1);
    assert_false(frames.too_many);
    gs_frames_close(&frames);
    assert_false(gs_frames_receive(a, &frames));
    zmq_close(a);
    zmq_close(b);
    zmq_ctx_term(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_finds_what_is_in_it),
        cmocka_unit_test(peers_are_bounded_and_handles_unique),
        cmocka_unit_test(a_spliced_ring_keeps_its_order),
        cmocka_unit_test(frames_read_back_what_was_put),
        cmocka_unit_test(foreign_headers_are_told_apart),
        cmocka_unit_test(text_from_peers_is_bounded_and_valid),
        cmocka_unit_test(overlong_messages_are_cut_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
