// libxml2's tables are the process's, so they are made once, from whichever thread comes first.
#include <libxml/parser.h>
#include <threads.h>

#include "source/source_internal.h"

static void prepare_libxml(void)
{
    xmlInitParser();
}

void gs_xml_ready(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, prepare_libxml);
}
