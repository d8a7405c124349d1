#define SECATEUR_KERNEL kernel_amx_bf16
#define SECATEUR_NAME "amx-bf16"
#include "kernel.h"
