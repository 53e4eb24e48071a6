// assets: a table that the build makes of page/* (services/CMakeLists.txt).
#include "assets.h"

#include <string.h>

#include "page_files.inc"

static const struct {
    const char *ending, *type;
} types[] = {{".html", "text/html; charset=utf-8"},
             {".css", "text/css; charset=utf-8"},
             {".mjs", "text/javascript; charset=utf-8"},
             {".js", "text/javascript; charset=utf-8"},
             {".svg", "image/svg+xml"},
             {".png", "image/png"},
             {".ico", "image/x-icon"},
             {".webmanifest", "application/manifest+json"},
             {".yaml", "application/yaml; charset=utf-8"}};

static const char *const page_paths[] = {"/statements", "/contradictions", "/disputes", "/speakers",
                                         "/sources",    "/search",         "/timeline"};

static bool is_page_path(const char *path)
{
    for (size_t i = 0; i < sizeof page_paths / sizeof page_paths[0]; i++) {
        const size_t size = strlen(page_paths[i]);
        if (strncmp(path, page_paths[i], size) == 0 && (path[size] == '\0' || path[size] == '/')) {
            return true;
        }
    }
    return strcmp(path, "/") == 0;
}

bool gw_asset_find(const char *path, gw_asset *asset)
{
    const char *name = is_page_path(path)                                ? "index.html"
                       : strcmp(path, "/api/v1/openapi.yaml") == 0       ? "openapi.yaml"
                       : path[0] == '/' && strchr(path + 1, '/') == NULL ? path + 1
                                                                         : "";
    for (size_t i = 0; i < sizeof page_files / sizeof page_files[0]; i++) {
        if (strcmp(page_files[i].name, name) != 0) {
            continue;
        }
        *asset = (gw_asset){.bytes = gs_view_make(page_files[i].bytes, page_files[i].size),
                            .type = "application/octet-stream"};
        for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
            if (gs_view_ends(gs_view_of(name), types[type].ending)) {
                asset->type = types[type].type;
            }
        }
        return true;
    }
    return false;
}
