# shellcheck shell=bash
# What the measuring scripts share that run a class of src/test. Source it after lib.sh.

# figures GOAL OPTIONS…: builds what is needed, runs the classes that the options name, and prints what they say between
# the load of the machine before and after: figures of a busy one are upper bounds.
figures() {
  say "building, then measuring; $(nproc) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
  # The formatter's check is for those who change the code.
  ./mvnw -q -B -P '!format' -Dsurefire.failIfNoSpecifiedTests=false "$@" </dev/null | { grep --line-buffered -v ' INFO ' || true; }
  say "load afterwards $(cut -d ' ' -f 1-3 /proc/loadavg)"
}
