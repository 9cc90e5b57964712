/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

#define FIFTY "12345678901234567890123456789012345678901234567890"
#define HUNDRED FIFTY FIFTY

/* A mail that can be sent. */
#define SET_UP \
	"> AT+QSMTPSRV=\"smtp.example.net\",25\n< OK\n" \
	"> AT+QSMTPUSER=\"user\"\n< OK\n> AT+QSMTPPWD=\"secret\"\n< OK\n" \
	"> AT+QSMTPADDR=\"from@example.net\"\n< OK\n"
#define ADD(address) \
	"> AT+QSMTPDST=1,1,\"" address "\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
#define BODY(text, length) \
	"> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= " text "+++\n. 20\n< +QSMTPBODY: " length "\n"
#define READY SET_UP ADD("to@example.net") BODY("Hello", "5")

static const struct row {
	const char *name;
	const char *dialogue;
} rows[] = {
	/* Test forms, letter by letter. */
	{ "QSMTPUSER=? answers as the reference prints it",
	  "> AT+QSMTPUSER=?\n< +QSMTPUSER: \"USER\"\n< OK\n" },
	{ "QSMTPPWD=?", "> AT+QSMTPPWD=?\n< +QSMTPPWD: \"PASSWORD\"\n< OK\n" },
	{ "QSMTPADDR=?", "> AT+QSMTPADDR=?\n< +QSMTPADDR: \"ADDRESS\"\n< OK\n" },
	{ "QSMTPNAME=?", "> AT+QSMTPNAME=?\n< +QSMTPNAME: \"NAME\"\n< OK\n" },
	{ "QSMTPSRV=?", "> AT+QSMTPSRV=?\n< +QSMTPSRV: \"SERVER\",(1-65535)\n< OK\n" },
	{ "QSMTPDST=?", "> AT+QSMTPDST=?\n< +QSMTPDST: (0,1),(1-3),\"ADDRESS\"\n< OK\n" },
	{ "QSMTPSUB=?", "> AT+QSMTPSUB=?\n< +QSMTPSUB: (0-3),\"TITLE\"\n< OK\n" },
	{ "QSMTPBODY=?", "> AT+QSMTPBODY=?\n< +QSMTPBODY: (0-3),(1-48000)\n< OK\n" },
	{ "QSMTPATT=?",
	  "> AT+QSMTPATT=?\n< +QSMTPATT: \"FILE NAME\",<filesz>,(1-48000)\n< OK\n" },
	{ "QSMTPDATT=?", "> AT+QSMTPDATT=?\n< +QSMTPDATT: (1-10)\n< OK\n" },
	{ "QSMTPCLR=? has no line", "> AT+QSMTPCLR=?\n< OK\n" },
	{ "QSMTPCFG=?", "> AT+QSMTPCFG=?\n< +QSMTPCFG: (1)\n< OK\n" },
	{ "QSMTPPUT=?", "> AT+QSMTPPUT=?\n< +QSMTPPUT: (100-48000)\n< OK\n" },

	/* Read forms. */
	{ "what was set is read back",
	  "> AT+QSMTPUSER=\"me\"\n< OK\n> AT+QSMTPUSER?\n< +QSMTPUSER: \"me\"\n< OK\n"
	  "> AT+QSMTPADDR=\"a@b\"\n< OK\n> AT+QSMTPADDR?\n< +QSMTPADDR: \"a@b\"\n< OK\n"
	  "> AT+QSMTPNAME=\"N N\"\n< OK\n> AT+QSMTPNAME?\n< +QSMTPNAME: \"N N\"\n< OK\n" },
	{ "the password is masked",
	  "> AT+QSMTPPWD=\"secret\"\n< OK\n> AT+QSMTPPWD?\n< +QSMTPPWD: \"<***>\"\n< OK\n" },
	{ "the server is read behind OK, as the source prints it",
	  "> AT+QSMTPSRV=\"h\",587\n< OK\n> AT+QSMTPSRV?\n< OK\n< +QSMTPSRV: \"h\",587\n" },
	{ "a subject is read back as it was given",
	  "> AT+QSMTPSUB=1,\"c3A4\"\n< OK\n> AT+QSMTPSUB?\n< +QSMTPSUB: 1,\"c3A4\"\n< OK\n" },
	{ "without recipients their list is empty", "> AT+QSMTPDST?\n< OK\n" },
	{ "without attachments their list is empty", "> AT+QSMTPATT?\n< OK\n" },
	{ "commands without a read form refuse it",
	  "> AT+QSMTPBODY?\n< ERROR\n> AT+QSMTPDATT?\n< ERROR\n> AT+QSMTPCLR?\n< ERROR\n"
	  "> AT+QSMTPCFG?\n< ERROR\n> AT+QSMTPPUT?\n< ERROR\n" },
	{ "the misprinted read forms are no commands",
	  "> AT+QSMTPWD?\n< ERROR\n> AT+QSMTADDR?\n< ERROR\n" },
	{ "commands that need parameters refuse to be executed",
	  "> AT+QSMTPUSER\n< ERROR\n> AT+QSMTPDST\n< ERROR\n> AT+QSMTPBODY\n< ERROR\n"
	  "> AT+QSMTPATT\n< ERROR\n> AT+QSMTPCFG\n< ERROR\n> AT+QSMTPSUB\n< ERROR\n" },
	{ "the name of a command may be in small letters",
	  "> at+qsmtpuser=\"me\"\n< OK\n> At+QsmtpUser?\n< +QSMTPUSER: \"me\"\n< OK\n" },

	/* Limits at their edges. */
	{ "a user has 50 octets", "> AT+QSMTPUSER=\"" FIFTY "\"\n< OK\n" },
	{ "and not 51", "> AT+QSMTPUSER=\"" FIFTY "1\"\n< ERROR\n" },
	{ "a password has 50 octets", "> AT+QSMTPPWD=\"" FIFTY "\"\n< OK\n" },
	{ "and not 51 either", "> AT+QSMTPPWD=\"" FIFTY "1\"\n< ERROR\n" },
	{ "ports are 1 to 65535",
	  "> AT+QSMTPSRV=\"h\",1\n< OK\n> AT+QSMTPSRV=\"h\",65535\n< OK\n"
	  "> AT+QSMTPSRV=\"h\",0\n< ERROR\n> AT+QSMTPSRV=\"h\",65536\n< ERROR\n"
	  "> AT+QSMTPSRV=\"h\"\n< ERROR\n> AT+QSMTPSRV=\"\",25\n< ERROR\n" },
	{ "a text subject has 0 to 100 characters",
	  "> AT+QSMTPSUB=0,\"\"\n< OK\n> AT+QSMTPSUB=0,\"" HUNDRED "\"\n< OK\n"
	  "> AT+QSMTPSUB=0,\"" HUNDRED "1\"\n< ERROR\n" },
	{ "a hexadecimal subject has 0 to 200 digits, two an octet",
	  "> AT+QSMTPSUB=1,\"\"\n< OK\n> AT+QSMTPSUB=2,\"" HUNDRED HUNDRED "\"\n< OK\n"
	  "> AT+QSMTPSUB=3,\"" HUNDRED HUNDRED "12\"\n< ERROR\n> AT+QSMTPSUB=1,\"123\"\n< ERROR\n"
	  "> AT+QSMTPSUB=1,\"xy\"\n< ERROR\n" },
	{ "a text subject is ASCII", "> AT+QSMTPSUB=0,\"\303\244\"\n< ERROR\n" },
	{ "character sets are 0 to 3",
	  "> AT+QSMTPSUB=4,\"\"\n< ERROR\n> AT+QSMTPBODY=4\n< ERROR\n" },
	{ "body time-outs are 1 to 48000",
	  "> AT+QSMTPBODY=0,0\n< ERROR\n> AT+QSMTPBODY=0,48001\n< ERROR\n"
	  "> AT+QSMTPBODY=0,48000\n< OK\n< CONNECT\n= +++\n. 20\n< +QSMTPBODY: 0\n"
	  "> AT+QSMTPBODY=0,1\n< OK\n< CONNECT\n= +++\n. 20\n< +QSMTPBODY: 0\n" },
	{ "sizes of attachments are 0 to 102400, and come with a time-out",
	  "> AT+QSMTPATT=\"a\",102401,10\n< ERROR\n> AT+QSMTPATT=\"a\",5\n< ERROR\n"
	  "> AT+QSMTPATT=\"a\",5,0\n< ERROR\n> AT+QSMTPATT=\"a\",5,48001\n< ERROR\n"
	  "> AT+QSMTPATT=\"\"\n< ERROR\n"
	  "> AT+QSMTPATT=\"a\",102400,48000\n< OK\n< CONNECT\n= +++\n. 20\n< +QSMTPATT: 0\n" },
	{ "time-outs of PUT are 100 to 48000",
	  "> AT+QSMTPPUT=99\n< ERROR\n> AT+QSMTPPUT=48001\n< ERROR\n> AT+QSMTPPUT=\n< ERROR\n" },
	{ "there is no file in stores that are not there, nor a missing one in UFS",
	  "> AT+QSMTPATT=\"/UFS/x\"\n< OK\n. 20\n< +QSMTPATT: -12\n"
	  "> AT+QSMTPATT=\"/SD/x\"\n< OK\n. 20\n< +QSMTPATT: -12\n"
	  "> AT+QSMTPATT=\"/RAM/x\"\n< OK\n. 20\n< +QSMTPATT: -12\n" },
	{ "a stored file takes no size",
	  "> AT+QSMTPATT=\"/UFS/x\",5,10\n< ERROR\n" },
	{ "authentication is on at first, is set and read by type 1 alone",
	  "> AT+QSMTPCFG=1\n< +QSMTPCFG:1\n< OK\n> AT+QSMTPCFG=1,0\n< OK\n"
	  "> AT+QSMTPCFG=1\n< +QSMTPCFG:0\n< OK\n> AT+QSMTPCFG=1,2\n< ERROR\n"
	  "> AT+QSMTPCFG=2\n< ERROR\n> AT+QSMTPCFG=2,1\n< ERROR\n" },

	/* Forms that are wrong. */
	{ "texts stand in quotes, numbers do not, and nothing is left over",
	  "> AT+QSMTPUSER=me\n< ERROR\n> AT+QSMTPUSER=\"me\n< ERROR\n"
	  "> AT+QSMTPUSER=\"me\",1\n< ERROR\n> AT+QSMTPUSER=\"a\"b\"\n< ERROR\n"
	  "> AT+QSMTPSRV=\"h\",\"25\"\n< ERROR\n> AT+QSMTPUSER=\n< ERROR\n"
	  "> AT+QSMTPBODY=1,\n< ERROR\n" },
	{ "a text holds no control character", "> AT+QSMTPUSER=\"a\tb\"\n< ERROR\n" },
	{ "blanks are accepted behind a comma",
	  "> AT+QSMTPSRV=\"h\",  25\n< OK\n> AT+QSMTPDST=1, 2, \"a@b\"\n< OK\n. 20\n"
	  "< +QSMTPDST: 0\n" },

	/* Recipients. */
	{ "recipients are listed one a line, in order",
	  ADD("a@x") "> AT+QSMTPDST=1,2,\"b@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	  "> AT+QSMTPDST=1,3,\"c@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	  "> AT+QSMTPDST?\n< +QSMTPDST: 1,\"a@x\"\n< +QSMTPDST: 2,\"b@x\"\n"
	  "< +QSMTPDST: 3,\"c@x\"\n< OK\n" },
	{ "one, all of a type, and all can be deleted",
	  ADD("a@x") ADD("b@x") "> AT+QSMTPDST=1,2,\"b@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	  "> AT+QSMTPDST=0,1,\"b@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	  "> AT+QSMTPDST?\n< +QSMTPDST: 1,\"a@x\"\n< +QSMTPDST: 2,\"b@x\"\n< OK\n"
	  "> AT+QSMTPDST=0,2\n< OK\n. 20\n< +QSMTPDST: 0\n"
	  "> AT+QSMTPDST?\n< +QSMTPDST: 1,\"a@x\"\n< OK\n"
	  "> AT+QSMTPDST=0\n< OK\n. 20\n< +QSMTPDST: 0\n> AT+QSMTPDST?\n< OK\n" },
	{ "one that is not there cannot be deleted",
	  "> AT+QSMTPDST=0,1,\"a@x\"\n< OK\n. 20\n< +QSMTPDST: -15\n" },
	{ "adding takes type and address",
	  "> AT+QSMTPDST=1\n< ERROR\n> AT+QSMTPDST=1,1\n< ERROR\n> AT+QSMTPDST=1,1,\"\"\n< ERROR\n"
	  "> AT+QSMTPDST=1,4,\"a@x\"\n< ERROR\n> AT+QSMTPDST=2,1,\"a@x\"\n< ERROR\n"
	  "> AT+QSMTPDST=1,0,\"a@x\"\n< ERROR\n" },
	{ "the result comes behind OK, and not at once",
	  "> AT+QSMTPDST=1,1,\"a@x\"\n< OK\n. 19\n. 1\n< +QSMTPDST: 0\n" },

	/* Data mode. */
	{ "OK, CONNECT, data, +++, and the length without OK",
	  BODY("0123456789", "10") },
	{ "everything is content until +++, commands and single signs too",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= AT+CSQ\r^+ ++ a\r+++\n. 20\n< +QSMTPBODY: 15\n" },
	{ "what stands behind +++ inside the content is executed",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= one+++ATV1\r\n< OK\n. 20\n< +QSMTPBODY: 3\n" },
	{ "four signs are three and the beginning of a line",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= one++++\r\n. 20\n< +QSMTPBODY: 3\n" },
	{ "LF behind CR is the first octet of content",
	  "= AT+QSMTPBODY=1\r^\n< OK\n< CONNECT\n= x+++\n. 20\n< +QSMTPBODY: 2\n" },
	{ "a body that is not whole in time is refused",
	  "> AT+QSMTPBODY=1,10\n< OK\n< CONNECT\n= abc\n. 9999\n. 1\n. 20\n"
	  "< +QSMTPBODY: -9\n> AT\n< OK\n" },
	{ "time counts from CONNECT, not from the last octet",
	  "> AT+QSMTPBODY=1,1\n< OK\n< CONNECT\n= a\n. 600\n= b\n. 399\n= c\n. 21\n"
	  "< +QSMTPBODY: -9\n" },
	{ "without a time-out it waits for ever",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n. 100000000\n= a+++\n. 20\n< +QSMTPBODY: 1\n" },
	{ "a given size does not end an attachment by itself",
	  "> AT+QSMTPATT=\"a\",3,10\n< OK\n< CONNECT\n= abc\n. 100\n= +++\n. 20\n"
	  "< +QSMTPATT: 3\n" },
	{ "more than the given size is refused",
	  "> AT+QSMTPATT=\"a\",3,10\n< OK\n< CONNECT\n= abcd+++\n. 20\n< +QSMTPATT: -14\n"
	  "> AT+QSMTPATT?\n< OK\n" },
	{ "less gives its real length",
	  "> AT+QSMTPATT=\"a\",3,10\n< OK\n< CONNECT\n= ab+++\n. 20\n< +QSMTPATT: 2\n"
	  "> AT+QSMTPATT?\n< +QSMTPATT: 1,\"a\",2\n< OK\n" },
	{ "an attachment that is not whole in time is refused",
	  "> AT+QSMTPATT=\"a\",3,1\n< OK\n< CONNECT\n= ab\n. 1020\n< +QSMTPATT: -9\n" },
	{ "attachments are numbered from 1, and anew after a deletion",
	  "> AT+QSMTPATT=\"a\"\n< OK\n< CONNECT\n= 1+++\n. 20\n< +QSMTPATT: 1\n"
	  "> AT+QSMTPATT=\"b\"\n< OK\n< CONNECT\n= 22+++\n. 20\n< +QSMTPATT: 2\n"
	  "> AT+QSMTPATT?\n< +QSMTPATT: 1,\"a\",1\n< +QSMTPATT: 2,\"b\",2\n< OK\n"
	  "> AT+QSMTPDATT=1\n< OK\n. 20\n< +QSMTPDATT: 0\n"
	  "> AT+QSMTPATT?\n< +QSMTPATT: 1,\"b\",2\n< OK\n"
	  "> AT+QSMTPDATT=2\n< OK\n. 20\n< +QSMTPDATT: -15\n"
	  "> AT+QSMTPDATT\n< OK\n. 20\n< +QSMTPDATT: 0\n> AT+QSMTPATT?\n< OK\n"
	  "> AT+QSMTPDATT=0\n< ERROR\n> AT+QSMTPDATT=11\n< ERROR\n" },

	/* PUT. */
	{ "PUT answers OK, and later what the server said",
	  READY "> AT+QSMTPPUT=300\n< OK\n. 5000\n! 0\n. 20\n< +QSMTPPUT: 0\n"
	  "> AT+QSMTPPUT\n< OK\n! -550\n. 20\n< +QSMTPPUT: -550\n" },
	{ "without a recipient it is -10",
	  SET_UP "> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -10\n" },
	{ "without server, address, or user it is -15",
	  ADD("a@b") "> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -15\n"
	  "> AT+QSMTPSRV=\"h\",25\n< OK\n> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -15\n"
	  "> AT+QSMTPADDR=\"f@x\"\n< OK\n> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -15\n"
	  "> AT+QSMTPCFG=1,0\n< OK\n> AT+QSMTPPUT\n< OK\n! 0\n. 20\n< +QSMTPPUT: 0\n" },
	{ "without the radio it is -5",
	  READY "> AT+CFUN=0\n< OK\n> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -5\n" },
	{ "in time-out seconds it is -9, and what comes later is nobody's",
	  READY "> AT+QSMTPPUT=100\n< OK\n. 99999\n. 1\n. 20\n< +QSMTPPUT: -9\n. 1000\n" },
	{ "while a mail is being sent every write form is refused",
	  READY "> AT+QSMTPPUT\n< OK\n"
	  "> AT+QSMTPUSER=\"a\"\n< ERROR\n> AT+QSMTPPWD=\"a\"\n< ERROR\n"
	  "> AT+QSMTPADDR=\"a\"\n< ERROR\n> AT+QSMTPNAME=\"a\"\n< ERROR\n"
	  "> AT+QSMTPSRV=\"a\",25\n< ERROR\n> AT+QSMTPDST=1,1,\"a@b\"\n< ERROR\n"
	  "> AT+QSMTPSUB=0,\"\"\n< ERROR\n> AT+QSMTPBODY=0\n< ERROR\n> AT+QSMTPATT=\"a\"\n< ERROR\n"
	  "> AT+QSMTPDATT=1\n< ERROR\n> AT+QSMTPDATT\n< ERROR\n> AT+QSMTPCLR\n< ERROR\n"
	  "> AT+QSMTPCFG=1,1\n< ERROR\n> AT+QSMTPPUT\n< ERROR\n> AT+QSMTPPUT=300\n< ERROR\n"
	  "! 0\n. 20\n< +QSMTPPUT: 0\n> AT+QSMTPUSER=\"a\"\n< OK\n" },
	{ "but test and read forms are not, nor is anything else",
	  READY "> AT+QSMTPPUT\n< OK\n> AT+QSMTPUSER?\n< +QSMTPUSER: \"user\"\n< OK\n"
	  "> AT+QSMTPPUT=?\n< +QSMTPPUT: (100-48000)\n< OK\n> AT\n< OK\n! 0\n. 20\n"
	  "< +QSMTPPUT: 0\n" },
	{ "QSMTPCLR clears everything but the setting",
	  READY "> AT+QSMTPSUB=0,\"S\"\n< OK\n> AT+QSMTPNAME=\"N\"\n< OK\n> AT+QSMTPCFG=1,0\n< OK\n"
	  "> AT+QSMTPATT=\"a\"\n< OK\n< CONNECT\n= 1+++\n. 20\n< +QSMTPATT: 1\n"
	  "> AT+QSMTPCLR\n< OK\n> AT+QSMTPUSER?\n< +QSMTPUSER: \"\"\n< OK\n"
	  "> AT+QSMTPADDR?\n< +QSMTPADDR: \"\"\n< OK\n> AT+QSMTPNAME?\n< +QSMTPNAME: \"\"\n< OK\n"
	  "> AT+QSMTPSUB?\n< +QSMTPSUB: 0,\"\"\n< OK\n> AT+QSMTPDST?\n< OK\n> AT+QSMTPATT?\n< OK\n"
	  "> AT+QSMTPSRV?\n< OK\n< +QSMTPSRV: \"\",25\n> AT+QSMTPCFG=1\n< +QSMTPCFG:0\n< OK\n" },
	{ "the draft is still there after a PUT",
	  READY "> AT+QSMTPPUT\n< OK\n! 0\n. 20\n< +QSMTPPUT: 0\n"
	  "> AT+QSMTPDST?\n< +QSMTPDST: 1,\"to@example.net\"\n< OK\n" },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	bench_run(NULL, NULL, row->dialogue, NULL);
}

/* The reference, "A whole dialogue, as the source shows it", word for word; the
 * data in it is as long as its results say. */
static const char before_data[] =
	"> AT+QSMTPSRV=\"smtp.163.com\", 25\n< OK\n> AT+QSMTPUSER=\"user\"\n< OK\n"
	"> AT+QSMTPPWD=\"secret\"\n< OK\n> AT+QSMTPNAME=\"NAME\"\n< OK\n"
	"> AT+QSMTPADDR=\"user@163.com\"\n< OK\n"
	"> AT+QSMTPDST=1,2,\"one@example.net\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	"> AT+QSMTPDST=1,2,\"two@example.net\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	"> AT+QSMTPDST=0,2,\"two@example.net\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
	"> AT+QSMTPSUB=0,\"SMTP TEST\"\n< OK\n";
static const char after_data[] =
	"> AT+QIFGCNT=0\n< OK\n> AT+QICSGP=1,\"CMNET\"\n< OK\n"
	"> AT+QSMTPPUT=300\n< OK\n. 4000\n! 0\n. 20\n< +QSMTPPUT:0\n";

static void feed_many(struct bench *bench, size_t count)
{
	static const char text[] = "The quick brown fox + jumps ++ over\r\n";

	for (size_t i = 0; i < count; i++)
		bench_feed(bench, span_make(&text[i % (sizeof(text) - 1)], 1));
}

static void test_whole_dialogue(void **state)
{
	static const struct emulator_settings settings = {
		.delay_ms = 20, .boot_ms = 300, .no_space = true,
	};
	struct bench bench;

	(void)state;
	bench_start(&bench, &settings, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n");
	bench_dialogue(&bench, before_data);
	bench_dialogue(&bench, "> AT+QSMTPBODY=1, 10\n< OK\n< CONNECT\n");
	feed_many(&bench, 2009);
	bench_dialogue(&bench, "= +++\n. 20\n< +QSMTPBODY: 2009\n");
	bench_dialogue(&bench, "> AT+QSMTPATT=\"bigfile.txt\"\n< OK\n< CONNECT\n");
	feed_many(&bench, 20090);
	bench_dialogue(&bench, "= +++\n. 20\n< +QSMTPATT: 20090\n"
		       "> AT+QSMTPATT?\n< +QSMTPATT: 1,\"bigfile.txt\",20090\n< OK\n"
		       "> AT+QSMTPDATT=1\n< OK\n. 20\n< +QSMTPDATT: 0\n"
		       "> AT+QFUPL=\"attach.txt\",20100\n< CONNECT\n");
	feed_many(&bench, 20100);
	bench_pass(&bench, 0);
	assert_memory_equal(bench.said.at, "\r\n+QFUPL: 20100,", 16);
	buf_reset(&bench.said);
	bench_dialogue(&bench, "> AT+QSMTPATT=\"/UFS/attach.txt\"\n< OK\n. 20\n"
		       "< +QSMTPATT: 20100\n");
	bench_dialogue(&bench, after_data);
	assert_int_equal(bench.mails, 1);
	assert_int_equal(json_array_size(json_object_get(bench.record, "recipients")), 1);
	assert_int_equal(bench.dangers, 0);
	bench_stop(&bench);
}

static void fill(struct bench *bench, char octet, size_t count)
{
	char *octets = malloc(count + 1);

	assert_non_null(octets);
	memset(octets, octet, count);
	bench_feed(bench, span_make(octets, count));
	free(octets);
}

static void test_body_limit(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n> AT+QSMTPBODY=0\n< OK\n< CONNECT\n");
	fill(&bench, 'x', 10240);
	bench_dialogue(&bench, "= +++\n. 20\n< +QSMTPBODY: 10240\n> AT+QSMTPBODY=0\n< OK\n< CONNECT\n");
	fill(&bench, 'y', 10241);
	bench_dialogue(&bench, "= +++\n. 20\n< +QSMTPBODY: -15\n");
	bench_stop(&bench);
}

static void attach(struct bench *bench, size_t size, const char *result)
{
	char answer[80];

	bench_dialogue(bench, "> AT+QSMTPATT=\"a\"\n< OK\n< CONNECT\n");
	fill(bench, 'x', size);
	snprintf(answer, sizeof(answer), "= +++\n. 20\n< +QSMTPATT: %s\n", result);
	bench_dialogue(bench, answer);
}

static void test_attachment_sum(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n");
	attach(&bench, 102401, "-13");
	attach(&bench, 102400, "102400");
	attach(&bench, 1, "-13");
	bench_dialogue(&bench, "> AT+QSMTPDATT\n< OK\n. 20\n< +QSMTPDATT: 0\n");
	attach(&bench, 102399, "102399");
	/* What is stored does not count. */
	bench_dialogue(&bench, "> AT+QFUPL=\"f\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4142\n< OK\n"
		       "> AT+QSMTPATT=\"/UFS/f\"\n< OK\n. 20\n< +QSMTPATT: 2\n");
	attach(&bench, 1, "1");
	attach(&bench, 1, "-13");
	bench_stop(&bench);
}

static void test_counts(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n");
	for (int i = 0; i < 20; i++)
		bench_dialogue(&bench, ADD("a@x"));
	bench_dialogue(&bench, "> AT+QSMTPDST=1,1,\"a@x\"\n< OK\n. 20\n< +QSMTPDST: -15\n");
	for (int i = 0; i < 10; i++)
		attach(&bench, 1, "1");
	attach(&bench, 1, "-13");
	bench_stop(&bench);
}

static void test_filesz_ends(void **state)
{
	static const struct emulator_settings settings = { .delay_ms = 20, .filesz_ends = true };

	(void)state;
	bench_run(&settings, NULL,
		  "> AT+QSMTPATT=\"a\",3,10\n< OK\n< CONNECT\n= abc\n. 20\n< +QSMTPATT: 3\n"
		  "> AT\n< OK\n"
		  /* Two signs at the end are content, three are the end. */
		  "> AT+QSMTPATT=\"a\",3,10\n< OK\n< CONNECT\n= a++\n. 20\n< +QSMTPATT: 3\n"
		  "> AT+QSMTPATT=\"a\",9,10\n< OK\n< CONNECT\n= ab+++\n. 20\n< +QSMTPATT: 2\n"
		  "> AT+QSMTPATT=\"a\"\n< OK\n< CONNECT\n= abc\n. 50\n= +++\n. 20\n< +QSMTPATT: 3\n",
		  NULL);
}

static void test_guard(void **state)
{
	static const struct emulator_settings settings = { .delay_ms = 20, .guard_ms = 1000 };

	(void)state;
	bench_run(&settings, NULL,
		  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= a+++ATV1\r\n. 2000\n"
		  "= +++\n. 999\n= b\n. 1000\n= +++\n. 1000\n. 20\n< +QSMTPBODY: 13\n",
		  NULL);
}

static void look_at_stored(struct bench *bench)
{
	const json_t *list = json_object_get(bench->record, "attachments");
	const json_t *first = json_array_get(list, 0);

	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(first, "name")), "f.txt");
	assert_int_equal(json_integer_value(json_object_get(first, "bytes")), 2);
}

static void test_stored_file_must_last(void **state)
{
	(void)state;
	bench_run(NULL, NULL,
		  READY "> AT+QFUPL=\"UFS:f.txt\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4142\n< OK\n"
		  "> AT+QSMTPATT=\"/UFS/f.txt\"\n< OK\n. 20\n< +QSMTPATT: 2\n"
		  "> AT+QSMTPPUT\n< OK\n! 0\n. 20\n< +QSMTPPUT: 0\n"
		  "> AT+QFDEL=\"f.txt\"\n< OK\n> AT+QSMTPPUT\n< OK\n. 20\n< +QSMTPPUT: -12\n",
		  look_at_stored);
}

static void look_at_timeout(struct bench *bench)
{
	assert_int_equal(bench->abandoned, 1);
	emulator_core_delivered(bench->core, 0, bench->now_ms);
	bench_take(bench);
	bench_pass(bench, 1000);
	assert_int_equal(bench->said.length, 0);
}

static void test_put_timeout_abandons(void **state)
{
	(void)state;
	bench_run(NULL, NULL, READY "> AT+QSMTPPUT=100\n< OK\n. 100020\n< +QSMTPPUT: -9\n",
		  look_at_timeout);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "the reference's whole dialogue runs literally", test_whole_dialogue);
	ROWS_ADD(&tests, "a body has 10240 octets, not one more", test_body_limit);
	ROWS_ADD(&tests, "attachments of the line have 102400 octets together", test_attachment_sum);
	ROWS_ADD(&tests, "there are 20 recipients and 10 attachments", test_counts);
	ROWS_ADD(&tests, "a size ends the download when so configured", test_filesz_ends);
	ROWS_ADD(&tests, "a guard time makes +++ content without silence", test_guard);
	ROWS_ADD(&tests, "a stored file is read when the mail is sent", test_stored_file_must_last);
	ROWS_ADD(&tests, "a PUT that ran out of time is not delivered later", test_put_timeout_abandons);
	return rows_run(&tests, "emulator_qsmtp");
}
