/* SPDX-License-Identifier: ISC */
#include "conf/conf_compose.h"

static const char *preamble_name(int preamble)
{
	switch ((enum conf_preamble)preamble) {
	case CONF_PREAMBLE_NONE:
		return "none";
	case CONF_PREAMBLE_FULL:
		return "full";
	case CONF_PREAMBLE_SHORT:
		break;
	}
	return "short";
}

static const char *html_name(int html)
{
	switch ((enum conf_html)html) {
	case CONF_HTML_ATTACH:
		return "attach";
	case CONF_HTML_BOTH:
		return "both";
	case CONF_HTML_TEXT:
		break;
	}
	return "text";
}

static const char *oversize_name(int oversize)
{
	switch ((enum conf_oversize)oversize) {
	case CONF_OVERSIZE_SPLIT:
		return "split";
	case CONF_OVERSIZE_REJECT:
		return "reject";
	case CONF_OVERSIZE_ATTACH:
		break;
	}
	return "attach";
}

/* "--name", "value": both NUL-ended in the text. */
static void put_option(struct buf *text, const char *name, const char *value)
{
	buf_text(text, name);
	buf_byte(text, '\0');
	buf_text(text, value);
	buf_byte(text, '\0');
}

bool conf_compose_put(const struct conf *conf, struct buf *text)
{
	const struct conf_content *content = &conf->content;

	put_option(text, "--hostname", conf->daemon.hostname);
	put_option(text, "--preamble", preamble_name(content->header_preamble));
	put_option(text, "--html", html_name(content->html));
	put_option(text, "--oversize", oversize_name(content->oversize));
	put_option(text, "--hidden", content->hidden == CONF_HIDDEN_SEPARATE ? "separate" : "bcc");
	put_option(text, "--original", content->original ? "yes" : "no");
	return !text->failed;
}
