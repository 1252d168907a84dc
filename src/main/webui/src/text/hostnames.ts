// What markdown-it takes from the package punycode.js. Browsers write names of hosts in ASCII themselves.

/** A host's name as it goes over the wire. */
function toASCII(name: string): string {
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : name;
}

/** Stays as it is: letters of one script that look like another's would name another host than they seem to. */
const toUnicode = (name: string): string => name;

export default { toASCII, toUnicode };
