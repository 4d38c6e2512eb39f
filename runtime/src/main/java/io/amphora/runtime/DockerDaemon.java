package io.amphora.runtime;

import io.amphora.machinery.io.Bounded;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The Docker daemon of this machine, if one runs: a place to find images that were built here and never pushed.
///
/// Speaks HTTP/1.0 with it (Docker Engine API), so that an answer ends where the connection does.
public final class DockerDaemon {
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_HEADERS = 100;
    private static final String USUAL = "unix:///var/run/docker.sock";

    private final SocketAddress address;

    private DockerDaemon(SocketAddress address) {
        this.address = address;
    }

    /// The one that `DOCKER_HOST` names (`unix://…` or `tcp://host:port` without TLS), else the one at the usual
    /// socket.
    /// Empty where there is none; whether it answers is seen when it is asked.
    public static Optional<DockerDaemon> find(Map<String, String> environment) {
        String named = environment.getOrDefault("DOCKER_HOST", "");
        URI host = URI.create(named.isEmpty() ? USUAL : named);
        return switch (String.valueOf(host.getScheme())) {
            case "unix" ->
                Files.exists(Path.of(host.getPath()))
                        ? Optional.of(new DockerDaemon(UnixDomainSocketAddress.of(host.getPath())))
                        : Optional.empty();
            case "tcp" -> Optional.of(new DockerDaemon(new InetSocketAddress(host.getHost(), host.getPort())));
            default -> Optional.empty();
        };
    }

    /// Writes an image as a docker archive.
    ///
    /// @param name as its user wrote it, such as `service-1` or `shop/app:2`
    /// @return false when the daemon has no such image
    /// @throws IOException when the daemon can't be reached or breaks off
    public boolean save(String name, Path archive) throws IOException {
        String path = "/images/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        if (!get(path + "/json", null)) return false;
        return get(path + "/get", archive);
    }

    /// @param into a file for the body; null to leave it
    /// @return whether the answer was 200
    private boolean get(String path, @Nullable Path into) throws IOException {
        try (SocketChannel channel = open()) {
            OutputStream out = Channels.newOutputStream(channel);
            out.write(("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            var in = new BufferedInputStream(Channels.newInputStream(channel));
            String status = skipHead(in);
            String[] words = status.split(" ");
            if (words.length < 2 || !words[0].startsWith("HTTP/1."))
                throw new IOException("the Docker daemon does not answer in HTTP: " + status);
            if (words[1].equals("404")) return false;
            if (!words[1].equals("200")) throw new IOException("the Docker daemon answers " + status);
            if (into != null) Files.copy(in, into, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            channel.connect(address);
            return channel;
        } catch (IOException failure) {
            channel.close();
            throw new IOException(
                    "the Docker daemon at " + address + " does not answer: " + failure.getMessage(), failure);
        }
    }

    /// The status line; the headers say nothing that matters here.
    private static String skipHead(InputStream in) throws IOException {
        try {
            String status = Bounded.line(in, LONGEST_LINE);
            for (int headers = 0; !Bounded.line(in, LONGEST_LINE).isEmpty(); headers++)
                if (headers == MOST_HEADERS) throw new IOException("too many headers");
            return status;
        } catch (IOException broken) {
            throw new IOException("the Docker daemon does not answer in HTTP: " + broken.getMessage(), broken);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
