/** A name for a request, to be sent with each try of it. (`crypto.randomUUID` isn't there for pages over plain HTTP.) */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
