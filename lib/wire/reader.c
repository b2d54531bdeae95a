/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/reader.h"

/* At most ten bytes. Of the tenth only the lowest bit has room: the others are dropped, as pdata's reader and Google's
 * drop them. */
bool sts__wire_long_varint(sts__wire_reader *reader, uint64_t *value) {
    uint64_t result = 0;
    const uint8_t *at = reader->at;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at == reader->end)
            return sts__wire_fail(reader, "ends inside a varint");
        uint8_t byte = *at++;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            reader->at = at;
            *value = result;
            return true;
        }
    }
    return sts__wire_fail(reader, "a varint of more than ten bytes");
}
