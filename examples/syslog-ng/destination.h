/* What the grammar needs of the destination. */
#ifndef DESTINATION_H
#define DESTINATION_H

#include <syslog-ng.h>

#include <cfg-parser.h>
#include <driver.h>
#include <template/templates.h>

LogDriver *stskafka_driver_new(GlobalConfig *config);

/* FALSE, and why there is none of that name, or what is wrong with its value. */
gboolean stskafka_driver_set_option(LogDriver *super, const gchar *name, const gchar *value, gchar *why,
                                    gsize why_size);

/* Takes the template over. */
void stskafka_driver_set_template(LogDriver *super, LogTemplate *body);

/* For time-zone(), ts-format() and their like. */
LogTemplateOptions *stskafka_driver_template_options(LogDriver *super);

CFG_PARSER_DECLARE_LEXER_BINDING(stskafka_, STSKAFKA_, LogDriver **)

#endif
