// Follows Gainsay's feed in C: contradictions, each once and in order, from the number that is given. It keeps no place of
// its own; the .position callback tells the number to keep.
//
//   cc subscribe.c $(pkg-config --cflags --libs gainsay) -o subscribe
//   ./subscribe tcp://127.0.0.1:7721 tcp://127.0.0.1:7722 0
#include <gainsay/bus/bus.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    (void)context;
    (void)bytes;
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION)
        printf("%" PRIu64 " %s\n", event->sequence, event->contradiction->reason);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: subscribe LIVE REPLAY AFTER\n");
        return 2;
    }
    static const char *const topics[] = {"contradiction/"};
    gs_error error = {0};
    gs_log log;
    gs_log_init(&log, "subscribe");
    const gs_bus_options bus_options = {.log = &log};
    gs_bus *bus = gs_bus_new(&bus_options, &error);
    const gs_subscriber_options options = {.live_endpoint = argv[1],
                                           .replay_endpoint = argv[2],
                                           .topics = topics,
                                           .topic_count = 1,
                                           .after = strtoull(argv[3], NULL, 10),
                                           .event = on_event};
    gs_subscriber *feed = bus ? gs_subscriber_new(bus, &options, &error) : NULL;
    while (feed && gs_bus_run(bus, 1000, &error)) {
    }
    fprintf(stderr, "%s\n", error.message);
    return 1;
}
