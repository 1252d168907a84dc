import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal, serve } from "../test-service";
import { kindOf, mediaTypeOf, TextParts } from "./content";
import { describeFile } from "./files";
import { parseNotebook } from "./notebook";
import { MAX_CELL_CHARS, parseTable } from "./table";

describe("kindOf", () => {
  it.each([
    ["/workspace/a.PNG", "image"],
    ["/workspace/a.svg", "image"],
    ["/workspace/a.pdf", "pdf"],
    ["/workspace/a.tsv", "table"],
    ["/workspace/a.ipynb", "notebook"],
    ["/workspace/a.html", "text"],
    ["/workspace/a.constructor", "text"],
    ["/workspace/.png", "text"],
    ["/workspace/png", "text"],
  ])("looks at %s as %s", (path, kind) => expect(kindOf(path)).toBe(kind));

  it("never gives the browser a page", () => {
    expect(mediaTypeOf("/workspace/a.svg")).toBe("image/svg+xml");
    expect(mediaTypeOf("/workspace/a.pdf")).toBe("application/pdf");
  });
});

describe("describeFile", () => {
  afterEach(() => vi.unstubAllGlobals());
  const described = () => describeFile("t", "/workspace/a");

  it("says in the service's words what is wrong, though an answer to HEAD has none", async () => {
    const asked = serve(({ method }) =>
      method === "HEAD" ? new Response(null, { status: 400 }) : refusal(400, "invalid_request", "It is a folder."),
    );

    await expect(described()).rejects.toMatchObject({
      code: "invalid_request",
      message: "It is a folder.",
      status: 400,
    });
    expect(asked.map(({ method, headers }) => [method, headers.get("Range")])).toEqual([
      ["HEAD", null],
      ["GET", "bytes=0-0"],
    ]);
  });

  it("tells of the first answer where the second one is good", async () => {
    serve(({ method }) => new Response(method === "HEAD" ? null : "a", { status: method === "HEAD" ? 500 : 206 }));

    await expect(described()).rejects.toMatchObject({ status: 500 });
  });

  it.each([
    [404, "not_found"],
    [403, "forbidden"],
  ])("asks once where the status says enough: %i", async (status, code) => {
    const asked = serve(() => new Response(null, { status }));

    await expect(described()).rejects.toMatchObject({ code, message: "/workspace/a" });
    expect(asked).toHaveLength(1);
  });
});

describe("TextParts", () => {
  afterEach(() => vi.unstubAllGlobals());

  function parts(bytes: Uint8Array) {
    const asked = serve((request) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.get("Range")!)!;
      return new Response(bytes.slice(Number(from), Number(to) + 1), { status: 206 });
    });
    return { asked, text: new TextParts("t", "/workspace/a", { size: bytes.length, etag: '"v1"' }) };
  }

  it("reads on where it was, in the same version, and breaks no character", async () => {
    const { asked, text } = parts(new TextEncoder().encode("a你b"));

    await text.readMore(2);
    expect([text.text, text.isComplete]).toEqual(["a", false]);
    await text.readMore(3);

    expect([text.text, text.isComplete, text.isBinary]).toEqual(["a你b", true, false]);
    expect(asked.map(({ headers }) => headers.get("If-Match"))).toEqual(['"v1"', '"v1"']);
  });

  it("says that the service can't be reached when an answer breaks off", async () => {
    const cut = new ReadableStream({ start: (body) => body.error(new TypeError("network error")) });
    serve(() => new Response(cut, { status: 206 }));
    const text = new TextParts("t", "/workspace/a", { size: 9, etag: '"v1"' });

    await expect(text.readMore(2)).rejects.toMatchObject({ code: "unreachable", status: 0 });
  });

  it.each([
    ["zero bytes", [65, 0, 66]],
    ["what is no UTF-8", [0xff, 0xfe, 0x80, 65, 66]],
  ])("takes %s for binary", async (_, bytes) => {
    const { text } = parts(new Uint8Array(bytes));

    await text.readMore();

    expect(text.isBinary).toBe(true);
  });
});

describe("parseTable", () => {
  it("reads quotes and tabs", async () => {
    expect(await parseTable('a,b\n"x, y",2\n', false)).toEqual({
      header: ["a", "b"],
      rows: [["x, y", "2"]],
      isCut: false,
    });
    expect((await parseTable("a\tb\n1\t2", false)).rows).toEqual([["1", "2"]]);
  });

  it("leaves out the half row where the text breaks off", async () => {
    const { rows, isCut } = await parseTable("a,b\n1,2\n3,", true);

    expect([rows, isCut]).toEqual([[["1", "2"]], true]);
  });

  it("cuts what is too long or too wide, and says so", async () => {
    const long = await parseTable(`a\n${"x".repeat(MAX_CELL_CHARS + 1)}`, false);
    const wide = await parseTable(`${"a,".repeat(150)}\n${"1,".repeat(150)}`, false);

    expect([long.rows[0]![0]!.length, long.isCut]).toEqual([MAX_CELL_CHARS + 1, true]);
    expect(long.rows[0]![0]).toMatch(/x…$/);
    expect([wide.header.length, wide.isCut]).toEqual([100, true]);
  });
});

describe("parseNotebook", () => {
  it("takes the text out of it", () => {
    const notebook = parseNotebook(
      JSON.stringify({
        metadata: { language_info: { name: "julia" } },
        cells: [
          { cell_type: "markdown", source: ["# a\n", "b"] },
          {
            cell_type: "code",
            source: "1 + 1",
            outputs: [
              { output_type: "execute_result", data: { "text/plain": ["2"], "text/html": "<b>2</b>" } },
              { output_type: "stream", text: "out" },
              { output_type: "display_data", data: { "image/png": "AAAA" } },
              { output_type: "error", traceback: ["one", "two"] },
            ],
          },
        ],
      }),
    );

    expect(notebook).toEqual({
      language: "julia",
      cells: [
        { kind: "markdown", source: "# a\nb", outputs: [], otherOutputs: 0 },
        { kind: "code", source: "1 + 1", outputs: ["2", "out", "one\ntwo"], otherOutputs: 1 },
      ],
    });
  });

  it.each(["", "[]", "{}", '{"cells":3}', "null"])("doesn't take %j for one", (text) => {
    expect(() => parseNotebook(text)).toThrow(SyntaxError);
  });

  it("stands what other programs write", () => {
    const odd =
      '{"cells":[null,3,{"cell_type":"x","source":5,"outputs":[{"output_type":"stream"},null]}],"metadata":[]}';

    expect(parseNotebook(odd).cells).toEqual([{ kind: "code", source: "", outputs: [""], otherOutputs: 0 }]);
  });
});
