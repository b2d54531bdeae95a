/* SPDX-License-Identifier: Apache-2.0
 *
 * A spec, as the option `key` takes it. It compiles twice alike, a fault's column lies in the text, and what it gives
 * for the records of records.bin is the same however often it is evaluated, with what is kept between records and
 * without, and no larger than the limit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "key/parts.h"
#include "support/must.h"

enum { MOST_KEY_BYTES = 100 };

/* A spec as it was compiled. */
struct compiled {
    sts__ottl_set set;
    sts__key_rule rule;
    sts__fault fault;
    sts_status status;
};

/* The requests of tests/golden/ottl.jsonl, joined to one. */
static sts_bytes records(void) {
    static uint8_t data[8192];
    static size_t size;
    if (!size) {
        FILE *file = fopen(FUZZ_FOLDER "/records.bin", "rb");
        MUST(file);
        size = fread(data, 1, sizeof data, file);
        fclose(file);
        sts__fault fault;
        MUST(size && size < sizeof data &&
             sts__items_check(&sts__signals[STS__LOGS], (sts_bytes){data, size}, &fault) == STS_OK);
    }
    return (sts_bytes){data, size};
}

static void compile(struct compiled *compiled, const char *spec) {
    memset(compiled, 0, sizeof *compiled);
    sts__ottl_set_init(&compiled->set, sts__memory_default(), &sts__signals[STS__LOGS]);
    compiled->rule = (sts__key_rule){.missing = STS__MISSING_KEY_REJECT, .max_bytes = MOST_KEY_BYTES};
    compiled->status = sts__ottl_compile(&compiled->set, spec, &compiled->rule.program, &compiled->fault);
}

/* Columns count characters. */
static size_t character_count(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static void check_column(const char *spec, const char *fault) {
    size_t column = 0;
    if (strncmp(fault, "column ", 7) != 0)
        return;
    HOLDS(sscanf(fault, "column %zu: ", &column) == 1, "%s", fault);
    HOLDS(column >= 1 && column <= character_count(spec) + 1, "%s", fault);
}

/* One record's key, by a state that may know of those before. */
struct derived {
    sts_status status;
    sts__key key;
    sts__fault fault;
};

static void derive(struct derived *derived, const struct compiled *compiled, sts__ottl_state *state,
                   const sts__item *record) {
    derived->fault = (sts__fault){.text = ""};
    sts__ottl_state_set_item(state, record);
    derived->status = sts__key_derive(&compiled->rule, state, &derived->key, &derived->fault);
}

static void begin(sts__ottl_state *state, const struct compiled *compiled) {
    HOLDS(sts__ottl_state_begin(state, sts__memory_default(), &compiled->set, NULL) == STS_OK, "out of memory");
}

static void check_same(const struct derived *a, const struct derived *b, const char *what) {
    HOLDS(a->status == b->status, "%s: %s, then %s", what, sts_status_name(a->status), sts_status_name(b->status));
    if (a->status == STS_OK)
        HOLDS(fuzz_same(a->key.bytes, b->key.bytes) && strcmp(a->key.from, b->key.from) == 0, "%s: another key", what);
    else
        HOLDS(strcmp(a->fault.text, b->fault.text) == 0, "%s: another text", what);
}

static void check_record(const struct compiled *compiled, const struct compiled *again, sts__ottl_state *kept,
                         const sts__item *record) {
    sts__ottl_state fresh, other;
    struct derived first, alone, second;
    sts__key_parts parts;
    begin(&fresh, compiled);
    begin(&other, again);
    derive(&first, compiled, kept, record);
    derive(&alone, compiled, &fresh, record);
    derive(&second, again, &other, record);
    check_same(&first, &alone, "without the records before it");
    check_same(&first, &second, "compiled again");
    HOLDS(first.status != STS_ERR_NO_MEMORY, "out of memory");
    if (first.status == STS_OK)
        HOLDS(first.key.bytes.size <= MOST_KEY_BYTES, "%zu bytes", first.key.bytes.size);
    else
        HOLDS(*first.fault.text, "no text");
    HOLDS(sts__key_parts_find(&compiled->rule, &fresh, &parts) == STS_OK, "no parts");
    sts__ottl_state_end(&other);
    sts__ottl_state_end(&fresh);
}

static void check_records(const struct compiled *compiled, const struct compiled *again) {
    sts__item_cursor cursor;
    sts__item record;
    sts__ottl_state kept;
    begin(&kept, compiled);
    sts__items_begin(&cursor, &sts__signals[STS__LOGS], records());
    while (sts__items_next(&cursor, &record))
        check_record(compiled, again, &kept, &record);
    sts__ottl_state_end(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct compiled compiled, again;
    char *spec = fuzz_text((sts_bytes){data, size});
    compile(&compiled, spec);
    compile(&again, spec);
    HOLDS(compiled.status == again.status, "%s, then %s", sts_status_name(compiled.status),
          sts_status_name(again.status));
    if (compiled.status == STS_OK) {
        HOLDS(compiled.rule.program.fingerprint == again.rule.program.fingerprint, "another fingerprint");
        check_records(&compiled, &again);
    } else {
        HOLDS(compiled.status == STS_ERR_OPTION_VALUE, "%s", sts_status_name(compiled.status));
        HOLDS(*compiled.fault.text && strcmp(compiled.fault.text, again.fault.text) == 0, "another text");
        check_column(spec, compiled.fault.text);
    }
    sts__ottl_set_clear(&compiled.set);
    sts__ottl_set_clear(&again.set);
    free(spec);
    return 0;
}
