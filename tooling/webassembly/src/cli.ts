import { writeFileSync } from "node:fs";
import { generatedModules } from "./compile.ts";

for (const { file, text } of generatedModules) writeFileSync(file, await text());
