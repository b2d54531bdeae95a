/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/memory_script.h"

#include <stdbool.h>
#include <string.h>

static const char *const actions[] = {"deliver", "fail", "uncertain", "full", "refuse", "fatal", "hold"};

/* Takes the step at the head of `rest`; false if it is none. */
static bool take_step(sts__memory_script *script) {
    const char *step = script->rest;
    size_t size = strcspn(step, ",");
    size_t name_size = strcspn(step, ",*");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strlen(actions[i]) != name_size || memcmp(actions[i], step, name_size) != 0)
            continue;
        script->action = (sts__memory_action)i;
        script->left = name_size == size;
        for (size_t j = name_size + 1; j < size; j++) {
            if (step[j] < '0' || step[j] > '9' || script->left > 1000000000)
                return false;
            script->left = script->left * 10 + (uint64_t)(step[j] - '0');
        }
        script->rest = step + size + (step[size] == ',');
        return script->left > 0;
    }
    return false;
}

sts_status sts__memory_script_begin(sts__memory_script *script, const char *text, sts__fault *fault) {
    sts__memory_script look = {text, 0, STS__MEMORY_DELIVER};
    *script = look;
    while (*look.rest) {
        const char *step = look.rest;
        if (!take_step(&look))
            return sts__fault_set(fault, STS_ERR_INVALID_ARGUMENT,
                                  "script: \"%.*s\" is no step; steps are for instance deliver or fail*3",
                                  (int)strcspn(step, ","), step);
    }
    return STS_OK;
}

sts__memory_action sts__memory_script_next(sts__memory_script *script) {
    if (script->left == 0 && (!*script->rest || !take_step(script)))
        return STS__MEMORY_DELIVER;
    script->left--;
    return script->action;
}
