/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/aws/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

enum { SLICE_MS = 50 }; /* after so long it is seen that it is to stop */

bool sts__http_is_built(void) {
    return true;
}

static size_t take_body(char *data, size_t one, size_t count, void *user) {
    sts__text *body = user;
    size_t size = one * count;
    if (size > STS__HTTP_MOST - body->size)
        return 0; /* which ends it */
    sts__text_append(body, data, size);
    return body->failed ? 0 : size;
}

static size_t take_header(char *data, size_t one, size_t count, void *user) {
    static const char name[] = "date:";
    sts__http_answer *answer = user;
    char date[64];
    size_t size = one * count;
    if (size > sizeof name && size - sizeof name < sizeof date && strncasecmp(data, name, sizeof name - 1) == 0) {
        snprintf(date, sizeof date, "%.*s", (int)(size - sizeof name + 1), data + sizeof name - 1);
        time_t seconds = curl_getdate(date, NULL);
        answer->date_ms = seconds < 0 ? -1 : (int64_t)seconds * 1000;
    }
    return size;
}

static void set_up(CURL *easy, const sts__http_request *request, sts__http_answer *answer,
                   const struct curl_slist *headers) {
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L); /* signals are the host's */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer->body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, answer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (request->is_local)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (request->body)
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* In slices, so that who closes waits for no answer. */
static CURLcode run(CURLM *multi, const int *stopped) {
    int running = 1;
    while (running) {
        if (__atomic_load_n(stopped, __ATOMIC_ACQUIRE))
            return CURLE_ABORTED_BY_CALLBACK;
        if (curl_multi_perform(multi, &running) != CURLM_OK ||
            (running && curl_multi_poll(multi, NULL, 0, SLICE_MS, NULL) != CURLM_OK))
            return CURLE_FAILED_INIT;
    }
    int left;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message ? message->data.result : CURLE_FAILED_INIT;
}

static bool make_headers(const sts__http_request *request, struct curl_slist **headers) {
    for (size_t i = 0; i < STS__HTTP_HEADERS && request->headers[i]; i++) {
        struct curl_slist *more = curl_slist_append(*headers, request->headers[i]);
        if (!more)
            return false;
        *headers = more;
    }
    return true;
}

bool sts__http_ask(const sts__http_request *request, sts__http_answer *answer, char *why, size_t why_size) {
    struct curl_slist *headers = NULL;
    CURL *easy = curl_easy_init();
    CURLM *multi = curl_multi_init();
    CURLcode result = CURLE_OUT_OF_MEMORY;
    answer->date_ms = -1;
    if (easy && multi && make_headers(request, &headers)) {
        set_up(easy, request, answer, headers);
        if (curl_multi_add_handle(multi, easy) == CURLM_OK) {
            result = run(multi, request->stopped);
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
            curl_multi_remove_handle(multi, easy);
        }
    }
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    if (result != CURLE_OK)
        snprintf(why, why_size, "%s", curl_easy_strerror(result));
    return result == CURLE_OK;
}
