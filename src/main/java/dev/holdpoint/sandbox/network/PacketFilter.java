package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's packet filter, by iptables or ip6tables. Rules are put into the table {@code mangle}, which comes before the
 * one that Docker and firewalls write to: what is dropped there can't be accepted by any of them, in whatever order they
 * set their rules or lose them.
 *
 * @param program {@code iptables} or {@code ip6tables}
 */
record PacketFilter(String program) {

    private static final int SECONDS = 5;
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin");

    /** All rules, as {@code -A CHAIN …}. */
    List<String> rules() throws IOException, InterruptedException {
        return run("", "", "-w", "4", "-t", "mangle", "-S")
                .lines()
                .map(line -> line.replace("\"", ""))
                .filter(line -> line.startsWith("-A "))
                .toList();
    }

    /**
     * Makes these chains hold these rules and nothing else, and these rules come first where packets come by, all in one
     * step. Nothing is done if that is so already.
     *
     * @param chains the rules of each chain of ours, without its name
     * @param hooks rules of the kernel's own chains, as {@code INPUT …}
     */
    void ensure(Map<String, List<String>> chains, List<String> hooks) throws IOException, InterruptedException {
        List<String> there = rules();
        if (!holds(there, chains, hooks)) {
            restore(chains, present(there, hooks), hooks);
            if (!holds(rules(), chains, hooks)) {
                throw new IOException(program + " took the rules and doesn't show them");
            }
        }
    }

    private static boolean holds(List<String> there, Map<String, List<String>> chains, List<String> hooks) {
        return present(there, hooks).size() == hooks.size()
                && chains.entrySet().stream()
                        .allMatch(chain -> in(there, chain.getKey()).equals(chain.getValue()));
    }

    private static List<String> present(List<String> there, List<String> hooks) {
        return hooks.stream().filter(hook -> there.contains("-A " + hook)).toList();
    }

    static List<String> in(List<String> rules, String chain) {
        String prefix = "-A " + chain + " ";
        return rules.stream()
                .filter(rule -> rule.startsWith(prefix))
                .map(rule -> rule.substring(prefix.length()))
                .toList();
    }

    private void restore(Map<String, List<String>> chains, List<String> before, List<String> hooks)
            throws IOException, InterruptedException {
        List<String> script = new ArrayList<>(List.of("*mangle"));
        chains.keySet().forEach(chain -> script.add(":" + chain + " - [0:0]"));
        chains.keySet().forEach(chain -> script.add("-F " + chain));
        chains.forEach((chain, rules) -> rules.forEach(rule -> script.add("-A " + chain + " " + rule)));
        before.forEach(hook -> script.add("-D " + hook));
        hooks.reversed().forEach(hook -> script.add("-I " + hook));
        commit(script);
    }

    /** No error if there is nothing of it. */
    void remove(Collection<String> chains, List<String> hooks) throws IOException, InterruptedException {
        List<String> script = new ArrayList<>(List.of("*mangle"));
        present(rules(), hooks).forEach(hook -> script.add("-D " + hook));
        chains.forEach(chain -> script.add(":" + chain + " - [0:0]"));
        chains.forEach(chain -> script.add("-F " + chain));
        chains.forEach(chain -> script.add("-X " + chain));
        commit(script);
    }

    private void commit(List<String> script) throws IOException, InterruptedException {
        script.add("COMMIT");
        run(String.join("\n", script) + "\n", "-restore", "-w", "4", "--noflush");
    }

    private String run(String input, String suffix, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(installed(program + suffix)));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            try (OutputStream to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(printed.strip().lines().findFirst().orElse(program + " failed"));
            }
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String installed(String name) throws IOException {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not installed (apt-get install iptables)"))
                .toString();
    }
}
