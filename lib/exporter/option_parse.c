/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/option_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/visible.h"
#include "exporter/duration.h"
#include "exporter/spec_check.h"
#include "transport/addresses.h"

enum { SHOWN = 120 };

/* A value as an error may repeat it: not those of options about the connection, where a password may have been put into
 * the wrong one. */
static const char *shown(const sts__option_row *row, const char *value, char text[SHOWN]) {
    char visible[SHOWN - 3];
    if (strncmp(row->name, "auth.", 5) == 0 || strncmp(row->name, "tls.", 4) == 0 || row->type == STS__OPTION_SECRET ||
        row->type == STS__OPTION_ADDRESSES)
        return "its value";
    sts__visible_write(value, visible, sizeof visible);
    snprintf(text, SHOWN, "\"%s\"", visible);
    return text;
}

static sts_status parse_list(const sts__option_row *row, const char *value, sts__fault *fault) {
    char text[SHOWN];
    const char *at = value;
    if (!value[0] && !row->default_value[0])
        return STS_OK;
    for (;;) {
        size_t part = strcspn(at, ",");
        if (strspn(at, " \t") >= part)
            return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: %s has an empty part", row->name,
                                  shown(row, value, text));
        if (!at[part])
            return STS_OK;
        at += part + 1;
    }
}

static sts_status parse_boolean(const sts__option_row *row, const char *value, bool *result, sts__fault *fault) {
    char text[SHOWN];
    *result = strcmp(value, "true") == 0;
    if (*result || strcmp(value, "false") == 0)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: %s is neither true nor false", row->name,
                          shown(row, value, text));
}

static sts_status parse_choice(const sts__option_row *row, const char *value, int *result, sts__fault *fault) {
    char text[SHOWN];
    size_t size = strlen(value);
    const char *word = row->bounds;
    for (int place = 0;; place++) {
        size_t word_size = strcspn(word, "|");
        if (word_size == size && memcmp(word, value, size) == 0) {
            *result = place;
            return STS_OK;
        }
        if (!word[word_size])
            return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: %s is not one of %s", row->name,
                                  shown(row, value, text), row->bounds);
        word += word_size + 1;
    }
}

static sts_status parse_number(const sts__option_row *row, const char *value, int64_t *result, sts__fault *fault) {
    char text[SHOWN];
    bool duration = row->type == STS__OPTION_DURATION;
    bool size = !duration && strstr(row->name, "_bytes");
    bool good =
        duration ? sts__duration_parse(value, result) : (size ? sts__size_parse : sts__integer_parse)(value, result);
    if (!good)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: %s is not %s", row->name, shown(row, value, text),
                              duration ? "a duration in whole milliseconds, such as 5s, 250ms or 1m30s"
                              : size   ? "a whole number of bytes, such as 1000000, 1MB or 64KiB"
                                       : "a whole number");
    if (*result < row->minimum || *result > row->maximum)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: %s is not in %s", row->name, shown(row, value, text),
                              row->bounds);
    return STS_OK;
}

static sts_status parse_secret(const sts__option_row *row, const char *value, sts__fault *fault) {
    if (strcmp(value, STS__REDACTED) != 0)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "%s: " STS__REDACTED " stands for a secret and is none",
                          row->name);
}

sts_status sts__option_parse(const sts__memory *memory, const sts__option_row *row, const char *value,
                             sts__config *config, sts__fault *fault) {
    sts__config scratch;
    void *place = (char *)(config ? config : &scratch) + row->offset;
    switch (row->type) {
    case STS__OPTION_BOOLEAN:
        return parse_boolean(row, value, place, fault);
    case STS__OPTION_CHOICE:
        return parse_choice(row, value, place, fault);
    case STS__OPTION_INTEGER:
    case STS__OPTION_DURATION:
        return parse_number(row, value, place, fault);
    default:
        *(const char **)place = value;
        break;
    }
    if (row->type == STS__OPTION_LIST)
        return parse_list(row, value, fault);
    if (row->type == STS__OPTION_SECRET)
        return parse_secret(row, value, fault);
    if (row->type == STS__OPTION_ADDRESSES)
        return sts__addresses_check(row->name, value, fault);
    bool spec = row->type == STS__OPTION_SPEC || (row->type == STS__OPTION_OPTIONAL_SPEC && value[0]);
    return spec ? sts__spec_check(memory, row->name, value, fault) : STS_OK;
}
