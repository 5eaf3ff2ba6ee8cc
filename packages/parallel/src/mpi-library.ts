import { readFileSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import type Koffi from "koffi";
import type { LibraryHandle } from "koffi";
import type { Launched } from "./launcher.ts";

/** What a library calls its objects: an address of its own, or a number. */
type Handle = bigint | number;

/** How a family of MPI libraries is found and called. */
interface Family {
  readonly name: "Open MPI" | "MPICH";
  /** Of its files, the most telling one first. */
  readonly files: readonly string[];
  /** What it says of itself in MPI_Get_library_version. */
  readonly saysItIs: RegExp;
  /** The C type of its handles. */
  readonly handle: "uintptr_t" | "int";
  readonly inPlace: number;
  /** The handle of an object, by the name that the standard gives it. */
  readonly handleOf: (object: MpiObject, library: LoadedLibrary) => Handle;
}

type MpiObject = "MPI_COMM_WORLD" | "MPI_BYTE" | "MPI_FLOAT" | "MPI_DOUBLE" | "MPI_SUM";
type LoadedLibrary = { readonly koffi: typeof Koffi; readonly loaded: LibraryHandle };

/** Versions 4 and 5 alike: a handle is the address of a variable of the library. */
const openMpi: Family = {
  name: "Open MPI",
  files: ["libmpi.so.40", "libmpi.so"],
  saysItIs: /^Open MPI v?(?<version>[\d.]+\w*)/u,
  handle: "uintptr_t",
  inPlace: 1,
  handleOf(object, { koffi, loaded }) {
    const symbols = {
      MPI_COMM_WORLD: "ompi_mpi_comm_world",
      MPI_BYTE: "ompi_mpi_byte",
      MPI_FLOAT: "ompi_mpi_float",
      MPI_DOUBLE: "ompi_mpi_double",
      MPI_SUM: "ompi_mpi_op_sum",
    } as const;
    return koffi.address(loaded.symbol(symbols[object]));
  },
};

/** And what has its binary interface, such as the MPI of Intel and of Cray: handles are numbers. */
const mpich: Family = {
  name: "MPICH",
  files: ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"],
  saysItIs:
    /(?:MPICH Version:\s*|MPICH version |Intel\(R\) MPI Library |MVAPICH\d? Version\s*:\s*)(?<version>[\d.]+\w*)/iu,
  handle: "int",
  inPlace: -1,
  handleOf: (object) =>
    ({
      MPI_COMM_WORLD: 0x44000000,
      MPI_BYTE: 0x4c00010d,
      MPI_FLOAT: 0x4c00040a,
      MPI_DOUBLE: 0x4c00080b,
      MPI_SUM: 0x58000003,
    })[object],
};

const families: readonly Family[] = [openMpi, mpich];

/** A library of MPI, ready to be called. */
export interface MpiLibrary extends Pick<Family, "handle" | "inPlace"> {
  /** "Open MPI 4.1.4" */
  readonly about: string;
  readonly handleOf: (object: MpiObject) => Handle;
  readonly func: LibraryHandle["func"];
}

/**
 * Loads the library that belongs to the launcher: the file that the variable EDDYFLOW_MPI names, else the one beside the
 * launcher's program, else the one of its family that the system finds.
 *
 * @throws ArgumentError where there is none, or no koffi to call it with.
 */
export async function loadMpi({ by }: Launched): Promise<MpiLibrary> {
  const koffi = await importKoffi();
  // UCX, beneath MPICH and Open MPI, writes over the first bytes of madvise, munmap and others of the C library when it
  // begins, and a thread of V8 that is in one of them then dies. Without that it registers memory anew for each message.
  process.env["UCX_MEM_MMAP_HOOK_MODE"] ??= "none";
  const named = process.env["EDDYFLOW_MPI"];
  const wanted = families.filter(({ name }) => by === name || by === "PMIx" || by === "Slurm");
  const prefix = launcherPrefix();
  const candidates = named
    ? [named]
    : wanted.flatMap(({ files }) => [
        ...(prefix === null
          ? []
          : files.flatMap((file) => [join(prefix, "lib", file), join(prefix, "lib64", file)])),
        ...files,
      ]);
  const refused: string[] = [];
  for (const file of candidates) {
    let loaded: LibraryHandle;
    try {
      loaded = koffi.load(file);
    } catch (error) {
      if (named) refused.push((error as Error).message);
      continue;
    }
    const says = versionOf(loaded);
    const family = families.find(({ saysItIs }) => saysItIs.test(says));
    if (family === undefined || !(named || wanted.includes(family))) {
      refused.push(`${file} is ${says.split(/[\n,]/u, 1)[0]?.trim() || "no MPI"}`);
      continue;
    }
    const { handle, inPlace } = family;
    return {
      ...{ handle, inPlace },
      about: `${family.name} ${family.saysItIs.exec(says)?.groups?.["version"]}`,
      handleOf: (object) => family.handleOf(object, { koffi, loaded }),
      func: loaded.func.bind(loaded),
    };
  }
  const names = wanted.map(({ name }) => name).join(" or ");
  throw new ArgumentError({
    problem: `${by} started this process, and its MPI library is not found${refused.length === 0 ? "" : ` (${refused.join("; ")})`}`,
    expected: `the library of ${names}: ${wanted.map(({ files }) => files[0]).join(" or ")}`,
    remedy:
      "load the module of the launcher's MPI, install its library, or name the file in EDDYFLOW_MPI",
  });
}

async function importKoffi(): Promise<typeof Koffi> {
  try {
    return (await import("koffi")).default;
  } catch (cause) {
    throw new ArgumentError({
      problem: `MPI cannot be called: ${(cause as Error).message.split("\n", 1)[0]}`,
      expected: "the package koffi, which calls libraries of C",
      remedy: "install it with npm install koffi, or start one process without a launcher",
      cause,
    });
  }
}

/** What a library of MPI says that it is; "" where it is another one. */
function versionOf(loaded: LibraryHandle): string {
  try {
    const version = loaded.func("MPI_Get_library_version", "int", ["void *", "void *"]);
    // As many as MPI_MAX_LIBRARY_VERSION_STRING is in either.
    const text = Buffer.alloc(8192);
    const length = new Int32Array(1);
    version(text, length);
    return text.toString("latin1", 0, length[0]);
  } catch {
    return "";
  }
}

/** Programs that start the processes of a job, and their children that do it on other machines. */
const launchers =
  /^(orterun|orted|prterun|prted?|mpirun|mpiexec|hydra_pmi_proxy|hydra_bstrap_proxy)([._-]\w+)*$/u;

/** The folder that the launcher is installed in, by its program among the ancestors of this process; null if none is seen. */
function launcherPrefix(): string | null {
  try {
    let pid = process.ppid;
    while (pid > 1) {
      const program = readlinkSync(`/proc/${pid}/exe`);
      if (launchers.test(basename(program))) return dirname(dirname(program));
      // The name of the program, in parentheses, may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /su, "")
        .split(" ");
      pid = Number(fields[1]);
    }
  } catch {
    // Another user's process, or a system without /proc.
  }
  return null;
}
