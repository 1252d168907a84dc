// The small page of Holdpoint: one thread, its stream, and the decisions that it waits for.
// Whatever comes from the server is shown with textContent, never as markup.

const $ = (id) => document.getElementById(id);
const OUTPUT_SHOWN = 200_000; // characters of live output kept for one call
const RETRY_MILLIS = 1_500;

const blocks = new Map(); // message id or tool call id -> what shows it
const holds = new Map(); // interrupt id -> its card
let threadId = "";
let lastId = ""; // the last journaled event that was seen
let stream = null; // the AbortController of the one open stream
let status = "";
let said = []; // the person's messages, in order
let turns = 0; // turns seen so far; the nth belongs to the nth message

// --- Talking to the server -----------------------------------------------------------------------

class Problem extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

async function call(method, path, body, options = {}) {
  const headers = { ...options.headers };
  const key = sessionStorage.getItem("key");
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(`/api${path}`, {
    method, headers, signal: options.signal, body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) $("key").focus();
  const words = problem.detail || problem.title || `The server said ${response.status}`;
  throw new Problem(problem.code ? `${words} (${problem.code})` : words, problem.code);
}

const post = async (path, body) => (await call("POST", path, body)).json().catch(() => ({}));
const at = (rest) => `/threads/${encodeURIComponent(threadId)}${rest}`;

/** Reads server-sent events until the stream ends. */
async function readEvents(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let frame = { data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (frame.data.length) take(JSON.parse(frame.data.join("\n")));
        if (frame.id) lastId = frame.id;
        frame = { data: [] };
      } else if (!line.startsWith(":")) {
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (name === "data") frame.data.push(text);
        if (name === "id") frame.id = text;
      }
    }
  }
}

function openStream() {
  stream?.abort();
  stream = new AbortController();
  return stream;
}

/** Follows the thread from the last event seen, and comes back after each loss. */
async function follow() {
  const mine = openStream();
  while (!mine.signal.aborted) {
    try {
      const headers = lastId ? { "Last-Event-ID": lastId } : {};
      const response = await call("GET", at("/events"), undefined, { headers, signal: mine.signal });
      tell("");
      await readEvents(response, (event) => mine.signal.aborted || show(event));
    } catch (problem) {
      if (mine.signal.aborted) return;
      if (problem instanceof Problem) return tell(problem.message);
      tell("The connection is lost; trying again …");
    }
    await new Promise((wake) => setTimeout(wake, RETRY_MILLIS));
  }
}

async function send(message) {
  if (!threadId) await open((await post("/sessions", {})).thread_id, false);
  const mine = openStream();
  said[turns] = message;
  let response;
  try {
    response = await call("POST", `/chat/${encodeURIComponent(threadId)}`, { message }, { signal: mine.signal });
  } catch (problem) {
    said.length = turns;
    follow();
    throw problem;
  }
  readEvents(response, (event) => mine.signal.aborted || show(event))
    .catch(() => {}) // a cut stream is no loss: the journal has it
    .then(() => mine.signal.aborted || follow());
}

// --- Showing what happens ------------------------------------------------------------------------

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function addToLog(made) {
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  $("hint").hidden = true;
  log.append(made);
  if (atEnd) log.scrollTop = log.scrollHeight;
  return made;
}

function keepAtEnd(change) {
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  change();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function block(id, make) {
  if (!blocks.has(id)) blocks.set(id, make());
  return blocks.get(id);
}

const answer = (id) => block(id, () => addToLog(element("div", "message assistant")));

const reasoning = (id) => block(`reasoning ${id}`, () => {
  const details = addToLog(element("details"));
  details.append(element("summary", "", "Reasoning"), element("p"));
  return details.lastChild;
});

function tool(id, name = "tool") {
  return block(id, () => {
    const card = element("div", "tool");
    const head = element("div");
    const made = {
      card,
      name: element("strong", "", name),
      badge: element("span", "badge", "asked"),
      args: element("pre"),
      output: element("pre"),
    };
    made.output.hidden = true;
    head.append(made.name, made.badge);
    card.append(head, made.args, made.output);
    addToLog(card);
    return made;
  });
}

function mark(badge, kind, text = kind.replaceAll("_", " ")) {
  badge.className = `badge ${kind}`;
  badge.textContent = text;
}

function setStatus(now) {
  status = now;
  mark($("status"), now);
  const busy = now === "running" || now === "interrupted";
  $("stop").disabled = !busy;
  $("send").disabled = busy;
}

function tell(text) {
  $("problem").hidden = !text;
  $("problem").textContent = text;
}

/** Shows the person's message of a turn; one that another client sent is fetched. */
async function showQuestion(turn) {
  const shown = addToLog(element("div", "message user", said[turn] ?? "…"));
  if (said[turn] !== undefined) return;
  await loadMessages();
  shown.textContent = said[turn] ?? "";
}

async function loadMessages() {
  const found = await (await call("GET", at("/messages"))).json();
  const messages = Array.isArray(found) ? found : found.messages ?? [];
  said = messages.filter((message) => message.role === "user").map((message) => String(message.content));
}

const shows = {
  RUN_STARTED(event) {
    if (!event.parentRunId) showQuestion(turns++).catch((problem) => tell(problem.message));
    setStatus("running");
  },
  RUN_FINISHED(event) {
    if (event.outcome?.type === "interrupt") {
      setStatus("interrupted");
      event.outcome.interrupts.forEach(showHold);
    } else {
      closeHolds();
      setStatus("idle");
    }
  },
  RUN_ERROR(event) {
    closeHolds();
    addToLog(element("p", "notice", `${event.message ?? "The turn failed."} (${event.code ?? "internal"})`));
    setStatus("failed");
  },
  // A START for something already shown means: here it is again from its beginning.
  TEXT_MESSAGE_START(event) { answer(event.messageId).textContent = ""; },
  TEXT_MESSAGE_CONTENT(event) { answer(event.messageId).append(event.delta); },
  REASONING_MESSAGE_START(event) { reasoning(event.messageId).textContent = ""; },
  REASONING_MESSAGE_CONTENT(event) { reasoning(event.messageId).append(event.delta); },
  TOOL_CALL_START(event) {
    const shown = tool(event.toolCallId, event.toolCallName);
    shown.name.textContent = event.toolCallName;
    shown.args.textContent = "";
  },
  TOOL_CALL_ARGS(event) { tool(event.toolCallId).args.append(event.delta); },
  TOOL_CALL_RESULT(event) {
    const shown = tool(event.toolCallId);
    const { outcome = "ok", exit_code: exit, duration_ms: took, truncated } = event.metadata ?? {};
    const words = [outcome.replaceAll("_", " ")];
    if (exit !== undefined) words.push(String(exit));
    if (took !== undefined) words.push(`${(took / 1000).toFixed(1)} s`);
    if (truncated) words.push("shortened");
    mark(shown.badge, exit ? "error" : outcome, words.join(" · "));
    shown.output.hidden = false;
    shown.output.textContent = event.content;
    for (const hold of holds.values()) if (hold.toolCallId === event.toolCallId) hold.close();
  },
  CUSTOM({ name, value }) {
    if (name === "tool_started") mark(tool(value.tool_call_id).badge, "running");
    if (name === "tool_output") {
      const output = tool(value.tool_call_id).output;
      output.hidden = false;
      output.textContent = (output.textContent + value.text).slice(-OUTPUT_SHOWN);
      output.scrollTop = output.scrollHeight;
    }
    if (name === "resync") clear();
  },
  STATE_SNAPSHOT({ snapshot }) {
    $("title").textContent = snapshot.title || "Holdpoint";
    $("todos").replaceChildren(...(snapshot.todos ?? []).map((todo) => element("li", todo.status, todo.content)));
    const usage = snapshot.usage;
    $("usage").textContent = usage ? `${usage.input_tokens} tokens in, ${usage.output_tokens} out` : "";
  },
};

const show = (event) => keepAtEnd(() => shows[event.type]?.(event));

// --- Deciding ------------------------------------------------------------------------------------

function closeHolds() {
  for (const hold of holds.values()) hold.close();
}

// Characters that can't be seen, as \u escapes; inside JSON they mean the same.
const escapeHidden = (text) => text.replace(/[\p{Cf}\p{Zl}\p{Zp}\u0080-\u009f]/gu,
  (hidden) => hidden.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));

const editable = (args) => escapeHidden(JSON.stringify(args, null, 2));

function showDiff(diff) {
  const shown = element("pre");
  for (const line of escapeHidden(diff).split("\n")) {
    const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
    shown.append(element("span", kind, `${line}\n`));
  }
  return shown;
}

function showHold(interrupt) {
  if (holds.has(interrupt.id)) return;
  const { args, digest, rendering, diff, allowed_decisions: allowed = ["approve", "edit", "reject"] } = interrupt.metadata ?? {};
  const shown = tool(interrupt.toolCallId, interrupt.metadata?.tool);
  const card = element("div", "hold");
  const trouble = element("p", "notice");
  const buttons = element("div", "buttons");
  const more = element("div");
  mark(shown.badge, "waiting", "waits for you");
  card.append(element("p", "", interrupt.message ?? "May this run?"), element("pre", "", rendering ?? editable(args)));
  if (diff) card.append(showDiff(diff));
  if (interrupt.expiresAt) card.append(element("p", "hint", `Rejected by itself at ${new Date(interrupt.expiresAt).toLocaleString()}`));
  card.append(buttons, more, trouble);

  // The raw arguments may hide characters, so what was rendered for reading takes their place.
  shown.args.hidden = true;
  shown.args.textContent = rendering ?? shown.args.textContent;
  const close = () => {
    card.remove();
    shown.args.hidden = false;
  };
  holds.set(interrupt.id, { toolCallId: interrupt.toolCallId, close });

  async function decide(type, extra, done) {
    trouble.textContent = "";
    buttons.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    try {
      await post(`/resume/${encodeURIComponent(threadId)}`, { decisions: [{ interrupt_id: interrupt.id, type, digest, ...extra }] });
      if (extra.args) shown.args.textContent = editable(extra.args);
      if (shown.badge.classList.contains("waiting")) mark(shown.badge, "waiting", done);
      close();
    } catch (problem) {
      // Decided before, here or elsewhere, while other calls still wait: there is nothing left to ask.
      if (problem.code === "already_decided") {
        mark(shown.badge, "waiting", "decided before");
        return close();
      }
      trouble.textContent = problem.message;
      buttons.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    }
  }

  function button(label, className, act) {
    const made = element("button", className, label);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // Opens a field for what goes with the decision; its own button makes it.
  function ask(label, rows, value, commit, act) {
    const field = element("textarea");
    const name = element("label", "", label);
    field.rows = rows;
    field.value = value;
    field.spellcheck = false;
    name.append(field);
    more.replaceChildren(name, button(commit, "yes", () => act(field.value)));
    field.focus();
  }

  const editArgs = (text) => {
    let edited;
    try {
      edited = JSON.parse(text);
    } catch (problem) {
      trouble.textContent = `This is no JSON: ${problem.message}`;
      return;
    }
    decide("edit", { args: edited }, "edited");
  };
  const choices = {
    approve: () => button("Approve", "yes", () => decide("approve", {}, "approved")),
    edit: () => button("Edit …", "", () => ask("Arguments to run instead", 8, editable(args), "Run these", editArgs)),
    reject: () => button("Reject …", "danger", () => ask("Reason, for the model (may be empty)", 2, "", "Reject",
      (text) => decide("reject", text.trim() ? { message: text.trim() } : {}, "rejected"))),
    respond: () => button("Answer …", "", () => ask("Answer in place of the tool", 3, "", "Answer",
      (text) => decide("respond", { message: text }, "answered"))),
  };
  buttons.append(...allowed.filter((type) => choices[type]).map((type) => choices[type]()));
  shown.card.append(card);
}

// --- The page itself -----------------------------------------------------------------------------

function clear() {
  blocks.clear();
  holds.clear();
  turns = 0;
  lastId = "";
  $("log").replaceChildren($("hint"));
  $("todos").replaceChildren();
  $("usage").textContent = "";
}

async function open(id, andFollow = true) {
  stream?.abort();
  clear();
  said = [];
  threadId = id;
  $("title").textContent = "Holdpoint";
  $("hint").hidden = false;
  tell("");
  if (location.hash !== `#${id}`) history.replaceState(null, "", id ? `#${id}` : location.pathname);
  setStatus(id ? "idle" : "no session");
  if (!id || !andFollow) return;
  try {
    await loadMessages();
    follow();
  } catch (problem) {
    tell(problem.message);
  }
}

const guarded = (act) => async (event) => {
  event?.preventDefault();
  tell("");
  try {
    await act();
  } catch (problem) {
    tell(problem instanceof Problem ? problem.message : "The server can't be reached.");
  }
};

$("new").addEventListener("click", guarded(async () => {
  await open((await post("/sessions", {})).thread_id);
  $("message").focus();
}));
$("stop").addEventListener("click", guarded(() => call("POST", at("/cancel"))));
$("form").addEventListener("submit", guarded(async () => {
  const message = $("message").value;
  if (!message.trim() || $("send").disabled) return;
  $("send").disabled = true;
  try {
    await send(message);
    $("message").value = "";
  } catch (problem) {
    setStatus(status);
    throw problem;
  }
}));
$("message").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
$("key").value = sessionStorage.getItem("key") ?? "";
$("key").addEventListener("change", () => {
  sessionStorage.setItem("key", $("key").value);
  if (threadId) open(threadId);
});
addEventListener("hashchange", () => open(location.hash.slice(1)));
open(location.hash.slice(1));
