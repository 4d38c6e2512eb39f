package io.amphora.http.websocket;

import io.amphora.http.Duplex;
import io.amphora.http.websocket.WebSocketConnection.Message;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A stream of bytes in binary messages: how kubectl's port-forward tunnels SPDY through a WebSocket.
final class WebSocketDuplex implements Duplex {
    private static final int MESSAGE = 32 * 1024;

    private final WebSocketConnection socket;
    private final InputStream input = new Input();
    private final OutputStream output;

    WebSocketDuplex(WebSocketConnection socket) {
        this.socket = socket;
        this.output = new BufferedOutputStream(new Output(), MESSAGE);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        socket.close();
    }

    private final class Input extends InputStream {
        private byte[] current = {};
        private int offset;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            while (offset == current.length && !ended && length > 0) {
                offset = 0;
                switch (socket.read()) {
                    case Message.Binary(byte[] bytes) -> current = bytes;
                    case Message.Text(String text) -> current = text.getBytes(StandardCharsets.UTF_8);
                    case Message.Closed _ -> {
                        current = new byte[0];
                        ended = true;
                    }
                }
            }
            if (ended) {
                return -1;
            }
            int n = Math.min(length, current.length - offset);
            System.arraycopy(current, offset, into, from, n);
            offset += n;
            return n;
        }

        @Override
        public int available() {
            return current.length - offset;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            socket.write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            socket.write(bytes, from, length);
        }
    }
}
