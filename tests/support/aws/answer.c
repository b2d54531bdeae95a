/* SPDX-License-Identifier: Apache-2.0
 *
 * The source of tokens, with libcurl: for each line of its input it asks for a token, and prints whose it is and when
 * it expires, or why there is none; how often it had to wait for news; and how far off the clock is. "now" as the line
 * does not wait; "news" waits before it asks, for what is asked for already. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "transport/aws/source.h"

enum { STEP_MS = 5, NEWS_STEPS = 6000 };

int main(void) {
    char line[80];
    sts__aws_source *source = sts__aws_source_new(sts__memory_default(), "eu-central-1");
    while (fgets(line, sizeof line, stdin)) {
        int waits = 0;
        sts_oauth_token token = {.memory = sts__memory_default()};
        bool wait = strcmp(line, "now\n") != 0;
        for (int i = 0; i < NEWS_STEPS && strcmp(line, "news\n") == 0 && !sts__aws_source_has_news(source); i++)
            poll(NULL, 0, STEP_MS);
        while (!sts__aws_source_answer(source, &token) && wait) {
            waits++;
            while (!sts__aws_source_has_news(source))
                poll(NULL, 0, STEP_MS);
        }
        printf("%s\t%" PRId64 "\t%s\t%d\t%" PRId64 "\n", token.value ? token.principal : "", token.expires_ms,
               token.why, waits, sts__aws_source_clock_off_s(source));
        fflush(stdout);
        sts__token_clear(&token);
    }
    sts__aws_source_free(source);
    return 0;
}
