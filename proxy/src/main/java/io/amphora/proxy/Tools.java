package io.amphora.proxy;

import io.amphora.machinery.io.Bounded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Runs the kernel's own tools (nft, conntrack, ip) in this network namespace, one at a time, and waits for them.
final class Tools {
    private static final int MOST_OUTPUT = 64 << 20;

    private Tools() {}

    /// What the tool said.
    ///
    /// @throws IOException with that, when it fails
    static String run(String input, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = said(process);
        try {
            if (process.waitFor() != 0) throw new IOException(command[0] + ": " + said.strip());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return said;
    }

    /// All or nothing: rules that are cut off would be taken for fewer.
    private static String said(Process process) throws IOException {
        try {
            return new String(Bounded.whole(process.getInputStream(), MOST_OUTPUT), StandardCharsets.UTF_8);
        } catch (IOException tooMuch) {
            process.destroyForcibly();
            throw tooMuch;
        }
    }
}
