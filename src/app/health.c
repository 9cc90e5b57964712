/* SPDX-License-Identifier: ISC */
#include "app/health.h"

#include "app/outcome.h"
#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"

void health_account_init(struct health_account *account, const char *name, int64_t retry_ms)
{
	*account = (struct health_account){ .name = name };
	breaker_init(&account->gate, &retry_ms, 1);
}

static struct log_fields make_fields(const char *modem, const struct verdict *verdict)
{
	return (struct log_fields){
		.modem = modem,
		.status = verdict->status,
		.has_code = verdict->has_code,
		.code = verdict->code,
	};
}

static void note_link_trouble(struct breaker *link, const char *modem,
			      const struct verdict *verdict)
{
	struct log_fields fields = make_fields(modem, verdict);
	bool is_news = link->state == BREAKER_CLOSED;
	int64_t now_ms = clock_boot_ms();
	char phrase[160], wait[TIME_TEXT_SIZE];

	breaker_on_failure(link, now_ms);
	log_write(is_news ? LOG_LINK_DOWN : LOG_DETAIL, &fields,
		  "%s: the link has failed: %s; next try in %s, no mail is lost by it",
		  modem, outcome_phrase(verdict, phrase, sizeof phrase),
		  time_text_duration(breaker_next_ms(link) - now_ms, wait));
}

static void note_link_success(struct breaker *link, const char *modem)
{
	if (link->state != BREAKER_CLOSED)
		log_write(LOG_LINK_UP, &(struct log_fields){ .modem = modem },
			  "%s: the link works again", modem);
	breaker_on_success(link);
}

static void hold_account(struct health_account *account, const char *modem,
			 const struct verdict *verdict)
{
	struct log_fields fields = make_fields(modem, verdict);
	bool is_news = account->gate.state == BREAKER_CLOSED;
	int64_t now_ms = clock_boot_ms();
	char wait[TIME_TEXT_SIZE];

	breaker_on_failure(&account->gate, now_ms);
	outcome_phrase(verdict, account->text, sizeof account->text);
	log_write(is_news ? LOG_ACCOUNT_HELD : LOG_DETAIL, &fields,
		  "account %s is not usable: %s; mail through it is held, one is tried in %s",
		  account->name, account->text,
		  time_text_duration(breaker_next_ms(&account->gate) - now_ms, wait));
}

static void release_account(struct health_account *account)
{
	if (account->gate.state != BREAKER_CLOSED)
		log_write(LOG_ACCOUNT_RELEASED, NULL, "account %s is used again", account->name);
	breaker_on_success(&account->gate);
	account->text[0] = '\0';
}

void health_judge(struct breaker *link, struct health_account *account, const char *modem,
		  const struct verdict *verdict)
{
	switch (verdict->class) {
	case VERDICT_LINK:
		note_link_trouble(link, modem, verdict);
		break;
	case VERDICT_UNCERTAIN:
		/* Where the module itself fell silent, the next mail would meet the same. */
		if (!verdict->has_code)
			note_link_trouble(link, modem, verdict);
		break;
	case VERDICT_ACCOUNT:
		note_link_success(link, modem);
		hold_account(account, modem, verdict);
		break;
	case VERDICT_DELIVERED:
	case VERDICT_LATER:
	case VERDICT_RECIPIENT:
	case VERDICT_CONTENT:
	case VERDICT_NEVER:
		/* The server was reached and let us in. */
		note_link_success(link, modem);
		release_account(account);
		break;
	case VERDICT_BUSY:
	case VERDICT_OURS:
		break;
	}
}
