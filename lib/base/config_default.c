// config_default: the defaults as a person would write them, with a word on each key.
//
// The text is data/gainsay.yaml.in, which the build turns into bytes. It is documentation that loads: a test
// reads it and compares the result with the table's defaults, so the two cannot drift apart.
#include "base/config.h"

static const char yaml[] = {
#include "gainsay.yaml.inc"
    , '\0'};

const char *gs_config_default_yaml(void)
{
    return yaml;
}
