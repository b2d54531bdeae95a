/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/addresses.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { MAX_HOST = 255, MAX_PORT_DIGITS = 5, MAX_PORT = 65535 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

typedef struct address {
    sts_bytes scheme; /* size 0: none */
    sts_bytes rest;   /* host and port */
} address;

static sts_bytes bytes_between(const char *from, const char *to) {
    return (sts_bytes){from, (size_t)(to - from)};
}

/* The next address, without the blanks around it. False at the end; a list has one more part than commas. */
static bool next(const char **list, sts_bytes *part) {
    if (!*list)
        return false;
    const char *from = *list;
    const char *to = from + strcspn(from, ",");
    *list = *to ? to + 1 : NULL;
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    *part = bytes_between(from, to);
    return true;
}

static address split(sts_bytes part) {
    const char *text = part.data;
    const char *end = text + part.size;
    for (const char *at = text; end - at >= 3; at++)
        if (memcmp(at, "://", 3) == 0)
            return (address){bytes_between(text, at), bytes_between(at + 3, end)};
    return (address){{text, 0}, part};
}

static bool is_scheme(sts_bytes text) {
    static const char *const schemes[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strlen(schemes[i]) == text.size && strncasecmp(schemes[i], text.data, text.size) == 0)
            return true;
    return false;
}

static bool is_made_of(sts_bytes text, const char *characters) {
    for (size_t i = 0; i < text.size; i++)
        /* a NUL is none of them: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        if (!memchr(characters, ((const char *)text.data)[i], strlen(characters)))
            return false;
    return true;
}

static const char *fault_of_port(const char *from, const char *end) {
    long port = 0;
    sts_bytes text = bytes_between(from, end);
    bool good = text.size > 0 && text.size <= MAX_PORT_DIGITS && is_made_of(text, "0123456789");
    for (size_t i = 0; good && i < text.size; i++)
        port = 10 * port + (from[i] - '0');
    return good && port >= 1 && port <= MAX_PORT ? NULL : "its port is no number from 1 to 65535";
}

/* [address%zone] and what follows. */
static const char *fault_of_ipv6(const char *from, const char *end) {
    struct in6_addr parsed;
    char text[INET6_ADDRSTRLEN];
    const char *close = memchr(from, ']', (size_t)(end - from));
    if (!close)
        return "a bracket is not closed";
    const char *zone = memchr(from, '%', (size_t)(close - from));
    sts_bytes number = bytes_between(from + 1, zone ? zone : close);
    if (number.size >= sizeof text)
        return "what is in brackets is no IPv6 address";
    memcpy(text, number.data, number.size);
    text[number.size] = '\0';
    if (inet_pton(AF_INET6, text, &parsed) != 1)
        return "what is in brackets is no IPv6 address";
    if (zone && (close - zone == 1 || !is_made_of(bytes_between(zone + 1, close), letters)))
        return "the zone of its IPv6 address is none";
    if (close + 1 == end)
        return NULL;
    return close[1] == ':' ? fault_of_port(close + 2, end) : "behind a bracket there may be a port and nothing else";
}

static const char *fault_of_host(const char *from, const char *end) {
    const char *colon = memchr(from, ':', (size_t)(end - from));
    sts_bytes host = bytes_between(from, colon ? colon : end);
    if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
        return "it has several colons; an IPv6 address needs brackets, as in [::1]:9092";
    if (host.size == 0)
        return "it has no host";
    if (host.size > MAX_HOST || !is_made_of(host, letters))
        return "its host has characters that no host's name has, or is too long";
    return colon ? fault_of_port(colon + 1, end) : NULL;
}

/* Why it is none; NULL: it is one. */
static const char *fault_of(sts_bytes part) {
    address parts = split(part);
    const char *from = parts.rest.data;
    const char *end = from + parts.rest.size;
    if (part.size == 0)
        return "it is empty";
    if (memchr(part.data, '@', part.size))
        return "it has an @: a user and a password are given by auth.sasl.username and auth.sasl.password";
    if (from != part.data && !is_scheme(parts.scheme))
        return "its scheme is none of PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL";
    if (from < end && from[0] == '[')
        return fault_of_ipv6(from, end);
    return fault_of_host(from, end);
}

static unsigned count_of(const char *list) {
    unsigned count = 1;
    for (; *list; list++)
        count += *list == ',';
    return count;
}

sts_status sts__addresses_check(const char *option, const char *list, sts__fault *fault) {
    unsigned count = count_of(list);
    unsigned place = 0;
    sts_bytes part;
    while (next(&list, &part)) {
        const char *why = fault_of(part);
        place++;
        if (why)
            return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: address %u of %u is wrong: %s", option, place,
                                  count, why);
    }
    return STS_OK;
}

static bool is_word(sts_bytes text, const char *word) {
    return text.size == strlen(word) && strncasecmp(text.data, word, text.size) == 0;
}

void sts__addresses_check_schemes(const char *option, const char *list, const char *protocol, sts__text *faults) {
    unsigned count = count_of(list);
    unsigned place = 0;
    sts_bytes part;
    while (next(&list, &part)) {
        sts_bytes scheme = split(part).scheme;
        place++;
        if (is_scheme(scheme) && !is_word(scheme, protocol))
            sts__faults_add(faults,
                            "%s: address %u of %u says %.*s, and the options say %s: tls.enabled and "
                            "auth.sasl.mechanism decide",
                            option, place, count, (int)scheme.size, (const char *)scheme.data, protocol);
    }
}

void sts__addresses_strip(char *list) {
    const char *rest = list;
    char *to = list;
    sts_bytes part;
    while (next(&rest, &part)) {
        sts_bytes kept = split(part).rest;
        bool more = rest != NULL;
        memmove(to, kept.data, kept.size);
        to += kept.size;
        if (more)
            *to++ = ',';
    }
    *to = '\0';
}
