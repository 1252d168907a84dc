import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A place in an answer where the model waits for the test. */
export class Gate {
  open!: () => void;
  private arrive!: () => void;
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  private readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));

  /** Until the model has come to it. */
  reached(): Promise<void> {
    return this.arrived;
  }

  /** The model's side. */
  pass(): Promise<void> {
    this.arrive();
    return this.opened;
  }
}

interface Pace {
  /** Pieces in a second; all at once if not given. */
  perSecond?: number;
  /** Characters in a piece. */
  size?: number;
}

/** What an answer consists of, in the order in which it is sent. */
export type Step =
  | ({ does: "say" | "think"; text: string } & Pace)
  | { does: "call"; tool: string; args: unknown }
  | { does: "wait"; gate: Gate }
  | { does: "break off" }
  | { does: "refuse"; status: number; body: string };

export const says = (text: string, pace: Pace = {}): Step => ({ does: "say", text, ...pace });
export const thinks = (text: string, pace: Pace = {}): Step => ({ does: "think", text, ...pace });
export const calls = (tool: string, args: unknown): Step => ({ does: "call", tool, args });
export const waitsFor = (gate: Gate): Step => ({ does: "wait", gate });
/** Ends the connection in the middle of the answer. */
export const breaksOff = (): Step => ({ does: "break off" });
/** Answers with an error; only as the first step. */
export const refuses = (status: number, body = '{"error":{"message":"no"}}'): Step => ({
  does: "refuse",
  status,
  body,
});

interface Message {
  role: string;
  content?: string | null;
}

/** What the service asked. */
export interface ModelRequest {
  messages: Message[];
  [field: string]: unknown;
}

/**
 * An OpenAI-compatible endpoint that says what a test wrote down for it. Which script is meant is told by what the person said
 * last in the thread; each request takes the script's next answer.
 */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  /** What went wrong with the scripts themselves; the test fails for it. */
  readonly faults: string[] = [];
  private readonly scripts = new Map<string, Step[][]>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));
  private callCount = 0;

  /** @param said what the person's message has in it; no other script's may */
  on(said: string, ...answers: Step[][]): void {
    this.scripts.set(said, answers);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async start(): Promise<void> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  /** Forgets all scripts and cuts what is still being answered. */
  reset(): void {
    this.server.closeAllConnections();
    this.scripts.clear();
    this.requests.length = 0;
    this.faults.length = 0;
  }

  stop(): void {
    this.reset();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as ModelRequest;
    this.requests.push(asked);
    const answer = this.next(asked);
    if (!answer) {
      refuse(response, 500, '{"error":{"message":"nothing is scripted for this"}}');
    } else {
      await this.play(answer, response);
    }
  }

  private next(asked: ModelRequest): Step[] | undefined {
    const said = asked.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const script = [...this.scripts].find(([key]) => said.includes(key))?.[1];
    const answer = script?.shift();
    if (!answer) {
      this.faults.push(`${script ? "the script has run out for" : "there is no script for"} ${JSON.stringify(said)}`);
    }
    return answer;
  }

  private async play(answer: Step[], response: ServerResponse): Promise<void> {
    const first = answer[0];
    if (first?.does === "refuse") return refuse(response, first.status, first.body);
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    let index = 0;
    for (const step of answer) {
      if (response.destroyed) return;
      if (step.does === "break off") return void response.destroy();
      if (step.does === "wait") await step.gate.pass();
      else if (step.does === "call") this.call(response, step, index++);
      else if (step.does !== "refuse") await speak(response, step);
    }
    send(response, {}, index > 0 ? "tool_calls" : "stop");
    write(response, { choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } });
    response.end("data: [DONE]\n\n");
  }

  private call(response: ServerResponse, step: Step & { does: "call" }, index: number): void {
    const id = `call_${++this.callCount}_${process.pid}`;
    send(response, { tool_calls: [{ index, id, type: "function", function: { name: step.tool, arguments: "" } }] });
    for (const piece of pieces(JSON.stringify(step.args), 7)) {
      send(response, { tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
}

async function speak(response: ServerResponse, step: Step & { does: "say" | "think" }): Promise<void> {
  const started = Date.now();
  let sent = 0;
  for (const piece of pieces(step.text, step.size ?? 5)) {
    if (response.destroyed) return;
    send(response, step.does === "say" ? { content: piece } : { reasoning_content: piece });
    sent++;
    if (step.perSecond) await sleep(Math.max(0, started + (sent * 1000) / step.perSecond - Date.now()));
  }
}

/** Whole characters, so that no piece ends within one. */
function* pieces(text: string, size: number): Generator<string> {
  const characters = [...text];
  for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join("");
}

function send(response: ServerResponse, delta: object, finish: string | null = null): void {
  write(response, { choices: [{ index: 0, delta, finish_reason: finish }] });
}

function write(response: ServerResponse, chunk: object): void {
  const whole = { id: "scripted", object: "chat.completion.chunk", created: 0, model: "scripted", ...chunk };
  response.write(`data: ${JSON.stringify(whole)}\n\n`);
}

function refuse(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(body);
}
