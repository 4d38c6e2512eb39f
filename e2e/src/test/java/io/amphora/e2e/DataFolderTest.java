package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/// A server whose data folder or port is not as it should be: one sentence that says what to do, and exit code 1.
final class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void who_cannot_start_says_why_in_one_sentence() throws Exception {
        Path store = folder.resolve("data/store");
        Process first = server("0");
        try (var reader = first.inputReader()) {
            assertThat(reader.readLine()).startsWith("ready at ");
            assertThat(refusal("0"))
                    .isEqualTo("amphora: " + store
                            + " is in use by another process: stop that one, or choose another directory");
        } finally {
            first.destroyForcibly().waitFor();
        }

        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            assertThat(refusal(Integer.toString(socket.getLocalPort())))
                    .isEqualTo("amphora: cannot listen on 0.0.0.0:" + socket.getLocalPort()
                            + ": the port is taken; say another with --port");
        }

        Path table = largest(store, ".sst");
        long middle = Files.size(table) / 3;
        flipByte(table, middle);
        assertThat(refusal("0"))
                .startsWith("amphora: " + store + " is damaged: ")
                .contains(table.getFileName().toString())
                .endsWith("; restore it from a backup");
        flipByte(table, middle);

        format(store, (byte) 2);
        assertThat(refusal("0")).startsWith("amphora: " + store + " was written by a newer version");
    }

    private Process server(String port) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jar =
                TestMachine.REPOSITORY.resolve("composition/target/amphora.jar").toString();
        return new ProcessBuilder(
                        java,
                        "-Xmx300m",
                        "-jar",
                        jar,
                        "server",
                        "--data",
                        folder.resolve("data").toString(),
                        "--kubeconfig",
                        folder.resolve("kubeconfig").toString(),
                        "--port",
                        port)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    /// What a server that does not start says.
    private String refusal(String port) throws Exception {
        Process server = server(port);
        String out = new String(server.getInputStream().readAllBytes());
        assertThat(server.waitFor()).isOne();
        assertThat(out).isEmpty();
        List<String> said = Files.readAllLines(folder.resolve("err"));
        assertThat(said).hasSize(1);
        return said.getFirst();
    }

    private static Path largest(Path store, String ending) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void flipByte(Path file, long at) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0xff);
        }
    }

    private static void format(Path store, byte number) throws Exception {
        try (var raw = RocksDB.open(store.toString())) {
            raw.put("meta/format".getBytes(), new byte[] {0, 0, 0, 0, 0, 0, 0, number});
        }
    }
}
