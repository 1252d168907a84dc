package dev.holdpoint.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A store whose connection dies right after it did something, so that nobody learns that it was done. */
public final class LostReplies {

    private final DataSource source;
    private final AtomicReference<@Nullable String> armed = new AtomicReference<>();

    public LostReplies(DataSource source) {
        this.source = source;
    }

    /** The reply to the next transaction in which there is a statement with this text gets lost. */
    public void loseNext(String sql) {
        armed.set(sql);
    }

    /** Whether a reply was lost since then. */
    public boolean lost() {
        return armed.get() == null;
    }

    public DataSource source() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(source, method, arguments);
            return result instanceof Connection c ? proxy(Connection.class, new Dying(c)) : result;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private final class Dying implements InvocationHandler {

        private final Connection connection;
        private boolean dies;

        Dying(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            String text = armed.get();
            if (method.getName().equals("prepareStatement")
                    && arguments != null
                    && text != null
                    && arguments[0].toString().contains(text)
                    && armed.compareAndSet(text, null)) {
                dies = true;
            }
            Object result = call(connection, method, arguments);
            if (dies && method.getName().equals("close")) {
                throw new SQLException("the connection died");
            }
            return result;
        }
    }
}
