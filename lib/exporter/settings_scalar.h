/* SPDX-License-Identifier: Apache-2.0
 *
 * One value in a file of options (settings.h), as YAML reads it: plain, in single or in double quotes, on one line. */
#ifndef STS_EXPORTER_SETTINGS_SCALAR_H
#define STS_EXPORTER_SETTINGS_SCALAR_H

#include "base/error.h"
#include "base/text.h"

typedef struct sts__scalar {
    sts__text text;
    bool is_plain; /* without quotes */
    bool is_null;  /* null, or ~ */
} sts__scalar;

/* What is left of a line. */
typedef struct sts__line_rest {
    const char *at;
    const char *end;
} sts__line_rest;

void sts__line_skip_blanks(sts__line_rest *rest);

/* Whether nothing but blanks and a comment is left. */
bool sts__line_is_over(const sts__line_rest *rest);

/* Reads the value that begins there, up to a comment or the end of the line, or, `in_list`, up to a comma or a closing
 * bracket. The text is the caller's to clear, also on failure. STS_OK; STS_ERR_CONFIG with what is wrong;
 * STS_ERR_NO_MEMORY. */
sts_status sts__scalar_read(sts__line_rest *rest, bool in_list, const sts__memory *memory, sts__scalar *scalar,
                            sts__fault *fault);

#endif
