import { helpText, parseFlags, runCommand } from "command-line";
import { preview } from "vite";
import { buildPage, configFile } from "./build-page.ts";
import { commandSpec } from "./command-spec.ts";

await runCommand("playground", async ({ argv, signal }) => {
  const { help, flags } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  await buildPage();
  const { port = 5173, host = "localhost" } = flags;
  const server = await preview({ configFile, preview: { port, host } });
  server.printUrls();
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await server.close();
});
