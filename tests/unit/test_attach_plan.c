/* SPDX-License-Identifier: ISC */
#include "compose/attach_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/wire_text.h"
#include "rows.h"

#define SOURCES_MAX 13
#define NOISE_MAX 2000000

static char noise[NOISE_MAX], letters[NOISE_MAX];

static void fill(void)
{
	uint32_t random = 2463534242u;

	for (size_t i = 0; i < NOISE_MAX; i++) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		noise[i] = (char)(random >> 11);
		if (noise[i] == '+')
			noise[i] = '-';
		if (i > 0 && (noise[i - 1] == '\r' || noise[i - 1] == '\n') && (noise[i] & ~0x20) == 'A')
			noise[i] = 'B';
		letters[i] = (char)('a' + i % 26);
	}
}

struct one {
	const char *name;
	const char *octets;	/* NULL: noise; "": letters */
	size_t length;
	bool ours;
};

struct row {
	const char *name;
	struct one sources[SOURCES_MAX];
	bool none;
	const char *attached;	/* names by blanks, '|' between parcels */
	const char *told;	/* stands in what is told; NULL: nothing is */
};

#define FULL 102400
#define TEN_NAMES "0 1 2 3 4 5 6 7 8 9"

#define ANY(name, octets, length) { name, octets, length, false }
#define OURS(name, octets, length) { name, octets, length, true }
#define TEN_SMALL ANY("0", "x", 1), ANY("1", "x", 1), ANY("2", "x", 1), ANY("3", "x", 1), \
	ANY("4", "x", 1), ANY("5", "x", 1), ANY("6", "x", 1), ANY("7", "x", 1), \
	ANY("8", "x", 1), ANY("9", "x", 1)

static const struct row plans[] = {
	{ "no files are no files", { ANY(NULL, NULL, 0) }, false, "", NULL },
	{ "a safe file goes as it is", { ANY("a.txt", "text", 4) }, false, "a.txt", NULL },
	{ "an empty file goes", { ANY("a.txt", "x", 0) }, false, "a.txt", NULL },
	{ "a file with the escape is gzipped", { ANY("a.diff", "+++ b", 5) }, false, "a.diff.gz",
	  "[\"a.diff\" is attached as a.diff.gz]\n" },
	{ "a file that ends in a plus sign is gzipped", { ANY("a", "b+", 2) }, false, "a.gz",
	  "[\"a\" is attached as a.gz]\n" },
	{ "a file with a command in it is gzipped", { ANY("a", "x\nATZ", 5) }, false, "a.gz",
	  "[\"a\" is attached as a.gz]\n" },
	{ "another name is told", { ANY("my log.txt", "x", 1) }, false, "my_log.txt",
	  "[\"my log.txt\" is attached as my_log.txt]\n" },
	{ "a name made up is not told", { ANY("", "x", 1) }, false, "part-1.bin", NULL },
	{ "equal names are numbered", { ANY("a.txt", "x", 1), ANY("A.TXT", "y", 1), ANY("a.txt", "z", 1) },
	  false, "a.txt A-2.TXT a-3.txt", "[\"A.TXT\" is attached as A-2.TXT]\n" },
	{ "equal names are numbered when gzipped", { ANY("a", "+++", 3), ANY("a", "+++", 3) }, false,
	  "a.gz a-2.gz", "[\"a\" is attached as a-2.gz]\n" },
	{ "a name that a gzip has taken is numbered", { ANY("a", "+++", 3), ANY("a.gz", "x", 1) }, false,
	  "a.gz a-2.gz", "[\"a.gz\" is attached as a-2.gz]\n" },
	{ "equal names are numbered across parcels", { ANY("a", NULL, FULL), ANY("a", NULL, FULL) },
	  false, "a | a-2", "[\"a\" is attached as a-2]\n" },
	{ "102400 octets go", { ANY("a", NULL, FULL) }, false, "a", NULL },
	{ "102401 octets of noise go in two pieces", { ANY("a", NULL, FULL + 1) }, false,
	  "a.gz.001 | a.gz.002",
	  "[\"a\" is attached in 2 pieces, a.gz.001 to a.gz.002: cat a.gz.* >a.gz; SHA-256 " },
	{ "102401 octets of text go gzipped", { ANY("a", "", FULL + 1) }, false, "a.gz",
	  "[\"a\" is attached as a.gz]\n" },
	{ "files that fit as they are stay as they are", { ANY("a", "", 50000), ANY("b", NULL, 50000) },
	  false, "a b", NULL },
	{ "what shrinks is gzipped when all then go at once", { ANY("a", "", 50000), ANY("b", NULL, 90000) },
	  false, "a.gz b", "[\"a\" is attached as a.gz]\n" },
	{ "what shrinks is not gzipped when that saves no mail",
	  { ANY("a", "", 1000), ANY("b", NULL, 60000), ANY("c", NULL, 60000) },
	  false, "a b | c", NULL },
	{ "what shrinks is gzipped when that saves a mail",
	  { ANY("a", "", 50000), ANY("b", NULL, 90000), ANY("c", NULL, 60000), ANY("d", "", 5000) },
	  false, "a.gz b d.gz | c", "[\"a\" is attached as a.gz]\n" },
	{ "the first parcel with room takes a file",
	  { ANY("a", NULL, 60000), ANY("b", NULL, 60000), ANY("c", NULL, 40000) },
	  false, "a c | b", NULL },
	{ "pieces stay in their order",
	  { ANY("a", NULL, 60000), ANY("b", NULL, FULL + 1000), ANY("c", NULL, 5000) },
	  false, "a b.gz.001 | b.gz.002 c", "[\"b\" is attached in 2 pieces, " },
	{ "a piece begins in what is left of ten kilobytes",
	  { ANY("a", NULL, FULL - 10240), ANY("b", NULL, FULL + 1000) },
	  false, "a b.gz.001 | b.gz.002", "[\"b\" is attached in 2 pieces, " },
	{ "a piece does not begin in less",
	  { ANY("a", NULL, FULL - 10239), ANY("b", NULL, FULL + 1000) },
	  false, "a | b.gz.001 | b.gz.002", "[\"b\" is attached in 2 pieces, " },
	{ "names of pieces are taken too", { ANY("a.gz.001", "x", 1), ANY("a", NULL, FULL + 1000) },
	  false, "a.gz.001 a-2.gz.001 | a-2.gz.002",
	  "[\"a\" is attached in 2 pieces, a-2.gz.001 to " },
	{ "ours is gzipped and not told", { OURS("m.txt", "x", 1) }, false, "m.txt.gz", NULL },
	{ "ours in pieces is told", { OURS("m.txt", NULL, 200000) }, false,
	  "m.txt.gz.001 | m.txt.gz.002", "[\"m.txt\" is attached in 2 pieces, " },
	{ "ten files are one parcel", { TEN_SMALL }, false, TEN_NAMES, NULL },
	{ "eleven files are two", { TEN_SMALL, ANY("z", "abc", 3) }, false, TEN_NAMES " | z", NULL },
	{ "none go when none are wanted", { ANY("a.txt", "abc", 3) }, true, "",
	  "[\"a.txt\" is not carried (sent without files): 3 octets, SHA-256 "
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]\n" },
	{ "a line end in a name is not told", { ANY("a\n[b", "x", 1) }, true, "",
	  "[\"a?[b\" is not carried (sent without files): 1 octets" },
};

struct room_row {
	const char *name;
	size_t parcel, parcels, octets;
	struct row row;
};

/* What a module with a file store takes, which may be more or less; and what a list
 * has room for. */
static const struct room_row rooms[] = {
	{ "a store takes more than the line", 200000, 100, 1 << 20, { NULL,
	  { ANY("a", NULL, 190000) }, false, "a", NULL } },
	{ "what a store does not take as it is is gzipped", 199998, 100, 1 << 20, { NULL,
	  { ANY("a", "", 100000), ANY("b", NULL, 99999) }, false, "a.gz b",
	  "[\"a\" is attached as a.gz]\n" } },
	{ "a small store takes what fits, and no pieces", 1000, 100, 1 << 20, { NULL,
	  { ANY("a", NULL, 1001), ANY("b", NULL, 1000) }, false, "b",
	  "[\"a\" is not carried (too large): 1001 octets, SHA-256 " } },
	{ "a small store takes what is gzipped", 1000, 100, 1 << 20, { NULL,
	  { ANY("a", "", 1001) }, false, "a.gz", "[\"a\" is attached as a.gz]\n" } },
	{ "10240 octets are a piece", 10240, 100, 1 << 20, { NULL, { ANY("a", NULL, 10241) }, false,
	  "a.gz.001 | a.gz.002", "[\"a\" is attached in 2 pieces, " } },
	{ "10239 octets are none", 10239, 100, 1 << 20, { NULL, { ANY("a", NULL, 10240) }, false,
	  "", "[\"a\" is not carried (too large): 10240 octets, SHA-256 " } },
	{ "no room takes what is empty", 0, 100, 1 << 20, { NULL, { ANY("a", "x", 1), ANY("b", "x", 0) },
	  false, "b", "[\"a\" is not carried (too large): 1 octets, SHA-256 " } },
	{ "beyond the last parcel nothing goes", FULL, 1, 1 << 20, { NULL,
	  { TEN_SMALL, ANY("z", "abc", 3) }, false, TEN_NAMES,
	  "[\"z\" is not carried (too many files): 3 octets, SHA-256 "
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]\n" } },
	{ "all pieces go or none", FULL, 2, 1 << 20, { NULL,
	  { ANY("a", NULL, 250000), ANY("b", NULL, 1000) }, false, "b",
	  "[\"a\" is not carried (too large): 250000 octets, SHA-256 " } },
	{ "a list that is full takes what is small", FULL, 100, 60000, { NULL,
	  { ANY("a", NULL, 50000), ANY("b", NULL, 50000), ANY("c", NULL, 10000) }, false, "a c",
	  "[\"b\" is not carried (too many files): 50000 octets, SHA-256 " } },
	{ "what would be left is gzipped", FULL, 1, 1 << 20, { NULL,
	  { ANY("a", "", 90000), ANY("b", NULL, 90000) }, false, "a.gz b",
	  "[\"a\" is attached as a.gz]\n" } },
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
			span_make(octets, ones[count].length), ones[count].ours,
		};
	}
	return count;
}

static void check_parcel(const struct attach_parcel *parcel, size_t max)
{
	size_t sum = 0;

	assert_true(parcel->count <= TRANSACTION_ATTACHMENTS_MAX);
	for (size_t i = 0; i < parcel->count; i++) {
		assert_null(wire_text_name_fault(parcel->attachments[i].name));
		assert_null(wire_text_octets_fault(parcel->attachments[i].octets));
		sum += parcel->attachments[i].octets.length;
	}
	assert_true(sum <= max);
}

static void list_names(const struct attach_plan *plan, struct buf *names)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (i > 0)
			buf_text(names, " |");
		for (size_t k = 0; k < plan->parcels[i].count; k++)
			buf_format(names, "%s%.*s", names->length > 0 ? " " : "",
				   SPAN_ARG(plan->parcels[i].attachments[k].name));
	}
}

static void check_plan(const struct row *row, const struct attach_bounds *bounds)
{
	struct attach_source sources[SOURCES_MAX];
	size_t count = fill_sources(row->sources, sources);
	struct buf names = BUF_INIT(1000), told = BUF_INIT(100000);
	struct attach_plan plan;

	assert_true(attach_plan_build(sources, count, bounds, &plan));
	for (size_t i = 0; i < plan.count; i++) {
		check_parcel(&plan.parcels[i], bounds->parcel_octets);
		buf_put(&told, buf_span(&plan.parcels[i].told));
	}
	buf_put(&told, buf_span(&plan.manifest));
	list_names(&plan, &names);
	assert_string_equal(buf_string(&names), row->attached);
	if (row->told == NULL)
		assert_string_equal(buf_string(&told), "");
	else
		assert_true(span_find(buf_span(&told), span_of(row->told)) < told.length);
	attach_plan_clear(&plan);
	buf_clear(&names);
	buf_clear(&told);
}

static void plans_files(void **state)
{
	const struct row *row = *state;
	const struct attach_bounds bounds = { row->none, FULL, ATTACH_PLAN_PARCELS_MAX, 1 << 24 };

	check_plan(row, &bounds);
}

static void plans_room(void **state)
{
	const struct room_row *row = *state;
	const struct attach_bounds bounds = { false, row->parcel, row->parcels, row->octets };

	check_plan(&row->row, &bounds);
}

static const struct attach_bounds wide = { false, FULL, ATTACH_PLAN_PARCELS_MAX, 1 << 24 };

/* Pieces joined are one gzip, whatever stands at the borders. */
static void joins_pieces(void **state)
{
	struct attach_source source = { span_of("a"), span_of("x/y"), span_make(noise, NOISE_MAX),
					false };
	struct buf joined = BUF_INIT(3000000);
	struct attach_plan plan;

	(void)state;
	noise[FULL] = '+';
	assert_true(attach_plan_build(&source, 1, &wide, &plan));
	assert_int_equal(plan.count, 20);
	for (size_t i = 0; i < plan.count; i++) {
		char suffix[24];

		assert_int_equal(plan.parcels[i].count, 1);
		snprintf(suffix, sizeof suffix, ".%03zu", i + 1);
		assert_true(span_is(span_skip(plan.parcels[i].attachments[0].name, 4), suffix));
		assert_true(plan.parcels[i].told.length > 0);
		check_parcel(&plan.parcels[i], FULL);
		buf_put(&joined, plan.parcels[i].attachments[0].octets);
	}
	assert_null(wire_text_octets_fault(buf_span(&joined)));
	assert_true(span_starts(buf_span(&joined), "\x1f\x8b"));
	assert_true(joined.length > NOISE_MAX && joined.length < NOISE_MAX + 10000);
	assert_string_equal(attach_plan_find(&plan, 0), "a.gz");
	noise[FULL] = '-';
	attach_plan_clear(&plan);
	buf_clear(&joined);
}

/* A thousand parts: all go. Without room the list stays short, and says how many it
 * does not name. */
static void a_thousand(void **state)
{
	static struct attach_source sources[1000];
	struct attach_bounds bounds = wide;
	struct attach_plan plan;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		sources[i] = (struct attach_source){ span_of("a name"), span_of("x/y"),
						     span_of("abc"), false };
	assert_true(attach_plan_build(sources, 1000, &bounds, &plan));
	assert_int_equal(plan.count, 100);
	assert_int_equal(plan.left, 0);
	assert_string_equal(buf_string(&plan.manifest), "");
	assert_string_equal(attach_plan_find(&plan, 999), "a_name-1000");
	attach_plan_clear(&plan);
	bounds.parcels = 2;
	assert_true(attach_plan_build(sources, 1000, &bounds, &plan));
	assert_int_equal(plan.left, 980);
	assert_true(plan.manifest.length < 4000);
	assert_true(span_find(buf_span(&plan.manifest), span_of(" files more are not carried: ")) <
		    plan.manifest.length);
	assert_string_equal(attach_plan_find(&plan, 0), "a_name");
	assert_string_equal(attach_plan_find(&plan, 500), "");
	attach_plan_clear(&plan);
}

/* The longest names and pieces of all still are told. */
static void long_names(void **state)
{
	static char name[1000];
	struct attach_source sources[10];
	struct attach_plan plan;

	(void)state;
	memset(name, 'x', sizeof name);
	for (size_t i = 0; i < 10; i++)
		sources[i] = (struct attach_source){ span_make(name, sizeof name), span_of("x/y"),
						     span_make(noise, FULL + 1000), false };
	assert_true(attach_plan_build(sources, 10, &wide, &plan));
	assert_int_equal(plan.count, 11);
	for (size_t i = 0; i < plan.count; i++)
		check_parcel(&plan.parcels[i], FULL);
	attach_plan_clear(&plan);
}

/* A type is shown where there is no name: cut between characters. */
static void an_odd_type(void **state)
{
	struct attach_source source = { span_of(""), { NULL, 0 }, span_of("x"), false };
	struct buf type = BUF_INIT(400);
	struct attach_bounds bounds = wide;
	struct attach_plan plan;

	(void)state;
	buf_text(&type, "x");
	for (size_t i = 0; i < 150; i++)
		buf_text(&type, "\xc3\xbf");
	source.type = buf_span(&type);
	bounds.none = true;
	assert_true(attach_plan_build(&source, 1, &bounds, &plan));
	assert_true(utf8_is_valid(buf_span(&plan.manifest)));
	attach_plan_clear(&plan);
	buf_clear(&type);
}

static void withdraws(void **state)
{
	struct attach_source sources[11];
	struct attach_plan plan;
	struct buf names = BUF_INIT(200);

	(void)state;
	for (size_t i = 0; i < 11; i++)
		sources[i] = (struct attach_source){ span_of(i ? "a" : "m.txt"), span_of("x/y"),
						     span_of("abc"), i == 0 };
	assert_true(attach_plan_build(sources, 11, &wide, &plan));
	attach_plan_withdraw_first(&plan);
	list_names(&plan, &names);
	assert_string_equal(buf_string(&names), "a a-2 a-3 a-4 a-5 a-6 a-7 a-8 a-9 | a-10");
	assert_int_equal(plan.left, 0);
	attach_plan_clear(&plan);
	buf_clear(&names);
}

static void withdraws_what_did_not_go(void **state)
{
	struct attach_source source = { span_of("m.txt"), span_of("x/y"), span_of("abc"), true };
	struct attach_bounds bounds = wide;
	struct attach_plan plan;

	(void)state;
	bounds.none = true;
	assert_true(attach_plan_build(&source, 1, &bounds, &plan));
	assert_int_equal(plan.left, 1);
	attach_plan_withdraw_first(&plan);
	assert_int_equal(plan.left, 0);
	assert_string_equal(buf_string(&plan.manifest), "");
	attach_plan_clear(&plan);
}

static void notes(void **state)
{
	struct attach_source sources[] = {
		{ span_of("a.diff"), span_of("x/y"), span_of("+++ b"), false },
		{ span_of("b"), span_of("x/y"), span_make(letters, FULL + 1), false },
		{ span_of("c"), span_of("x/y"), span_make(noise, FULL + 1), false },
		{ span_of("d"), span_of("x/y"), span_of("x"), false },
	};
	struct attach_plan plan;

	(void)state;
	assert_true(attach_plan_build(sources, 4, &wide, &plan));
	assert_string_equal(buf_string(&plan.note),
			    "a.diff.gz: gzipped for the line: +++ would end data mode\n"
			    "b.gz: gzipped to fit\nc.gz: gzipped to fit\nc.gz: cut in 2 pieces\n");
	attach_plan_clear(&plan);
}

int main(void)
{
	static struct rows rows;

	fill();
	ROWS_ADD_TABLE(&rows, plans, plans_files);
	ROWS_ADD_TABLE(&rows, rooms, plans_room);
	ROWS_ADD(&rows, "pieces joined are one gzip", joins_pieces);
	ROWS_ADD(&rows, "a thousand files go, or make a short list", a_thousand);
	ROWS_ADD(&rows, "the longest names are told", long_names);
	ROWS_ADD(&rows, "an odd type is cut between characters", an_odd_type);
	ROWS_ADD(&rows, "the first may be withdrawn, and all else stays", withdraws);
	ROWS_ADD(&rows, "what did not go may be withdrawn", withdraws_what_did_not_go);
	ROWS_ADD(&rows, "what was done is noted", notes);
	return rows_run(&rows, "attach_plan");
}
