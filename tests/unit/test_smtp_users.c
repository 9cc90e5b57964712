/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_users.h"

#include "rows.h"

/* Made by mkpasswd(1); all of the password "right". */
#define YESCRYPT "$y$j9T$0HvTCgIztwBM8Deby2ukS0$q23rhjYPWGsJ8c8tInjls44labxKN9ao4twM9WBTZS0"
#define SHA512                                                                                   \
	"$6$UswYzpjzU1pA7b5q$AG.Na/Ea/OZu7J4Z9bzwXlz1HsCYoR/"                                    \
	"L.yy8fCUW8nyyYNk9JEZOVLU56tvpjHvXlvT3C.nGTlxhqAJnjEF9S."
#define SHA512_ROUNDS(n)                                                                         \
	"$6$rounds=" n "$YrJJDFPUv6z/WqVK$mgFj.BoqM77REx07qpMlYpp9uDLpaARGvga0hc97vbGg."          \
	"ZDOjHd1uE.60E/pK8dVyqZMTNLo5WXxMJR6FgU/s0"
#define YESCRYPT_TAIL "$UYlQ2i9vy633uW8M9kflG.$jyr./psI/fxrKdjLO0yNRA49KCPHC/oHCwz7/b6MYi8"
#define ALLOWED_LINE "; allowed: name:hash, names without blanks, each once\n"
#define ALLOWED_HASH                                                                             \
	"; allowed: what \"mkpasswd -m yescrypt\" prints ($y$), or "                              \
	"\"mkpasswd -m sha-512\" ($6$)\n"

struct row {
	const char *name, *text;
	size_t count;		/* of users, when there is no complaint */
	const char *complaints;
};

static const struct row table[] = {
	{ "nothing is no user", "", 0, "" },
	{ "a user with yescrypt", "gw1:" YESCRYPT "\n", 1, "" },
	{ "a user with SHA-512", "gw1:" SHA512 "\n", 1, "" },
	{ "SHA-512 with a number of rounds", "gw1:" SHA512_ROUNDS("50000"), 1, "" },
	{ "comments, empty lines, blanks around and CRLF are passed over",
	  "# those who may\r\n\r\n \t\n  gw1:" YESCRYPT "  \r\n#gw2:x\n", 1, "" },
	{ "a last line without an end", "a:" SHA512 "\nb:" YESCRYPT, 2, "" },
	{ "a name in UTF-8, and one like an address", "k\xc3\xb6nig:" SHA512 "\na@b.c:" SHA512, 2, "" },
	{ "yescrypt that takes 64 MiB", "a:$y$jBT" YESCRYPT_TAIL, 1, "" },
	{ "every bad line is told, with its number", "a\n\n:x\na b:" SHA512 "\n", 0,
	  "users:1: the line has no colon" ALLOWED_LINE
	  "users:3: the line has no name" ALLOWED_LINE
	  "users:4: the name holds a blank or a control character" ALLOWED_LINE },
	{ "a name twice", "a:" SHA512 "\na:" YESCRYPT, 0,
	  "users:2: the name was given before" ALLOWED_LINE },
	{ "a control in a name", "a\x1b[2J:" SHA512, 0,
	  "users:1: the name holds a blank or a control character" ALLOWED_LINE },
	{ "a name that is no UTF-8", "\xff:" SHA512, 0,
	  "users:1: the name is not UTF-8" ALLOWED_LINE },
	{ "no hash", "a:", 0, "users:1: the user has no hash" ALLOWED_HASH },
	{ "a password in clear is not told", "a:hunter2", 0,
	  "users:1: its hash is of another kind" ALLOWED_HASH },
	{ "MD5", "a:$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", 0,
	  "users:1: its hash is of another kind" ALLOWED_HASH },
	{ "DES", "a:aaPwJ9XL9Y99E", 0, "users:1: its hash is of another kind" ALLOWED_HASH },
	{ "a locked account", "a:!" SHA512, 0,
	  "users:1: its hash is of another kind" ALLOWED_HASH },
	{ "a line of /etc/shadow", "a:" YESCRYPT ":19000:0:99999:7:::", 0,
	  "users:1: its hash is damaged" ALLOWED_HASH },
	{ "yescrypt that lacks an octet",
	  "a:$y$j9T$0HvTCgIztwBM8Deby2ukS0$q23rhjYPWGsJ8c8tInjls44labxKN9ao4twM9WBTZS", 0,
	  "users:1: its hash is damaged" ALLOWED_HASH },
	{ "yescrypt without a hash", "a:$y$j9T$0HvTCgIztwBM8Deby2ukS0", 0,
	  "users:1: its hash is damaged" ALLOWED_HASH },
	{ "yescrypt that takes 256 MiB", "a:$y$jDT" YESCRYPT_TAIL, 0,
	  "users:1: each check of its hash would take more than 64 MiB of memory" ALLOWED_HASH },
	{ "yescrypt with parameters that nobody uses", "a:$y$jzT" YESCRYPT_TAIL, 0,
	  "users:1: the parameters of its hash are unusual" ALLOWED_HASH },
	{ "yescrypt with one parameter too many", "a:$y$j9T/" YESCRYPT_TAIL, 0,
	  "users:1: the parameters of its hash are unusual" ALLOWED_HASH },
	{ "SHA-512 that lacks an octet",
	  "a:$6$UswYzpjzU1pA7b5q$AG.Na/Ea/OZu7J4Z9bzwXlz1HsCYoR/"
	  "L.yy8fCUW8nyyYNk9JEZOVLU56tvpjHvXlvT3C.nGTlxhqAJnjEF9S", 0,
	  "users:1: its hash is damaged" ALLOWED_HASH },
	{ "SHA-512 with rounds that take for ever", "a:" SHA512_ROUNDS("6000000"), 0,
	  "users:1: its hash has more than 5000000 rounds" ALLOWED_HASH },
	{ "SHA-512 with no number of rounds", "a:" SHA512_ROUNDS("x"), 0,
	  "users:1: its hash is damaged" ALLOWED_HASH },
	{ "a NUL in a name", "a\0b", 0, "users:1: the line has no colon" ALLOWED_LINE },
};

static void a_file_is_read(void **state)
{
	const struct row *row = *state;
	struct buf complaints = BUF_INIT(65536);
	struct smtp_users *users = smtp_users_parse("users", span_of(row->text), &complaints);

	assert_string_equal(buf_string(&complaints), row->complaints);
	assert_int_equal(users != NULL, row->complaints[0] == '\0');
	if (users != NULL)
		assert_int_equal(smtp_users_count(users), row->count);
	smtp_users_free(users);
	buf_clear(&complaints);
}

static struct smtp_users *parse(const char *text)
{
	struct buf complaints = BUF_INIT(65536);
	struct smtp_users *users = smtp_users_parse("users", span_of(text), &complaints);

	assert_string_equal(buf_string(&complaints), "");
	assert_non_null(users);
	return users;
}

static void names_are_compared_octet_by_octet(void **state)
{
	struct smtp_users *users = parse("gw1:" YESCRYPT "\nGW1:" SHA512 "\n");

	(void)state;
	assert_string_equal(smtp_users_find(users, span_of("gw1")), YESCRYPT);
	assert_string_equal(smtp_users_find(users, span_of("GW1")), SHA512);
	assert_null(smtp_users_find(users, span_of("Gw1")));
	assert_null(smtp_users_find(users, span_of("gw")));
	assert_null(smtp_users_find(users, span_of("gw11")));
	assert_null(smtp_users_find(users, span_make("gw1\0", 4)));
	assert_null(smtp_users_find(users, span_of("")));
	smtp_users_free(users);
}

static void a_stranger_always_has_the_same_hash_of_the_file(void **state)
{
	struct smtp_users *users = parse("a:" YESCRYPT "\nb:" SHA512 "\n");
	struct smtp_users *nobody = parse("");
	unsigned first = 0;

	(void)state;
	for (char name[2] = "c"; name[0] <= 'z'; name[0]++) {
		const char *hash = smtp_users_stand_in(users, span_of(name));

		assert_true(strcmp(hash, YESCRYPT) == 0 || strcmp(hash, SHA512) == 0);
		assert_ptr_equal(hash, smtp_users_stand_in(users, span_of(name)));
		first += strcmp(hash, YESCRYPT) == 0;
	}
	assert_int_equal(first, 12);
	assert_null(smtp_users_stand_in(nobody, span_of("c")));
	smtp_users_free(users);
	smtp_users_free(nobody);
}

static void there_is_an_end_of_users(void **state)
{
	struct buf text = BUF_INIT(SMTP_USERS_FILE_MAX * 4), complaints = BUF_INIT(65536);

	(void)state;
	for (unsigned i = 0; i <= SMTP_USERS_MAX; i++)
		buf_format(&text, "u%u:%s\n", i, SHA512);
	assert_null(smtp_users_parse("users", buf_span(&text), &complaints));
	assert_string_equal(buf_string(&complaints), "users:4097: there are too many users" ALLOWED_LINE);
	buf_clear(&text);
	buf_clear(&complaints);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, a_file_is_read);
	ROWS_ADD(&rows, "names are compared octet by octet", names_are_compared_octet_by_octet);
	ROWS_ADD(&rows, "a stranger always has the same hash of the file",
		 a_stranger_always_has_the_same_hash_of_the_file);
	ROWS_ADD(&rows, "there is an end of users", there_is_an_end_of_users);
	return rows_run(&rows, "users");
}
