/* SPDX-License-Identifier: ISC */
/* The sample configuration is what the table says, the shipped file is the
 * sample, and the manual knows every option. */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "conf/conf_options.h"

#define TEXT_MAX (1024 * 1024)

static void read_source(const char *path, struct buf *out)
{
	const char *folder = getenv("top_srcdir");
	struct buf name = BUF_INIT(4096);
	char piece[4096];
	size_t count;
	FILE *file;

	buf_format(&name, "%s/%s", folder ? folder : ".", path);
	file = fopen(name.at, "r");
	assert_non_null(file);
	while ((count = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_put(out, span_make(piece, count));
	fclose(file);
	assert_false(out->failed);
	buf_clear(&name);
}

static void the_shipped_file_is_the_sample(void **state)
{
	struct buf sample = BUF_INIT(TEXT_MAX), shipped = BUF_INIT(TEXT_MAX);

	(void)state;
	assert_true(conf_format_sample(&sample));
	read_source("etc/gsmtpd.conf", &shipped);
	assert_string_equal(buf_string(&shipped), buf_string(&sample));
	buf_clear(&sample);
	buf_clear(&shipped);
}

static void check_text(const char *text, size_t accounts, size_t modems)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);
	struct conf conf;

	conf_init(&conf);
	assert_true(conf_parse(&conf, "sample", span_of(text), &complaints));
	assert_true(conf_finish(&conf, "machine", &complaints));
	assert_string_equal(buf_string(&complaints), "");
	assert_int_equal(conf.account_count, accounts);
	assert_int_equal(conf.modem_count, modems);
	conf_clear(&conf);
	buf_clear(&complaints);
}

static void the_sample_is_good_and_has_no_modem(void **state)
{
	struct buf sample = BUF_INIT(TEXT_MAX);

	(void)state;
	conf_format_sample(&sample);
	check_text(sample.at, 0, 0);
	buf_clear(&sample);
}

/* Whoever takes the '#' off any or all of its lines gets what works. */
static void the_sample_is_good_without_its_comment_marks(void **state)
{
	struct buf sample = BUF_INIT(TEXT_MAX), bare = BUF_INIT(TEXT_MAX);
	struct span rest, line;
	size_t options = 0;

	(void)state;
	conf_format_sample(&sample);
	rest = buf_span(&sample);
	while (span_cut(&rest, '\n', &line)) {
		if (span_starts(line, "#") && !span_starts(line, "# ") && line.length > 1) {
			line = span_skip(line, 1);
			options += line.at[0] != '[';
		}
		buf_put(&bare, line);
		buf_byte(&bare, '\n');
	}
	assert_int_equal(options, conf_option_count);
	check_text(bare.at, 1, 1);
	buf_clear(&sample);
	buf_clear(&bare);
}

static void no_line_of_the_sample_is_wide(void **state)
{
	struct buf sample = BUF_INIT(TEXT_MAX);
	struct span rest, line;

	(void)state;
	conf_format_sample(&sample);
	rest = buf_span(&sample);
	while (span_cut(&rest, '\n', &line))
		assert_true(line.length <= 80);
	buf_clear(&sample);
}

/* Takes the list item of an option in the manual: ".It Ic KEY", up to the next. */
static bool find_item(struct span manual, const struct conf_option *option, struct span *item)
{
	struct buf mark = BUF_INIT(200);
	size_t at;

	buf_format(&mark, "\n.Ss [%s", option->section);
	at = span_find(manual, buf_span(&mark));
	manual = span_skip(manual, at + 1);
	manual = span_take(manual, span_find(manual, span_of("\n.S")));
	buf_reset(&mark);
	buf_format(&mark, "\n.It Ic %s ", option->key);
	at = span_find(manual, buf_span(&mark));
	buf_clear(&mark);
	if (at == manual.length)
		return false;
	manual = span_skip(manual, at + 1);
	*item = span_take(manual, span_find(manual, span_of("\n.It")) + 1);
	return true;
}

static void the_manual_has_the_option_and_its_default(void **state)
{
	const struct conf_option *option = *state;
	struct buf manual = BUF_INIT(TEXT_MAX), wanted = BUF_INIT(400);
	struct span item;

	read_source("man/gsmtpd.conf.5", &manual);
	assert_true(find_item(buf_span(&manual), option, &item));
	if (option->fallback[0]) {
		buf_format(&wanted, "\nDefault: %s.\n", option->fallback);
		if (span_find(item, buf_span(&wanted)) == item.length)
			fail_msg("%s: no \"Default: %s.\"", option->key, option->fallback);
	}
	for (struct span words = span_of(option->words), word; span_word(&words, &word);) {
		buf_reset(&wanted);
		buf_format(&wanted, "%.*s", SPAN_ARG(word));
		if (span_find(item, buf_span(&wanted)) == item.length)
			fail_msg("%s: \"%s\" is not told", option->key, buf_string(&wanted));
	}
	buf_clear(&manual);
	buf_clear(&wanted);
}

/* ".It Ic KEY" of the manual, but of no option. */
static void the_manual_has_no_other_option(void **state)
{
	struct buf manual = BUF_INIT(TEXT_MAX);
	struct span rest, line;
	size_t items = 0;

	(void)state;
	read_source("man/gsmtpd.conf.5", &manual);
	rest = buf_span(&manual);
	while (span_cut(&rest, '\n', &line))
		items += span_starts(line, ".It Ic ");
	assert_int_equal(items, conf_option_count);
	buf_clear(&manual);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD(rows, "etc/gsmtpd.conf is what the table says", the_shipped_file_is_the_sample);
	ROWS_ADD(rows, "the sample is good and has no modem", the_sample_is_good_and_has_no_modem);
	ROWS_ADD(rows, "the sample is good without its comment marks",
		 the_sample_is_good_without_its_comment_marks);
	ROWS_ADD(rows, "no line of the sample is wide", no_line_of_the_sample_is_wide);
	ROWS_ADD(rows, "the manual has no other option", the_manual_has_no_other_option);
	for (size_t i = 0; i < conf_option_count; i++)
		rows_add(rows, conf_options[i].key, the_manual_has_the_option_and_its_default,
			 &conf_options[i]);
	return rows_run(rows, "conf_sample");
}
