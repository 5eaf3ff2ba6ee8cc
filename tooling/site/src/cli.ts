import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, onlyFlags, runCommand } from "command-line";
import { brokenLinks } from "./broken-links.ts";
import { brokenBuiltLinks } from "./built-links.ts";
import { readPages, root } from "./pages.ts";
import { stagePages, stageSidebar } from "./stage.ts";

const docs = join(root, "docs");
const staged = join(docs, ".site");
const built = join(docs, "dist");

const spec = {
  name: "pnpm docs:build",
  about: "builds the site of docs/ into docs/dist, and follows its links.",
  usage: ["pnpm docs:build [--base PATH]"],
  flags: {
    base: {
      type: "string",
      value: "PATH",
      about: 'where the site lies on its host, such as /eddyflow/; "/" if not given',
    },
  },
  notes: [
    "The pages are taken from where they lie in the checkout, the reference from the docstrings, the playground from apps/playground.",
    "pnpm --dir docs exec vitepress preview serves it.",
  ],
} as const satisfies CommandSpec;

/** Runs a program in a folder of the checkout, and ends with its exit code where it fails. */
function runIn(folder: string, program: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function refuse(broken: readonly string[]): void {
  if (broken.length === 0) return;
  console.error(broken.join("\n"));
  console.error(`${broken.length} links lead to nothing`);
  process.exit(1);
}

await runCommand("docs:build", async ({ argv }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown argument "${word}"`,
    expected: "only flags",
    remedy: "name the base with --base",
  }));
  if (flags === null) return;
  const { base = "/" } = flags;
  if (!/^\/(?:.*\/)?$/u.test(base)) {
    throw new ArgumentError({
      problem: `--base ${base} is no path of a folder`,
      expected: 'a path that begins and ends with "/"',
      remedy: `write --base /${base.replace(/^\/+|\/+$/gu, "")}/`,
    });
  }
  const pages = readPages();
  refuse(brokenLinks(pages));
  rmSync(staged, { recursive: true, force: true });
  stagePages(pages, staged);
  const bin = (name: string) => join("node_modules", ".bin", name);
  runIn(docs, bin("tsc"), "--project", ".");
  runIn(docs, process.execPath, "reference.ts", join(staged, "reference"));
  stageSidebar(pages, staged);
  const playground = join(staged, "public", "playground");
  const quietly = ["--logLevel", "error", "--outDir", playground, "--emptyOutDir"];
  runIn(join(root, "apps/playground"), bin("vite"), "build", ...quietly);
  runIn(docs, bin("vitepress"), "build", ".", "--base", base);
  refuse(brokenBuiltLinks(built, base));
  console.log(`the site is in ${built}`);
});
