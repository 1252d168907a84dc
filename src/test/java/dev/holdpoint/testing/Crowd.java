package dev.holdpoint.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Many clients at once. */
public final class Crowd {

    private Crowd() {}

    /** What each of them got; a client is told its number. */
    public static <T> List<T> of(int count, IntFunction<T> client) {
        List<Callable<T>> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            clients.add(() -> client.apply(number));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(clients)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
