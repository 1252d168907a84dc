package dev.holdpoint;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Every constructor can be called from its own package at most. */
final class PackagePrivateConstructors extends ArchCondition<JavaClass> {

    PackagePrivateConstructors() {
        super("have constructors that are at most package-private");
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
        boolean hidden = item.getConstructors().stream()
                .noneMatch(c -> c.getModifiers().contains(JavaModifier.PUBLIC)
                        || c.getModifiers().contains(JavaModifier.PROTECTED));
        events.add(new SimpleConditionEvent(item, hidden, item.getName() + " has a constructor that others can call"));
    }
}
