#include "dispatch.h"

#include <stdexcept>
#include <vector>

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace secateur {
namespace {

// Linux hands out the tile registers, 8 KiB a thread, only to who asks.
bool tiles_granted() {
#if defined(__linux__) && defined(__x86_64__)
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

std::vector<const Kernel*> runnable() {
  std::vector<const Kernel*> kernels;
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  const bool narrow = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni");
  const bool tiles = __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
                     __builtin_cpu_supports("amx-int8");
  if (avx512 && narrow && tiles && tiles_granted()) kernels.push_back(&kernel_amx_bf16);
  if (avx512 && narrow) kernels.push_back(&kernel_avx512_bf16);
  if (avx512) kernels.push_back(&kernel_avx512);
  if (avx2) kernels.push_back(&kernel_avx2);
#endif
  kernels.push_back(&kernel_plain);
  return kernels;
}

}  // namespace

const Kernel& choose_kernel(const std::string& name) {
  static const std::vector<const Kernel*> kernels = runnable();
  if (name.empty()) return *kernels.front();
  for (const Kernel* kernel : kernels) {
    if (name == kernel->name) return *kernel;
  }
  throw std::runtime_error("instruction set '" + name + "' is not one of: " + runnable_kernels());
}

std::string runnable_kernels() {
  std::string names;
  for (const Kernel* kernel : runnable()) names += (names.empty() ? "" : " ") + std::string(kernel->name);
  return names;
}

}  // namespace secateur
