// assets: the page's files and the description of the API, which are part of the program.
#ifndef GAINSAY_GATEWAY_ASSETS_H
#define GAINSAY_GATEWAY_ASSETS_H

#include "base/base.h"

typedef struct gw_asset {
    gs_view bytes; // static
    const char *type;
} gw_asset;

// The file for a path: "/style.css", "/api/v1/openapi.yaml"; for "/", and for the paths of permalinks
// ("/statements/…"), the page itself.
bool gw_asset_find(const char *path, gw_asset *asset);

#endif
