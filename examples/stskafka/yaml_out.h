/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML on standard output, as --config reads it. */
#ifndef YAML_OUT_H
#define YAML_OUT_H

#include <stdbool.h>

/* Prints "name: value", with a comment behind it where that is not NULL. With `has_references` the value's dollar signs
 * are references; else they are doubled. */
void yaml_out(const char *name, const char *value, bool has_references, const char *comment);

#endif
