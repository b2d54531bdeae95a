/* SPDX-License-Identifier: Apache-2.0
 *
 * Leaks on purpose, and would pass: tests/sanitizer/leak.py sees that it does not. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(leak, passes_and_leaks) {
    void *volatile block = malloc(77);
    cr_assert(block);
    block = NULL;
}
