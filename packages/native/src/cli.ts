#!/usr/bin/env node
import { applicationParent } from "./application-parent.ts";
import { runInstaller } from "./run-installer.ts";

// `npx @eddyflow/native install`, in the folder of an application.
const [verb, ...args] = process.argv.slice(2);
if (verb === "install" || verb === undefined || verb === "--help") {
  process.exitCode = await runInstaller(verb === "install" ? args : ["--help"], {
    command: "npx @eddyflow/native install",
    place: "of the application that @eddyflow/backend is installed in",
    parent: () => applicationParent(process.cwd()),
  });
} else {
  console.error(`native: unknown command "${verb}"; expected install; see --help`);
  process.exitCode = 2;
}
