package dev.holdpoint.sandbox;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a writer expects to find at a path, so that it doesn't undo what another wrote meanwhile. */
public sealed interface Expected {

    Expected ANYTHING = new Anything();
    Expected NOTHING = new Nothing();
    Expected SOMETHING = new Something();

    /** @param found what is there; null for nothing */
    boolean holds(@Nullable FileVersion found);

    /** No matter what. */
    record Anything() implements Expected {
        @Override
        public boolean holds(@Nullable FileVersion found) {
            return true;
        }
    }

    record Nothing() implements Expected {
        @Override
        public boolean holds(@Nullable FileVersion found) {
            return found == null;
        }
    }

    record Something() implements Expected {
        @Override
        public boolean holds(@Nullable FileVersion found) {
            return found != null;
        }
    }

    /** One of these contents. */
    record OneOf(Set<FileVersion> versions) implements Expected {
        public OneOf {
            versions = Set.copyOf(versions);
        }

        @Override
        public boolean holds(@Nullable FileVersion found) {
            return found != null && versions.contains(found);
        }
    }
}
