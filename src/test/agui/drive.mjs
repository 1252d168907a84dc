// Drives a Holdpoint by the published AG-UI client, unmodified: node drive.mjs <base URL>
// Expects a model that answers as AgUiClientTest scripts it. Exits with 1 at the first thing that isn't as it should be.
import assert from "node:assert/strict";
import { HttpAgent, buildResumeArray } from "@ag-ui/client";

const baseUrl = process.argv[2];
assert.ok(baseUrl, "usage: node drive.mjs <base URL>");

const agent = new HttpAgent({ url: `${baseUrl}/api/agui`, threadId: `agui-${Date.now()}` });

/** One run with all its events; failures of the run count as failures of the test. */
async function run(parameters) {
  const events = [];
  const result = await agent.runAgent(parameters, {
    onEvent: ({ event }) => void events.push(event),
    onRunFailed: ({ error }) => {
      throw error;
    },
  });
  const error = events.find((event) => event.type === "RUN_ERROR");
  assert.equal(error, undefined, `the run failed: ${JSON.stringify(error)}`);
  return { ...result, events, finished: events.find((event) => event.type === "RUN_FINISHED") };
}

const roles = (messages) => messages.map((message) => message.role);
const result = (messages, id) => messages.find((m) => m.role === "tool" && m.toolCallId === id);

// A plain turn on a thread that the service has never heard of.
agent.addMessage({ id: "user-1", role: "user", content: "Hello!" });
const plain = await run({ runId: "run-plain" });
assert.equal(plain.finished.outcome.type, "success");
assert.equal(plain.finished.runId, "run-plain");
assert.deepEqual(roles(plain.newMessages), ["reasoning", "assistant"]);
assert.equal(plain.newMessages[1].content, "Hello, dear client.");
assert.deepEqual(agent.pendingInterrupts, []);
assert.equal(agent.state.title, "Hello!");
console.log("plain turn: ok");

// A turn that stops before two calls of three.
agent.addMessage({ id: "user-2", role: "user", content: "Write a file and run it." });
const held = await run({ runId: "run-held" });
assert.equal(held.finished.outcome.type, "interrupt");
assert.equal(agent.pendingInterrupts.length, 2);
assert.deepEqual(
  agent.pendingInterrupts.map((interrupt) => interrupt.toolCallId),
  ["call_write", "call_run"],
);
assert.ok(result(agent.messages, "call_ls"), "the ungated call has run");
assert.ok(!result(agent.messages, "call_write"), "the gated call hasn't");
console.log("interrupted turn: ok");

// The client's own rule, and ours: every open interrupt is answered.
const [write, execute] = agent.pendingInterrupts;
assert.equal(write.metadata.args.content, "echo one\n");
const responses = {
  [write.id]: {
    status: "resolved",
    payload: { approved: true, editedArgs: { ...write.metadata.args, content: "echo two\n" } },
  },
  [execute.id]: { status: "resolved", payload: { approved: true } },
};
const resumed = await run({ runId: "run-resumed", resume: buildResumeArray(agent.pendingInterrupts, responses) });
assert.equal(resumed.finished.outcome.type, "success");
assert.equal(resumed.events.find((e) => e.type === "RUN_STARTED").parentRunId, "run-held");
assert.match(result(resumed.newMessages, "call_run").content, /two/);
assert.equal(resumed.newMessages.at(-1).content, "It printed two.");
assert.deepEqual(agent.pendingInterrupts, []);
console.log("resumed turn: ok");

// A turn that a person stops by cancelling the interrupt.
agent.addMessage({ id: "user-3", role: "user", content: "Once more." });
await run({ runId: "run-held-2" });
const cancelled = await run({
  runId: "run-cancelled",
  resume: buildResumeArray(agent.pendingInterrupts, { [agent.pendingInterrupts[0].id]: { status: "cancelled" } }),
});
assert.equal(cancelled.finished.outcome.type, "success");
assert.match(result(cancelled.newMessages, "call_no").content, /rejected/);
console.log("cancelled interrupt: ok");
