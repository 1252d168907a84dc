import { visibleJson } from "../text/visible";

export type Args = Record<string, unknown>;

/** One argument as a person edits it: text as it is, everything else as JSON. */
export interface ArgField {
  name: string;
  isText: boolean;
  text: string;
}

export type Parsed<T> = { value: T; error?: undefined } | { error: string; value?: undefined };

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
  return isObject ? { value: value as Args } : { error: "{ … }" };
}

function parsed(json: string): Parsed<unknown> {
  try {
    return { value: JSON.parse(json) as unknown };
  } catch (failure) {
    return { error: (failure as Error).message };
  }
}
