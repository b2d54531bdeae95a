/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that a terminal may show. */
#include "base/visible.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    const char *text, *shown;
} cases[] = {
    {"", ""},
    {"plain, with \"quotes\" and ~", "plain, with \"quotes\" and ~"},
    {"\x1b[31mred", "\\x1b[31mred"},
    {"two\nlines\r\ttab\x7f", "two\\x0alines\\x0d\\x09tab\\x7f"},
    {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"\xc2\x9b"
     "31m \xc2\x80 \xc2\xa0",
     "\\x9b31m \\x80 \xc2\xa0"},
    {"\xff\xe2\x82|\xc0\x80", "???|??"},
    {"\xe2\x82", "??"},
    {"\xed\xa0\x80", "???"},
};

Test(visible, shows_text_and_nothing_else) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        sts__visible_write(cases[i].text, out, sizeof out);
        cr_expect_str_eq(out, cases[i].shown);
        cr_expect_eq(sts__visible_is(cases[i].text), strcmp(cases[i].text, cases[i].shown) == 0, "%s", cases[i].shown);
        sts__text text;
        sts__text_init(&text, sts__memory_default());
        sts__visible_append(&text, cases[i].text);
        cr_expect_str_eq(sts__text_get(&text), cases[i].shown);
        sts__text_clear(&text);
    }
}

Test(visible, cuts_between_characters) {
    const struct {
        size_t size;
        const char *shown;
    } cuts[] = {{1, ""},
                {2, "a"},
                {3, "a"},
                {4, "a\xc3\xa9"},
                {7, "a\xc3\xa9"},
                {8, "a\xc3\xa9\\x1b"},
                {64, "a\xc3\xa9\\x1bz"}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        char out[64];
        sts__visible_write("a\xc3\xa9\x1bz", out, cuts[i].size);
        cr_expect_str_eq(out, cuts[i].shown, "%zu", cuts[i].size);
    }
}

Test(visible, lines_may_stay) {
    char out[64];
    sts__visible_write_lines("one\ntwo\r\n\x1b", out, sizeof out);
    cr_assert_str_eq(out, "one\ntwo\\x0d\n\\x1b");
}
