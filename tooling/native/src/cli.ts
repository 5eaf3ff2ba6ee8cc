import { join } from "node:path";
import { runInstaller } from "@eddyflow/native";

// `pnpm native:install`: the installer of @eddyflow/native, for the checkout.
process.exitCode = await runInstaller(process.argv.slice(2), {
  command: "pnpm native:install",
  place: "of this checkout",
  parent: () => join(import.meta.dirname, "../../../.tools"),
});
