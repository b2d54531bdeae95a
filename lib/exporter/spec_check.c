/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/spec_check.h"

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
                          "%.200s reads a record, and of %s nothing is read: they are sent as they came. Their key is "
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

sts_status sts__spec_check(const sts__memory *memory, const char *option, const char *spec, sts__fault *fault) {
    const sts__signal *own = signal_of(option);
    sts__fault why;
    sts_status status = check_for(memory, own ? own : &sts__signals[STS__LOGS], spec, &why);
    if (status == STS_ERR_NO_MEMORY)
        return sts__fault_no_memory(fault);
    if (status == STS_OK)
        return STS_OK;
    return sts__fault_set(fault, status, "%.100s: %s", option, why.text);
}
