/* SPDX-License-Identifier: ISC */
/* Configuration and secrets on a real disk, in a folder of their own. */
#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/conf_file.h"

static char folder[64];

static int enter(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/gsmtpd-test-XXXXXX");
	unsetenv("CREDENTIALS_DIRECTORY");
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(name, mode), 0);
}

/* The complaints of loading a file, which the caller frees. */
static char *load(const char *path, struct conf *conf)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	bool good;

	conf_init(conf);
	good = conf_file_load(path, conf, &complaints);
	assert_int_equal(good, complaints.length == 0);
	return buf_take(&complaints);
}

static void reads_the_folder_behind_the_file_in_order(void **state)
{
	struct conf conf;
	char *complaints;

	(void)state;
	put("x.conf", "[smtp]\ntimeout = 1s\nmax-recipients = 101\nmax-connections = 7\n", 0644);
	assert_int_equal(mkdir("conf.d", 0755), 0);
	put("conf.d/20.conf", "[smtp]\ntimeout = 20s\n", 0644);
	put("conf.d/10.conf", "[smtp]\ntimeout = 10s\nmax-recipients = 110\n", 0644);
	put("conf.d/30.conf~", "nonsense", 0644);
	put("conf.d/.40.conf", "nonsense", 0644);
	complaints = load("x.conf", &conf);
	assert_string_equal(complaints, "");
	assert_int_equal(conf.smtp.timeout_ms, 20000);
	assert_int_equal(conf.smtp.max_recipients, 110);
	assert_int_equal(conf.smtp.max_connections, 7);
	assert_true(strlen(conf.daemon.hostname) > 0);
	free(complaints);
	conf_clear(&conf);
}

static void tells_of_mistakes_in_every_file(void **state)
{
	struct conf conf;
	char *complaints, wanted[500];

	(void)state;
	put("x.conf", "\nfoo\n", 0644);
	assert_int_equal(mkdir("conf.d", 0755), 0);
	put("conf.d/a.conf", "bar\n", 0644);
	assert_int_equal(mkdir("conf.d/b.conf", 0755), 0);
	snprintf(wanted, sizeof(wanted), "%s/x.conf", folder);
	complaints = load(wanted, &conf);
	snprintf(wanted, sizeof(wanted),
		 "%s/x.conf:2: neither a section nor a key; allowed: KEY = VALUE\n"
		 "%s/conf.d/a.conf:1: neither a section nor a key; allowed: KEY = VALUE\n"
		 "%s/conf.d/b.conf:1: cannot be read: Is a directory; allowed: a file that can be "
		 "read\n", folder, folder, folder);
	assert_string_equal(complaints, wanted);
	free(complaints);
	conf_clear(&conf);
}

static void complains_of_a_missing_file(void **state)
{
	struct conf conf;
	char *complaints = load("none.conf", &conf);

	(void)state;
	assert_string_equal(complaints, "none.conf:1: cannot be read: No such file or directory; "
					"allowed: a file that can be read\n");
	free(complaints);
	conf_clear(&conf);
}

static void never_waits_for_a_pipe(void **state)
{
	struct conf conf;
	char *complaints;

	(void)state;
	assert_int_equal(mkfifo("x.conf", 0644), 0);
	complaints = load("x.conf", &conf);
	assert_string_equal(complaints, "x.conf:1: cannot be read: Invalid argument; allowed: a "
					"file that can be read\n");
	free(complaints);
	conf_clear(&conf);
}

static const struct secret_row {
	const char *name;
	const char *text;	/* NULL: there is no such file */
	mode_t mode;
	int result;
	const char *secret, *why;
} secret_rows[] = {
	{ "a secret without a line end", "hunter2", 0600, 0, "hunter2", "" },
	{ "a secret with a line end", "hunter2\n", 0400, 0, "hunter2", "" },
	{ "a secret with a line end of DOS", "hunter2\r\n", 0600, 0, "hunter2", "" },
	{ "only one line end is taken off", " a b \n", 0600, 0, " a b ", "" },
	{ "a secret that its group can read", "hunter2\n", 0640, -EPERM, "",
	  "s: others can use it (mode 0640); allowed: at most 0600" },
	{ "a secret that all can read", "hunter2\n", 0604, -EPERM, "",
	  "s: others can use it (mode 0604); allowed: at most 0600" },
	{ "a secret that all can write", "hunter2\n", 0602, -EPERM, "",
	  "s: others can use it (mode 0602); allowed: at most 0600" },
	{ "a secret that is not there", NULL, 0, -ENOENT, "", "s: No such file or directory" },
	{ "an empty secret", "", 0600, -EINVAL, "",
	  "s: it is empty; allowed: one line of at most 9 octets" },
	{ "only a line end", "\n", 0600, -EINVAL, "",
	  "s: it is empty; allowed: one line of at most 9 octets" },
	{ "two lines", "hunter\n2\n", 0600, -EINVAL, "",
	  "s: it holds more than one line; allowed: one line of at most 9 octets" },
	{ "a secret that just fits", "123456789\n", 0600, 0, "123456789", "" },
	{ "a secret that is too long", "1234567890\n", 0600, -EINVAL, "",
	  "s: it is too long; allowed: one line of at most 9 octets" },
};

static void reads_a_secret_by_its_path(void **state)
{
	const struct secret_row *row = *state;
	char path[128], out[10] = "before", why[300], *shown;
	int result;

	assert_int_equal(enter(NULL), 0);
	snprintf(path, sizeof(path), "%s/s", folder);
	if (row->text)
		put("s", row->text, row->mode);
	result = conf_file_read_secret(path, out, sizeof(out), why, sizeof(why));
	assert_int_equal(leave(NULL), 0);
	assert_int_equal(result, row->result);
	assert_string_equal(out, row->secret);
	shown = why[0] ? why + strlen(folder) + 1 : why;
	assert_string_equal(shown, row->why);
}

static void finds_a_credential(void **state)
{
	char out[40], why[300];

	(void)state;
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	/* systemd lets a group read them through an ACL. */
	put("plain", "one\n", 0440);
	put("credentials_both", "two\n", 0440);
	put("both", "three\n", 0440);
	put("credentials_folder", "four\n", 0440);
	assert_int_equal(conf_file_read_secret("plain", out, sizeof(out), why, sizeof(why)), 0);
	assert_string_equal(out, "one");
	assert_int_equal(conf_file_read_secret("both", out, sizeof(out), why, sizeof(why)), 0);
	assert_string_equal(out, "three");
	assert_int_equal(conf_file_read_secret("folder", out, sizeof(out), why, sizeof(why)), 0);
	assert_string_equal(out, "four");
	assert_int_equal(conf_file_read_secret("none", out, sizeof(out), why, sizeof(why)),
			 -ENOENT);
	assert_string_equal(out, "");
	assert_string_equal(why, "none: no such credential; put it into "
				 "/etc/gsmtpd/credentials/none and restart the service");
	assert_int_equal(conf_file_read_secret("../x/plain", out, sizeof(out), why, sizeof(why)),
			 -EINVAL);
	assert_int_equal(conf_file_read_secret("", out, sizeof(out), why, sizeof(why)), 0);
	assert_string_equal(out, "");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(conf_file_read_secret("plain", out, sizeof(out), why, sizeof(why)),
			 -ENOENT);
	assert_string_equal(why, "plain: no credentials were handed over by systemd "
				 "($CREDENTIALS_DIRECTORY is not set); allowed then: an absolute "
				 "path");
}

static void add(struct rows *rows, const char *sentence, CMUnitTestFunction function)
{
	ROWS_ADD(rows, sentence, function);
	rows->tests[rows->count - 1].setup_func = enter;
	rows->tests[rows->count - 1].teardown_func = leave;
}

int main(void)
{
	static struct rows all, *rows = &all;

	add(rows, "conf.d is read behind the file, in order",
	    reads_the_folder_behind_the_file_in_order);
	add(rows, "mistakes in every file are told", tells_of_mistakes_in_every_file);
	add(rows, "a missing file is a complaint", complains_of_a_missing_file);
	add(rows, "a pipe is never waited for", never_waits_for_a_pipe);
	ROWS_ADD_TABLE(rows, secret_rows, reads_a_secret_by_its_path);
	add(rows, "a credential is found by its name", finds_a_credential);
	return rows_run(rows, "conf_file");
}
