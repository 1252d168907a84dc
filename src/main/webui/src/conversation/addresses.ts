// Where a link may lead: to the web and to a mailbox, and never into a script or a file.
const PROTOCOLS = ["http:", "https:", "mailto:"];
const LOOKS_LIKE_ADDRESS = /[\p{L}\p{N}_-]\.[\p{L}\p{N}]{2,}|:\/\/|@/u;

/** The address if a page may lead there. */
export function safeAddress(address: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && PROTOCOLS.includes(url.protocol) ? url : undefined;
}

/** Where a link really leads, if its text can be taken for another address. */
export function realHost(text: string, url: URL): string | undefined {
  if (!LOOKS_LIKE_ADDRESS.test(text)) return undefined;
  const said = [text, `${url.protocol}//${text}`].map(safeAddress).find((known) => known !== undefined);
  const isHonest =
    said?.host === url.host && !url.username && (url.protocol !== "mailto:" || said.pathname === url.pathname);
  return isHonest ? undefined : url.host || url.pathname;
}
