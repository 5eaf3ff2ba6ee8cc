import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const packages = join(import.meta.dirname, "../../../packages");
const read = (name: string) =>
  JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
const names = readdirSync(packages).filter((name) => read(name).private !== true);

test.each(names)("the manifest of %s says where it comes from and what is packed", (name) => {
  const manifest = read(name);
  expect(manifest).toMatchObject({
    license: "Apache-2.0",
    homepage: `https://github.com/eddyflow/eddyflow/tree/main/packages/${name}#readme`,
    repository: {
      url: "git+https://github.com/eddyflow/eddyflow.git",
      directory: `packages/${name}`,
    },
    publishConfig: { access: "public" },
    scripts: { prepack: "node ../../tooling/packing/src/prepack.ts" },
  });
  expect(manifest.keywords.length).toBeGreaterThan(3);
  expect(manifest.files).toEqual(expect.arrayContaining(["CHANGELOG.md", "dist", "src"]));
  const { "@tensorflow/tfjs-core": core } = manifest.peerDependencies ?? {};
  expect(core ?? "^4.20.0").toBe(name === "backend" ? "catalog:" : "^4.20.0");
  for (const script of ["preinstall", "install", "postinstall"]) {
    expect(manifest.scripts[script]).toBeUndefined();
  }
});

test.each(["npm/11.0.0 node/v22", "yarn/1.22.22 npm/? node/v22", ""])(
  "packing with another tool than pnpm is refused: %s",
  async (agent) => {
    const packing = promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "prepack.ts")],
      {
        env: { ...process.env, npm_config_user_agent: agent },
      },
    );
    await expect(packing).rejects.toThrow("pack and publish with pnpm");
  },
);
