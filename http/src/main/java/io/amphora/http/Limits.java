package io.amphora.http;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/// What clients may take of a server, in number, bytes and time. What goes beyond it is refused or ended.
///
/// @param connections     open at a time. Beyond it the one that carries no request for longest gives way
/// @param streams         requests a client may have open on one HTTP/2 connection
/// @param headerBytes     of the request line and of all headers, each; beyond it a client gets 414 or 431
/// @param headerFields    of one request of HTTP/1.1
/// @param unfinishedBytes of requests whose head has not come whole, on all connections together
/// @param answerBytes     that are written and that clients have not taken, on all connections together; beyond it who
///     takes nothing is cut off
/// @param handshake       TLS takes no longer
/// @param head            the head of a request takes no longer from its first byte on
/// @param idle            a connection without any request for so long is closed
public record Limits(
        int connections,
        int streams,
        int headerBytes,
        int headerFields,
        long unfinishedBytes,
        long answerBytes,
        Duration handshake,
        Duration head,
        Duration idle) {

    /// A connection with its TLS, its buffers and the head of a request is reckoned with so much of the heap.
    private static final long HEAP_PER_CONNECTION = 128 * 1024;

    private static final int FEWEST_CONNECTIONS = 256;

    /// Times and numbers as kube-apiserver has them; as many connections as this process has memory and files for.
    public static Limits standard() {
        long heap = Runtime.getRuntime().maxMemory();
        int connections =
                (int) Math.clamp(Math.min(heap / HEAP_PER_CONNECTION, files() / 2), FEWEST_CONNECTIONS, 100_000);
        return new Limits(
                connections,
                100,
                128 * 1024,
                1_000,
                heap / 64,
                heap * 3 / 16,
                Duration.ofSeconds(10),
                Duration.ofSeconds(32),
                Duration.ofSeconds(90));
    }

    /// How many files this process may open; a socket is one.
    private static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    public Limits withConnections(int most) {
        return new Limits(
                most, streams, headerBytes, headerFields, unfinishedBytes, answerBytes, handshake, head, idle);
    }

    public Limits withStreams(int most) {
        return new Limits(
                connections, most, headerBytes, headerFields, unfinishedBytes, answerBytes, handshake, head, idle);
    }

    public Limits withHeaderBytes(int most) {
        return new Limits(
                connections, streams, most, headerFields, unfinishedBytes, answerBytes, handshake, head, idle);
    }

    public Limits withUnfinishedBytes(long most) {
        return new Limits(connections, streams, headerBytes, headerFields, most, answerBytes, handshake, head, idle);
    }

    public Limits withAnswerBytes(long most) {
        return new Limits(
                connections, streams, headerBytes, headerFields, unfinishedBytes, most, handshake, head, idle);
    }

    public Limits withHandshake(Duration longest) {
        return new Limits(
                connections, streams, headerBytes, headerFields, unfinishedBytes, answerBytes, longest, head, idle);
    }

    public Limits withHead(Duration longest) {
        return new Limits(
                connections,
                streams,
                headerBytes,
                headerFields,
                unfinishedBytes,
                answerBytes,
                handshake,
                longest,
                idle);
    }

    public Limits withIdle(Duration longest) {
        return new Limits(
                connections,
                streams,
                headerBytes,
                headerFields,
                unfinishedBytes,
                answerBytes,
                handshake,
                head,
                longest);
    }
}
