/* log.h — one line per event on standard error.
 * Nothing about a person ever goes in: no name, no code of a case, no address, no form value, no URL with ids. */
#pragma once
#include "err.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };
void log_open(const char *process, enum log_level least);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_info(...) log_line(LOG_INFO_, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN_, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR_, __VA_ARGS__)
void log_err(const struct err *e); /* kind, place and detail */
