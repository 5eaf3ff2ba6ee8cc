import { ArgumentError } from "@eddyflow/core";

/** What a person gave to the page. */
export type Dropped =
  | { readonly kind: "state"; readonly name: string; readonly bytes: ArrayBuffer }
  | { readonly kind: "model"; readonly files: Readonly<Record<string, Uint8Array>> };

async function filesIn(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((...done) => (entry as FileSystemFileEntry).file(...done))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const entries = await new Promise<readonly FileSystemEntry[]>((...done) =>
    reader.readEntries(...done),
  );
  return (await Promise.all(entries.filter(({ isFile }) => isFile).map(filesIn))).flat();
}

/** The files of a drop; those of a folder too. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(filesIn))).flat();
}

/**
 * Tells a state from a model by the names of the files.
 *
 * @throws ArgumentError where they are neither.
 */
export async function readDropped(files: readonly File[]): Promise<Dropped> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith(".npy")) {
    return { kind: "state", name: first.name, bytes: await first.arrayBuffer() };
  }
  if (files.some(({ name }) => name === "manifest.json")) {
    const wanted = files.filter(({ name }) => /\.(?:json|safetensors)$/u.test(name));
    const contents = wanted.map(async (file) => [
      file.name,
      new Uint8Array(await file.arrayBuffer()),
    ]);
    return { kind: "model", files: Object.fromEntries(await Promise.all(contents)) };
  }
  throw new ArgumentError({
    problem: `${files.map(({ name }) => name).join(", ") || "nothing"} is neither a model nor a state`,
    expected: "the folder of a checkpoint with its manifest.json, or one .npy file",
    remedy: "Drop one of these",
  });
}
