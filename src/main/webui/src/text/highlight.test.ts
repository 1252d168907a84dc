import { describe, expect, it } from "vitest";
import { highlighted, highlightedLines, languageOf, MAX_COLOURED_CHARS } from "./highlight";

const textOf = (html: string) => Object.assign(document.createElement("div"), { innerHTML: html });

describe("highlighted", () => {
  it.each([
    "bash,c,cpp,csharp,css,diff,dockerfile,go,html,ini,java,javascript,json,makefile,markdown,php,python,ruby,rust,sql",
    "typescript,xml,yaml,sh,js,ts,py,yml,rs,md,toml,c++,golang,docker,shell",
  ])("knows %s", async (languages) => {
    for (const language of languages.split(",")) expect(await highlighted("x", language), language).toBeDefined();
  });

  it("colours what it knows", async () => {
    expect(await highlighted("return 1", "python")).toContain('class="hljs-keyword">return');
  });

  it.each(["html", "javascript", "bash", "markdown", "json", "php"])("keeps hostile %s as text", async (language) => {
    const code = `</code><script>alert(1)</script><img src=x onerror="alert(1)"> \`\${a}\` 'b' &amp; <!-- <b>`;

    const shown = textOf((await highlighted(code, language))!);

    expect(shown.textContent).toBe(code);
    expect([...shown.querySelectorAll("*")].filter((e) => e.tagName !== "SPAN")).toEqual([]);
    expect([...shown.querySelectorAll("*")].flatMap((e) => e.getAttributeNames())).not.toContain("onerror");
  });

  it("colours one language within another", async () => {
    expect(await highlighted("<script>return 1</script>", "html")).toContain('class="hljs-keyword">return');
  });

  it("leaves the unknown, and too much, as it is", async () => {
    expect(await highlighted("x", "klingon")).toBeUndefined();
    expect(await highlighted("x", "constructor")).toBeUndefined();
    expect(await highlighted("x", undefined)).toBeUndefined();
    expect(await highlighted("x".repeat(MAX_COLOURED_CHARS + 1), "python")).toBeUndefined();
  });
});

describe("highlightedLines", () => {
  const inside = /^<span class="hljs-(string|comment)">[^<]*<\/span>$/;

  /** The lines that are nothing but a part of a text or a comment. */
  const insideOnes = async (piece: string, language: string) =>
    (await highlightedLines(piece, language))!.flatMap((line, at) => (inside.test(line) ? [at] : []));

  it.each([
    ["python", 'A text.\n"""\nimport re\n\ndef f():\n    """Gives\n    each"""\n    return 1', [0, 1, 6]],
    ["python", 'Words of it.\n"""\nreturn {}', [0, 1]],
    ["python", "A text.\n'''\nreturn {}", [0, 1]],
    ["typescript", " * Reads it.\n */\nfunction f() {}", [0, 1]],
    ["css", "of it */\na {\n color: red;\n}", [0]],
    ["xml", 'of it -->\n<a href="x">b</a>', [0]],
  ])("knows that a piece of %s begins inside (%#)", async (language, piece, lines) => {
    expect(await insideOnes(piece, language)).toEqual(lines);
  });

  it.each([
    ["python", 'import re\n\ndef f():\n    """Counts it\n    for all', [4]],
    ["python", 'x = 1\n"""A text"""\ny = 2', [1]],
    ["typescript", 'include: ["**/*.ts"],\nconst x = 1', []],
    ["typescript", "const a = `x`;\nreturn 1", []],
    ["java", "return 1;\n/* why\n it is", [1, 2]],
  ])("knows that a piece of %s begins outside (%#)", async (language, piece, lines) => {
    expect(await insideOnes(piece, language)).toEqual(lines);
  });

  it("doesn't try for long where a piece begins", async () => {
    expect(await insideOnes('A text.\n"""\n' + "import re\n".repeat(2_000), "python")).not.toContain(0);
  });

  it("leaves the unknown, and too much, as it is", async () => {
    expect(await highlightedLines("x */", "klingon")).toBeUndefined();
    expect(await highlightedLines("x */", undefined)).toBeUndefined();
    expect(await highlightedLines('"""' + "x".repeat(MAX_COLOURED_CHARS), "python")).toBeUndefined();
  });
});

describe("languageOf", () => {
  it.each([
    ["/workspace/a.py", "python"],
    ["A.PY", "python"],
    ["/x.d/Dockerfile", "dockerfile"],
    ["Makefile", "makefile"],
    [".env", "ini"],
    ["a.tar.gz", undefined],
    ["py", undefined],
    ["/workspace.py/notes", undefined],
    ["a.constructor", undefined],
    ["", undefined],
  ])("of %s is %s", (path, language) => expect(languageOf(path)).toBe(language));
});
