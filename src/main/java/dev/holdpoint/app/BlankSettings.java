package dev.holdpoint.app;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * An empty value means the default, also where the framework reads a setting by itself. It sits below what fills in
 * expressions (library + 800), so that these don't see the empty value either.
 */
@Priority(Interceptor.Priority.LIBRARY_BEFORE + 100)
public final class BlankSettings implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        boolean blank = name.startsWith("HOLDPOINT_")
                && value != null
                && value.getValue() != null
                && value.getValue().isBlank();
        return blank ? null : value;
    }
}
