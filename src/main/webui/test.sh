#!/usr/bin/env bash
# The web UI's own tests: test.sh check|e2e|screenshots [arguments for Playwright]
# Maven gives what its -Dskip… say: a "true" means not now, and a "false" or what nobody set means nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

what="$1"
shift
arguments=()
for argument in "$@"; do
  case "$argument" in
    true) exit 0 ;;
    false | '${'*'}') ;;
    *) arguments+=("$argument") ;;
  esac
done
if cmp -s without.html ../../../target/classes/META-INF/resources/index.html; then
  printf 'the web UI was left out of the build, and so are its tests\n' >&2
  exit 0
fi
case "$what" in
  check) npm run --silent check && npm run --silent test ;;
  e2e | screenshots)
    # shellcheck source=deploy/lib.sh
    source ../../../deploy/lib.sh
    # Maven itself may run with another Java than the service needs.
    JAVA_HOME="$(find_jdk)" || die "no JDK $JDK_WANTED for the service under test"
    export JAVA_HOME
    config=playwright.config.ts
    if [[ "$what" == screenshots ]]; then
      config=playwright.pictures.config.ts
      [[ -n "$(fc-list :lang=zh)" ]] || die "one picture is in Chinese and needs a font for it, such as Debian's fonts-noto-cjk"
    fi
    npx playwright test --config "$config" "${arguments[@]}"
    ;;
esac
