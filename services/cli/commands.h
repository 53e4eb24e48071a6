// commands: what main.c dispatches to. Each takes its own argument vector (argv[0] is the command's name) and
// returns the exit status of the program: 0 done, 1 some input failed, 2 wrong usage or configuration.
#ifndef GAINSAY_CLI_COMMANDS_H
#define GAINSAY_CLI_COMMANDS_H

int gs_cmd_digest(int argc, char **argv);
int gs_cmd_extract(int argc, char **argv);
int gs_cmd_judge(int argc, char **argv);
int gs_cmd_page(int argc, char **argv);
int gs_cmd_feed(int argc, char **argv);
int gs_cmd_parse(int argc, char **argv);
int gs_cmd_train(int argc, char **argv);

int gs_cmd_up(int argc, char **argv);
int gs_cmd_source(int argc, char **argv);
int gs_cmd_config(int argc, char **argv);
int gs_cmd_keygen(int argc, char **argv);

int gs_cmd_tail(int argc, char **argv);
int gs_cmd_replay(int argc, char **argv);
int gs_cmd_explain(int argc, char **argv);
int gs_cmd_status(int argc, char **argv);
int gs_cmd_top(int argc, char **argv);
int gs_cmd_deadletter(int argc, char **argv);
int gs_cmd_backup(int argc, char **argv);

#endif
