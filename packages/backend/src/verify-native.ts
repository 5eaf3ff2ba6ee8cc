import { findNativeFolder, verifyContents } from "./tensorflow/native-folder.ts";

/** An installation of native TensorFlow whose every file is as it was installed. */
export interface VerifiedNative {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Compares every byte of the installed TensorFlows with their manifests, which starting does not: it takes about a second
 * for each gigabyte.
 *
 * @param onProgress - is told at the beginning and after each file how many bytes of how many are compared.
 * @returns those that are installed; none where none is.
 * @throws BackendError that names the first file that is missing, cut short or damaged.
 */
export function verifyNative(
  onProgress?: (done: number, total: number) => void,
): readonly VerifiedNative[] {
  const installed = (["cpu", "cuda"] as const).flatMap((kind) => {
    const folder = findNativeFolder(kind);
    if (folder === null) return [];
    const sizes = Object.values(folder.files).map(({ bytes }) => bytes);
    return [{ kind, folder, bytes: sizes.reduce((sum, size) => sum + size, 0) }];
  });
  const total = installed.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  onProgress?.(0, total);
  const verified: VerifiedNative[] = [];
  for (const { kind, folder, bytes } of installed) {
    verifyContents(folder, kind, {
      all: true,
      onProgress: (done) => onProgress?.(before + done, total),
    });
    before += bytes;
    verified.push({ path: folder.path, files: Object.keys(folder.files).length, bytes });
  }
  return verified;
}
