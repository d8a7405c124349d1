"""Names the packages and builds the native CPU kernel; all else is declared in pyproject.toml.

The extension is optional: where no C++ compiler is found the install goes on without it, and
attention runs on its portable path.
"""

import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCES = Path("src/secateur")
CSRC = SOURCES / "kernels" / "csrc"
COMMON = ["-std=c++20", "-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math"]
COMMON += ["-fvisibility=hidden", "-Wall", "-Wextra", "-Wno-psabi", "-Wno-unused-parameter"]
AVX512 = ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma"]
AVX512 += ["-mprefer-vector-width=512"]
AVX512_BF16 = [*AVX512, "-mavx512bf16", "-mavx512vnni"]
INSTRUCTION_SETS = {
    "kernel_plain.cpp": [],
    "kernel_avx2.cpp": ["-mavx2", "-mfma"],
    "kernel_avx512.cpp": AVX512,
    "kernel_avx512_bf16.cpp": AVX512_BF16,
    "kernel_amx_bf16.cpp": [*AVX512_BF16, "-mamx-tile", "-mamx-bf16", "-mamx-int8"],
}
HOST = ["library.cpp", "forward.cpp", "backward.cpp", "select.cpp", "layers.cpp", "branches.cpp"]
HOST += ["dispatch.cpp"]
SANITIZE = os.environ.get("SECATEUR_SANITIZE", "")
NEEDS = {"kernel_avx512_bf16.cpp": "avx512_bf16", "kernel_amx_bf16.cpp": "amx_bf16"}


def packages() -> list[str]:
    """Names the package and every folder with modules, and the models."""
    folders = {path.parent for path in SOURCES.rglob("*.py")} | {SOURCES / "models"}
    return sorted(".".join(folder.relative_to("src").parts) for folder in folders)


def own_flags(name: str) -> list[str]:
    """Gives the flags of one source: with sanitizers, plain ones where it could not run anyway."""
    flags = INSTRUCTION_SETS.get(name, [])
    cpu = Path("/proc/cpuinfo")
    if SANITIZE and name in NEEDS and cpu.exists() and NEEDS[name] not in cpu.read_text().split():
        return [*flags, "-O0", "-g0", "-fno-sanitize=all"]
    return flags


class BuildKernels(build_ext):
    """Compiles the sources side by side, each kernel with the flags of its instruction set."""

    def build_extension(self, ext: Extension) -> None:
        """Builds with flags chosen by source name."""
        compile_one, compile_all = self.compiler._compile, self.compiler.compile

        def compile_with_flags(obj, src, suffix, cc_args, extra, pp_opts):
            own = own_flags(Path(src).name)
            return compile_one(obj, src, suffix, cc_args, [*extra, *own], pp_opts)

        def compile_side_by_side(*args, **options):
            jobs = []
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                self.compiler._compile = lambda *one: jobs.append(
                    pool.submit(compile_with_flags, *one)
                )
                objects = compile_all(*args, **options)
            for job in jobs:
                job.result()
            return objects

        self.compiler.compile = compile_side_by_side
        try:
            super().build_extension(ext)
        finally:
            self.compiler._compile, self.compiler.compile = compile_one, compile_all


def extensions() -> list[Extension]:
    """Describes the native kernel, or nothing where it cannot be built."""
    try:
        from torch.utils.cpp_extension import include_paths, library_paths
    except ImportError:
        sys.stderr.write("secateur: torch is not importable here; building without the kernel\n")
        return []
    x86 = platform.machine().lower() in {"x86_64", "amd64"}
    kernels = [name for name in INSTRUCTION_SETS if x86 or name == "kernel_plain.cpp"]
    checks = ["-g1", "-O1", "-fno-omit-frame-pointer", f"-fsanitize={SANITIZE}"]
    checks = checks if SANITIZE else []
    return [
        Extension(
            "secateur.kernels._C",
            # The kernels first: they take longest.
            sources=[str(CSRC / name) for name in kernels + HOST],
            depends=[str(path) for path in CSRC.glob("*.h")],
            include_dirs=include_paths(),
            library_dirs=library_paths(),
            libraries=["torch_cpu"],
            # The oldest torch whose stable interface the one binary needs: 2.10.
            define_macros=[("TORCH_TARGET_VERSION", "0x020a000000000000")],
            extra_compile_args=COMMON + checks,
            extra_link_args=checks,
            py_limited_api=True,
            optional=True,
        )
    ]


setup(
    packages=packages(),
    package_dir={"": "src"},
    ext_modules=extensions(),
    cmdclass={"build_ext": BuildKernels},
)
