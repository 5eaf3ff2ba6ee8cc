import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The part of Emscripten's file system that is used. */
export interface WasmFileSystem {
  createFile(
    parent: string,
    name: string,
    properties: object,
    canRead: boolean,
    canWrite: boolean,
  ): WasmNode;
  unlink(path: string): void;
  readonly ErrnoError: new (code: number) => Error;
}

interface WasmNode {
  readonly id: number;
  readonly mode: number;
  node_ops: object;
  stream_ops: object;
}

/** A file as a WebAssembly program sees it. */
export interface PlacedFile {
  /** Its path in there. */
  readonly name: string;
  /** Takes it away and closes it. */
  release(): void;
}

/** Emscripten's number of EINVAL. */
const invalid = 28;
const [fromHere, fromEnd] = [1, 2];
let placed = 0;

/**
 * Shows one file of the disk to a WebAssembly program, read only. Whatever the file's contents name, the program can open
 * nothing else. Bytes are read where they are asked for.
 */
export function placeFile(system: WasmFileSystem, path: string): PlacedFile {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  const name = `${placed++}.h5`;
  const node = system.createFile("/", name, {}, true, false);
  const epoch = new Date(0);
  node.node_ops = {
    ...node.node_ops,
    getattr: ({ id, mode }: WasmNode) => ({
      ...{ dev: 1, ino: id, mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size },
      ...{ atime: epoch, mtime: epoch, ctime: epoch },
      ...{ blksize: 4096, blocks: Math.ceil(size / 4096) },
    }),
  };
  node.stream_ops = {
    ...node.stream_ops,
    read: (_: unknown, buffer: Uint8Array, offset: number, length: number, position: number) =>
      position >= size
        ? 0
        : readSync(file, buffer, offset, Math.min(length, size - position), position),
    llseek: ({ position }: { readonly position: number }, offset: number, whence: number) => {
      const start = whence === fromHere ? position : whence === fromEnd ? size : 0;
      if (start + offset < 0) throw new system.ErrnoError(invalid);
      return start + offset;
    },
  };
  return {
    name: `/${name}`,
    release: () => {
      system.unlink(`/${name}`);
      closeSync(file);
    },
  };
}
