// How a speaker is called in a reason, and on which side of a dispute it stands: an official's side is the
// state.
#include "ledger_internal.h"

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

const char *cd_name_of(const gs_speaker *speaker)
{
    if (!speaker)
        return "";
    if (or_empty(speaker->name)[0])
        return speaker->name;
    return or_empty(speaker->role)[0] ? speaker->role : or_empty(speaker->organisation);
}

const char *cd_side_of(const gs_speaker *speaker)
{
    if (!speaker)
        return "";
    if (speaker->official && or_empty(speaker->country)[0])
        return gs_country_name(speaker->country);
    return or_empty(speaker->organisation)[0] ? speaker->organisation : cd_name_of(speaker);
}
