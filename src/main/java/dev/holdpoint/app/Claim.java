package dev.holdpoint.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What this process has to itself: a data folder or database with two owners would run turns twice. The kernel ends a
 * claim with its process, however that ends, so none is ever left over.
 */
final class Claim implements AutoCloseable {

    private final List<FileChannel> held = new ArrayList<>();

    /**
     * Claims what this file stands for; nobody else may ever open the file, since closing it would end the claim.
     *
     * @return false if another process has it
     */
    boolean take(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        held.add(channel);
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        for (FileChannel channel : held) {
            try {
                channel.close();
            } catch (IOException e) {
                // The process ends, and the claim with it.
            }
        }
    }
}
