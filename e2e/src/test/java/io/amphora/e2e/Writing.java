package io.amphora.e2e;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A client in a process of its own, on a [TestMachine]: creates ConfigMaps one after the other and prints the name of
/// each that the server acknowledged, until its standard input ends. Argument: the kubeconfig.
public final class Writing {
    /// What the names begin with.
    static final String PREFIX = "written-";

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Writing() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Clock clock = Clock.system();
        var connection = Kubeconfig.read(Path.of(arguments[0])).connection("");
        try (var client = new Client(new HttpTransport(connection), "writing")) {
            var maps = client.resource(ConfigMaps.DEFINITION).inNamespace("default");
            for (int number = 0; System.in.available() == 0; number++) {
                String name = PREFIX + number;
                try {
                    maps.create(ConfigMap.of(ObjectTree.of(
                            "metadata", ObjectTree.of("name", name), "data", ObjectTree.of("number", name))));
                    System.out.println(name);
                    System.out.flush();
                } catch (ApiException refusedOrUnknown) {
                    clock.sleep(PAUSE); // whether it was written is not known; the next one has another name
                }
            }
        }
    }
}
