import { expect, test } from "vitest";
import { isRuntimeFile } from "./runtime-files.ts";

test.each([
  "nvidia/cublas/lib/libcublas.so.12",
  "nvidia/cuda_cupti/lib/libnvperf_host.so",
  "nvidia/cuda_nvcc/bin/ptxas",
  "nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc",
])("%s is installed", (path) => {
  expect(isRuntimeFile(path)).toBe(true);
});

test.each([
  "nvidia/__init__.py",
  "nvidia/cublas/include/cublas.h",
  "nvidia/cuda_runtime/lib/libcudart_static.a",
  "nvidia_cublas_cu12-12.9.3.13.dist-info/RECORD",
  "other/lib/libx.so",
])("%s is not", (path) => {
  expect(isRuntimeFile(path)).toBe(false);
});
