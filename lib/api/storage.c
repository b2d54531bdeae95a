/* SPDX-License-Identifier: Apache-2.0 */
#include <stskafka/storage.h>

#include "base/error.h"
#include "store/store.h"

sts_status sts_storage_inspect(const char *folder, int64_t *values, size_t values_size, sts_error **error) {
    const sts__memory *memory = sts__memory_default();
    sts__store_numbers numbers = {0};
    sts__fault fault;
    bool in_use = false;
    if (!folder || !values)
        return sts__error_report_text(memory, error, STS_ERR_INVALID_ARGUMENT, "folder and values must not be NULL");
    sts_status status = sts__store_look(memory, folder, &numbers, &in_use, &fault);
    if (status != STS_OK)
        return sts__error_report(memory, error, &fault);
    const int64_t known[STS_STORAGE_VALUES] = {[STS_STORAGE_RECORDS] = (int64_t)numbers.records,
                                               [STS_STORAGE_RECORD_BYTES] = (int64_t)numbers.recovered_weight,
                                               [STS_STORAGE_FILE_BYTES] = (int64_t)numbers.bytes,
                                               [STS_STORAGE_SEGMENTS] = (int64_t)numbers.segments,
                                               [STS_STORAGE_OLDEST_MS] = numbers.oldest_ms,
                                               [STS_STORAGE_DAMAGE] = (int64_t)numbers.damaged,
                                               [STS_STORAGE_IN_USE] = in_use};
    for (size_t i = 0; i < values_size; i++)
        values[i] = i < STS_STORAGE_VALUES ? known[i] : 0;
    return STS_OK;
}
