// rules: the robots.txt of each origin, remembered. Answers go in, verdicts on paths come out.
#ifndef GAINSAY_NET_RULES_H
#define GAINSAY_NET_RULES_H

#include "net/net.h"

typedef struct gs_rules gs_rules;         // of one origin
typedef struct gs_rule_book gs_rule_book; // of all

typedef enum gs_verdict {
    GS_VERDICT_ALLOWED,
    GS_VERDICT_FORBIDDEN,
    GS_VERDICT_UNKNOWN, // robots.txt is to be asked for, or has been
    GS_VERDICT_CLOSED,  // it could not be had, so nothing is asked for until it can
} gs_verdict;

gs_rule_book *gs_rule_book_new(void);
void gs_rule_book_free(gs_rule_book **self_p);
// The rules of an origin, made on first use. Valid until the next call, and while they are asked for.
gs_rules *gs_rule_book_at(gs_rule_book *self, const char *origin, uint64_t now_us);

gs_verdict gs_rules_judge(gs_rules *self, const char *path, uint64_t now_us);
uint32_t gs_rules_delay_ms(const gs_rules *self);                  // Crawl-delay, 0 if there is none
uint32_t gs_rules_closed_s(const gs_rules *self, uint64_t now_us); // until it is tried again
const char *gs_rules_cause(const gs_rules *self);                  // why it could not be had
const char *gs_rules_origin(const gs_rules *self);
// Who waits for these rules; the caller's list.
void **gs_rules_waiting(gs_rules *self);

bool gs_rules_ask(gs_rules *self); // true if nobody has asked yet: the caller does
void gs_rules_answer(gs_rules *self, const gs_response *response, uint64_t now_us);

#endif
