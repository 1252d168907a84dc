package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A world of names, in which every address leads to one server on this machine. */
final class ScriptedOutside implements Outside {

    private final Map<String, Deque<List<InetAddress>>> names = new HashMap<>();
    private final InetSocketAddress server;
    final List<String> lookups = new CopyOnWriteArrayList<>();
    final List<String> connections = new CopyOnWriteArrayList<>();

    ScriptedOutside(InetSocketAddress server) {
        this.server = server;
    }

    /** What the next look-up of the name finds; the last one stays. */
    synchronized ScriptedOutside name(String host, String... addresses) {
        names.computeIfAbsent(host, h -> new ArrayDeque<>())
                .add(Stream.of(addresses).map(InetAddress::ofLiteral).toList());
        return this;
    }

    @Override
    public synchronized List<InetAddress> resolve(String host) throws UnknownHostException {
        lookups.add(host);
        Deque<List<InetAddress>> answers = names.get(host);
        if (answers == null) {
            throw new UnknownHostException(host);
        }
        return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
    }

    @Override
    public Socket connect(InetAddress address, int port) throws IOException {
        connections.add(address.getHostAddress() + ":" + port);
        Socket socket = new Socket();
        socket.connect(server);
        return socket;
    }
}
