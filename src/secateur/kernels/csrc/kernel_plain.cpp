#define SECATEUR_KERNEL kernel_plain
#define SECATEUR_NAME "plain"
#include "kernel.h"
