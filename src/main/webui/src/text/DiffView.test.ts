import { flushPromises, mount } from "@vue/test-utils";
import { createPatch } from "diff";
import { describe, expect, it, vi } from "vitest";
import { i18n } from "../shell/i18n";
import DiffView from "./DiffView.vue";
import { hljs } from "./languages";
import { visible } from "./visible";

const shown = (diff: string, language?: string) =>
  mount(DiffView, { props: { diff, language }, global: { plugins: [i18n] } });

async function coloured(diff: string, language: string | undefined) {
  const view = shown(diff, language);
  await vi.dynamicImportSettled();
  await flushPromises();
  return view;
}

/** The same numbers in each run. */
function randomNumbers(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

describe("DiffView", () => {
  it("tells lines by sign, colour and meaning", () => {
    const view = shown("--- a\n+++ a\n@@ -1,2 +1,2 @@\n x\n-old\n+new\n");

    expect(view.findAll("ins.diff-added").map((line) => line.text())).toEqual(["+new"]);
    expect(view.findAll("del.diff-removed").map((line) => line.text())).toEqual(["-old"]);
  });

  it.each([undefined, "html", "python", "diff"])(
    "shows hostile lines as text, and what they hide (%s)",
    async (language) => {
      const view = await coloured(
        "@@ -0,0 +1,2 @@\n+</ins><script>alert(1)</script><img src=x onerror=alert(1)>\n+a\u202eb\u200b",
        language,
      );

      expect(view.find("script, img").exists()).toBe(false);
      expect(view.findAll("ins").map((line) => line.element.textContent)).toEqual([
        "+</ins><script>alert(1)</script><img src=x onerror=alert(1)>",
        "+a⟨U+202E⟩b⟨U+200B⟩",
      ]);
    },
  );

  it("has the colours of the old text in removed lines, and of the new one in all others", async () => {
    const view = await coloured('@@ -1,4 +1,4 @@\n-"""\n+x = 1\n+# why\n return 1\n-"""\n y = 2\n', "python");

    const colours = view
      .findAll(".diff-line")
      .map((line) => [
        line.element.textContent,
        ...line.findAll("[class^=hljs]").map((span) => `${span.classes()[0]} ${span.element.textContent}`),
      ]);
    expect(colours).toEqual([
      ["@@ -1,4 +1,4 @@"],
      ['-"""', 'hljs-string """'],
      ["+x = 1", "hljs-number 1"],
      ["+# why", "hljs-comment # why"],
      [" return 1", "hljs-keyword return", "hljs-number 1"],
      ['-"""', 'hljs-string """'],
      [" y = 2", "hljs-number 2"],
    ]);
  });

  it("keeps the colour of what goes over lines, within a hunk", async () => {
    const view = await coloured(
      '@@ -0,0 +1,3 @@\n+"""\n+A text.\n+\n@@ -9 +12 @@\n-return\n\\ No newline at end of file\n+if\n',
      "python",
    );

    expect(view.findAll("ins")[1]!.get(".hljs-string").text()).toBe("A text.");
    expect(view.get("del .hljs-keyword").text()).toBe("return");
    expect(view.findAll("ins")[3]!.get(".hljs-keyword").text()).toBe("if");
  });

  it("shows exactly what it shows without colours, whatever is in it", async () => {
    const random = randomNumbers(7);
    const parts = [
      ..."abx01 =()[]{}<>&;:'\"`#/*+-\\@$%!,.\t\n\n\n",
      ..."\r\u0000\u001b\u202e\u2066\u200b\u200d\u00ad\ufeff\u2028\u3164\ue000\ud800\udc00\u0301é你😀⇥␍",
      ...["\r\n", '"""', "'''", "/*", "*/", "<!--", "-->", "<script>", "</script>", "</span>", '<span class="hljs-x">'],
      ...[
        "&amp;",
        "&lt;b&gt;",
        "&#x27;",
        "```",
        "@@ -1 +1 @@",
        "\\ No newline",
        "--- a",
        "return ",
        "class X ",
        "${",
        "<?php ",
      ],
    ];
    const text = () => Array.from({ length: random(60) }, () => parts[random(parts.length)]).join("");
    const changed = (before: string) =>
      before
        .split("\n")
        .flatMap((line) => [[line], [line], [], [text()], [line, text()]][random(5)]!)
        .join("\n");
    const languages = ["python", "typescript", "html", "bash", "markdown", "php", "yaml", "diff", "css", "json", "ini"];
    let spans = 0;

    for (let run = 0; run < 100; run++) {
      const before = text() + "\n" + text();
      // One in ten isn't even a diff that adds up.
      const diff = random(10) === 0 ? `@@ -1,9 +1,9 @@\n${before}` : createPatch("a", before, changed(before));
      const language = languages[random(languages.length)]!;
      const [plain, view] = [shown(diff), await coloured(diff, language)];

      expect(view.element.textContent, JSON.stringify({ diff, language })).toBe(plain.element.textContent);
      expect(plain.element.textContent).toBe(visible(diff).replace(/\n$/, "").replaceAll("\n", ""));
      const lines = (of: typeof view) =>
        of.findAll(".diff-line").map(({ element }) => `${element.tagName} ${element.textContent}`);
      expect(lines(view)).toEqual(lines(plain));
      const inside = [...view.element.querySelectorAll(".diff-line *")];
      expect(inside.filter((one) => one.tagName !== "SPAN" || one.getAttributeNames().join() !== "class")).toEqual([]);
      spans += view.findAll("[class^=hljs]").length;
      view.unmount();
      plain.unmount();
    }
    expect(spans).toBeGreaterThan(1_000);
  }, 30_000);

  it.each([
    [
      "fails",
      () => {
        throw new Error("broken");
      },
    ],
    ["leaves something out", () => ({ value: "retur\nreturn 2" })],
    ["mixes lines up", () => ({ value: "return 2\nreturn 1" })],
    ["makes other elements", () => ({ value: "<b>return 1</b>\n<b>return 2</b>" })],
  ])("shows the text itself if the colouring %s", async (_, highlight) => {
    const broken = vi.spyOn(hljs, "highlight").mockImplementation(highlight as never);

    const view = await coloured("@@ -0,0 +1,2 @@\n+return 1\n+return 2\n", "python");

    expect(broken).toHaveBeenCalled();
    expect(view.findAll("ins").map(({ element }) => element.textContent)).toEqual(["+return 1", "+return 2"]);
    expect(view.find("ins *").exists()).toBe(false);
    broken.mockRestore();
  });

  it("has the colours of what it shows now", async () => {
    const view = await coloured("@@ -1 +1 @@\n-return 1\n+return 2\n", "python");

    await view.setProps({ diff: "@@ -1 +1 @@\n-x\n+if\n" });
    expect(view.findAll("ins, del").map(({ element }) => element.textContent)).toEqual(["-x", "+if"]);
    await flushPromises();

    expect(view.get("ins .hljs-keyword").text()).toBe("if");
    await view.setProps({ language: undefined });
    expect(view.find(".hljs-keyword").exists()).toBe(false);
  });

  it("leaves long ones without colours", async () => {
    const view = await coloured(`@@ -1 +1 @@\n-return\n+${"x".repeat(200_000)}\n`, "python");

    expect(view.find(".hljs-keyword").exists()).toBe(false);
    expect(view.get("del").text()).toBe("-return");
  });
});
