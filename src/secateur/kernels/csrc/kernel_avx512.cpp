#define SECATEUR_KERNEL kernel_avx512
#define SECATEUR_NAME "avx512"
#include "kernel.h"
