/** As the service allows. */
const MAX_TITLE_CHARS = 200;

/**
 * The title of a thread that is made from another one; where that has none yet, neither has this.
 *
 * @param named says what a title becomes
 */
export function copyTitle(title: string | undefined, named: (title: string) => string): string | undefined {
  const added = named("");
  if (!title || title.endsWith(added)) return title;
  if (named(title).length <= MAX_TITLE_CHARS) return named(title);
  // Half a character is none.
  return named(title.slice(0, MAX_TITLE_CHARS - added.length - 1).replace(/[\ud800-\udbff]$/, "") + "…");
}
