import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { calls, expect, says, test } from "./support/test";
import type { Service } from "./support/service";

const HOSTILE = "<img src=x onerror=alert(1)>\n\u202egpj.exe";
const HOSTILE_SHOWN = "<img src=x onerror=alert(1)>⟨U+000A⟩⟨U+202E⟩gpj.exe";
// The browser's viewer of PDF files is made of parts of its own.
const BROWSERS_OWN = /another host: chrome(-extension)?:\/\//;
// A file that isn't there yet is looked for, and a file that is there isn't replaced; browsers write both to the console.
const LOOKED_FOR = /status of (404|412)/;

async function openWorkspace(page: Page, holdpoint: Service, files: Record<string, string | Blob>): Promise<string> {
  const thread = await holdpoint.newThread();
  for (const [path, content] of Object.entries(files)) await holdpoint.write(thread, `/workspace/${path}`, content);
  await page.goto(`/#/t/${thread}?panel=workspace`);
  return thread;
}

const row = (page: Page, name: string) => page.getByRole("treeitem").filter({ hasText: name });
const panelTab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true });

async function preview(page: Page, name: string) {
  await row(page, name).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("progressbar")).toHaveCount(0);
  return dialog;
}

const close = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

/** A file dropped on an element, as far as a page can tell. */
async function drop(page: Page, onto: string, name: string, content: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text!], fileName!));
      return data;
    },
    [name, content],
  );
  await row(page, onto).dispatchEvent("dragover", { dataTransfer });
  await expect(page.getByText(/Drop to upload into/)).toBeVisible();
  await row(page, onto).dispatchEvent("drop", { dataTransfer });
}

test("files are seen as they come, whatever they are called", async ({ page, holdpoint, model }) => {
  const thread = await openWorkspace(page, holdpoint, { "lib/main.py": "print(1)\n", [HOSTILE]: "x" });
  await expect(row(page, HOSTILE_SHOWN)).toBeVisible();
  await row(page, "lib").press("ArrowRight");
  await expect(row(page, "main.py")).toBeVisible();
  await row(page, "lib").press("ArrowDown");
  await expect(row(page, "main.py")).toBeFocused();

  model.on("make a file", [calls("execute", { command: "echo made > made.txt" })], [says("Made.")]);
  await holdpoint.say(thread, "make a file");
  const status = async () => (await holdpoint.api<{ status: string }>("GET", `/api/threads/${thread}`)).status;
  await expect.poll(status).toBe("interrupted");
  await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });

  await expect(row(page, "made.txt")).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
});

test("each kind of file has its preview, and none runs", async ({ page, holdpoint, complaints }) => {
  complaints.allow(BROWSERS_OWN);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" onload="top.hacked=1"><script>top.hacked=1</script><rect width="80" height="40"/></svg>`;
  const cells = [
    { cell_type: "markdown", source: "# Notes <img src=x onerror=alert(1)>" },
    { cell_type: "code", source: "print('hi')", outputs: [{ output_type: "stream", text: "\u001b[31mhi\u001b[0m" }] },
  ];
  await openWorkspace(page, holdpoint, {
    "a.py": "def f():\n    return 1  # \u202e\n",
    "page.html": "<script>top.hacked=1</script><img src=x onerror=alert(1)>",
    "pic.svg": svg,
    "doc.pdf":
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>",
    "t.csv": 'name,n\n"A, B",1\n<img src=x onerror=alert(1)>,2\n',
    "n.ipynb": JSON.stringify({ cells }),
    "b.bin": new Blob([new Uint8Array([0, 1, 2])]),
    "empty.txt": "",
    "long.txt": "0123456789\n".repeat(100_000),
  });

  const dialog = await preview(page, "a.py");
  await expect(dialog.locator(".hljs-keyword").first()).toHaveText("def");
  await expect(dialog.getByText("⟨U+202E⟩")).toBeVisible();
  await close(page);

  await expect((await preview(page, "page.html")).getByText("<script>top.hacked=1</script>")).toBeVisible();
  await close(page);

  const picture = (await preview(page, "pic.svg")).getByRole("img", { name: "pic.svg" });
  await expect(picture).toHaveJSProperty("naturalWidth", 80);
  await close(page);

  await expect((await preview(page, "doc.pdf")).getByRole("link", { name: "Open in a new tab" })).toBeVisible();
  await close(page);

  const table = await preview(page, "t.csv");
  await expect(table.getByRole("cell", { name: "A, B" })).toBeVisible();
  await expect(table.getByRole("cell", { name: "<img src=x" })).toBeVisible();
  await close(page);

  const notebook = await preview(page, "n.ipynb");
  await expect(notebook.getByText("# Notes <img src=x")).toBeVisible();
  await expect(notebook.locator(".tt-red")).toHaveText("hi");
  await close(page);

  await expect((await preview(page, "b.bin")).getByText("This file is no text (3 bytes).")).toBeVisible();
  await close(page);
  await expect((await preview(page, "empty.txt")).getByText("This file is empty.")).toBeVisible();
  await close(page);

  const long = await preview(page, "long.txt");
  await expect(long.getByText("The first 524 kB of 1.1 MB are shown.")).toBeVisible();
  await long.getByRole("button", { name: "Show more" }).click();
  await expect(long.getByText("The first 1 MB of 1.1 MB are shown.")).toBeVisible();

  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

test("a file that changes or goes while it is looked at says so", async ({ page, holdpoint, complaints }) => {
  complaints.allow(LOOKED_FOR);
  const thread = await openWorkspace(page, holdpoint, { "a.txt": "old" });
  const dialog = await preview(page, "a.txt");
  await expect(dialog.getByText("old", { exact: true })).toBeVisible();

  await holdpoint.write(thread, "/workspace/a.txt", "newer");
  await dialog.getByRole("button", { name: "Reload" }).click();
  await expect(dialog.getByText("newer", { exact: true })).toBeVisible();

  await holdpoint.api("DELETE", `/api/threads/${thread}/files/content?path=/workspace/a.txt`);
  await dialog.getByRole("button", { name: "Reload" }).click();
  await expect(dialog.getByText(/isn't there, or not any more/)).toBeVisible();
});

test("files are dropped, replaced only when asked, and deleted", async ({ page, holdpoint, complaints }) => {
  complaints.allow(LOOKED_FOR);
  const thread = await openWorkspace(page, holdpoint, { "src/keep.txt": "" });
  const content = (path: string) =>
    fetch(`${holdpoint.url}/api/threads/${thread}/files/content?path=${path}`).then((answer) => answer.text());

  await drop(page, "src", "given.txt", "first");
  await expect(page.getByText("1 of 1 uploaded")).toBeVisible();
  await row(page, "src").click();
  await expect(row(page, "given.txt")).toBeVisible();

  await drop(page, "src", "given.txt", "second");
  await expect(page.getByText("There is a file with this name already.")).toBeVisible();
  expect(await content("/workspace/src/given.txt")).toBe("first");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await expect(page.getByRole("list", { name: "Files" })).toBeFocused();
  await expect(page.getByText("2 of 2 uploaded")).toBeVisible();
  expect(await content("/workspace/src/given.txt")).toBe("second");
  await page.getByRole("region", { name: "Uploads" }).getByRole("button", { name: "Clear" }).click();
  await expect(page.getByRole("button", { name: "Upload", exact: true })).toBeFocused();

  await row(page, "given.txt").press("Delete");
  await expect(page.getByRole("dialog").getByText("/workspace/src/given.txt")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "given.txt")).toHaveCount(0);
});

test("a large upload shows how far it is, and can be stopped", async ({ page, holdpoint, complaints }) => {
  complaints.allow(LOOKED_FOR);
  await openWorkspace(page, holdpoint, {});
  await expect(row(page, "workspace")).toBeVisible();
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await network.send("Network.emulateNetworkConditions", slow);

  await page.getByTestId("upload-files").setInputFiles({
    name: "large.bin",
    mimeType: "application/octet-stream",
    buffer: Buffer.alloc(20_000_000),
  });

  await expect(page.getByText(/^[1-9].* of 20 MB$/)).toBeVisible();
  await page.getByRole("button", { name: "Stop the upload of /workspace/large.bin" }).click();
  await expect(page.getByText("Not uploaded")).toBeVisible();
  await expect(row(page, "large.bin")).toHaveCount(0);
});

test("a file that is gone since it was chosen isn't taken for a lost service", async ({
  page,
  holdpoint,
  wire,
  complaints,
}, info) => {
  complaints.allow(/net::ERR_/);
  const thread = await holdpoint.newThread();
  await page.goto(`${wire.url}/#/t/${thread}?panel=workspace`);
  await expect(row(page, "workspace")).toBeVisible();
  const uploads = page.getByRole("region", { name: "Uploads" });
  const again = uploads.getByRole("button", { name: "Upload /workspace/chosen.txt again" });
  const chosen = info.outputPath("chosen.txt");
  writeFileSync(chosen, "chosen");

  wire.cut();
  await page.getByTestId("upload-files").setInputFiles(chosen);
  await expect(uploads).toContainText("The service can't be reached.");
  wire.mend();
  rmSync(chosen);
  await again.click();

  await expect(uploads).toContainText("This file can't be read any more");
  await expect(again).toHaveCount(0);
});

test("what couldn't be read is there when the service is back", async ({ page, holdpoint, wire, complaints }) => {
  complaints.allow(/net::ERR_/);
  const thread = await holdpoint.newThread();
  await holdpoint.write(thread, "/workspace/a.txt", "content of a");
  await page.goto(`${wire.url}/#/t/${thread}?panel=workspace`);
  await expect(row(page, "a.txt")).toBeVisible();

  wire.cut();
  await page.getByRole("button", { name: "Read the files again" }).click();
  await expect(page.getByRole("tree")).toContainText("The service can't be reached.");
  await page.goto(`${page.url()}&file=/workspace/a.txt`);
  await expect(page.getByRole("dialog")).toContainText("The service can't be reached.");
  wire.mend();

  await expect(page.getByRole("dialog").getByText("content of a")).toBeVisible({ timeout: 40_000 });
  await close(page);
  await expect(row(page, "a.txt")).toBeVisible();
});

test("a link says why it can't be looked at", async ({ page, holdpoint, complaints }) => {
  complaints.allow(/status of 400/);
  const thread = await holdpoint.newThread();
  await holdpoint.api("POST", `/api/threads/${thread}/exec`, { command: "ln -s /etc/passwd link" });

  await page.goto(`/#/t/${thread}?panel=workspace&file=/workspace/link`);

  await expect(page.getByRole("dialog")).toContainText("is a symbolic link, which file tools don't follow");
});

test("a file and a folder are downloaded under their names", async ({ page, holdpoint }) => {
  await openWorkspace(page, holdpoint, { "src/ü 1.txt": "content" });

  const folder = page.waitForEvent("download");
  await page.getByRole("button", { name: "Actions for src" }).click();
  await page.getByText("Download as .tar.gz").click();
  expect((await folder).suggestedFilename()).toBe("src.tar.gz");

  await row(page, "src").click();
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Actions for ü 1.txt" }).click();
  await page.getByText("Download", { exact: true }).click();
  expect((await file).suggestedFilename()).toBe("ü 1.txt");
  expect(readFileSync(await (await file).path(), "utf8")).toBe("content");
});

test.describe("with a key", () => {
  test.use({ settings: { HOLDPOINT_API_KEY: "a-key-of-the-tests" } });

  test("a download shows it", async ({ page, holdpoint, complaints }) => {
    complaints.allow(/status of 401/);
    const headers = { Authorization: "Bearer a-key-of-the-tests" };
    const made = await fetch(`${holdpoint.url}/api/sessions`, { method: "POST", headers });
    const { thread_id } = (await made.json()) as { thread_id: string };
    const url = `${holdpoint.url}/api/threads/${thread_id}/files/content?path=/workspace/a.txt`;
    await fetch(url, { method: "PUT", body: "content", headers });
    await page.addInitScript(() => {
      sessionStorage.setItem("holdpoint.key", "a-key-of-the-tests");
      // Its question is the browser's own, which no test can answer.
      Reflect.deleteProperty(window, "showSaveFilePicker");
    });
    await page.goto(`/#/t/${thread_id}?panel=workspace`);

    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "Actions for a.txt" }).click();
    await page.getByText("Download", { exact: true }).click();

    expect((await file).suggestedFilename()).toBe("a.txt");
    expect(readFileSync(await (await file).path(), "utf8")).toBe("content");
  });
});

test("the focus comes back to what opened a file, or stands beside what was deleted", async ({ page, holdpoint }) => {
  await openWorkspace(page, holdpoint, { "a.txt": "a", "b.txt": "b", "c.txt": "c" });
  const dialog = page.getByRole("dialog");
  const menuOf = (name: string) => page.getByRole("button", { name: `Actions for ${name}` });

  await row(page, "b.txt").press("Enter");
  await expect(dialog.getByText("b", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row(page, "b.txt")).toBeFocused();

  await preview(page, "a.txt");
  await close(page);
  await expect(row(page, "a.txt")).toBeFocused();

  await menuOf("b.txt").click();
  await page.getByText("Preview", { exact: true }).click();
  await expect(dialog.getByText("b", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menuOf("b.txt")).toBeFocused();

  await page.keyboard.press("Enter");
  await page.getByText("Delete", { exact: true }).click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(menuOf("b.txt")).toBeFocused();

  await row(page, "b.txt").press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "c.txt")).toBeFocused();
  await row(page, "c.txt").press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "a.txt")).toBeFocused();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("Back closes a file, then the panel, and only then leaves the thread", async ({ page, holdpoint }) => {
    const thread = await holdpoint.newThread();
    await holdpoint.write(thread, "/workspace/a.txt", "a");
    const isInThread = () => expect(page).toHaveURL(new RegExp(`/#/t/${thread}$`));
    const openPanel = () => page.getByRole("button", { name: "Workspace", exact: true }).click();
    await page.goto("/");
    await page.goto(`/#/t/${thread}`);

    await openPanel();
    await preview(page, "a.txt");
    await page.goBack();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(row(page, "a.txt")).toBeVisible();
    await page.goBack();
    await isInThread();
    await expect(row(page, "a.txt")).toHaveCount(0);

    await openPanel();
    await preview(page, "a.txt");
    await close(page);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.getByRole("button", { name: "Close the side panel" }).click();
    await isInThread();
    await page.goBack();
    await expect(page).toHaveURL(/\/#\/$/);
  });
});

test("uploads leave room for the files in a low window", async ({ page, holdpoint, openThread, complaints }) => {
  complaints.allow(/412/);
  await page.setViewportSize({ width: 640, height: 450 });
  const thread = await openThread();
  const names = ["a.txt", "b.txt", "c.txt"];
  for (const name of names) await holdpoint.write(thread, `/workspace/${name}`, "old");
  await page.getByRole("button", { name: "Workspace" }).click();
  await expect(page.getByRole("treeitem", { name: "c.txt" })).toBeAttached();
  await page
    .getByTestId("upload-files")
    .setInputFiles(names.map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from("new") })));
  await expect(page.getByRole("button", { name: "Replace all" })).toBeVisible();

  const last = page.getByRole("treeitem", { name: "c.txt" });
  await last.scrollIntoViewIfNeeded();
  await expect(last).toBeInViewport({ ratio: 0.9 });
});

test("a large folder stays quick", async ({ page, holdpoint, openThread }) => {
  const thread = await openThread();
  await holdpoint.api("POST", `/api/threads/${thread}/exec`, {
    command: "mkdir big && cd big && seq -f 'file%g.txt' 2000 | xargs touch",
  });
  await page.getByRole("button", { name: "Workspace" }).click();
  await page.getByRole("treeitem", { name: "big" }).click();
  const more = page.getByRole("treeitem", { name: /more/i });
  for (let shown = 200; shown < 1800; shown += 200) {
    await more.click();
    await expect(page.getByRole("treeitem").nth(shown + 100)).toBeAttached();
  }
  await page.getByRole("treeitem").nth(100).focus();

  const millis = await page.evaluate(async () => {
    const before = performance.now();
    for (let key = 0; key < 10; key++) {
      document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }
    return (performance.now() - before) / 10;
  });

  console.log(`in a folder of 1,800 shown files an arrow key takes ${Math.round(millis)} ms`);
  await expect(page.getByRole("treeitem").nth(110)).toBeFocused();
  expect(millis).toBeLessThan(1_000);
});

test("the workspace fits a phone", async ({ another, holdpoint }) => {
  const page = await another({ viewport: { width: 360, height: 740 }, colorScheme: "dark", locale: "zh-CN" });
  await openWorkspace(page, holdpoint, { [`${"long-".repeat(30)}.txt`]: "x", "a.csv": "a,b,c\n1,2,3\n" });

  await expect(row(page, "long-long")).toBeVisible();
  await row(page, "a.csv").click();
  await expect(page.getByRole("dialog").getByRole("cell", { name: "2" })).toBeVisible();

  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(sideways).toBe(0);
});

test("what the latest turn changed is told as diffs, whatever changed it", async ({ page, holdpoint, model }) => {
  const thread = await openWorkspace(page, holdpoint, {
    "kept.txt": "as it was\n",
    "old.txt": "one\ntwo\n",
    "gone.txt": "x",
  });
  const edit = { file_path: "/workspace/old.txt", old_string: "two", new_string: "<b>2</b>" };
  const command = "rm gone.txt && printf 'a\\0b' > binary.bin";
  model.on("change things", [calls("edit_file", edit), calls("execute", { command })], [says("Changed.")]);
  await panelTab(page, "Changes").click();

  await holdpoint.say(thread, "change things");
  await expect.poll(() => holdpoint.status(thread)).toBe("interrupted");
  await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });

  const changed = (name: string) => page.getByRole("button", { name: new RegExp(`^/workspace/${name}`) });
  await expect(changed("gone.txt")).toContainText("Deleted");
  await expect(changed("binary.bin")).toContainText("New");
  await expect(changed("kept.txt")).toHaveCount(0);
  await changed("old.txt").click();
  await expect(page.getByText("-two").last()).toBeVisible();
  await expect(page.getByText("+<b>2</b>").last()).toBeVisible();
});
