package dev.holdpoint.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What docs/sandbox.md says that a sandbox looks like from the inside: for each question, the answers that are right. */
record DocumentedInside(Map<String, List<String>> answers) {

    private static final Path PAGE = Path.of("docs/sandbox.md");
    private static final String EITHER = "` or `";

    /** @param heading of the section that holds the table */
    static DocumentedInside read(String heading) throws IOException {
        return parse(heading, Files.readString(PAGE));
    }

    static DocumentedInside parse(String heading, String page) {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        page.lines()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .map(line -> line.split("\\|", 4))
                .forEach(cells -> answers.put(
                        cells[1].strip(),
                        Stream.of(cells[2].strip().split(EITHER, -1))
                                .map(answer -> answer.replace("`", ""))
                                .toList()));
        assertThat(answers).as("rows below %s", heading).isNotEmpty();
        return new DocumentedInside(answers);
    }

    /** One line for each question that has another answer than the page says, or that only one of both knows. */
    List<String> differences(Map<String, String> found, SandboxUser user) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> questions = new TreeSet<>(answers.keySet());
        questions.addAll(found.keySet());
        for (String question : questions) {
            List<String> right = answers.getOrDefault(question, List.of("nothing")).stream()
                    .map(answer -> answer.replace("{uid}", Integer.toString(user.uid()))
                            .replace("{gid}", Integer.toString(user.gid())))
                    .toList();
            String is = found.getOrDefault(question, "nothing");
            if (!right.contains(is)) {
                differences.add("%s: is [%s], documented as %s".formatted(question, is, right));
            }
        }
        return differences;
    }
}
