/* SPDX-License-Identifier: Apache-2.0
 *
 * Marks what the shared library exports. Nothing in a program that uses the library needs it. */
#ifndef STSKAFKA_EXPORT_H
#define STSKAFKA_EXPORT_H

#if defined(__GNUC__)
#define STS_API __attribute__((visibility("default")))
#else
#define STS_API
#endif

#endif
