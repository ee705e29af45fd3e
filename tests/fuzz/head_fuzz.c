/* head_fuzz.c — any bytes as a head: refused, or a head that is written back and judged without harm. */
#include <stdlib.h>

#include "task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct gate_row gates[1024];

/* Every condition before every step. */
static struct programme everything(void)
{
	struct programme p = {.start = 17471,
			      .end = 18016,
			      .identified_from = NO_DAY,
			      .identified_to = NO_DAY,
			      .departure_from = 17471,
			      .departure_to = 18016,
			      .risk_valid_days = 60,
			      .reflection_hours = 72,
			      .reconfirm_hours = 72,
			      .recheck_days = 7,
			      .acknowledge_working_days = 2,
			      .retention_months = 24,
			      .ceiling_adult = 180000,
			      .gates = gates};

	for (int t = 0; t < TRANSITIONS; t++)
		for (int c = 0; c < CONDITIONS; c++)
			gates[p.n_gates++] = (struct gate_row){.transition = (enum transition)t,
							       .condition = (enum condition)c,
							       .param = {.days = 5, .codes = 3},
							       .waivable = true};
	p.points[0] = (struct point){STR("D1"), 1, 0, 7, 7, STR("CALL"), STR("CALL")};
	p.points[1] = (struct point){STR("M12"), 0, 12, 15, 15, STR("VISIT"), STR("VISIT")};
	p.n_points = 2;
	return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct programme p = everything();
	struct arena *a = arena_create(16 << 20);
	struct task out[TASKS_MAX];
	struct head h, again;

	if (!head_decode(a, (str){(const char *)data, n}, &h)) {
		if (head_decode(a, head_encode(a, &h), &again))
			abort();
		(void)tasks_of(a, &h, &p, 17784, out);
	}
	arena_destroy(a);
	return 0;
}
