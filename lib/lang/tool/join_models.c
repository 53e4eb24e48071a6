// join_models OUT IN…: one model file with all sections of several, their words about themselves one after
// the other. The build makes the file that programs open out of those that the trainers wrote, so that each
// can be trained again without the others.
#include <stdio.h>

#include "lang/model_writer.h"

static bool add(gs_model_writer *writer, const char *path, gs_buffer *about, gs_error *error)
{
    gs_model *model = gs_model_open(path, error);
    if (model)
        gs_model_writer_add_all(writer, model, about);
    bool good = model != NULL;
    gs_model_close(&model);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: join_models OUT IN...\n");
        return 2;
    }
    gs_error error = {0};
    gs_buffer about = {0};
    gs_model_writer *writer = gs_model_writer_new();
    bool good = true;
    for (int i = 2; good && i < argc; i++)
        good = add(writer, argv[i], &about, &error);
    gs_model_writer_add(writer, "about", 1, &about);
    good = good && gs_model_writer_save(writer, argv[1], &error);
    gs_model_writer_free(&writer);
    if (!good)
        fprintf(stderr, "join_models: %s\n", error.message);
    return good ? 0 : 1;
}
