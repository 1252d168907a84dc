package dev.holdpoint.sandbox;

import dev.holdpoint.sandbox.SandboxFiles.Upload;
import dev.holdpoint.sandbox.SandboxFiles.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;

/** A file on its way into a workspace. */
final class WorkspaceUpload implements Upload {

    private final WorkspaceFiles files;
    private final Lock writers;
    private final SandboxPath target;
    private final Expected expected;
    private final StagedFile staged;

    WorkspaceUpload(WorkspaceFiles files, Workspaces workspaces, Lock writers, SandboxPath target, Expected expected)
            throws IOException {
        this.files = files;
        this.writers = writers;
        this.target = target;
        this.expected = expected;
        this.staged = new StagedFile(workspaces, target);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        staged.write(bytes);
    }

    @Override
    public Written complete() throws IOException {
        staged.complete();
        files.quota().add(target, staged.size());
        writers.lock();
        try (OpenFolder parent = files.openOrMake(target.parent())) {
            return staged.moveInto(parent, expected);
        } finally {
            writers.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        staged.close();
    }
}
