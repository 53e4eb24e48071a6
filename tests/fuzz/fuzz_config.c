// Any text as a configuration file: it is loaded and checked, or refused with one line that says why.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "base/config.h"
#include "fuzz.h"

// The loader takes a path: a file in memory has one too.
static int open_in_memory(const uint8_t *data, size_t size)
{
    int fd = memfd_create("config", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0);
    for (size_t done = 0; done < size;) {
        ssize_t written = write(fd, data + done, size - done);
        FUZZ_CHECK(written > 0);
        done += (size_t)written;
    }
    return fd;
}

static void check_refusal(const gs_error *error)
{
    FUZZ_CHECK(error->code != GS_OK);
    FUZZ_CHECK(error->message[0] != '\0');
    FUZZ_CHECK(strchr(error->message, '\n') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    gs_error error = {0};
    int fd = open_in_memory(data, size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    gs_config *config = gs_config_load(path, NULL, 0, &error);
    if (config == NULL) {
        check_refusal(&error);
    } else {
        gs_error_clear(&error);
        if (!gs_config_check(config, &error))
            check_refusal(&error);
        gs_config_free(&config);
        FUZZ_CHECK(config == NULL);
    }
    close(fd);
    return 0;
}
