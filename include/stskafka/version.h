/* SPDX-License-Identifier: Apache-2.0
 *
 * Which library this is: of the headers (macros) and of the library that runs (functions). */
#ifndef STSKAFKA_VERSION_H
#define STSKAFKA_VERSION_H

#include <stdint.h>

#include <stskafka/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers (semantic versioning, semver.org). */
#define STS_VERSION_MAJOR 1
#define STS_VERSION_MINOR 0
#define STS_VERSION_PATCH 0
#define STS_VERSION_TEXT "1.0.0"

/* The version of the library that runs, for instance "1.0.0".
 *
 * Returns  a static string, never NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_version(void);

/* The number of the binary interface, which is the number in the SONAME. It is independent of the version: a program
 * built against one ABI number runs with every later library of that number (lib/ABI.md).
 *
 * Returns  the number.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API int32_t sts_abi_version(void);

/* The version of librdkafka that this process runs with, and the one that the library was compiled against,
 * for instance "2.0.2". They differ where the system's librdkafka was upgraded.
 *
 * Returns  static strings, never NULL.
 * Threads  any; also from a callback.
 * Since    1.0.0 */
STS_API const char *sts_librdkafka_version(void);
STS_API const char *sts_librdkafka_version_built(void);

#ifdef __cplusplus
}
#endif
#endif
