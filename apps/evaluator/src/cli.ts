#!/usr/bin/env node
import { runCommand } from "command-line";
import { main } from "./main.ts";

await runCommand("evaluator", main);
