// What the looks of selection multiply. Where the processor multiplies bytes, keys and queries are
// rounded to them: an estimate can bear it, and four products cost as much as one in float32.
#pragma once

#if defined(__AVX512VNNI__)
#include "samples_bytes.h"
#else
#include "looks_float.h"
#endif
