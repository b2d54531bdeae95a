/* SPDX-License-Identifier: Apache-2.0 */
#include "support/otlp_place.h"

const struct otlp_place otlp_places[] = {
    {"request", {0}, {{1, PB_LENGTH}}},
    {"resource logs", {1}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_LENGTH}}},
    {"resource", {1, 1}, {{1, PB_LENGTH}, {2, PB_VARINT}, {3, PB_LENGTH}}},
    {"entity reference", {1, 1, 3}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_LENGTH}, {4, PB_LENGTH}}},
    {"scope logs", {1, 2}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_LENGTH}}},
    {"scope", {1, 2, 1}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_LENGTH}, {4, PB_VARINT}}},
    {"log record",
     {1, 2, 2},
     {{1, PB_FIXED64},
      {2, PB_VARINT},
      {3, PB_LENGTH},
      {5, PB_LENGTH},
      {6, PB_LENGTH},
      {7, PB_VARINT},
      {8, PB_FIXED32},
      {9, PB_LENGTH},
      {10, PB_LENGTH},
      {11, PB_FIXED64},
      {12, PB_LENGTH}}},
    {"record attribute", {1, 2, 2, 6}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_VARINT}}},
    {"resource attribute", {1, 1, 1}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_VARINT}}},
    {"body",
     {1, 2, 2, 5},
     {{1, PB_LENGTH},
      {2, PB_VARINT},
      {3, PB_VARINT},
      {4, PB_FIXED64},
      {5, PB_LENGTH},
      {6, PB_LENGTH},
      {7, PB_LENGTH},
      {8, PB_VARINT}}},
    {"list in a body", {1, 2, 2, 5, 5}, {{1, PB_LENGTH}}},
    {"map in a body", {1, 2, 2, 5, 6}, {{1, PB_LENGTH}}},
    {"pair of a map in a body", {1, 2, 2, 5, 6, 1}, {{1, PB_LENGTH}, {2, PB_LENGTH}, {3, PB_VARINT}}},
    {NULL, {0}, {{0, 0}}},
};

size_t otlp_put_at(struct pb *request, const struct otlp_place *place, const struct pb *content) {
    struct pb message = {0};
    size_t depth = 0, before = request->size;
    pb_put(&message, content->data, content->size);
    while (place->path[depth])
        depth++;
    for (; depth > 0; depth--) {
        struct pb outer = {0};
        pb_message(&outer, place->path[depth - 1], &message);
        message = outer;
    }
    pb_put(request, message.data, message.size);
    pb_clear(&message);
    return request->size - before - content->size;
}
