package dev.holdpoint.llm;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small program that fits a request, as far as keywords tell.
 *
 * @param topic what it's about, for people
 */
record DemoProgram(String topic, String path, String source, String command) {

    private static final int DEFAULT_COUNT = 10;
    private static final int MAX_COUNT = 500;
    private static final Pattern NUMBER = Pattern.compile("\\b\\d{1,9}\\b");
    private static final Pattern SHELL =
            Pattern.compile("(?i)\\b(shell|bash|sh) (script|program)\\b|\\bin (shell|bash|sh)\\b");

    private record Template(Pattern keywords, String topic, String name, String source) {}

    /** The first whose keyword occurs is taken. COUNT and REQUEST stand for what the request says. */
    private static final List<Template> TEMPLATES = List.of(
            template("\\bprimes?\\b|primzahl|质数|素数", "prime numbers", "primes", """
                count = COUNT
                primes = []
                candidate = 2
                while len(primes) < count:
                    if all(candidate % p for p in primes if p * p <= candidate):
                        primes.append(candidate)
                    candidate += 1
                print(f"the first {count} primes:", *primes)
                """),
            template("fibonacci|斐波那契", "Fibonacci numbers", "fibonacci", """
                a, b = 0, 1
                for i in range(COUNT):
                    print(a)
                    a, b = b, a + b
                """),
            template("factorial|阶乘", "factorials", "factorial", """
                import math
                for i in range(min(COUNT, 100) + 1):
                    print(f"{i}! = {math.factorial(i)}")
                """),
            template("\\bcsv\\b|spreadsheet|table of|表格", "a CSV table", "table", """
                import csv
                path = "/workspace/demo_table.csv"
                with open(path, "w", newline="", encoding="utf-8") as f:
                    writer = csv.writer(f)
                    writer.writerow(["n", "square", "cube"])
                    writer.writerows((n, n * n, n ** 3) for n in range(1, COUNT + 1))
                with open(path, newline="", encoding="utf-8") as f:
                    rows = list(csv.DictReader(f))
                print(f"{len(rows)} rows in {path}, sum of squares {sum(int(r['square']) for r in rows)}")
                """),
            template("sort|排序", "sorting", "sorting", """
                import random
                numbers = random.Random(42).sample(range(1000), COUNT)
                print("before:", *numbers)
                print("after: ", *sorted(numbers))
                """),
            template("word|count.*(letter|character)|字数|词频", "a word count", "words", """
                from collections import Counter
                text = REQUEST
                words = text.lower().split()
                print(f"{len(text)} characters, {len(words)} words, {len(set(words))} different ones")
                for word, n in Counter(words).most_common(5):
                    print(f"{n} x {word}")
                """),
            template("hello|greet|你好", "a greeting", "hello", """
                print("Hello, world!")
                """));

    private static final Template SUMMARY = template("", "a summary of the request", "summary", """
            request = REQUEST
            words = request.split()
            print("request:   ", " ".join(words)[:200])
            print("words:     ", len(words))
            print("characters:", len(request))
            print("longest:   ", max(words, key=len, default="none"))
            """);

    static DemoProgram fitting(String request) {
        String mended = Surrogates.mend(request);
        if (SHELL.matcher(mended).find()) {
            return shell(mended);
        }
        Template template = TEMPLATES.stream()
                .filter(candidate -> candidate.keywords().matcher(mended).find())
                .findFirst()
                .orElse(SUMMARY);
        String path = "/workspace/demo_" + template.name() + ".py";
        // The text goes in last, so that nothing in it is taken for a placeholder.
        String source = template.source()
                .replace("COUNT", String.valueOf(count(mended)))
                .replace("REQUEST", literal(mended));
        return new DemoProgram(template.topic(), path, source, "python3 " + path);
    }

    private static DemoProgram shell(String request) {
        String path = "/workspace/demo_script.sh";
        String quoted = "'" + request.strip().replace("'", "'\\''") + "'";
        String source = """
                request=REQUEST
                echo "working in $(pwd) on $(uname -s)"
                printf '%s' "$request" | wc -w | xargs echo "words in the request:"
                """.replace("REQUEST", quoted);
        return new DemoProgram("a shell script", path, source, "sh " + path);
    }

    /** What JSON escapes in a string, Python reads alike. */
    private static String literal(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static int count(String request) {
        Matcher number = NUMBER.matcher(request);
        int asked = number.find() ? Integer.parseInt(number.group()) : DEFAULT_COUNT;
        return Math.clamp(asked, 1, MAX_COUNT);
    }

    private static Template template(String keywords, String topic, String name, String source) {
        return new Template(Pattern.compile(keywords, Pattern.CASE_INSENSITIVE), topic, name, source);
    }
}
