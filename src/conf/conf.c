/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include "conf/conf_options.h"
#include "conf/conf_place.h"

void conf_init(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
}

void conf_clear(struct conf *conf)
{
	for (size_t i = 0; i < conf_section_count; i++)
		conf_place_clear(conf, &conf_sections[i]);
	conf_init(conf);
}

const struct conf_account *conf_find_account(const struct conf *conf, const char *title)
{
	for (size_t i = 0; i < conf->account_count; i++)
		if (strcmp(conf->accounts[i].title, title) == 0)
			return &conf->accounts[i];
	return NULL;
}
