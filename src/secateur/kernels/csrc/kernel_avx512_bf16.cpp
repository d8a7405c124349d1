#define SECATEUR_KERNEL kernel_avx512_bf16
#define SECATEUR_NAME "avx512-bf16"
#include "kernel.h"
