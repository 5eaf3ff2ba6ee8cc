import { spawn } from "node:child_process";
import { constants } from "node:os";
import { watchParent } from "./watch-parent.mjs";

// Those that the commands end cleanly at, always or where they are told to; Windows has some of them.
const passedOn = /** @type {const} */ ([
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGXCPU",
  "SIGQUIT",
  "SIGALRM",
  "SIGVTALRM",
  "SIGURG",
  "SIGIO",
  "SIGXFSZ",
]).filter((signal) => signal in constants.signals);

/**
 * Runs a program with our terminal, passes signals on to it and waits for its end. Where npm or pnpm started us and is
 * killed, the program is told to hang up, so that it does not go on unseen; by the variable EDDYFLOW_STARTED_BY it can
 * see that we were.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string; env: import("./processes.mjs").Environment }} options
 * @returns {Promise<{ code: number | null; signal: NodeJS.Signals | null }>}
 */
export function runCommand(program, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const own = { ...env, EDDYFLOW_STARTED_BY: String(process.pid) };
    const child = spawn(program, [...args], { cwd, env: own, stdio: "inherit" });
    // Who starts us by hand may well leave: nohup, disown.
    const isByPackageManager = process.env["npm_lifecycle_event"] !== undefined;
    const unwatch = isByPackageManager ? watchParent(() => child.kill("SIGHUP")) : () => {};
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      child.kill(signal);
    };
    for (const signal of passedOn) process.on(signal, passOn);
    const stop = () => {
      unwatch();
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
