/* SPDX-License-Identifier: Apache-2.0
 *
 * Signs as the library does, with the credentials in the environment: "sign REGION SECONDS" prints the token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transport/aws/sign.h"
#include "transport/credentials.h"

int main(int count, char **arguments) {
    char why[400];
    sts__aws_credentials credentials = {.memory = sts__memory_default()};
    if (count != 3 || sts__aws_from_environment(&credentials, why, sizeof why) != STS__AWS_FOUND)
        return 2;
    char *token = sts__aws_sign(&credentials, arguments[1], strtoll(arguments[2], NULL, 10));
    puts(token);
    sts__secret_forget(credentials.memory, &token, strlen(token));
    sts__aws_credentials_clear(&credentials);
    return 0;
}
