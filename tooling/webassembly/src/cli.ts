import { writeFileSync } from "node:fs";
import { compileKernels, generatedModule } from "./compile.ts";

writeFileSync(generatedModule, await compileKernels());
