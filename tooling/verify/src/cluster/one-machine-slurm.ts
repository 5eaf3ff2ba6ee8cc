import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A Slurm of one node, with a partition `low` whose jobs those of `high` send back into the queue. */
export interface OneMachineSlurm {
  /** Runs a command of Slurm and gives what it says. @throws an Error where it fails. */
  command(program: string, ...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Cores that the node says it has. It may say more than there are. */
export const nodeCores = 8;

const readySeconds = 30;

/** Two ports that nobody listens on. */
async function freePorts(): Promise<readonly [number, number]> {
  const open = () =>
    new Promise<ReturnType<typeof createServer>>((resolve) => {
      const server = createServer();
      server.listen(0, "127.0.0.1", () => resolve(server));
    });
  const servers = [await open(), await open()];
  const [one, two] = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return [one as number, two as number];
}

function configuration(folder: string, ports: readonly [number, number]): string {
  const { username } = userInfo();
  const at = (name: string) => join(folder, name);
  const settings = {
    ClusterName: "one",
    SlurmctldHost: `${hostname()}(127.0.0.1)`,
    SlurmctldPort: ports[0],
    SlurmdPort: ports[1],
    AuthType: "auth/munge",
    CredType: "cred/munge",
    AuthInfo: `socket=${at("run/munge.sock")}`,
    SlurmUser: username,
    SlurmdUser: username,
    StateSaveLocation: at("state"),
    SlurmdSpoolDir: at("spool"),
    SlurmctldPidFile: at("run/slurmctld.pid"),
    SlurmdPidFile: at("run/slurmd.pid"),
    SlurmctldLogFile: at("slurmctld.log"),
    SlurmdLogFile: at("slurmd.log"),
    // Without control groups, which a container may not have.
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    JobAcctGatherType: "jobacct_gather/none",
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_Core",
    SlurmdParameters: "config_overrides",
    PreemptType: "preempt/partition_prio",
    PreemptMode: "REQUEUE",
    SchedulerParameters: "sched_interval=2,batch_sched_delay=1",
    NodeName: `${hostname()} NodeAddr=127.0.0.1 CPUs=${nodeCores} State=UNKNOWN`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const partitions = [
    "PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=60",
    "PartitionName=high Nodes=ALL PriorityTier=10 PreemptMode=OFF",
  ];
  return [...lines, ...partitions, ""].join("\n");
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

/**
 * Starts munge, slurmctld and slurmd of Debian's packages in a folder, under the user who calls it.
 *
 * @returns the reason, in words, where they are not installed or do not start.
 */
export async function startOneMachineSlurm(folder: string): Promise<OneMachineSlurm | string> {
  const env = {
    ...process.env,
    SLURM_CONF: join(folder, "slurm.conf"),
    PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`,
  };
  const command = async (program: string, ...words: readonly string[]) =>
    (await execute(program, words, { env })).stdout.trim();
  for (const program of ["munged", "slurmctld", "slurmd"]) {
    const isThere = await command(program, "-V").then(
      () => true,
      () => false,
    );
    if (!isThere) return `${program} is not installed (Debian: apt-get install slurm-wlm munge)`;
  }
  await mkdir(folder, { recursive: true });
  for (const name of ["run", "state", "spool"]) await mkdir(join(folder, name));
  // munge wants a socket that everybody reaches.
  for (const each of [folder, dirname(folder)]) await chmod(each, 0o755);
  await writeFile(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
  await writeFile(join(folder, "slurm.conf"), configuration(folder, await freePorts()));

  const daemons: ChildProcess[] = [];
  const said = new Map<string, string>();
  const start = (program: string, ...words: readonly string[]) => {
    const daemon = spawn(program, [...words], { env, stdio: ["ignore", "ignore", "pipe"] });
    daemons.push(daemon);
    daemon.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.set(program, lastLine(text));
    });
  };
  const stop = async () => {
    await command("scancel", "--user", userInfo().username).catch(() => "");
    for (const daemon of daemons.toReversed()) daemon.kill("SIGTERM");
    await sleep(1000);
    for (const daemon of daemons) daemon.kill("SIGKILL");
  };
  const at = (name: string) => join(folder, name);
  start(
    ...(["munged", "--foreground", `--key-file=${at("munge.key")}`] as const),
    `--socket=${at("run/munge.sock")}`,
    `--pid-file=${at("run/munged.pid")}`,
    `--log-file=${at("munged.log")}`,
    `--seed-file=${at("munged.seed")}`,
  );
  await sleep(1000);
  start("slurmctld", "-D", "-i");
  start("slurmd", "-D");
  for (let second = 0; second < readySeconds; second++) {
    const state = await command("sinfo", "--noheader", "--format=%T", "--partition=low").catch(
      () => "",
    );
    if (state === "idle") return { command, stop };
    await sleep(1000);
  }
  await stop();
  return `Slurm did not start within ${readySeconds} s: ${[...said].map((line) => line.join(": ")).join("; ")}`;
}
