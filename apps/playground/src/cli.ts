import { fileURLToPath } from "node:url";
import { helpText, parseFlags, runCommand } from "command-line";
import { build, preview } from "vite";
import { commandSpec } from "./command-spec.ts";

await runCommand("playground", async ({ argv, signal }) => {
  const { help, flags } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  const configFile = `${root}vite.config.ts`;
  await build({ configFile, logLevel: "error" });
  const { port = 5173, host = "localhost" } = flags;
  const server = await preview({ configFile, preview: { port, host } });
  server.printUrls();
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await server.close();
});
