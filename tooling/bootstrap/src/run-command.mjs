import { spawn } from "node:child_process";
import { constants } from "node:os";

// Those that the commands end cleanly at; Windows has some of them.
const passedOn = /** @type {const} */ ([
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGXCPU",
]).filter((signal) => signal in constants.signals);

/**
 * Runs a program with our terminal, passes signals on to it and waits for its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string; env: import("./processes.mjs").Environment }} options
 * @returns {Promise<{ code: number | null; signal: NodeJS.Signals | null }>}
 */
export function runCommand(program, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env, stdio: "inherit" });
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      child.kill(signal);
    };
    for (const signal of passedOn) process.on(signal, passOn);
    const stop = () => {
      for (const signal of passedOn) process.off(signal, passOn);
    };
    child.once("error", (error) => {
      stop();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      stop();
      resolve({ code, signal });
    });
  });
}
