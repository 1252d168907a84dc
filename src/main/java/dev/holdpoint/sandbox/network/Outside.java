package dev.holdpoint.sandbox.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;

/** The way from the proxy to the world. */
interface Outside {

    int CONNECT_MILLIS = 10_000;

    /** May block for long. */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    Socket connect(InetAddress address, int port) throws IOException;

    /** The real one. */
    record World() implements Outside {
        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
            return List.of(InetAddress.getAllByName(host));
        }

        @Override
        public Socket connect(InetAddress address, int port) throws IOException {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }
}
