/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb functions: what a key can be made with, a line each. tests/cli/test_functions.py holds the table against
 * lib/key/README.md and runs every example. */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "json_out.h"
#include "table.h"
#include "verbs.h"

static const struct function {
    const char *call;
    const char *text;
    const char *example;
} functions[] = {
    {"attribute(name)", "the item's attribute, else the scope's, else the resource's", "attribute(\"stskafka.key\")"},
    {"metadata(name)", "the first value of that request metadata", "metadata(\"tenant\") | \"none\""},
    {"constant(text)", "the same key for all records", "constant(\"all\")"},
    {"none", "a null key", "none"},
    {"resource_hash", "the collector's hash of a resource up to v0.162; (\"a\", \"b.*\") of these attributes alone",
     "resource_hash"},
    {"resource_hash_except(name...)", "the same, of all other attributes",
     "resource_hash_except(\"pod.*\") | \"none\""},
    {"resource_hash_v0163", "the collector's hash of a resource since v0.163; (\"a\", \"b.*\") of these alone",
     "resource_hash_v0163"},
    {"resource_hash_v0163_except(name...)", "the same, of all other attributes",
     "resource_hash_v0163_except(\"pod.*\") | \"none\""},
    {"Concat(values, delimiter)", "the values as texts, one after the other", "Concat([\"a\", 1], \"/\")"},
    {"Format(format, values)", "the values in a format, as Go's fmt.Sprintf has it", "Format(\"%05d\", [42])"},
    {"Split(text, delimiter)", "the parts of a text, as a list", "Split(\"a/b\", \"/\")[1]"},
    {"Substring(text, start, length)", "a part of a text, in bytes", "Substring(\"abcdef\", 1, 3)"},
    {"Trim(text, characters)", "without these characters at both ends (default: spaces)", "Trim(\" a \")"},
    {"TrimPrefix(text, prefix)", "without the prefix", "TrimPrefix(\"pre-a\", \"pre-\")"},
    {"TrimSuffix(text, suffix)", "without the suffix", "TrimSuffix(\"a-suf\", \"-suf\")"},
    {"HasPrefix(text, prefix)", "whether the text begins with the prefix", "HasPrefix(\"abc\", \"a\")"},
    {"HasSuffix(text, suffix)", "whether the text ends with the suffix", "HasSuffix(\"abc\", \"c\")"},
    {"ToLowerCase(text)", "in lower case", "ToLowerCase(\"ABC\")"},
    {"ToUpperCase(text)", "in upper case", "ToUpperCase(\"abc\")"},
    {"ToCamelCase(text)", "some_words as SomeWords", "ToCamelCase(\"some_words\")"},
    {"ToSnakeCase(text)", "SomeWords as some_words", "ToSnakeCase(\"SomeWords\")"},
    {"ConvertCase(text, case)", "in that case: lower, upper, camel or snake", "ConvertCase(\"abc\", \"upper\")"},
    {"Hex(value)", "the bytes in hex", "Hex(\"abc\")"},
    {"Base64Encode(text, variant)", "the bytes in base64", "Base64Encode(\"abc\")"},
    {"Base64Decode(text)", "the bytes that base64 stands for", "Base64Decode(\"YWJj\")"},
    {"Decode(value, encoding)", "the text of base64, utf-16, iso-8859-1 and others", "Decode(\"YWJj\", \"base64\")"},
    {"FNV(text)", "FNV-1a, 64 bits, as a number", "FNV(\"abc\")"},
    {"MD5(text)", "MD5 in hex", "MD5(\"abc\")"},
    {"SHA1(text)", "SHA-1 in hex", "SHA1(\"abc\")"},
    {"SHA256(text)", "SHA-256 in hex", "SHA256(\"abc\")"},
    {"SHA512(text)", "SHA-512 in hex", "SHA512(\"abc\")"},
    {"Murmur3Hash(text)", "MurmurHash3, 32 bits, in hex", "Murmur3Hash(\"abc\")"},
    {"Murmur3Hash128(text)", "MurmurHash3, 128 bits, in hex", "Murmur3Hash128(\"abc\")"},
    {"XXH3(text)", "XXH3, 64 bits, in hex", "XXH3(\"abc\")"},
    {"XXH128(text)", "XXH3, 128 bits, in hex", "XXH128(\"abc\")"},
    {"String(value)", "as OTTL's text", "String(1.5)"},
    {"AsString(value)", "as pdata's text, also of maps and lists", "AsString(ParseJSON(\"{\\\"a\\\":1}\"))"},
    {"Int(value)", "as a whole number", "Int(\"42\")"},
    {"Double(value)", "as a number", "Double(\"1.5\")"},
    {"Bool(value)", "as true or false", "Bool(\"true\")"},
    {"ParseInt(text, base)", "the whole number that a text is in that base", "ParseInt(\"ff\", 16)"},
    {"TraceID(bytes)", "16 bytes, or 32 hex digits, as a trace id", "TraceID(0x000102030405060708090a0b0c0d0e0f)"},
    {"SpanID(bytes)", "8 bytes, or 16 hex digits, as a span id", "SpanID(0x0001020304050607)"},
    {"IsString(value)", "whether it is a text", "IsString(\"a\")"},
    {"IsInt(value)", "whether it is a whole number", "IsInt(1)"},
    {"IsDouble(value)", "whether it is a number with a point", "IsDouble(1.5)"},
    {"IsBool(value)", "whether it is true or false", "IsBool(true)"},
    {"IsMap(value)", "whether it is a map", "IsMap(ParseJSON(\"{}\"))"},
    {"IsList(value)", "whether it is a list", "IsList([1])"},
    {"IsEmpty(value)", "whether nothing is in it", "IsEmpty(\"\")"},
    {"Coalesce(values)", "the first value that is there", "Coalesce([attributes[\"no such\"], \"b\"])"},
    {"Len(value)", "how long a text, list or map is", "Len(\"abc\")"},
    {"Index(value, part)", "where a part begins; -1 if it does not occur", "Index(\"abc\", \"c\")"},
    {"ContainsValue(list, item)", "whether a list has an item", "ContainsValue([1, 2], 2)"},
    {"Keys(map)", "a map's names, as a list", "Concat(Keys(ParseJSON(\"{\\\"a\\\":1}\")), \",\")"},
    {"Values(map)", "a map's values, as a list", "Concat(Values(ParseJSON(\"{\\\"a\\\":1}\")), \",\")"},
    {"Sort(list, order)", "the list in order, asc or desc", "Concat(Sort([3, 1, 2]), \",\")"},
    {"ParseJSON(text)", "the value that the text is", "ParseJSON(\"{\\\"a\\\":1}\")[\"a\"]"},
    {"Year(time)", "the year, in UTC", "Year(Unix(0))"},
    {"Month(time)", "the month, from 1", "Month(Unix(0))"},
    {"Day(time)", "the day of the month", "Day(Unix(0))"},
    {"Hour(time)", "the hour", "Hour(Unix(0))"},
    {"Minute(time)", "the minute", "Minute(Unix(0))"},
    {"Second(time)", "the second", "Second(Unix(0))"},
    {"Nanosecond(time)", "the nanosecond of the second", "Nanosecond(Unix(0, 5))"},
    {"Weekday(time)", "the day of the week, Sunday being 0", "Weekday(Unix(0))"},
    {"UnixNano(time)", "nanoseconds since 1970", "UnixNano(Unix(1))"},
    {"UnixMicro(time)", "microseconds since 1970", "UnixMicro(Unix(1))"},
    {"UnixMilli(time)", "milliseconds since 1970", "UnixMilli(Unix(1))"},
    {"UnixSeconds(time)", "seconds since 1970", "UnixSeconds(Unix(1))"},
    {"Unix(seconds, nanoseconds)", "the time so long after 1970", "Unix(0)"},
};

const struct argp functions_argp = {
    NULL,
    parse_json_alone,
    "",
    "List the functions of the language that keys are written in.\v"
    "A key can also be a path, such as attributes[\"user\"], resource.attributes[\"service.name\"], trace_id or body, "
    "and "
    "have alternatives: a | b is a, or b where a has no value. Try a key without a broker: stskafka explain -o "
    "'key=Concat([resource.attributes[\"tenant\"], attributes[\"user\"]], \"/\")' FILE.",
    json_alone_argp,
    NULL,
    NULL,
};

static void print_json(const struct function *function) {
    json_t *line = json_object();
    size_t size = strcspn(function->call, "(");
    json_set(line, "name", json_stringn(function->call, size));
    json_set(line, "call", json_text(function->call));
    json_set(line, "text", json_text(function->text));
    json_set(line, "example", json_text(function->example));
    json_line(line);
}

int verb_functions(int argc, char **argv) {
    static const struct table_column columns[] = {{"FUNCTION", false}, {"GIVES", false}, {NULL, false}};
    bool json = false;
    argp_parse(&functions_argp, argc, argv, 0, NULL, &json);
    struct table *table = json ? NULL : table_new(columns);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (json) {
            print_json(&functions[i]);
            continue;
        }
        table_cell(table, "%s", functions[i].call);
        table_cell(table, "%s", functions[i].text);
    }
    table_end(table);
    return exit_status(console_end());
}
