/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody may have meant: the distance is that of Damerau and Levenshtein, with neighbours that changed places.
 */
#include "suggest.h"

#include <string.h>

enum { LONGEST = 60 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t distance(const char *left, const char *right) {
    size_t rows = strlen(left), columns = strlen(right);
    size_t table[LONGEST + 1][LONGEST + 1];
    if (rows > LONGEST || columns > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= rows; i++) {
        for (size_t j = 0; j <= columns; j++) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
                continue;
            }
            size_t change = left[i - 1] != right[j - 1];
            table[i][j] = least(table[i - 1][j - 1] + change, least(table[i - 1][j], table[i][j - 1]) + 1);
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                table[i][j] = least(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[rows][columns];
}

void suggest_offer(struct suggestion *suggestion, const char *candidate) {
    size_t found = distance(suggestion->word, candidate);
    size_t allowed = strlen(suggestion->word) / 3 + 1;
    if (found > allowed || (suggestion->best && found >= suggestion->distance))
        return;
    suggestion->best = candidate;
    suggestion->distance = found;
}
