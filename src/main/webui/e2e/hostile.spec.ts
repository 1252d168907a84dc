import type { Locator, Page } from "@playwright/test";
import { calls, expect, refuses, says, test, thinks } from "./support/test";

/** Markup that would run, load or change something, and characters that would hide or turn what is read. */
const MARKUP = [
  "<img src=x onerror=window.pwned=1>",
  "<script>window.pwned=1</script>",
  "<svg onload=window.pwned=1></svg>",
  "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
  "<style>*{display:none}</style>",
  "<base href=//elsewhere.invalid>",
  "<form action=//elsewhere.invalid><input name=q></form>",
].join(" ");
const MARKDOWN =
  "[press](javascript:window.pwned=1) ![seen](http://elsewhere.invalid/seen.png) <http://elsewhere.invalid/auto>";
const HIDDEN = "safe\u202egpj.exe\u200b\u0007\u2066end";
const SHOWN = "safe⟨U+202E⟩gpj.exe⟨U+200B⟩⟨U+0007⟩⟨U+2066⟩end";
const EVIL = `${MARKUP} ${MARKDOWN} ${HIDDEN}`;

/** Nothing of it ran, became an element, or reached the page unseen. The fixtures say so for requests and the policy. */
async function expectUnharmed(page: Page): Promise<void> {
  const harm = await page.evaluate(() => ({
    ran: "pwned" in window,
    // The page's own script is the only one, and lies in the head.
    elements: [...document.body.querySelectorAll("script, iframe, object, embed, base, style, link, [srcdoc]")].map(
      ({ outerHTML }) => outerHTML,
    ),
    handlers: [...document.querySelectorAll("*")]
      .filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith("on")))
      .map(({ outerHTML }) => outerHTML),
    addresses: [...document.querySelectorAll("[href], [src], [action]")]
      .flatMap((element) => ["href", "src", "action"].map((name) => element.getAttribute(name) ?? ""))
      .filter((address) => /^\s*(javascript|data|vbscript):/i.test(address)),
    unseen: document.body.innerText.match(/[\u0000-\u0008\u000b-\u001f\u200b\u202a-\u202e\u2066-\u2069]/gu) ?? [],
  }));
  expect(harm).toEqual({ ran: false, elements: [], handlers: [], addresses: [], unseen: [] });
}

test("what the model says and thinks is text", async ({ page, holdpoint, model, openThread }) => {
  model.on("be evil", [thinks(EVIL), says(EVIL)]);
  const thread = await openThread();
  await holdpoint.say(thread, `be evil ${EVIL}`);

  const log = page.getByRole("log");
  await page.getByRole("button", { name: /Thoughts/ }).click();

  await expect(log).toContainText(SHOWN);
  await expect(log.getByText("<script>window.pwned=1</script>")).toHaveCount(3);
  await expect(log.getByRole("link", { name: "press" })).toHaveCount(0);
  await expect(log.locator("img")).toHaveCount(0);
  await expectUnharmed(page);
});

test("a call that waits is shown as what it is", async ({ page, holdpoint, model, openThread }) => {
  model.on("run it", [calls("execute", { command: `echo '${MARKUP.replaceAll("'", "")}' # ${HIDDEN}` })]);
  const thread = await openThread();
  await holdpoint.say(thread, "run it");

  const card = page.getByRole("article", { name: "execute" });
  await expect(card).toContainText(SHOWN);
  await expect(card).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
});

test("names and arguments of tools that don't exist are text", async ({ page, holdpoint, model, openThread }) => {
  model.on("call it", [calls(MARKUP, { [MARKUP]: EVIL })], [says("Well.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "call it");
  await expect(page.getByText("Well.")).toBeVisible();

  await page.getByRole("log").getByRole("button", { expanded: false }).first().click();

  await expect(page.getByRole("log")).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
});

test("what a command prints is text", async ({ page, holdpoint, model, openThread }) => {
  model.on("print it", [calls("execute", { command: "cat evil.txt" })], [says("Well.")]);
  const thread = await openThread();
  await holdpoint.write(
    thread,
    "/workspace/evil.txt",
    `${EVIL}\n\u001b]8;;javascript:window.pwned=1\u0007press\u001b]8;;\u0007\n`,
  );
  await holdpoint.say(thread, "print it");
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Well.")).toBeVisible();

  await page.getByRole("button", { name: "execute" }).click();

  await expect(page.getByRole("log")).toContainText("<script>window.pwned=1</script>");
  await expect(page.getByRole("link", { name: "press" })).toHaveCount(0);
  await expectUnharmed(page);
});

test("a change of a file is shown as what it is", async ({ page, holdpoint, model, openThread }) => {
  const change = { file_path: "/workspace/a.html", old_string: "old", new_string: EVIL };
  model.on("change it", [calls("edit_file", change)]);
  const thread = await openThread();
  await holdpoint.write(thread, "/workspace/a.html", `${MARKUP}\nold\n`);
  await holdpoint.say(thread, "change it");

  const card = page.getByRole("article", { name: "edit_file" });
  await expect(card).toContainText(SHOWN);
  await expect(card).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
});

test("titles and plans are text", async ({ page, holdpoint, model, openThread }) => {
  const todos = [{ content: EVIL, status: "in_progress" }];
  model.on("plan it", [calls("write_todos", { todos })], [says("Planned.")]);
  const thread = await openThread(
    await holdpoint.newThread(`<script>window.pwned=1</script><img src=x onerror=window.pwned=1> ${HIDDEN}`),
  );
  await expect(page.getByText("Say what is to be done.")).toBeVisible();
  await holdpoint.say(thread, "plan it");
  await expect(page.getByText("Planned.")).toBeVisible();

  await expect(page.getByRole("list", { name: "To-dos" })).toContainText(SHOWN);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
  await page.goto("/#/");
  await expect(page.getByRole("main")).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
});

const FILES: Record<string, string> = {
  "page.html": EVIL,
  "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.pwned=1"><script>parent.pwned=1</script></svg>`,
  "table.csv": `a,b\n"${MARKUP}",${HIDDEN}\n`,
  "notes.md": EVIL,
  "book.ipynb": JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { cell_type: "markdown", source: [EVIL], metadata: {} },
      {
        cell_type: "code",
        source: [EVIL],
        metadata: {},
        execution_count: 1,
        outputs: [{ output_type: "display_data", metadata: {}, data: { "text/html": [EVIL], "text/plain": [EVIL] } }],
      },
    ],
  }),
  [`${HIDDEN} <img src=x onerror=window.pwned=1>.txt`]: EVIL,
};

/** It is there, as what a person would read in another editor. */
async function expectContent(dialog: Locator, name: string): Promise<void> {
  if (name === "picture.svg") return expect(dialog.getByRole("img", { name })).not.toHaveJSProperty("naturalWidth", 0);
  // A notebook has it in a note, in a program and in what that printed.
  const times = name === "book.ipynb" ? 3 : 1;
  await expect(dialog.getByText("<script>window.pwned=1</script>")).toHaveCount(times);
  await expect(dialog.locator(".v-card-text")).toContainText(SHOWN);
}

test("names and contents of files are text", async ({ page, holdpoint, openThread }) => {
  const thread = await openThread();
  for (const [name, content] of Object.entries(FILES)) await holdpoint.write(thread, `/workspace/${name}`, content);
  await page.getByRole("button", { name: "Workspace" }).click();
  await page.getByRole("treeitem", { name: "page.html" }).waitFor();
  await expect(page.getByRole("tree")).toContainText(SHOWN);

  for (const name of ["page.html", "picture.svg", "table.csv", "notes.md", "book.ipynb", SHOWN]) {
    await page.getByRole("treeitem", { name }).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("heading")).toContainText(name);
    await expectContent(dialog, name);
    await expectUnharmed(page);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }
});

test("what the model's provider says of an error is text", async ({ page, holdpoint, model, openThread }) => {
  const body = JSON.stringify({ error: { message: EVIL } });
  model.on("fail", [refuses(400, body)], [refuses(400, body)], [refuses(400, body)], [refuses(400, body)]);
  const thread = await openThread();
  await holdpoint.say(thread, "fail");

  await expect(page.getByRole("main")).toContainText("Failed");
  await expect(page.getByRole("log")).toContainText("<script>window.pwned=1</script>");
  await expectUnharmed(page);
});
