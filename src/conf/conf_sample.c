/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include "conf/conf_allowed.h"
#include "conf/conf_options.h"

#define WIDTH 78

static const char head[] =
	"# gsmtpd.conf: the configuration of gsmtpd(8). Made from the program's table of\n"
	"# options: each with what it does, what it may be, and its default.\n"
	"#\n"
	"# To send mail, give an account and a modem (below): six lines in all. Put the\n"
	"# account's password into /etc/gsmtpd/credentials/smtp-password, mode 0600.\n"
	"# Then: gsmtpctl check, and gsmtpctl reload.\n"
	"#\n"
	"# Behind a value only ';' begins a comment. A line that begins with a blank and\n"
	"# is no \"key = value\" continues the value before it. Files conf.d/*.conf beside\n"
	"# this one are read after it. The same in more words: gsmtpd.conf(5).\n";

/* Comment lines, broken between words. */
static void format_comment(struct span text, struct buf *out)
{
	struct span word;
	size_t column = 1;

	buf_byte(out, '#');
	while (span_word(&text, &word)) {
		if (column > 1 && column + 1 + word.length > WIDTH) {
			buf_text(out, "\n#");
			column = 1;
		}
		buf_byte(out, ' ');
		buf_put(out, word);
		column += 1 + word.length;
	}
	buf_byte(out, '\n');
}

static void format_option(const struct conf_option *option, bool titled, struct buf *out)
{
	bool show_example = titled && option->fallback[0] == '\0' && option->example;
	struct buf text = BUF_INIT(2048);

	buf_format(&text, "%s Allowed: ", option->help);
	conf_allowed_format(option, &text);
	buf_byte(&text, '.');
	if (option->example && !show_example)
		buf_format(&text, " Example: %s", option->example);
	buf_byte(out, '\n');
	format_comment(buf_span(&text), out);
	buf_format(out, "#%s =%s%s\n", option->key,
		   show_example || option->fallback[0] ? " " : "",
		   show_example ? option->example : option->fallback);
	buf_clear(&text);
}

static void format_section(const struct conf_section *section, struct buf *out)
{
	buf_byte(out, '\n');
	format_comment(span_of(section->help), out);
	if (section->title)
		buf_format(out, "#[%s \"%s\"]\n", section->name, section->title);
	else
		buf_format(out, "[%s]\n", section->name);
	for (size_t i = 0; i < conf_option_count; i++)
		if (strcmp(conf_options[i].section, section->name) == 0)
			format_option(&conf_options[i], section->title != NULL, out);
}

bool conf_format_sample(struct buf *out)
{
	buf_text(out, head);
	for (size_t i = 0; i < conf_section_count; i++)
		format_section(&conf_sections[i], out);
	return !out->failed;
}
