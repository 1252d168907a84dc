import en from "../src/locales/en.json" with { type: "json" };
import zh from "../src/locales/zh.json" with { type: "json" };
import { calls, expect, Gate, says, test, thinks, waitsFor } from "./support/test";

for (const [locale, words] of [
  ["en-US", en],
  ["zh-CN", zh],
] as const) {
  test(`from the first message to the files, and on from another browser, in ${locale}`, async ({ model, another }) => {
    test.slow();
    const gate = new Gate();
    model.on(
      "greet the world",
      [
        thinks("A small program."),
        says("I'll write a program. "),
        waitsFor(gate),
        calls("write_file", { file_path: "/workspace/hello.py", content: "print('hello from the sandbox')\n" }),
        calls("execute", { command: "python3 hello.py" }),
      ],
      [says("It says **hello**.")],
    );
    const page = await another({ locale });

    // Begin a thread, and see the answer come.
    await page.goto("/");
    await page.getByLabel(words.threads.prompt).fill("greet the world");
    await page.getByRole("button", { name: words.threads.start, exact: true }).click();
    await gate.reached();
    const log = page.getByRole("log");
    await expect(log).toContainText("I'll write a program.");
    await expect(log).toContainText("greet the world");
    gate.open();

    // Decide: the first call here, the second in another browser.
    await page.getByRole("article", { name: "write_file" }).getByRole("button", { name: words.hold.approve }).click();
    const elsewhere = await another({ locale });
    await elsewhere.goto(page.url());
    await elsewhere.getByRole("article", { name: "execute" }).getByRole("button", { name: words.hold.approve }).click();
    await expect(page.getByText("It says hello.")).toBeVisible();
    await expect(elsewhere.getByText("It says hello.")).toBeVisible();
    await expect(page.getByRole("article", { name: "execute" })).toHaveCount(0);

    // Look at the files, and run a command of one's own.
    await page.getByRole("button", { name: words.conversation.panel.workspace, exact: true }).click();
    await page.getByRole("treeitem", { name: "hello.py" }).click();
    await expect(page.getByRole("dialog")).toContainText("hello from the sandbox");
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { name: words.workspace.tabs.terminal }).click();
    await page.getByLabel(words.workspace.terminal.command).fill("echo $((6 * 7)) is the answer");
    await page.getByRole("button", { name: words.workspace.terminal.run, exact: true }).click();
    await expect(page.getByRole("log", { name: words.workspace.tabs.terminal })).toContainText("42 is the answer");

    // It is in the list, and the service says of itself that all is well.
    await page.goto("/#/");
    await expect(page.getByRole("main").getByRole("link", { name: "greet the world" })).toBeVisible();
    await page.goto("/#/status");
    await expect(page.getByText(words.status.all_ready)).toBeVisible();
  });
}
