/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/reader.h"

bool sts__wire_long_varint(sts__wire_reader *reader, uint64_t *value) {
    uint64_t result = 0;
    const uint8_t *at = reader->at;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at == reader->end)
            return sts__wire_fail(reader, "ends inside a varint");
        uint8_t byte = *at++;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (shift == 63 && byte > 1)
                break;
            reader->at = at;
            *value = result;
            return true;
        }
    }
    return sts__wire_fail(reader, "a varint of more than 64 bits");
}
