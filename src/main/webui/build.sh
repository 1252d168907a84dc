#!/usr/bin/env bash
# Builds the web UI to where the service serves it from. Maven runs this; where the UI can't be built, a page that says so takes its place.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

NODE_WANTED=20
target=../../../target
page="$target/classes/META-INF/resources"
stamp="$target/webui.sha256"
# The tests use a browser of the system.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

left_out() {
  printf 'the web UI is left out: %s\n' "$*" >&2
  rm -rf "$page" "$stamp"
  mkdir -p "$page"
  cp without.html "$page/index.html"
  exit 0
}

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(parseInt(process.versions.node) >= process.argv[1] ? 0 : 1)' "$NODE_WANTED"
}

# What the page is made of; times say little in a fresh clone.
fingerprint() {
  find . ../resources/META-INF/openapi.yaml -type f \
    -not -path './node_modules/*' -not -path './e2e/*' -not -path ./src/api/schema.d.ts -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# Says something only if it fails.
quietly() {
  "$@" >"$target/webui-build.log" 2>&1 </dev/null || {
    cat "$target/webui-build.log" >&2
    exit 1
  }
}

now="$(fingerprint)"
if [[ -f "$page/index.html" && -f "$stamp" && "$(<"$stamp")" == "$now" ]]; then exit 0; fi
node_is_new_enough || left_out "Node.js $NODE_WANTED or newer is needed, with npm, to build it"

mkdir -p "$target"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
  quietly npm ci --no-audit --no-fund --loglevel=error
fi
rm -f "$stamp"
quietly npm run --silent build
printf '%s\n' "$now" >"$stamp"
