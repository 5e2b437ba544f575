import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { builtCli } from "../../benchmarks/built.ts";
import { sharedData } from "../../benchmarks/shared-data.ts";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An empty folder and home in which a page's commands run with the built command line, on ports of its own. */
export class Sandbox {
  readonly folder: string;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #running: ChildProcess[] = [];

  private constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
    this.folder = mkdtempSync(join(tmpdir(), "isoflop-docs-"));
    const home = mkdtempSync(join(tmpdir(), "isoflop-home-"));
    const bin = join(home, "bin");
    mkdirSync(bin);
    mkdirSync(join(home, ".ssh"));
    writeFileSync(join(home, ".ssh/id_ed25519.pub"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDocs someone@example\n");
    const run = `exec "${process.execPath}" "${builtCli()}" "$@"\n`;
    writeFileSync(join(bin, "isoflop"), `#!/bin/sh\n${run}`, { mode: 0o755 });
    // What npx does in a folder of the checkout, without the second that it takes.
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\n${run}`, { mode: 0o755 });
    this.#environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: home, NO_COLOR: "1" };
  }

  static async open(): Promise<Sandbox> {
    return new Sandbox(
      new Map([
        ["8000", await freePort()],
        ["8001", await freePort()],
      ]),
    );
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), this.here(text));
  }

  /** What a page says, with the ports and the data folder of this place. */
  here(text: string): string {
    const data = text.replaceAll("../shared/data/", sharedData(""));
    return data.replace(/(127\.0\.0\.1:|--port )(8000|8001)\b/g, (_, before, port) => before + this.#ports.get(port));
  }

  /** Runs a command to its end. One that needs nothing of this place runs once for all pages, which share what it made. */
  async run(command: string): Promise<Ended> {
    if (!standsAlone(command)) return this.#run(command, this.folder);
    const folder = mkdtempSync(join(tmpdir(), "isoflop-docs-alone-"));
    const made = ALONE.get(command) ?? this.#run(command, folder).then((ended) => ({ folder, ended }));
    ALONE.set(command, made);
    const { folder: from, ended } = await made;
    cpSync(from, this.folder, { recursive: true });
    return ended;
  }

  #run(command: string, cwd: string): Promise<Ended> {
    const options = { cwd, env: this.#environment, maxBuffer: 1e8 };
    return new Promise((resolve) => {
      execFile("bash", ["-c", this.here(command)], options, (error, out, err) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err });
      }).stdin?.end();
    });
  }

  /** Starts a server, which runs until it is interrupted; resolves with its first line. */
  start(command: string): Promise<string> {
    const port = command.includes("--port") ? "" : ` --port ${/ proxy\b/.test(command) ? 8001 : 8000}`;
    const child = spawn("bash", ["-c", `exec ${this.here(command + port)}`], {
      cwd: this.folder,
      env: this.#environment,
    });
    this.#running.push(child);
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`${command} ended with ${code}: ${err}`)));
    });
  }

  /** Interrupts what still runs; the exit codes. */
  close(): Promise<(number | null)[]> {
    return Promise.all(
      this.#running.map(
        (child) =>
          new Promise<number | null>((resolve) => {
            child.once("exit", resolve);
            child.kill("SIGINT");
          }),
      ),
    );
  }
}

/** By command: the folder it ran in, with what it made there, and how it ended. */
const ALONE = new Map<string, Promise<{ readonly folder: string; readonly ended: Ended }>>();

/** Whether a command reads no file and asks no server: its words are names, numbers, and where it writes. */
function standsAlone(command: string): boolean {
  const read = command.replace(/ --(out|plot) \S+/g, "");
  return /^isoflop (compare|dry-run|fit|try) [\w ,/=-]+$/.test(read);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
