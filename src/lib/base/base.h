/* base.h — what every file needs: strings, arenas, errors, buffers, ids, days.  money.h and log.h apart. */
#pragma once
#include "arena.h"
#include "buf.h"
#include "day.h"
#include "err.h"
#include "id.h"
#include "str.h"
