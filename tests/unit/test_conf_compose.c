/* SPDX-License-Identifier: ISC */
/* Every setting that decides what a mail becomes, as gsmtpd-compose is told. */
#include "rows.h"

#include "conf/conf_compose.h"

struct row {
	const char *name, *conf;
	const char *words;	/* each ended by a blank */
};

static const struct row table[] = {
	{ "the defaults", "",
	  "--hostname gw1 --preamble short --html text --oversize attach --hidden bcc --original no " },
	{ "a name of its own", "[daemon]\nhostname = gw2.example.net\n",
	  "--hostname gw2.example.net --preamble short --html text --oversize attach --hidden bcc "
	  "--original no " },
	{ "the first other words", "[content]\nheader-preamble = none\nhtml = attach\n"
				   "oversize = split\nhidden = separate\noriginal = yes\n",
	  "--hostname gw1 --preamble none --html attach --oversize split --hidden separate "
	  "--original yes " },
	{ "the second other words", "[content]\nheader-preamble = full\nhtml = both\n"
				    "oversize = reject\n",
	  "--hostname gw1 --preamble full --html both --oversize reject --hidden bcc "
	  "--original no " },
};

static void settings_become_words(void **state)
{
	const struct row *row = *state;
	struct buf complaints = BUF_INIT(1000), words = BUF_INIT(1000);
	struct conf conf;

	conf_init(&conf);
	assert_true(conf_parse(&conf, "test.conf", span_of(row->conf), &complaints));
	assert_true(conf_finish(&conf, "gw1", &complaints));
	assert_string_equal(buf_string(&complaints), "");
	assert_true(conf_compose_put(&conf, &words));
	for (size_t i = 0; i < words.length; i++)
		if (words.at[i] == '\0')
			words.at[i] = ' ';
	assert_string_equal(buf_string(&words), row->words);
	buf_clear(&words);
	buf_clear(&complaints);
	conf_clear(&conf);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, settings_become_words);
	return rows_run(&rows, "what compose is told of the configuration");
}
