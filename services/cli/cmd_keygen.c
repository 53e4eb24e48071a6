// gainsay keygen: makes a pair of CURVE keys and says where each half belongs.
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "commands.h"

static int make(const char *name, const char *directory)
{
    gs_error error = {0};
    if (strchr(name, '/')) {
        gs_fail(&error, GS_E_USAGE, "%s: a name, not a path; say --directory for the place", name);
        return gs_complain("keygen", &error);
    }
    if (!gs_keys_make(directory, name, &error))
        return gs_complain("keygen", &error);
    printf("%s/%s.key  keep it here and secret; `security.own_key` of this machine names it\n"
           "%s/%s.pub  may be seen by anyone. As a server, give it to the clients (`security.server_key`);\n"
           "%*s  as a client, put it into the servers' folder `security.allowed_clients`\n",
           directory, name, directory, name, (int)(strlen(directory) + strlen(name) + 5), "");
    return gs_finish_output("keygen", GS_EXIT_DONE);
}

int gs_cmd_keygen(int argc, char **argv)
{
    const char *directory = ".";
    gs_texts operands = {0};
    const gs_option options[] = {
        {"directory", GS_OPTION_TEXT, &directory, "DIR", "where the two files go (default: here)"},
    };
    const gs_usage usage = {
        "keygen",
        "NAME [--directory DIR]",
        "Makes a key pair for connections between machines: NAME.key, with the secret, and NAME.pub.\n"
        "Existing files are never overwritten.",
        "  gainsay keygen aggregator --directory /etc/gainsay/keys",
        options,
        sizeof options / sizeof options[0],
        1,
        1};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = make(operands.items[0], directory);
    gs_texts_free(&operands);
    return status;
}
