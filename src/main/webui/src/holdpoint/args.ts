import { visibleJson } from "../text/visible";

export type Args = Record<string, unknown>;

/** One argument as a person edits it: text as it is, everything else as JSON. */
export interface ArgField {
  name: string;
  isText: boolean;
  text: string;
}

/** What keeps a text from being used: a key of words below `hold`, and what they tell. */
export interface Unusable {
  key: "bad_json" | "inexact";
  detail: string;
}

export type Parsed<T> = { value: T; error?: undefined } | { error: Unusable; value?: undefined };

export function fieldsOf(args: Args): ArgField[] {
  return Object.entries(args).map(([name, value]) =>
    typeof value === "string" ? { name, isText: true, text: value } : { name, isText: false, text: visibleJson(value) },
  );
}

export function valueOf(field: ArgField): Parsed<unknown> {
  return field.isText ? { value: field.text } : parsed(field.text);
}

/** Arguments out of JSON, which must be an object. */
export function parsedArgs(json: string): Parsed<Args> {
  const { value, error } = parsed(json);
  if (error !== undefined) return { error };
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { value: value as Args } : { error: { key: "bad_json", detail: "{ … }" } };
}

function parsed(json: string): Parsed<unknown> {
  try {
    const value = JSON.parse(json) as unknown;
    return isInexact(value) ? { error: { key: "inexact", detail: "" } } : { value };
  } catch (failure) {
    return { error: { key: "bad_json", detail: (failure as Error).message } };
  }
}

/** Whether there is a number in a JSON value that may have been another one in its text. */
export function isInexact(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === "object" && value !== null && Object.values(value).some(isInexact);
}

/** What the service says of one argument: each of its sentences begins with the place, such as 'timeout' or 'todos[0].id'. */
export function saidOf(name: string, message: string): string[] {
  const places = [`'${name}'`, `'${name}.`, `'${name}[`];
  const sentences = message.replace(/^args: /, "").split("; ");
  return sentences.filter((sentence) => places.some((place) => sentence.startsWith(place)));
}
