#!/usr/bin/env bash
# The web UI's own tests, as Maven runs them: test.sh check|e2e|screenshots [SKIP…], where a "true" among the last means: not now.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=deploy/lib.sh
source ../../../deploy/lib.sh

what="$1"
shift
for skip in "$@"; do
  if [[ "$skip" == true ]]; then exit 0; fi
done
case "$what" in
  check) npm run --silent check && npm run --silent test ;;
  e2e | screenshots)
    # Maven itself may run with another Java than the service needs.
    JAVA_HOME="$(find_jdk)" || die "no JDK $JDK_WANTED for the service under test"
    export JAVA_HOME
    config=playwright.config.ts
    if [[ "$what" == screenshots ]]; then config=playwright.pictures.config.ts; fi
    npx playwright test --config "$config"
    ;;
esac
