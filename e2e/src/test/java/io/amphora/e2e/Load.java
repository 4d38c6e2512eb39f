package io.amphora.e2e;

import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A client in a process of its own, on a [TestMachine], outside of the nodes: asks an address over HTTP some hundred
/// times a second, a new connection each time, until its standard input ends. Any answer is one. Arguments: the host,
/// how often a second.
public final class Load {
    /// Two cores that also carry the cluster bear this.
    private static final int A_SECOND = 600;

    private static final int CLIENTS = 24;
    private static final int PORT = 80;
    private static final int PATIENCE_MILLIS = 5_000;

    private static final AtomicInteger ASKED = new AtomicInteger();
    private static final AtomicInteger FAILED = new AtomicInteger();

    private Load() {}

    static Process start(TestMachine machine, String address) throws IOException {
        return machine.start(machine.java(Load.class, address, Integer.toString(A_SECOND)), Map.of());
    }

    /// @return how it went: `failed 0 of 12000 (580 a second)`
    static String end(Process load) throws IOException {
        load.getOutputStream().write('\n');
        load.getOutputStream().close();
        return load.inputReader().readLine();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Clock clock = Clock.system();
        Duration step =
                Duration.ofSeconds(1).dividedBy(Integer.parseInt(arguments[1])).multipliedBy(CLIENTS);
        Instant began = clock.now();
        var ended = new CountDownLatch(CLIENTS);
        for (int client = 0; client < CLIENTS; client++)
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (Instant next = clock.now(); System.in.available() == 0; next = next.plus(step)) {
                        clock.sleep(Duration.between(clock.now(), next));
                        ask(arguments[0]);
                    }
                } catch (IOException | InterruptedException end) {
                    // as when it is told to end
                } finally {
                    ended.countDown();
                }
            });
        ended.await();
        long millis = Math.max(1, Duration.between(began, clock.now()).toMillis());
        System.out.printf("failed %d of %d (%d a second)%n", FAILED.get(), ASKED.get(), ASKED.get() * 1000L / millis);
    }

    private static void ask(String host) {
        ASKED.incrementAndGet();
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(host, PORT), PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /who HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            if (!new String(answer, StandardCharsets.US_ASCII).startsWith("HTTP/")) throw new IOException("no answer");
        } catch (IOException failure) {
            FAILED.incrementAndGet();
            System.err.println(failure.getMessage());
        }
    }
}
