import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

interface Packed {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

/** A registry of the packed packages alone, as npm, pnpm and yarn ask one: `@eddyflow:registry=<address>`. */
export interface LocalRegistry {
  readonly address: string;
  readonly names: readonly string[];
  close(): void;
}

async function readPacked(file: string): Promise<Packed> {
  const { stdout } = await promisify(execFile)("tar", ["-xzOf", file, "package/package.json"]);
  return { manifest: JSON.parse(stdout), tarball: await readFile(file) };
}

/** Serves the tarballs in `folders`, one package each, to this machine. */
export async function startRegistry(folders: readonly string[]): Promise<LocalRegistry> {
  const packages = new Map<string, Packed>();
  for (const folder of folders) {
    for (const file of await readdir(folder)) {
      if (!file.endsWith(".tgz")) continue;
      const packed = await readPacked(join(folder, file));
      packages.set(packed.manifest.name, packed);
    }
  }
  const server = createServer(({ url = "" }, response) => {
    const [, name = "", isTarball] =
      /^\/(@[^/]+\/[^/?]+)(\/-\.tgz)?/u.exec(decodeURIComponent(url)) ?? [];
    const packed = packages.get(name);
    if (packed === undefined) return response.writeHead(404).end("{}");
    if (isTarball) return response.end(packed.tarball);
    const { address } = registry;
    return response.setHeader("content-type", "application/json").end(description(packed, address));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry: LocalRegistry = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    names: [...packages.keys()],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

/** What a registry says of a package. */
function description({ manifest, tarball }: Packed, address: string): string {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const shasum = createHash("sha1").update(tarball).digest("hex");
  const dist = { tarball: `${address}/${name}/-.tgz`, integrity, shasum };
  return JSON.stringify({
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { [version]: "2020-01-01T00:00:00.000Z" },
  });
}
