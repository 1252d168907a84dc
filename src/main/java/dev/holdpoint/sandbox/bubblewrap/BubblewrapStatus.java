package dev.holdpoint.sandbox.bubblewrap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What bwrap itself says about its command, as told apart from what the command says. An exit code is there only if the
 * command was started and came to its end.
 */
record BubblewrapStatus(OptionalInt firstProcess, OptionalInt exitCode) {

    private static final Pattern CHILD = Pattern.compile("\"child-pid\":\\s*(\\d+)");
    private static final Pattern EXIT = Pattern.compile("\"exit-code\":\\s*(\\d+)");

    static BubblewrapStatus read(Path file) {
        try {
            String text = Files.readString(file);
            return new BubblewrapStatus(find(CHILD, text), find(EXIT, text));
        } catch (NoSuchFileException e) {
            // Somebody ends a command that has just come to its own end, and whose files are gone with it.
            return new BubblewrapStatus(OptionalInt.empty(), OptionalInt.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read what bwrap said", e);
        }
    }

    private static OptionalInt find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
