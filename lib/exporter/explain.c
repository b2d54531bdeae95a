/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/explain.h"

#include "exporter/export_context.h"

/* A message of topology has a key of its own, which no spec made. */
static sts_status explain_parts(sts__source *source, sts_explanation *explanation) {
    explanation->parts = (sts__key_parts){NULL, 0};
    if (!source->has_records)
        return STS_OK;
    return sts__key_parts_find(&source->routing.rules->key, &source->routing.state, &explanation->parts);
}

static sts_status explain_all(sts_exporter *exporter, sts__source *source, uint64_t first_record,
                              sts_explanation_callback callback, void *user, sts__fault *fault) {
    sts__routed routed;
    sts__fault rejection;
    sts_explanation explanation = {.routed = &routed, .fault = &rejection, .profile = exporter->profile};
    while (source->next(source, &routed, &explanation.code, &rejection)) {
        if (routed.place.index < first_record)
            continue;
        if (explanation.code == STS_ERR_NO_MEMORY) {
            *fault = rejection;
            return STS_ERR_NO_MEMORY;
        }
        if (explain_parts(source, &explanation) != STS_OK)
            return sts__fault_no_memory(fault);
        callback(&explanation, user);
    }
    return STS_OK;
}

sts_status sts__explain(sts_exporter *exporter, sts__source *source, const sts_export_context *context,
                        sts_explanation_callback callback, void *user, sts__fault *fault) {
    sts__caller me;
    sts__topics explained_topics;
    uint32_t room = sts__topics_room(&exporter->topics);
    sts_status status = sts__topics_init(&explained_topics, exporter->memory, room ? room : 1);
    if (status != STS_OK)
        return sts__fault_set(fault, status, "%s", sts__status_find(status)->text);
    /* Where nothing can be sent the exporter's own table serves explanations alone, and fills as in a real export. */
    bool only_explains = exporter->transport.struct_size == 0;
    source->routing.explained_topics = only_explains ? NULL : &explained_topics;
    sts__callers_enter(exporter, &me);
    status = explain_all(exporter, source, context ? context->first_record : 0, callback, user, fault);
    sts__callers_leave(exporter, &me);
    sts__topics_clear(&explained_topics);
    return status;
}
