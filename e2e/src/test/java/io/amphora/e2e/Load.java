package io.amphora.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Asks an address on a [TestMachine] again and again, one connection each, as a client outside of the nodes does.
final class Load {
    private Load() {}

    static Process start(TestMachine machine, String address) throws IOException {
        String loop = """
                failed=0
                while ! read -r -t 0 end; do
                  timeout 5 %s wget -q -O /dev/null http://%s/ || failed=$((failed + 1))
                done
                echo "failed $failed"
                """.formatted(TestMachine.find("busybox"), address);
        return machine.start(List.of("bash", "-c", loop), Map.of());
    }

    /// @return how often it asked in vain: `failed 0`
    static String end(Process load) throws IOException {
        load.getOutputStream().write('\n');
        load.getOutputStream().close();
        return load.inputReader().readLine();
    }
}
