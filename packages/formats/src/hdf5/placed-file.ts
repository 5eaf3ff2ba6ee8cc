import { readSync } from "node:fs";

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

/** Emscripten's numbers of EINVAL and EIO. */
const [invalid, failed] = [28, 29];
const [fromHere, fromEnd] = [1, 2];
let placed = 0;

/**
 * Shows one file of the disk to a WebAssembly program, read only. Whatever the file's contents name, the program can open
 * nothing else. Bytes are read where they are asked for.
 *
 * @param mayRead - asked before each read of so many bytes; the read fails where it says no.
 * @returns its path in there.
 */
export function placeFile(
  system: WasmFileSystem,
  file: number,
  size: number,
  mayRead: (bytes: number) => boolean,
): string {
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
    read: (_: unknown, buffer: Uint8Array, offset: number, length: number, position: number) => {
      if (position >= size) return 0;
      const bytes = Math.min(length, size - position);
      if (!mayRead(bytes)) throw new system.ErrnoError(failed);
      return readSync(file, buffer, offset, bytes, position);
    },
    llseek: ({ position }: { readonly position: number }, offset: number, whence: number) => {
      const start = whence === fromHere ? position : whence === fromEnd ? size : 0;
      if (start + offset < 0) throw new system.ErrnoError(invalid);
      return start + offset;
    },
  };
  return `/${name}`;
}
