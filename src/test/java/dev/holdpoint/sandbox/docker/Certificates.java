package dev.holdpoint.sandbox.docker;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Certificates of an engine, of a client that it knows, and of clients that something is wrong with. */
final class Certificates {

    private static final CopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

    private Certificates() {}

    /** Makes ca.pem, server.pem and server-key.pem, and the folders good, stranger (to the engine) and wary (of it). */
    static void make(Path folder) throws IOException {
        Files.createDirectories(folder);
        authority(folder, "ca");
        authority(folder, "other");
        signed(folder, "ca", folder.resolve("server"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
        client(folder, "good", "ca", "ca");
        client(folder, "stranger", "other", "ca");
        client(folder, "wary", "ca", "other");
    }

    private static void client(Path folder, String name, String signer, String trusted) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        signed(folder, signer, own.resolve("cert"), "extendedKeyUsage=clientAuth");
        Files.move(own.resolve("cert-key.pem"), own.resolve("key.pem"), REPLACE);
        Files.copy(folder.resolve(trusted + ".pem"), own.resolve("ca.pem"), REPLACE);
    }

    private static void authority(Path folder, String name) {
        openssl(folder.resolve(name), "/CN=test " + name, List.of());
    }

    private static void signed(Path folder, String signer, Path file, String extension) {
        Path authority = folder.resolve(signer);
        openssl(
                file,
                "/CN=" + file.getFileName(),
                List.of("-CA", authority + ".pem", "-CAkey", authority + "-key.pem", "-addext", extension));
    }

    private static void openssl(Path file, String subject, List<String> more) {
        List<String> line = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"));
        line.addAll(List.of("-days", "2", "-subj", subject, "-keyout", file + "-key.pem", "-out", file + ".pem"));
        line.addAll(more);
        SpareEngine.run(line.toArray(String[]::new));
    }
}
