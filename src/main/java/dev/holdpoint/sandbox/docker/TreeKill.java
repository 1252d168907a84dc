package dev.holdpoint.sandbox.docker;

import java.time.Duration;
import java.util.List;

/**
 * Kills one command's processes inside of a container, since an engine can't end an exec. They are told by a mark in
 * their environment. Who threw the mark away is told by having been started since, with no living ancestor that bears
 * another command's mark.
 */
final class TreeKill {

    /**
     * Arguments: the command's mark, its shell's, and its age in seconds. Succeeds when nothing was left in two looks in a
     * row.
     */
    private static final String SCRIPT = """
            mine=$1 shell=$2
            cd /proc || exit 1
            read -r now rest < uptime
            since=$(( (${now%%.*} - $3 - 1) * 100 ))
            look() {
              s=$(cat "$1/stat" 2>/dev/null)
              [ -n "$s" ] || return 1
              comm=${s#*\\(}
              comm=${comm%\\)*}
              set -- ${s##*\\) }
              state=$1 parent=$2
              shift 19
              start=$1
            }
            marked() {
              case "
            $marks
            " in *"
            $1/environ
            "*) return 0 ;; esac
              return 1
            }
            protected() {
              q=$1
              while [ "$q" -gt 1 ]; do
                marked "$q" && return 0
                look "$q" || return 1
                q=$parent
              done
              return 1
            }
            stray() {
              marked "$1" && return 1
              look "$1" || return 1
              case $comm in runc:*) return 1 ;; esac
              [ "$state" != Z ] && [ "$start" -ge "$since" ] || return 1
              ! protected "$parent"
            }
            clean=0
            for pass in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
              found=
              for f in $(grep -lsF -e "HOLDPOINT_EXEC=$mine" -e "HOLDPOINT_EXEC=$shell" [0-9]*/environ); do
                kill -9 "${f%/*}" 2>/dev/null && found=1
              done
              marks=$(grep -lsF HOLDPOINT_EXEC= [0-9]*/environ)
              for p in [0-9]*; do
                stray "$p" && kill -9 "$p" 2>/dev/null && found=1
              done
              if [ -n "$found" ]; then clean=0; else clean=$((clean + 1)); fi
              [ "$clean" -lt 2 ] || exit 0
            done
            exit 1
            """;

    private static final Duration DEADLINE = Duration.ofMillis(2500);

    private final Helper helper;

    TreeKill(Helper helper) {
        this.helper = helper;
    }

    /** @return whether nothing of the command is left for certain, nor of its shell */
    boolean kill(String container, String mark, String shell, Duration age) throws InterruptedException {
        List<String> arguments = List.of(mark, shell, Long.toString(age.toSeconds() + 1));
        return helper.run(container, SCRIPT, arguments, DEADLINE).isPresent();
    }
}
