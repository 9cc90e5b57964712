/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

#include "emulator/emulator_store.h"

/* Checksums that real modules gave, and those worked out by hand (modem.md 7). */
static const struct sum {
	const char *name;
	const char *octets;
	unsigned sum;
} sums[] = {
	{ "nothing has the checksum 0", "", 0 },
	{ "an odd octet is a high one", "A", 0x4100 },
	{ "a word is big-endian", "AB", 0x4142 },
	{ "words are added without carry", "ABC", 0x0242 },
	{ "three words", "+QSMTP", 0x2c4c },
	{ "a module's own value for a certificate's first line",
	  "-----BEGIN CERTIFICATE-----\r", 0x6c53 },
};

static void test_sum(void **state)
{
	const struct sum *row = *state;

	assert_int_equal(emulator_store_checksum(span_of(row->octets)), row->sum);
}

static const struct row {
	const char *name;
	const char *dialogue;
} rows[] = {
	{ "a file is taken by its exact size, checked and listed",
	  "> AT+QFUPL=\"a.txt\",6\n< CONNECT\n= +QSMTP\n< +QFUPL: 6,2c4c\n< OK\n"
	  "> AT+QFLST=\"*\"\n< +QFLST: \"UFS:a.txt\",6\n< OK\n"
	  "> AT+QFLST=\"a.txt\"\n< +QFLST: \"UFS:a.txt\",6\n< OK\n"
	  "> AT+QFLST\n< +QFLST: \"UFS:a.txt\",6\n< OK\n> AT+QFLDS=\"UFS\"\n< +QFLDS: 286714,286720\n< OK\n" },
	{ "leading zeros of the checksum are left out",
	  "> AT+QFUPL=\"a\",3\n< CONNECT\n= ABC\n< +QFUPL: 3,242\n< OK\n" },
	{ "+++ in a file is content", "> AT+QFUPL=\"a\",5\n< CONNECT\n= x+++y\n< +QFUPL: 5,2a00\n< OK\n" },
	{ "what follows the last octet is a command",
	  "> AT+QFUPL=\"a\",2\n< CONNECT\n= ABAT\r\n< +QFUPL: 2,4142\n< OK\n< OK\n" },
	{ "a name that is there is refused",
	  "> AT+CMEE=1\n< OK\n> AT+QFUPL=\"a\",1\n< CONNECT\n= A\n< +QFUPL: 1,4100\n< OK\n"
	  "> AT+QFUPL=\"UFS:a\",1\n< +CME ERROR: 407\n> AT+QFDEL=\"UFS:a\"\n< OK\n"
	  "> AT+QFUPL=\"a\",1\n< CONNECT\n= A\n< +QFUPL: 1,4100\n< OK\n" },
	{ "a missing file cannot be deleted, nor listed",
	  "> AT+CMEE=1\n< OK\n> AT+QFDEL=\"a\"\n< +CME ERROR: 405\n> AT+QFLST=\"a\"\n< +CME ERROR: 405\n"
	  "> AT+QFLST=\"*\"\n< OK\n> AT+CMEE=0\n< OK\n> AT+QFDEL=\"a\"\n< ERROR\n" },
	{ "all can be deleted at once",
	  "> AT+QFUPL=\"a\",1\n< CONNECT\n= A\n< +QFUPL: 1,4100\n< OK\n"
	  "> AT+QFUPL=\"b\",1\n< CONNECT\n= A\n< +QFUPL: 1,4100\n< OK\n> AT+QFDEL=\"*\"\n< OK\n"
	  "> AT+QFLST=\"*\"\n< OK\n> AT+QFLDS\n< +QFLDS: 286720,286720\n< OK\n" },
	{ "what does not fit is refused",
	  "> AT+CMEE=2\n< OK\n> AT+QFUPL=\"a\",286721\n< +CME ERROR: 403\n> AT+QFUPL=\"a\",1048577\n< ERROR\n" },
	{ "bad names are refused",
	  "> AT+CMEE=1\n< OK\n> AT+QFUPL=\"RAM:a\",1\n< +CME ERROR: 406\n> AT+QFUPL=\"\",1\n< +CME ERROR: 406\n"
	  "> AT+QFUPL=\"a/b\",1\n< +CME ERROR: 406\n> AT+QFUPL=\"*\",1\n< +CME ERROR: 406\n"
	  "> AT+QFUPL=a,1\n< ERROR\n> AT+QFUPL=\"a\",0\n< ERROR\n" },
	{ "too little is stored after the time-out, and told",
	  "> AT+CMEE=1\n< OK\n> AT+QFUPL=\"a\",10,2\n< CONNECT\n= AB\n. 1999\n. 1\n< +QFUPL: 2,4142\n"
	  "< +CME ERROR: 421\n> AT+QFLST=\"*\"\n< +QFLST: \"UFS:a\",2\n< OK\n" },
	{ "its time-out counts from the last octet",
	  "> AT+QFUPL=\"a\",3,2\n< CONNECT\n= A\n. 1900\n= B\n. 1900\n= C\n< +QFUPL: 3,242\n< OK\n" },
	{ "the test form tells the room",
	  "> AT+QFUPL=?\n< +QFUPL: <filename>,(1-286720),(1-65535),(0,1)\n< OK\n" },
	{ "files survive a restart",
	  "> AT+QFUPL=\"a\",1\n< CONNECT\n= A\n< +QFUPL: 1,4100\n< OK\n> AT+CFUN=1,1\n< OK\n. 450\n< RDY\n"
	  "< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n= ATE0\r\n~ ATE0\r\n< OK\n> AT+QFLST=\"*\"\n"
	  "< +QFLST: \"UFS:a\",1\n< OK\n" },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	bench_run(NULL, NULL, row->dialogue, NULL);
}

static const struct other {
	const char *name;
	struct emulator_settings settings;
	const char *script;
	const char *dialogue;
} others[] = {
	{ "a small store is full soon",
	  { .delay_ms = 20, .store_octets = 3 }, NULL,
	  "> AT+CMEE=1\n< OK\n> AT+QFLDS=\"UFS\"\n< +QFLDS: 3,3\n< OK\n> AT+QFUPL=\"a\",4\n"
	  "< +CME ERROR: 403\n> AT+QFUPL=\"a\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4142\n< OK\n"
	  "> AT+QFUPL=?\n< +QFUPL: <filename>,(1-1),(1-65535),(0,1)\n< OK\n"
	  "> AT+QFUPL=\"b\",2\n< +CME ERROR: 403\n> AT+QFLDS\n< +QFLDS: 1,3\n< OK\n" },
	{ "a module without a store knows none of its commands, and attaches no file",
	  { .delay_ms = 20, .no_store = true }, NULL,
	  "> AT+QFUPL=?\n< ERROR\n> AT+QFUPL=\"a\",1\n< ERROR\n> AT+QFLST\n< ERROR\n> AT+QFLDS=\"UFS\"\n"
	  "< ERROR\n> AT+QFDEL=\"*\"\n< ERROR\n> AT+QSMTPATT=\"/UFS/a\"\n< OK\n. 20\n"
	  "< +QSMTPATT: -12\n" },
	{ "a wrong checksum of a file that is right",
	  { .delay_ms = 20 }, "{\"on\":\"AT+QFUPL\",\"nth\":1,\"checksum\":\"wrong\"}",
	  "> AT+QFUPL=\"a\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4043\n< OK\n> AT+QFDEL=\"a\"\n< OK\n"
	  "> AT+QFUPL=\"a\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4142\n< OK\n" },
	{ "no room, in other words",
	  { .delay_ms = 20 }, "{\"on\":\"AT+QFUPL\",\"cme\":420}",
	  "> AT+QFUPL=\"a\",2\n< +CME ERROR: 420\n" },
	{ "a file that is there, in words",
	  { .delay_ms = 20 }, "{\"on\":\"AT+QFUPL\",\"cme\":\"file already exist\"}",
	  "> AT+QFUPL=\"a\",2\n< +CME ERROR: file already exist\n" },
};

static void test_other(void **state)
{
	const struct other *row = *state;

	bench_run(&row->settings, row->script, row->dialogue, NULL);
}

static void test_acknowledgement(void **state)
{
	static const size_t pieces[] = { 1, 7, 1024, 2500 };
	char octets[2500];

	(void)state;
	memset(octets, 'x', sizeof(octets));
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct bench bench;

		bench_start(&bench, NULL, NULL);
		bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n"
			       "> AT+QFUPL=\"a\",2500,5,1\n< CONNECT\n");
		bench.piece = pieces[i];
		bench_feed(&bench, span_make(octets, sizeof(octets)));
		assert_string_equal(buf_string(&bench.said), "AA\r\n+QFUPL: 2500,0\r\n\r\nOK\r\n");
		bench_stop(&bench);
	}
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, sums, test_sum);
	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD_TABLE(&tests, others, test_other);
	ROWS_ADD(&tests, "each 1024 octets are acknowledged when asked for", test_acknowledgement);
	return rows_run(&tests, "emulator_files");
}
