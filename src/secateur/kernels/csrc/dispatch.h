// Choice of the instruction set at run time.
#pragma once

#include <string>

#include "problem.h"

namespace secateur {

// The best kernel this processor runs when name is empty, else the named one.
// Throws std::runtime_error for a name that is unknown or beyond this processor.
const Kernel& choose_kernel(const std::string& name);

// Names of the kernels this processor runs, best first, separated by spaces.
std::string runnable_kernels();

}  // namespace secateur
