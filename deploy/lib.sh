# shellcheck shell=bash
# What deploy/run and deploy/test share. Source it; it does nothing by itself.
# A script may set ASSUME_YES=true (its -y) before it calls apt_install.

# Java takes the names of files from the locale: without UTF-8 it refuses 你好.txt.
export LC_ALL=C.UTF-8

JDK_WANTED=25
NODE_WANTED=20
ASSUME_YES="${ASSUME_YES:-false}"

say() { printf 'holdpoint: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# A program of the system folders counts too: /usr/sbin is not on everybody's PATH.
have_program() { have "$1" || [[ -x "/usr/sbin/$1" || -x "/sbin/$1" ]]; }

# --- JDK ---------------------------------------------------------------------------------------

# Prints the major version of the JDK in folder $1; fails where there is none (a JRE can't build).
jdk_version() {
  local home="$1" version=""
  [[ -x "$home/bin/java" && -x "$home/bin/javac" ]] || return 1
  if [[ -r "$home/release" ]]; then
    version="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")"
  fi
  if [[ -z "$version" ]]; then
    version="$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')"
  fi
  [[ -n "$version" ]] && printf '%s\n' "$version"
}

# Prints the folder of a JDK that is new enough: JAVA_HOME first, then PATH, then the usual places.
find_jdk() {
  local candidate version on_path=""
  if have javac; then
    on_path="$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")"
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/*; do
    [[ -n "$candidate" && -d "$candidate" ]] || continue
    if version="$(jdk_version "$candidate")" && ((version >= JDK_WANTED)); then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# Sets and exports JAVA_HOME, installing a JDK if none is there and apt has one.
require_jdk() {
  local home package
  if ! home="$(find_jdk)"; then
    apt_refresh
    for package in "openjdk-$JDK_WANTED-jdk-headless" "temurin-$JDK_WANTED-jdk"; do
      if apt_knows "$package"; then
        apt_install "a JDK, to build and run the service" "$package"
        break
      fi
    done
    home="$(find_jdk)" ||
      die "needs a JDK $JDK_WANTED or newer, and apt has none here: get Temurin $JDK_WANTED from https://adoptium.net (or: sdk install java $JDK_WANTED-tem), set JAVA_HOME to it and run this again"
  fi
  export JAVA_HOME="$home"
}

# --- apt ---------------------------------------------------------------------------------------

as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    say "this needs root, and there is no sudo: $*"
    return 1
  fi
}

# Asks only a person: with -y, or without a terminal, the answer is yes.
confirm() {
  local answer=""
  if [[ "$ASSUME_YES" == true || ! -t 0 || ! -t 2 ]]; then
    return 0
  fi
  printf 'holdpoint: %s [Y/n] ' "$1" >&2
  read -r answer || return 1
  [[ -z "$answer" || "$answer" == [Yy]* ]]
}

apt_knows() {
  have apt-cache && [[ "$(apt-cache policy "$1" 2>/dev/null)" == *"Candidate: "[0-9]* ]]
}

APT_IS_FRESH=false
apt_refresh() {
  if [[ "$APT_IS_FRESH" == false ]] && have apt-get; then
    say "asking apt what it has"
    as_root apt-get -qq -o DPkg::Lock::Timeout=120 update </dev/null >&2 || say "apt-get update failed; going on with the lists that are there"
    APT_IS_FRESH=true
  fi
}

# apt_install WHY PACKAGE…
apt_install() {
  local why="$1"
  shift
  have apt-get || die "needs $* ($why), and this is no Debian or Ubuntu: install it and run this again"
  say "will install $* ($why)"
  confirm "install now?" || die "stopped; nothing was installed. Install $* yourself and run this again"
  apt_refresh
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
    install --no-install-recommends "$@" </dev/null >&2 || die "apt could not install $*"
}

# --- Node.js -----------------------------------------------------------------------------------

node_is_new_enough() {
  have node && have npm && node -e 'process.exit(parseInt(process.versions.node) >= process.argv[1] ? 0 : 1)' "$NODE_WANTED"
}

# get_node WHY: puts a Node.js that is new enough on PATH, with npm, installing what is missing; fails where none can be had.
get_node() {
  local newer="${XDG_CACHE_HOME:-$HOME/.cache}/holdpoint/node"
  node_is_new_enough && return
  if ! have node || ! have npm; then
    (apt_install "$1" nodejs npm) || return 1
  fi
  node_is_new_enough && return
  # Debian 12 has Node.js 18; the npm registry has a newer one as a package.
  if [[ ! -x "$newer/node_modules/.bin/node" ]]; then
    say "Node.js is $(node --version), and $NODE_WANTED or newer is needed $1: fetching one into $newer"
    npm install --prefix "$newer" node@22 --no-audit --no-fund --loglevel=error </dev/null >&2 || return 1
  fi
  export PATH="$newer/node_modules/.bin:$PATH"
  node_is_new_enough
}

# --- Sandboxes ---------------------------------------------------------------------------------

# True when a Docker engine answers. Over TCP the service finds out by itself: who names an engine means it.
engine_answers() {
  local host="${DOCKER_HOST:-unix:///var/run/docker.sock}" socket
  [[ "$host" == unix://* ]] || return 0
  socket="${host#unix://}"
  [[ -S "$socket" && -r "$socket" && -w "$socket" ]] || return 1
  if have curl; then
    [[ "$(curl -s --max-time 5 --unix-socket "$socket" http://localhost/_ping)" == OK ]]
  elif have docker; then
    timeout 5 docker version >/dev/null 2>&1
  else
    # perl-base is part of every Debian; the quoted text is Perl, so the shell must not expand it.
    # shellcheck disable=SC2016
    timeout 5 perl -MIO::Socket::UNIX -e '
      my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1;
      print $s "GET /_ping HTTP/1.0\r\nHost: localhost\r\n\r\n";
      exit((<$s> // "") =~ / 200 / ? 0 : 1)' "$socket"
  fi
}

# True when bubblewrap can make the namespaces that a sandbox needs.
bubblewrap_works() {
  have bwrap && bwrap --unshare-user --unshare-pid --unshare-net --ro-bind / / --proc /proc --dev /dev true >/dev/null 2>&1
}

# Prints setting $1 as the service will see it: the environment, then .env, then default $2.
setting() {
  local value="${!1:-}"
  if [[ -z "$value" && -r .env ]]; then
    value="$(sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" .env | tail -n 1 | tr -d '\r')"
  fi
  printf '%s\n' "${value:-$2}"
}
