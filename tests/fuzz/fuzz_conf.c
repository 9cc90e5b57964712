/* SPDX-License-Identifier: ISC */
/* Whatever the file, each complaint is one clean line that names a line of it,
 * in order; and a file without complaints gives a configuration within all
 * bounds, also when it is read twice. */
#include <stdint.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "conf/conf_options.h"
#include "conf/conf_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

static void check_complaints(struct span complaints, size_t lines)
{
	struct span line, number;
	int64_t at, last = 1;

	while (span_cut(&complaints, '\n', &line)) {
		if (complaints.at == NULL) {
			CHECK(line.length == 0);
			break;
		}
		CHECK(span_starts(line, "f:"));
		line = span_skip(line, 2);
		CHECK(span_cut(&line, ':', &number));
		CHECK(span_number(number, last, (int64_t)lines, &at));
		last = at;
		for (size_t i = 0; i < line.length; i++)
			CHECK((unsigned char)line.at[i] >= ' ' && line.at[i] != 0x7f);
	}
}

static void check_number(const struct conf_option *option, int64_t value)
{
	CHECK((option->type == CONF_GUARD && value == CONF_PLUS_GUARD_AUTO) ||
	      (value >= option->min && value <= option->max));
}

static void check_option(const struct conf_option *option, const char *place)
{
	const struct conf_durations *durations = (const void *)place;
	const struct conf_list *list = (const void *)place;

	switch (option->type) {
	case CONF_INTEGER:
	case CONF_DURATION:
	case CONF_SIZE:
	case CONF_GUARD:
		check_number(option, *(const int64_t *)place);
		break;
	case CONF_DURATIONS:
		CHECK(durations->count >= 1 && durations->count <= option->items);
		for (size_t i = 0; i < durations->count; i++)
			check_number(option, durations->ms[i]);
		break;
	case CONF_LIST:
	case CONF_LISTENS:
	case CONF_NETWORKS:
		CHECK(list->count <= option->items && (int64_t)list->count >= option->min);
		break;
	case CONF_ENUM:
		CHECK(*(const int *)place >= option->min && *(const int *)place < option->min + 5);
		break;
	case CONF_YES_NO:
		break;
	case CONF_TEXT:
	case CONF_WIRE_TEXT:
	case CONF_PATH:
	case CONF_SECRET:
	case CONF_HOST:
	case CONF_ADDRESS:
	case CONF_WORD:
	case CONF_LISTEN_ONE:
	case CONF_LISTEN_TCP_ONE:
	case CONF_TYPES:
		CHECK(*(char *const *)place != NULL);
		CHECK(option->min == 0 || (*(char *const *)place)[0] != '\0');
		break;
	}
}

static void check_conf(struct conf *conf)
{
	for (size_t i = 0; i < conf_option_count; i++) {
		const struct conf_option *option = &conf_options[i];
		const struct conf_section *section =
			conf_options_section(span_of(option->section));

		for (size_t j = 0; j < conf_place_count(conf, section); j++)
			check_option(option, (const char *)conf_place_at(conf, section, j) +
						     option->offset);
	}
	for (size_t i = 0; i < conf->modem_count; i++)
		CHECK(conf_find_account(conf, conf->modems[i].account) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size), rest = text, line;
	struct buf complaints = BUF_INIT(1 << 26);
	struct conf conf;
	size_t lines = 1;

	while (span_cut(&rest, '\n', &line))
		lines++;
	conf_init(&conf);
	CHECK(conf_parse(&conf, "f", text, &complaints));
	check_complaints(buf_span(&complaints), lines);
	CHECK(conf_finish(&conf, "machine", &complaints));
	CHECK(!complaints.failed);
	if (complaints.length == 0) {
		check_conf(&conf);
		CHECK(conf_parse(&conf, "g", text, &complaints));
		CHECK(conf_finish(&conf, "machine", &complaints));
		CHECK(complaints.length == 0);
		check_conf(&conf);
	}
	conf_clear(&conf);
	buf_clear(&complaints);
	return 0;
}
