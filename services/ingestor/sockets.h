// A socket that other programs send JSON Lines to, and those connected to it. For sockets.c and clients.c.
#ifndef GAINSAY_SERVICES_INGESTOR_SOCKETS_H
#define GAINSAY_SERVICES_INGESTOR_SOCKETS_H

#include "ingestor.h"

enum { REPLY_BYTES = 96 };

// A program connected to a Unix socket.
typedef struct client {
    int fd;                     // owned
    gs_lines *lines;            // owned
    uint64_t accepted, refused; // lines that it has not been told of
    char reply[REPLY_BYTES];    // on its way
    size_t reply_size, reply_sent;
    bool ready;          // there may be something to read, and nobody watches for it
    bool ended;          // it sends no more
    uint64_t give_up_us; // monotonic: after its end it is not waited for longer; 0 before
} client;

struct listener {
    ingestor *owner;
    char *endpoint;    // owned
    gs_inlet *inlet;   // owned: ZeroMQ; else NULL
    gs_buffer message; // from it, and how far it was read
    size_t message_at;
    uint64_t lines;                    // from it so far
    const char *path;                  // of a Unix socket, in endpoint; else NULL
    int fd;                            // owned; -1: not open
    client *clients[GS_LIMIT_CLIENTS]; // owned
    size_t client_count;
    size_t turn;      // whose turn it is to be read first
    bool full;        // more would connect than are served
    uint64_t told_us; // of that
    listener *next;   // in ingestor.held_listeners
};

// sockets.c: the source whose listener it is; NULL while it is held.
source *listener_source(const listener *self);
// One line, unless blank, into the batch. False if it was refused, which has been told by then.
bool listener_line(const listener *self, source *from, gs_view line, uint64_t number);

// clients.c
bool clients_listen(listener *self, gs_error *error);
void clients_read(listener *self, source *from);
void clients_tell(listener *self); // the batch has been written
void clients_close(listener *self);

#endif
