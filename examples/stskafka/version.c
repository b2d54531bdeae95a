/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb version: which library this is, and which librdkafka it runs with. */
#include <stdio.h>

#include <stskafka/version.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "json_out.h"
#include "verbs.h"

const struct argp version_argp = {
    NULL,
    parse_json_alone,
    "",
    "Print the version of the library, the number of its binary interface, and the versions of librdkafka that it was "
    "built against and runs with.",
    json_alone_argp,
    NULL,
    NULL,
};

int verb_version(int argc, char **argv) {
    bool json = false;
    argp_parse(&version_argp, argc, argv, 0, NULL, &json);
    if (json) {
        json_t *line = json_object();
        json_set(line, "version", json_text(sts_version()));
        json_set(line, "abi", json_integer(sts_abi_version()));
        json_set(line, "librdkafka_built", json_text(sts_librdkafka_version_built()));
        json_set(line, "librdkafka", json_text(sts_librdkafka_version()));
        json_line(line);
    } else {
        printf("stskafka %s\n", sts_version());
        printf("ABI %d\n", (int)sts_abi_version());
        printf("librdkafka %s, built against %s\n", sts_librdkafka_version(), sts_librdkafka_version_built());
    }
    return exit_status(console_end());
}
