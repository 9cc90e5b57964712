/* SPDX-License-Identifier: ISC */
/* The form of the file. inih splits lines into keys and values; what its
 * handler is not told (line numbers, empty sections, lines that are too long)
 * is seen by the reader that hands it the lines. */
#include "conf/conf.h"

#include <ini.h>

#include "base/utf8.h"
#include "conf/conf_allowed.h"
#include "conf/conf_complaint.h"
#include "conf/conf_options.h"
#include "conf/conf_place.h"
#include "conf/conf_suggest.h"
#include "conf/conf_value.h"

#define TITLE_MAX 63		/* as in control_api.h: it stands in paths */
#define VALUE_MAX 8192		/* octets of a value with its continuation lines */

struct input {
	struct conf *conf;
	const char *file;
	struct buf *complaints;
	bool no_memory;

	struct span rest;
	unsigned line;
	bool unanswered;	/* inih has not called the handler for the line it got */

	const struct conf_section *section;	/* NULL before the first and in a bad one */
	bool in_section;
	void *object;

	/* The value that is being collected; it ends with the next key. */
	const struct conf_option *option;
	unsigned option_line;
	bool continues;		/* the line that inih got continues it */
	struct buf value;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void complain_value(struct input *in, enum conf_value_fault fault, struct span value)
{
	const struct conf_option *option = in->option;
	struct span shown = conf_complaint_excerpt(value);
	struct buf allowed = BUF_INIT(1024);

	conf_allowed_format(option, &allowed);
	if (option->type == CONF_SECRET && value.length > 0)
		/* It may be the secret itself, put in the wrong place. */
		conf_complaint_add(in->complaints, in->file, in->option_line,
				   "%s: the value (not shown) is wrong; allowed: %s", option->key,
				   buf_string(&allowed));
	else
		conf_complaint_add(in->complaints, in->file, in->option_line,
				   "%s: %s%.*s%s%s; allowed: %s", option->key,
				   value.length > 0 ? "\"" : "", SPAN_ARG(shown),
				   shown.length < value.length ? "..." : "",
				   value.length == 0 ? "a value is missing" :
				   fault == CONF_VALUE_BAD ? "\" is wrong" : "\" is out of bounds",
				   buf_string(&allowed));
	buf_clear(&allowed);
}

/* A value may stand in quotes, so that people who write them are understood. */
static struct span without_quotes(struct span value)
{
	struct span inner = span_skip(span_take(value, value.length - 1), 1);

	if (value.length >= 2 && value.at[0] == '"' && value.at[value.length - 1] == '"' &&
	    span_index(inner, '"') == inner.length)
		return inner;
	return value;
}

/* Stores the value collected so far. */
static void end_value(struct input *in)
{
	struct span value = without_quotes(span_trim(buf_span(&in->value)));
	enum conf_value_fault fault;

	if (in->option == NULL)
		return;
	if (in->value.failed)
		fault = CONF_VALUE_OUT_OF_RANGE;
	else
		fault = conf_value_store(in->option, value, in->object);
	if (fault == CONF_VALUE_NO_MEMORY)
		in->no_memory = true;
	else if (fault != CONF_VALUE_OK)
		complain_value(in, fault, value);
	in->option = NULL;
}

static const char *title_fault(struct span title)
{
	if (title.length == 0 || title.length > TITLE_MAX)
		return "a title has 1 to 63 characters";
	for (size_t i = 0; i < title.length; i++) {
		char c = title.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return "allowed in a title: letters, digits, '.', '_' and '-'";
	}
	return NULL;
}

static void complain_section(struct input *in, const struct conf_section *section,
			     const char *what)
{
	if (section->title)
		conf_complaint_add(in->complaints, in->file, in->line,
				   "[%s]: %s; allowed: [%s \"%s\"]", section->name, what,
				   section->name, section->title);
	else
		conf_complaint_add(in->complaints, in->file, in->line, "[%s]: %s; allowed: [%s]",
				   section->name, what, section->name);
}

static void begin_titled(struct input *in, const struct conf_section *section, struct span title)
{
	const char *fault;

	if (title.length < 2 || title.at[0] != '"' || title.at[title.length - 1] != '"') {
		complain_section(in, section, "a title in quotes is missing");
		return;
	}
	title = span_skip(span_take(title, title.length - 1), 1);
	fault = title_fault(title);
	if (fault) {
		complain_section(in, section, fault);
		return;
	}
	in->object = conf_place_find(in->conf, section, title);
	if (in->object == NULL && conf_place_count(in->conf, section) == CONF_TITLED_MAX) {
		complain_section(in, section, "there are too many of these");
		return;
	}
	if (in->object == NULL)
		in->object = conf_place_add(in->conf, section, title);
	in->section = section;
}

/* `line` begins with '['. */
static void begin_section(struct input *in, struct span line)
{
	size_t end = span_index(line, ']');
	struct span tail = span_trim(span_skip(line, end + 1)), name;
	struct span inside = span_trim(span_skip(span_take(line, end), 1));
	const struct conf_section *section;

	in->section = NULL;
	in->in_section = true;
	if (end == line.length || (tail.length > 0 && tail.at[0] != ';' && tail.at[0] != '#')) {
		conf_complaint_add(in->complaints, in->file, in->line,
				   "a section is a line of its own: [NAME] or [NAME \"TITLE\"]");
		return;
	}
	span_word(&inside, &name);
	section = conf_options_section(name);
	if (section == NULL) {
		struct buf hint = BUF_INIT(1024);

		conf_suggest_section(name, &hint);
		conf_complaint_add(in->complaints, in->file, in->line, "unknown section [%.*s]%s",
				   SPAN_ARG(conf_complaint_excerpt(name)), buf_string(&hint));
		buf_clear(&hint);
		return;
	}
	inside = span_trim(inside);
	if (section->title)
		begin_titled(in, section, inside);
	else if (inside.length > 0)
		complain_section(in, section, "it takes no title");
	else {
		in->section = section;
		in->object = conf_place_at(in->conf, section, 0);
	}
	if (in->section && (in->object == NULL ||
			    !conf_place_note(section, in->object, in->file, in->line)))
		in->no_memory = true;
}

/* What makes a line unfit for being looked at, or NULL. `size` is inih's room. */
static const char *line_fault(struct span line, int size)
{
	/* Its line end and NUL need room too. */
	if (line.length > (size_t)size - 2)
		return "the line is too long; allowed: 198 octets, continued on lines that "
		       "begin with a blank";
	for (size_t i = 0; i < line.length; i++)
		if (((unsigned char)line.at[i] < ' ' && line.at[i] != '\t') || line.at[i] == 0x7f)
			return "the line holds a control character; allowed: text";
	if (!utf8_is_valid(line))
		return "the line is not UTF-8; allowed: text in ASCII or UTF-8";
	return NULL;
}

/* "word =" in front: a key of its own, however far it is indented. */
static bool has_key(struct span line)
{
	size_t i = 0;

	line = span_trim(line);
	while (i < line.length && ((line.at[i] >= 'a' && line.at[i] <= 'z') || line.at[i] == '-'))
		i++;
	line = span_trim(span_skip(line, i));
	return i > 0 && span_starts(line, "=");
}

/* What inih is to see of a line; empty: nothing. */
static struct span look_at_line(struct input *in, struct span line, int size)
{
	const char *fault = line_fault(line, size);
	struct span text = span_trim(line);
	bool indented = line.length > 0 && is_blank(line.at[0]);

	in->continues = false;
	if (fault) {
		end_value(in);
		conf_complaint_add(in->complaints, in->file, in->line, "%s", fault);
		return span_of("");
	}
	if (text.length == 0 || text.at[0] == '#' || text.at[0] == ';')
		return span_of("");
	if (text.at[0] == '[' && (!indented || text.at[text.length - 1] == ']')) {
		end_value(in);
		begin_section(in, text);
		return span_of("[]");
	}
	if (indented && in->option && !has_key(text)) {
		in->continues = true;
		return line;
	}
	end_value(in);
	in->unanswered = true;
	return text;
}

/* An ini_reader: like fgets(), a line at a time. */
static char *read_line(char *out, int size, void *context)
{
	struct input *in = context;
	struct span line;

	/* What stands in a section that was complained of is passed over. */
	if (in->unanswered && (in->section || !in->in_section))
		conf_complaint_add(in->complaints, in->file, in->line,
				   "neither a section nor a key; allowed: KEY = VALUE");
	in->unanswered = false;
	if (in->no_memory || !span_cut(&in->rest, '\n', &line)) {
		end_value(in);
		return NULL;
	}
	in->line++;
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	line = look_at_line(in, line, size);
	span_copy(line, out, (size_t)size - 1);
	strcat(out, "\n");
	return out;
}

static void begin_value(struct input *in, struct span key)
{
	struct buf hint = BUF_INIT(2048);

	in->option = conf_options_find(in->section->name, key);
	in->option_line = in->line;
	buf_reset(&in->value);
	if (in->option == NULL) {
		conf_suggest_key(in->section->name, key, &hint);
		conf_complaint_add(in->complaints, in->file, in->line,
				   "unknown key \"%.*s\" in [%s]%s",
				   SPAN_ARG(conf_complaint_excerpt(key)), in->section->name,
				   buf_string(&hint));
		buf_clear(&hint);
	}
}

/* An ini_handler. The section that inih knows is cut at 49 octets: not used. */
static int take_value(void *context, const char *section, const char *key, const char *value)
{
	struct input *in = context;
	struct span text = span_of(value);
	size_t comment = span_find(text, span_of(" ;"));

	(void)section;
	in->unanswered = false;
	if (!in->continues) {
		if (in->section)
			begin_value(in, span_of(key));
		else if (!in->in_section)
			conf_complaint_add(in->complaints, in->file, in->line,
					   "a key before the first section; allowed: a section "
					   "such as [daemon]");
	}
	if (in->option) {
		buf_byte(&in->value, ' ');
		/* In a continued line inih leaves the comment in. */
		buf_put(&in->value, span_take(text, comment));
	}
	return 1;
}

bool conf_parse(struct conf *conf, const char *file, struct span text, struct buf *complaints)
{
	struct input in = { .conf = conf, .file = file, .complaints = complaints };

	buf_init(&in.value, VALUE_MAX);
	if (text.length > CONF_FILE_MAX) {
		conf_complaint_add(complaints, file, 1, "the file is too long; allowed: %d octets",
				   CONF_FILE_MAX);
		return true;
	}
	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_skip(text, 3);
	in.rest = text.length > 0 ? text : span_of("");
	in.no_memory = !conf_place_defaults(conf);
	if (ini_parse_stream(read_line, &in, take_value, &in) == -2)
		in.no_memory = true;
	buf_clear(&in.value);
	return !in.no_memory;
}
