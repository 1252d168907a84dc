package dev.holdpoint.sandbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The two calls of Linux that Java has no words for. A native executable must be told of each in
 * reachability-metadata.json, and look them up when it starts, not when it is built.
 */
@SuppressWarnings("restricted") // what restricts them is that a wrong description of a function breaks the process
final class SystemCalls {

    /** For a path that begins at the root: it is relative to no folder. */
    static final int NO_FOLDER = -100;

    private static final int O_PATH = 0x20_0000;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int O_NOFOLLOW = noFollow(System.getProperty("os.arch"));
    private static final Path ROOT = Path.of("/");

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MethodHandle OPENAT = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("openat"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            ERRNO);
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private SystemCalls() {}

    /** Of these flags it is the only one whose number depends on the processor. */
    private static int noFollow(String processor) {
        return switch (processor) {
            case "amd64" -> 0x2_0000;
            case "aarch64" -> 0x8000;
            default -> throw new ExceptionInInitializerError("open flags are not known for " + processor);
        };
    }

    /**
     * Gets a descriptor for whatever has this name, be it a link or a pipe, without reading it, acting on it or waiting.
     *
     * @param folder a descriptor, or {@link #NO_FOLDER}
     */
    static int hold(int folder, Path name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int number = (int) OPENAT.invokeExact(state, folder, text(arena, name), O_PATH | O_NOFOLLOW | O_CLOEXEC);
            if (number < 0) {
                throw failure(state.get(ValueLayout.JAVA_INT, 0), name);
            }
            return number;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void close(int number) {
        try {
            int _ = (int) CLOSE.invokeExact(number);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A name is bytes, which may not survive as text; as part of an address they do. */
    private static MemorySegment text(Arena arena, Path name) {
        URI address = name.isAbsolute()
                ? name.toUri()
                : ROOT.resolve("\1").resolve(name).toUri();
        byte[] encoded = address.getRawPath().getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[encoded.length + 1];
        int length = 0;
        for (int i = name.isAbsolute() ? 0 : "/%01/".length(); i < encoded.length; i++) {
            if (encoded[i] == '%') {
                bytes[length++] = (byte) Integer.parseInt(address.getRawPath(), i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = encoded[i];
            }
        }
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, length + 1));
    }

    private static FileSystemException failure(int errno, Path name) {
        String file = name.toString();
        return switch (errno) {
            case 2 -> new NoSuchFileException(file);
            case 13 -> new AccessDeniedException(file);
            case 20 -> new NotDirectoryException(file);
            default -> new FileSystemException(file, null, "openat failed with errno " + errno);
        };
    }
}
