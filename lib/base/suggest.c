/* SPDX-License-Identifier: Apache-2.0 */
#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

enum { MAX_NAME = 63 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t sts__suggest_distance(const char *a, const char *b) {
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size > MAX_NAME || b_size > MAX_NAME)
        return SIZE_MAX;
    size_t rows[3][MAX_NAME + 1]; /* the row before last, the last one, the present one, in turns */
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i - 1) % 3];
        const size_t *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            now[j] = smaller(smaller(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
    }
    return rows[a_size % 3][b_size];
}

const char *sts__suggest_nearer(const char *name, const char *best, const char *candidate) {
    size_t distance = sts__suggest_distance(name, candidate);
    if (distance > strlen(name) / 4 + 1) /* a wrong hint is worse than none */
        return best;
    return best && sts__suggest_distance(name, best) <= distance ? best : candidate;
}
