/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/spec_check.h"

#include <stdio.h>
#include <string.h>

/* The signal whose name an option begins with. */
static const sts__signal *signal_of(const char *option) {
    for (int i = 0; i < STS__SIGNALS; i++) {
        size_t size = strlen(sts__signals[i].name);
        if (strncmp(option, sts__signals[i].name, size) == 0 && option[size] == '.')
            return &sts__signals[i];
    }
    return NULL;
}

sts_status sts__spec_compile_key(sts__ottl_set *set, const char *spec, sts__ottl_program *program, sts__fault *fault) {
    sts_status status = sts__ottl_compile(set, spec, program, fault);
    const char *reader = status == STS_OK && set->signal->is_whole ? sts__ottl_drop_readers(program) : NULL;
    if (!reader)
        return status;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE,
                          "%.200s reads a record, but %s are sent unread, just as they came. Their key can only be "
                          "none, constant(\"...\"), metadata(\"...\"), or made of these",
                          reader, set->signal->name);
}

static sts_status check_for(const sts__memory *memory, const sts__signal *signal, const char *spec, sts__fault *fault) {
    sts__ottl_set set;
    sts__ottl_program program;
    sts__ottl_set_init(&set, memory, signal);
    sts_status status = sts__spec_compile_key(&set, spec, &program, fault);
    sts__ottl_set_clear(&set);
    return status;
}

/* What is of all signals is told as log records have it. */
static sts_status check_for_any(const sts__memory *memory, const char *spec, sts__fault *fault) {
    sts_status status = check_for(memory, &sts__signals[STS__LOGS], spec, fault);
    sts__fault other;
    for (int i = STS__LOGS + 1; status == STS_ERR_OPTION_VALUE && i < STS__SIGNALS; i++) {
        sts_status of_other = check_for(memory, &sts__signals[i], spec, &other);
        if (of_other != STS_ERR_OPTION_VALUE)
            status = of_other;
    }
    return status;
}

void sts__spec_add_hint(const sts__memory *memory, const sts__signal *signal, const char *spec, sts__fault *fault) {
    char hint[80] = "";
    size_t size = 0;
    for (int i = 0; i < STS__SIGNALS; i++) {
        const sts__signal *other = &sts__signals[i];
        sts__fault ignored;
        if (other != signal && !other->is_whole && check_for(memory, other, spec, &ignored) == STS_OK)
            size += (size_t)snprintf(hint + size, sizeof hint - size, "%s%s.key", size ? " or " : "; it would do as ",
                                     other->name);
    }
    const sts__fault why = *fault;
    int line = (int)strcspn(why.text, "\n");
    if (size && !signal->is_whole)
        sts__fault_set(fault, why.code, "%.*s%s%s", line, why.text, hint, why.text + line);
}

sts_status sts__spec_check(const sts__memory *memory, const char *option, const char *spec, sts__fault *fault) {
    const sts__signal *own = signal_of(option);
    sts__fault why;
    sts_status status = own ? check_for(memory, own, spec, &why) : check_for_any(memory, spec, &why);
    if (status == STS_ERR_NO_MEMORY)
        return sts__fault_no_memory(fault);
    if (status == STS_OK)
        return STS_OK;
    if (own)
        sts__spec_add_hint(memory, own, spec, &why);
    return sts__fault_set(fault, status, "%.100s: %s", option, why.text);
}
