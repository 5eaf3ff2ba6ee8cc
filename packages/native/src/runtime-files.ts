/**
 * Whether a file of one of NVIDIA's packages is needed where programs run: libraries that can be loaded, device
 * code, and the assembler that TensorFlow calls for cards newer than itself; no headers, archives or Python.
 */
export function isRuntimeFile(path: string): boolean {
  if (!path.startsWith("nvidia/") || path.includes("/include/")) return false;
  return /\.so(\.\d+)*$/u.test(path) || /\.bc$/u.test(path) || path.endsWith("/bin/ptxas");
}
