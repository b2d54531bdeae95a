/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb completion: scripts for shells, made from the tables of verbs and of their options. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <stskafka/options.h>

#include "args.h"
#include "console.h"
#include "exit_status.h"
#include "verbs.h"

/* What is said about one option of a verb ("topology encode"). */
typedef void (*option_writer)(const char *verb, const struct argp_option *option);

static void each_option(const char *verb, const struct argp *argp, option_writer write) {
    for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc); o++) {
        if (o->name && !(o->flags & OPTION_HIDDEN))
            write(verb, o);
    }
    for (const struct argp_child *c = argp->children; c && c->argp; c++)
        each_option(verb, c->argp, write);
}

static void each_verb(const struct verb *verbs, const char *before, option_writer write,
                      void (*begin)(const char *name, const struct verb *verb), void (*end)(void)) {
    for (const struct verb *v = verbs; v->name; v++) {
        char name[100];
        snprintf(name, sizeof name, "%.40s%s%.40s", before, before[0] ? " " : "", v->name);
        if (v->below) {
            each_verb(v->below, name, write, begin, end);
            continue;
        }
        begin(name, v);
        each_option(name, v->argp, write);
        end();
    }
}

static bool has_key(const struct argp_option *option) {
    return option->key > 0 && option->key < 256 && isgraph(option->key);
}

/* The words of an argument (a|b|c) that is one of several, with spaces between; NULL: it is another. */
static const char *words_of(const char *argument) {
    static char words[200];
    if (!argument || !strchr(argument, '|') || strpbrk(argument, "[,"))
        return NULL;
    snprintf(words, sizeof words, "%s", argument);
    for (char *c = words; *c; c++) {
        if (*c == '|')
            *c = ' ';
    }
    return words;
}

static void print_verbs(const struct verb *verbs) {
    for (const struct verb *v = verbs; v->name; v++)
        printf("%s%s", v == verbs ? "" : " ", v->name);
}

static void print_option_names(const char *behind) {
    for (size_t i = 0; i < sts_option_count(); i++)
        printf("%s%s%s", i ? " " : "", sts_option_name(i), behind);
}

/* What is said of an option in a line, as far as it is needed beside others: up to where details begin. */
static size_t brief(const char *text) {
    size_t size = 0;
    while (text[size] && !strchr("\n;", text[size]) && strncmp(text + size, " (", 2) != 0 &&
           !(strchr(".:", text[size]) && text[size + 1] == ' '))
        size++;
    return size - (size && text[size - 1] == '.');
}

static void nothing(void) {
}

/* --- bash --- */

static void bash_verb(const char *name, const struct verb *verb) {
    (void)verb;
    printf("        '%s') words=\"--help", name);
}

static void bash_option(const char *verb, const struct argp_option *option) {
    (void)verb;
    printf(" --%s", option->name);
}

static void bash_end(void) {
    puts("\" ;;");
}

static void bash_words(const char *verb, const struct argp_option *option) {
    const char *words = words_of(option->arg);
    if (words)
        printf("        '%s --%s') words=\"%s\" ;;\n", verb, option->name, words);
}

/* What the verb itself takes. */
static void bash_argument(const char *name, const struct verb *verb) {
    const char *words = words_of(verb->argp->args_doc);
    if (words)
        printf("        '%s %s') words=\"%s\" ;;\n", name, verb->name, words);
}

static void print_bash(void) {
    puts("# Completes stskafka in bash: source this, or put it into /usr/share/bash-completion/completions/stskafka\n"
         "_stskafka() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} words=''\n"
         "    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    [[ $word == = ]] && word='' # behind --option=, which bash takes for a word");
    printf("    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '");
    print_verbs(tool_verbs);
    puts(" --help --version' -- \"$word\"))\n        return\n    fi");
    printf(
        "    if [[ $verb == topology ]]; then\n        if ((COMP_CWORD == 2)); then\n            COMPREPLY=($(compgen "
        "-W '");
    print_verbs(topology_verbs);
    puts("' -- \"$word\"))\n            return\n        fi\n        verb=\"topology ${COMP_WORDS[2]}\"\n    fi");
    printf("    if [[ $before == -o || $before == --option ]]; then\n        COMPREPLY=($(compgen -W '");
    print_option_names("=");
    puts("' -- \"$word\"))\n        compopt -o nospace 2>/dev/null\n        return\n    fi\n    case \"$verb $before\" "
         "in");
    each_verb(tool_verbs, "", bash_words, bash_argument, nothing);
    puts("    esac\n    if [[ -z $words && $word == -* ]]; then\n        case $verb in");
    each_verb(tool_verbs, "", bash_option, bash_verb, bash_end);
    puts("        esac\n    fi\n"
         "    if [[ -n $words ]]; then\n        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    else\n        COMPREPLY=($(compgen -f -- \"$word\"))\n    fi\n}\n"
         "complete -F _stskafka stskafka");
}

/* --- zsh --- */

/* A part of a word in single quotes, with a backslash before what _arguments and _describe would read. */
static void zsh_text(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'')
            fputs("'\\'", stdout);
        else if (strchr("[]:\\", text[i]))
            putchar('\\');
        putchar(text[i]);
    }
}

/* What completes an argument: a list of words, a function, or nothing, and then its name is shown. */
static void zsh_action(const char *argument) {
    const char *words = words_of(argument);
    if (words)
        printf("(%s)", words);
    else if (strstr(argument, "FILE"))
        fputs("_files", stdout);
    else if (strstr(argument, "DIR"))
        fputs("_files -/", stdout);
    else
        putchar(' ');
}

static void zsh_spelling(const struct argp_option *option, const char *spelling) {
    const char *doc = option->doc ? option->doc : "";
    bool is_name = option->arg && strcmp(option->name, "option") == 0;
    bool is_repeated = option->arg && strcmp(option->arg, "NAME=VALUE") == 0;
    printf(" \\\n            '%s%s[", is_repeated ? "*" : "", spelling);
    zsh_text(doc, brief(doc));
    putchar(']');
    if (option->arg) {
        putchar(':');
        zsh_text(option->arg, strlen(option->arg));
        putchar(':');
    }
    if (is_name)
        fputs("_stskafka_options", stdout);
    else if (option->arg)
        zsh_action(option->arg);
    putchar('\'');
}

static void zsh_option(const char *verb, const struct argp_option *option) {
    char spelling[60];
    (void)verb;
    if (has_key(option)) {
        snprintf(spelling, sizeof spelling, "-%c%s", option->key, option->arg ? "+" : "");
        zsh_spelling(option, spelling);
    }
    snprintf(spelling, sizeof spelling, "--%s%s", option->name, option->arg ? "=" : "");
    zsh_spelling(option, spelling);
}

static void zsh_verb(const char *name, const struct verb *verb) {
    const char *argument = verb->argp->args_doc;
    printf("    '%s') _arguments -S '(- *)--help[Explain this verb]'", name);
    if (words_of(argument) || strstr(argument, "FILE") || strstr(argument, "DIR")) {
        printf(" '%s:", strstr(argument, "...") ? "*" : "1");
        zsh_text(argument, strlen(argument));
        putchar(':');
        zsh_action(argument);
        putchar('\'');
    }
}

static void zsh_end(void) {
    puts(" ;;");
}

static void zsh_verbs(const struct verb *verbs) {
    fputs("        verbs=(", stdout);
    for (const struct verb *v = verbs; v->name; v++) {
        printf("%s'%s:", v == verbs ? "" : " ", v->name);
        zsh_text(v->text, strlen(v->text));
        putchar('\'');
    }
    puts(")\n        _describe -t verbs verb verbs");
}

static void print_zsh(void) {
    puts("#compdef stskafka\n"
         "# Completes stskafka in zsh: put it into a folder of $fpath as _stskafka, or source it after compinit");
    fputs("_stskafka_options() {\n    compadd \"$@\" -S '' -- ", stdout);
    print_option_names("=");
    puts("\n}\n_stskafka() {\n    local -a verbs\n    if ((CURRENT == 2)); then");
    zsh_verbs(tool_verbs);
    puts("        [[ $PREFIX == -* ]] && compadd -- --help --version\n        return\n    fi\n    shift words\n"
         "    ((CURRENT--))\n    if [[ $words[1] == topology ]] && ((CURRENT == 2)); then");
    zsh_verbs(topology_verbs);
    puts("        return\n    elif [[ $words[1] == topology ]]; then\n        shift words\n        ((CURRENT--))\n"
         "        words[1]=\"topology $words[1]\"\n    fi\n    case $words[1] in");
    each_verb(tool_verbs, "", zsh_option, zsh_verb, zsh_end);
    puts("    esac\n}\n"
         "if [[ $funcstack[1] == _stskafka ]]; then\n    _stskafka \"$@\"\nelse\n    compdef _stskafka stskafka\nfi");
}

/* --- fish --- */

/* Text in single quotes. */
static void fish_text(const char *text) {
    putchar('\'');
    for (size_t size = brief(text); size > 0; text++, size--) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

/* The condition that the words so far are those of the verb. */
static void fish_condition(const char *verb) {
    const char *space = strchr(verb, ' ');
    if (space)
        printf(" -n '__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s'", (int)(space - verb), verb,
               space + 1);
    else
        printf(" -n '__fish_seen_subcommand_from %s'", verb);
}

static void fish_option(const char *verb, const struct argp_option *option) {
    const char *words = words_of(option->arg);
    fputs("complete -c stskafka", stdout);
    fish_condition(verb);
    printf(" -l %s", option->name);
    if (has_key(option))
        printf(" -s %c", option->key);
    if (words)
        printf(" -x -a '%s'", words);
    else if (strcmp(option->name, "option") == 0) {
        fputs(" -x -a '", stdout);
        print_option_names("=");
        putchar('\'');
    } else if (option->arg)
        fputs(" -r", stdout);
    fputs(" -d ", stdout);
    fish_text(option->doc ? option->doc : "");
    putchar('\n');
}

static void fish_argument(const char *name, const struct verb *verb) {
    const char *words = words_of(verb->argp->args_doc);
    if (!words)
        return;
    fputs("complete -c stskafka -f", stdout);
    fish_condition(name);
    printf(" -a '%s'\n", words);
}

static void print_fish(void) {
    puts("# Completes stskafka in fish: put it into ~/.config/fish/completions/stskafka.fish");
    for (const struct verb *v = tool_verbs; v->name; v++) {
        printf("complete -c stskafka -f -n __fish_use_subcommand -a %s -d ", v->name);
        fish_text(v->text);
        putchar('\n');
    }
    printf("complete -c stskafka -f -n '__fish_seen_subcommand_from topology; and not __fish_seen_subcommand_from ");
    print_verbs(topology_verbs);
    printf("' -a '");
    print_verbs(topology_verbs);
    puts("'");
    each_verb(tool_verbs, "", fish_option, fish_argument, nothing);
}

/* --- the verb --- */

static error_t parse(int key, char *value, struct argp_state *state) {
    const char **shell = state->input;
    if (key == ARGP_KEY_ARG && !*shell) {
        *shell = value;
        return 0;
    }
    if (key == ARGP_KEY_ARG)
        argp_error(state, "name one shell; '%s' is one too many", value);
    if (key == ARGP_KEY_END && !*shell)
        argp_error(state, "name the shell: bash, zsh or fish");
    return ARGP_ERR_UNKNOWN;
}

const struct argp completion_argp = {
    NULL,
    parse,
    "bash|zsh|fish",
    "Print a script that completes this tool's commands in a shell.\v"
    "For instance: source <(stskafka completion bash)",
    NULL,
    NULL,
    NULL,
};

int verb_completion(int argc, char **argv) {
    const char *shell = NULL;
    argp_parse(&completion_argp, argc, argv, 0, NULL, &shell);
    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        print_fish();
    } else {
        say("completion is for bash, zsh and fish, not for '%s'", shell);
        return exit_status(FAULT_USAGE);
    }
    return exit_status(console_end());
}
