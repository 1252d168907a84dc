package dev.holdpoint.sandbox;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;

/** Of any number of names, the first ones in their order. No more than these are ever held. */
final class Firsts {

    private final int most;
    private final NavigableSet<String> names = new TreeSet<>();
    private boolean complete = true;

    Firsts(int most) {
        this.most = most;
    }

    void add(String name) {
        names.add(name);
        if (names.size() > most) {
            names.pollLast();
            complete = false;
        }
    }

    SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(names);
    }

    /** Whether there were no others. */
    boolean isComplete() {
        return complete;
    }
}
