/* SPDX-License-Identifier: ISC */
#include "compose/attach_fit.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "mail/wire_text.h"
#include "rows.h"

#define SOURCES_MAX 12
#define NOISE_MAX 200000

static char noise[NOISE_MAX], letters[NOISE_MAX];

static void fill(void)
{
	uint32_t random = 2463534242u;

	for (size_t i = 0; i < NOISE_MAX; i++) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		noise[i] = (random >> 11 & 0xff) == '+' ? '-' : (char)(random >> 11);
		letters[i] = (char)('a' + i % 26);
	}
}

struct one {
	const char *name;
	const char *octets;	/* NULL: noise; "": letters */
	size_t length;
	bool ours, dear;
};

struct row {
	const char *name;
	struct one sources[SOURCES_MAX];
	bool none;
	const char *attached;	/* names by blanks */
	const char *told;	/* stands in the manifest; NULL: it is empty */
};

#define FULL 102400

#define ANY(name, octets, length) { name, octets, length, false, false }
#define OURS(name, octets, length) { name, octets, length, true, true }

static const struct row fits[] = {
	{ "no files are no files", { ANY(NULL, NULL, 0) }, false, "", NULL },
	{ "a safe file goes as it is", { ANY("a.txt", "text", 4) }, false, "a.txt", NULL },
	{ "an empty file goes", { ANY("a.txt", "x", 0) }, false, "a.txt", NULL },
	{ "a file with the escape is gzipped", { ANY("a.diff", "+++ b", 5) }, false, "a.diff.gz",
	  "[\"a.diff\" is attached as a.diff.gz]\n" },
	{ "a file that ends in a plus sign is gzipped", { ANY("a", "b+", 2) }, false, "a.gz",
	  "[\"a\" is attached as a.gz]\n" },
	{ "another name is told", { ANY("my log.txt", "x", 1) }, false, "my_log.txt",
	  "[\"my log.txt\" is attached as my_log.txt]\n" },
	{ "a name made up is not told", { ANY("", "x", 1) }, false, "part-1.bin", NULL },
	{ "equal names are numbered", { ANY("a.txt", "x", 1), ANY("A.TXT", "y", 1), ANY("a.txt", "z", 1) },
	  false, "a.txt A-2.TXT a-3.txt", "[\"A.TXT\" is attached as A-2.TXT]\n" },
	{ "equal names are numbered when gzipped", { ANY("a", "+++", 3), ANY("a", "+++", 3) }, false,
	  "a.gz a-2.gz", "[\"a\" is attached as a-2.gz]\n" },
	{ "102400 octets go", { ANY("a", NULL, FULL) }, false, "a", NULL },
	{ "102401 octets of noise do not go", { ANY("a", NULL, FULL + 1) }, false, "",
	  "[\"a\" is not carried (too large): 102401 octets, SHA-256 " },
	{ "102401 octets of text go gzipped", { ANY("a", "", FULL + 1) }, false, "a.gz",
	  "[\"a\" is attached as a.gz]\n" },
	{ "files that fit as they are stay as they are", { ANY("a", "", 50000), ANY("b", NULL, 50000) },
	  false, "a b", NULL },
	{ "what shrinks is gzipped when not all fits", { ANY("a", "", 50000), ANY("b", NULL, 90000) },
	  false, "a.gz b", "[\"a\" is attached as a.gz]\n" },
	{ "the largest is left out", { ANY("a", NULL, 50000), ANY("b", NULL, 60000), ANY("c", NULL, 1000) },
	  false, "a c", "[\"b\" is not carried (too large): 60000 octets, SHA-256 " },
	{ "the dear one is left out last", { OURS("m.txt", NULL, 60000),
	  ANY("b", NULL, 50000) }, false, "m.txt.gz", "[\"b\" is not carried (too large): 50000 " },
	{ "a dear one that cannot go is told", { OURS("m.txt", NULL, 200000) }, false, "",
	  "[\"m.txt\" is not carried (too large): 200000 octets, SHA-256 " },
	{ "ours is gzipped and not told", { OURS("m.txt", "x", 1) }, false, "m.txt.gz",
	  NULL },
	{ "ten files go", { ANY("0", "x", 1), ANY("1", "x", 1), ANY("2", "x", 1), ANY("3", "x", 1),
	  ANY("4", "x", 1), ANY("5", "x", 1), ANY("6", "x", 1), ANY("7", "x", 1), ANY("8", "x", 1),
	  ANY("9", "x", 1) }, false, "0 1 2 3 4 5 6 7 8 9", NULL },
	{ "of eleven files the last is left out", { ANY("0", "x", 1), ANY("1", "x", 1), ANY("2", "x", 1),
	  ANY("3", "x", 1), ANY("4", "x", 1), ANY("5", "x", 1), ANY("6", "x", 1), ANY("7", "x", 1),
	  ANY("8", "x", 1), ANY("9", "x", 1), ANY("z", "abc", 3) }, false, "0 1 2 3 4 5 6 7 8 9",
	  "[\"z\" is not carried (too many files): 3 octets, SHA-256 "
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]\n" },
	{ "none go when none are wanted", { ANY("a.txt", "abc", 3) }, true, "",
	  "[\"a.txt\" is not carried (sent without files): 3 octets, SHA-256 "
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]\n" },
	{ "a line end in a name is not told", { ANY("a\n[b", "x", 1) }, true, "",
	  "[\"a?[b\" is not carried (sent without files): 1 octets" },
};

struct room_row {
	const char *name;
	size_t octets_max;
	struct row row;
};

/* What a module with a file store takes, which may be more or less. */
static const struct room_row rooms[] = {
	{ "a store takes more than the line", 200000, { NULL, { ANY("a", NULL, 190000) }, false,
	  "a", NULL } },
	{ "a store takes several that are more than the line", 199999, { NULL,
	  { ANY("a", "", 100000), ANY("b", NULL, 99999) }, false, "a b", NULL } },
	{ "what a store does not take as it is is gzipped", 199998, { NULL,
	  { ANY("a", "", 100000), ANY("b", NULL, 99999) }, false, "a.gz b",
	  "[\"a\" is attached as a.gz]\n" } },
	{ "a small store takes less", 1000, { NULL, { ANY("a", NULL, 1001), ANY("b", NULL, 1000) },
	  false, "b", "[\"a\" is not carried (too large): 1001 octets, SHA-256 " } },
	{ "no room takes what is empty", 0, { NULL, { ANY("a", "x", 1), ANY("b", "x", 0) }, false,
	  "b", "[\"a\" is not carried (too large): 1 octets, SHA-256 " } },
};

static size_t fill_sources(const struct one *ones, struct attach_source *sources)
{
	size_t count = 0;

	for (; count < SOURCES_MAX && ones[count].name; count++) {
		const char *octets = ones[count].octets;

		if (octets == NULL)
			octets = noise;
		else if (*octets == '\0')
			octets = letters;
		sources[count] = (struct attach_source){
			span_of(ones[count].name), span_of("application/octet-stream"),
			span_make(octets, ones[count].length), ones[count].ours, ones[count].dear,
		};
	}
	return count;
}

static void check_fit(const struct row *row, size_t max)
{
	struct attach_source sources[SOURCES_MAX];
	size_t count = fill_sources(row->sources, sources), sum = 0;
	struct buf names = BUF_INIT(1000);
	struct attach_fit fit;

	assert_true(attach_fit_build(sources, count, row->none, max, &fit));
	for (size_t i = 0; i < fit.count; i++) {
		buf_format(&names, "%s%.*s", i ? " " : "", SPAN_ARG(fit.attachments[i].name));
		assert_null(wire_text_name_fault(fit.attachments[i].name));
		assert_null(wire_text_octets_fault(fit.attachments[i].octets));
		sum += fit.attachments[i].octets.length;
	}
	assert_true(sum <= max);
	assert_string_equal(buf_string(&names), row->attached);
	if (row->told == NULL)
		assert_string_equal(buf_string(&fit.manifest), "");
	else
		assert_true(span_find(buf_span(&fit.manifest), span_of(row->told)) <
			    fit.manifest.length);
	attach_fit_clear(&fit);
	buf_clear(&names);
}

static void fits_files(void **state)
{
	check_fit(*state, FULL);
}

static void fits_room(void **state)
{
	const struct room_row *row = *state;

	check_fit(&row->row, row->octets_max);
}

/* A thousand parts: the list stays short, and says how many it does not name. */
static void a_thousand(void **state)
{
	static struct attach_source sources[1000];
	struct attach_fit fit;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		sources[i] = (struct attach_source){ span_of("a name"), span_of("x/y"),
						     span_of("abc"), false, false };
	assert_true(attach_fit_build(sources, 1000, false, FULL, &fit));
	assert_int_equal(fit.count, TRANSACTION_ATTACHMENTS_MAX);
	assert_true(fit.manifest.length < 4000);
	assert_true(span_find(buf_span(&fit.manifest), span_of(" files more are not carried: ")) <
		    fit.manifest.length);
	assert_string_equal(attach_fit_find(&fit, 0), "a_name");
	assert_string_equal(attach_fit_find(&fit, 500), "");
	attach_fit_clear(&fit);
}

/* A type is shown where there is no name: cut between characters. */
static void an_odd_type(void **state)
{
	struct attach_source source = { span_of(""), { NULL, 0 }, span_of("x"), false, false };
	struct buf type = BUF_INIT(400);
	struct attach_fit fit;

	(void)state;
	buf_text(&type, "x");
	for (size_t i = 0; i < 150; i++)
		buf_text(&type, "\xc3\xbf");
	source.type = buf_span(&type);
	assert_true(attach_fit_build(&source, 1, true, FULL, &fit));
	assert_true(utf8_is_valid(buf_span(&fit.manifest)));
	attach_fit_clear(&fit);
	buf_clear(&type);
}

int main(void)
{
	static struct rows rows;

	fill();
	ROWS_ADD_TABLE(&rows, fits, fits_files);
	ROWS_ADD_TABLE(&rows, rooms, fits_room);
	ROWS_ADD(&rows, "a thousand files make a short list", a_thousand);
	ROWS_ADD(&rows, "an odd type is cut between characters", an_odd_type);
	return rows_run(&rows, "attach_fit");
}
