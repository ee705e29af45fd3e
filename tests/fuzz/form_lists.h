/* form_lists.h — the lists that forms under fuzzing may name; what such a target consists of. */
#pragma once
#include "form.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define LIST(name)                                                                                                     \
	{                                                                                                              \
		name ".json",                                                                                          \
			STR("{\"list\":\"" name "\",\"version\":1,\"source\":\"x\",\"official\":true,\"codes\":["      \
			    "{\"code\":\"YES\",\"fr\":\"o\",\"en\":\"y\",\"ar\":\"n\"},"                               \
			    "{\"code\":\"NO\",\"fr\":\"n\",\"en\":\"n\",\"ar\":\"l\"}]}")                              \
	}
static const struct form_source lists_known[] = {LIST("YN"), LIST("PURPOSE"), LIST("LEGAL_BASIS")};
