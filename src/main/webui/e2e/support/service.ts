import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const APP = resolve(process.env.E2E_APP ?? join(import.meta.dirname, "../../../../../target/quarkus-app"));
const JAVA = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin/java") : "java";
const START_MILLIS = 60_000;
const STOP_MILLIS = 25_000;
const OURS = /^(HOLDPOINT_|ZHIPUAI_|LANGFUSE_|DOCKER_|WORKSPACE_ROOT$|SHARED_DIR$)/;

export type Settings = Record<string, string>;

/** What makes its commands run in containers, of the engine and image that deploy/engine makes ready if no others are named. */
export function inDocker(): Settings {
  const { DOCKER_HOST, DOCKER_IMAGE } = process.env;
  return {
    HOLDPOINT_SANDBOX: "docker",
    DOCKER_IMAGE: DOCKER_IMAGE ?? "holdpoint-test:latest",
    ...(DOCKER_HOST ? { DOCKER_HOST } : {}),
  };
}

/** The packaged program, as a process of its own with data of its own. */
export class Service {
  private readonly folder = mkdtempSync(join(tmpdir(), "holdpoint-e2e-"));
  private process?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly settings: Settings,
  ) {}

  static async started(settings: Settings): Promise<Service> {
    const service = new Service(await freePort(), settings);
    await service.start();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, again if need be, on the same port and data. */
  async start(): Promise<void> {
    const log = openSync(join(this.folder, "log"), "a");
    this.process = spawn(
      JAVA,
      ["--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-jar", join(APP, "quarkus-run.jar")],
      { cwd: this.folder, env: this.environment(), stdio: ["ignore", log, log] },
    );
    closeSync(log);
    await this.untilLive();
  }

  /** Ends it at once, with no chance to tidy up. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Ends it as an operator does, and removes its data. */
  async stop(): Promise<void> {
    const giveUp = setTimeout(() => this.process?.kill("SIGKILL"), STOP_MILLIS);
    await this.end("SIGTERM");
    clearTimeout(giveUp);
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  /** A call of the service, whose answer is JSON or nothing. */
  async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async newThread(title?: string): Promise<string> {
    const { thread_id } = await this.api<{ thread_id: string }>("POST", "/api/sessions", title ? { title } : undefined);
    return thread_id;
  }

  /** Begins a turn, and doesn't wait for its end. */
  async say(thread: string, message: string): Promise<void> {
    const response = await fetch(`${this.url}/api/chat/${thread}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ message }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }

  async status(thread: string): Promise<string> {
    return (await this.api<{ status: string }>("GET", `/api/threads/${thread}`)).status;
  }

  /** Puts a file into a thread's workspace, by its path in the sandbox. */
  async write(thread: string, path: string, content: string | Blob): Promise<void> {
    const response = await fetch(`${this.url}/api/threads/${thread}/files/content?path=${encodeURIComponent(path)}`, {
      method: "PUT",
      body: content,
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  async deleteAllThreads(): Promise<void> {
    const { threads } = await this.api<{ threads: { thread_id: string }[] }>("GET", "/api/threads?limit=100");
    await Promise.all(threads.map(({ thread_id }) => this.api("DELETE", `/api/threads/${thread_id}`)));
  }

  private environment(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !OURS.test(name));
    return {
      ...Object.fromEntries(others),
      LC_ALL: "C.UTF-8",
      HOLDPOINT_PORT: String(this.port),
      HOLDPOINT_DATA_DIR: join(this.folder, "data"),
      HOLDPOINT_SANDBOX: "bubblewrap",
      ...this.settings,
    };
  }

  private async untilLive(): Promise<void> {
    const deadline = Date.now() + START_MILLIS;
    while (Date.now() < deadline && this.process?.exitCode === null) {
      const answer = await fetch(`${this.url}/q/health/live`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error(`it did not start: ${this.log()}`);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const process = this.process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, "exit");
    process.kill(signal);
    await ended;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (!address || typeof address === "string") throw new Error("no port");
  return address.port;
}
