#define SECATEUR_KERNEL kernel_avx2
#define SECATEUR_NAME "avx2"
#include "kernel.h"
