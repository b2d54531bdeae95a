/* SPDX-License-Identifier: Apache-2.0 */
#include "torture/mixed_logs.h"

#include <string.h>

#include "support/otlp_tree.h"

struct pb mixed_logs_request(void) {
    char large[3000];
    memset(large, '"', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    struct otlp_tree *tree = otlp_tree_new(PB_ASCENDING);
    for (int resource = 0; resource < 2; resource++) {
        otlp_tree_resource(tree);
        otlp_tree_resource_attribute(tree, "tenant", otlp_text(resource ? "t-one" : "t-two"));
        otlp_tree_resource_attribute(tree, "list", otlp_nested(3));
        otlp_tree_scope(tree);
        otlp_tree_scope_name(tree, "scope");
        for (int i = 0; i < 12; i++) {
            char text[20];
            otlp_tree_record(tree);
            snprintf(text, sizeof text, "key-%d", i % 4);
            if (i != 3)
                otlp_tree_attribute(tree, "stskafka.key", otlp_text(text));
            if (i == 4)
                otlp_tree_attribute(tree, "stskafka.topic", otlp_text("another-topic"));
            if (i == 6)
                otlp_tree_attribute(tree, "stskafka.topic", otlp_text("no topic!"));
            otlp_tree_attribute(tree, "map", otlp_map("name", i == 5 ? otlp_text(large) : otlp_int(i)));
            if (i == 7)
                otlp_tree_body(tree, otlp_text("not bytes"));
            else if (i != 8)
                otlp_tree_body(tree, otlp_bytes("body", i == 9 ? 0 : 4));
        }
    }
    return otlp_tree_finish(tree);
}

void mixed_logs_export(struct exporting *e) {
    struct torture *t = e->t;
    struct pb otlp = mixed_logs_request();
    sts_export_context *context = NULL;
    TRY_NEW(t, context, sts_export_context_new_with(t->allocator));
    TRY_OK(t, sts_export_context_add_metadata(context, "x-tenant", "metadata", 8));
    if (exporting_export(e, exporting_logs, &otlp, context))
        exporting_flush(e);
done:
    sts_export_context_free(context);
    pb_clear(&otlp);
}
