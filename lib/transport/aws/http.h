/* SPDX-License-Identifier: Apache-2.0
 *
 * One request by HTTP, where the library was built with libcurl (STSKAFKA_HTTP): http_curl.c, or else http_none.c. */
#ifndef STS_TRANSPORT_AWS_HTTP_H
#define STS_TRANSPORT_AWS_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { STS__HTTP_HEADERS = 2, STS__HTTP_MOST = 1 << 20 };

typedef struct sts__http_request {
    const char *method;
    const char *url;
    const char *headers[STS__HTTP_HEADERS]; /* "Name: value"; NULL: none */
    const char *body;                       /* of a form; NULL: none */
    int32_t timeout_ms;
    bool is_local;      /* on this machine or its link: no proxy is asked */
    const int *stopped; /* atomic: given up when it is not 0 */
} sts__http_request;

typedef struct sts__http_answer {
    sts__text body; /* the caller's to clear, and to forget if it is a secret */
    long status;
    int64_t date_ms; /* what the other side's clock says, since 1970; -1: it does not */
} sts__http_answer;

/* Whether there is such a thing. */
bool sts__http_is_built(void);

/* True with any answer, whatever its status. Redirections are not followed, and no more than STS__HTTP_MOST bytes are
 * taken. */
bool sts__http_ask(const sts__http_request *request, sts__http_answer *answer, char *why, size_t why_size);

#endif
