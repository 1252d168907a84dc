package dev.holdpoint.testing;

import dev.holdpoint.event.ThreadId;
import dev.holdpoint.sandbox.CommandLoad;
import dev.holdpoint.sandbox.Sandbox;
import dev.holdpoint.sandbox.Sandboxes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One fake sandbox for each thread. */
public final class FakeSandboxes implements Sandboxes {

    private final Map<ThreadId, FakeSandbox> sandboxes = new ConcurrentHashMap<>();
    private final Set<ThreadId> removed = ConcurrentHashMap.newKeySet();
    private final Set<ThreadId> old = ConcurrentHashMap.newKeySet();

    @Override
    public String backend() {
        return "fake";
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    public Sandbox of(ThreadId thread) {
        return fake(thread);
    }

    public FakeSandbox fake(ThreadId thread) {
        return sandboxes.computeIfAbsent(thread, id -> new FakeSandbox());
    }

    /** The threads whose sandbox was removed. */
    public Set<ThreadId> removed() {
        return removed;
    }

    @Override
    public boolean exists(ThreadId thread) {
        return sandboxes.containsKey(thread);
    }

    /** Lets a thread's sandbox be one that was made long ago. */
    public FakeSandboxes grownOld(ThreadId thread) {
        old.add(thread);
        return this;
    }

    @Override
    public List<ThreadId> olderThan(Duration age) {
        return List.copyOf(old);
    }

    @Override
    public String state(ThreadId thread) {
        return sandboxes.containsKey(thread) ? "running" : "none";
    }

    @Override
    public int running() {
        return sandboxes.size();
    }

    @Override
    public CommandLoad load() {
        return CommandLoad.NONE;
    }

    @Override
    public void remove(ThreadId thread) {
        removed.add(thread);
        sandboxes.remove(thread);
        old.remove(thread);
    }

    @Override
    public void takeOver(ThreadId thread) {
        // all are of this process
    }

    @Override
    public void sweep(Supplier<? extends Collection<String>> owners) {
        // all are of this process
    }

    /** The files only; what was scripted stays where it is. */
    @Override
    public void copy(ThreadId from, ThreadId to) {
        fake(from).files().copyTo(fake(to).files());
    }

    @Override
    public void close() {
        sandboxes.clear();
    }
}
