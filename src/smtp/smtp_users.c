/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_users.h"

#include <stdlib.h>

#include "base/utf8.h"

struct smtp_user {
	char *name, *hash;
};

struct smtp_users {
	struct smtp_user *items;
	size_t count;
};

#define ALLOWED_HASH "what \"mkpasswd -m yescrypt\" prints ($y$), or \"mkpasswd -m sha-512\" ($6$)"

/* crypt(5): the digits of all its hashes, in the order of their values. */
static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* The value of a digit of crypt(5), or 64. */
static unsigned digit_value(char digit)
{
	return (unsigned)span_index(span_of(digits), digit);
}

static bool is_digits(struct span text, size_t min, size_t max)
{
	if (text.length < min || text.length > max)
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (digit_value(text.at[i]) > 63)
			return false;
	return true;
}

/* yescrypt's parameters are numbers of a variable length: flavour, log2 N less one,
 * r less one, and rarer ones behind. Those in use take one digit each, which then
 * is below 48. It works in 128 * N * r octets. */
static const char *check_yescrypt_cost(struct span parameters)
{
	unsigned log2_n, r;

	if (!is_digits(parameters, 3, 3))
		return "the parameters of its hash are unusual";
	log2_n = digit_value(parameters.at[1]) + 1;
	r = digit_value(parameters.at[2]) + 1;
	if (log2_n > 31 || r > 48)
		return "the parameters of its hash are unusual";
	if ((UINT64_C(128) << log2_n) * r > SMTP_USERS_MEMORY_MAX)
		return "each check of its hash would take more than 64 MiB of memory";
	return NULL;
}

/* "PARAMETERS$SALT$HASH" */
static const char *check_yescrypt(struct span rest)
{
	struct span parameters, salt, hash;

	if (!span_cut(&rest, '$', &parameters) || !span_cut(&rest, '$', &salt) ||
	    !span_cut(&rest, '$', &hash) || rest.at != NULL || !is_digits(salt, 1, 86) ||
	    !is_digits(hash, 43, 43))
		return "its hash is damaged";
	return check_yescrypt_cost(parameters);
}

/* "[rounds=N$]SALT$HASH" */
static const char *check_sha512(struct span rest)
{
	struct span salt, hash;
	int64_t rounds;

	if (span_starts(rest, "rounds=")) {
		struct span number;

		span_cut(&rest, '$', &number);
		if (!span_number(span_skip(number, 7), 1000, INT64_C(999999999), &rounds))
			return "its hash is damaged";
		if (rounds > SMTP_USERS_ROUNDS_MAX)
			return "its hash has more than 5000000 rounds";
	}
	if (!span_cut(&rest, '$', &salt) || !span_cut(&rest, '$', &hash) || rest.at != NULL ||
	    !is_digits(salt, 1, 16) || !is_digits(hash, 86, 86))
		return "its hash is damaged";
	return NULL;
}

static const char *check_hash(struct span hash)
{
	if (hash.length == 0)
		return "the user has no hash";
	if (span_starts(hash, "$y$"))
		return check_yescrypt(span_skip(hash, 3));
	if (span_starts(hash, "$6$"))
		return check_sha512(span_skip(hash, 3));
	return "its hash is of another kind";
}

static const char *check_name(const struct smtp_users *users, struct span name)
{
	if (name.length == 0)
		return "the line has no name";
	if (name.length > SMTP_USERS_NAME_MAX)
		return "the name is too long";
	for (size_t i = 0; i < name.length; i++)
		if ((unsigned char)name.at[i] <= ' ' || name.at[i] == 0x7f)
			return "the name holds a blank or a control character";
	if (!utf8_is_valid(name))
		return "the name is not UTF-8";
	return smtp_users_find(users, name) ? "the name was given before" : NULL;
}

static bool add_user(struct smtp_users *users, struct span name, struct span hash)
{
	struct smtp_user *user = &users->items[users->count];

	user->name = span_dup(name);
	user->hash = span_dup(hash);
	users->count++;
	return user->name != NULL && user->hash != NULL;
}

/* False when out of memory. A fault of the line goes to the complaints. */
static bool read_line(struct smtp_users *users, struct span line, const char *file, unsigned number,
		      struct buf *complaints)
{
	struct span name, hash = line;
	const char *fault = NULL, *allowed = "name:hash, names without blanks, each once";

	if (line.length == 0 || line.at[0] == '#')
		return true;
	span_cut(&hash, ':', &name);
	if (hash.at == NULL)
		fault = "the line has no colon";
	else
		fault = check_name(users, name);
	if (fault == NULL && users->count == SMTP_USERS_MAX)
		fault = "there are too many users";
	if (fault == NULL) {
		fault = check_hash(hash);
		allowed = ALLOWED_HASH;
	}
	if (fault == NULL)
		return add_user(users, name, hash);
	buf_format(complaints, "%s:%u: %s; allowed: %s\n", file, number, fault, allowed);
	return true;
}

static bool read_lines(struct smtp_users *users, struct span text, const char *file,
		       struct buf *complaints)
{
	struct span line;

	for (unsigned number = 1; span_cut(&text, '\n', &line); number++)
		if (!read_line(users, span_trim(line), file, number, complaints))
			return false;
	return true;
}

struct smtp_users *smtp_users_parse(const char *file, struct span text, struct buf *complaints)
{
	struct smtp_users *users = calloc(1, sizeof(*users));
	size_t before = complaints->length;

	if (users == NULL)
		return NULL;
	users->items = calloc(SMTP_USERS_MAX, sizeof(*users->items));
	if (users->items != NULL && read_lines(users, text, file, complaints) &&
	    complaints->length == before && !complaints->failed)
		return users;
	smtp_users_free(users);
	return NULL;
}

void smtp_users_free(struct smtp_users *users)
{
	if (users == NULL)
		return;
	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].hash != NULL)
			explicit_bzero(users->items[i].hash, strlen(users->items[i].hash));
		free(users->items[i].hash);
		free(users->items[i].name);
	}
	free(users->items);
	free(users);
}

size_t smtp_users_count(const struct smtp_users *users)
{
	return users->count;
}

const char *smtp_users_find(const struct smtp_users *users, struct span name)
{
	for (size_t i = 0; i < users->count; i++)
		if (span_is(name, users->items[i].name))
			return users->items[i].hash;
	return NULL;
}

const char *smtp_users_stand_in(const struct smtp_users *users, struct span name)
{
	size_t sum = 0;

	if (users->count == 0)
		return NULL;
	for (size_t i = 0; i < name.length; i++)
		sum = sum * 31 + (unsigned char)name.at[i];
	return users->items[sum % users->count].hash;
}
