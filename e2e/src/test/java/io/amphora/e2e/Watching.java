package io.amphora.e2e;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.transport.Transport.WatchEvent;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.ListOptions;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// A client in a process of its own, on a [TestMachine]: watches the ConfigMaps that [Writing] creates, from where it
/// stood when the server went away, and prints a line when it begins and one for each event, `REVISION TYPE NAME`,
/// until its standard input ends. Argument: the kubeconfig.
public final class Watching {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private String revision;

    private Watching(String revision) {
        this.revision = revision;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Clock clock = Clock.system();
        var connection = Kubeconfig.read(Path.of(arguments[0])).connection("");
        try (var client = new Client(new HttpTransport(connection), "watching")) {
            var maps = client.resource(ConfigMaps.DEFINITION).inNamespace("default");
            var watching = new Watching(maps.listAll(ListOptions.ALL).resourceVersion());
            System.out.println("from " + watching.revision);
            System.out.flush();
            Thread.ofPlatform().daemon().start(Watching::endWithInput);
            while (true) {
                var ended = new Semaphore(0);
                try {
                    var from = ListOptions.ALL.withResourceVersion(watching.revision);
                    maps.watch(from, watching::tell, ended::release);
                    ended.acquire();
                } catch (ApiException away) {
                    if (away.code() == 410) throw away;
                    clock.sleep(PAUSE);
                }
            }
        }
    }

    private void tell(WatchEvent event) {
        ObjectTree metadata = event.object().object("metadata");
        if (event.type().equals("ERROR")) System.out.println("- ERROR " + event.object());
        else {
            revision = metadata.text("resourceVersion");
            System.out.println(revision + " " + event.type() + " " + metadata.text("name"));
        }
        System.out.flush();
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0)
                ;
        } catch (IOException end) {
            // as when it is told to end
        }
        System.exit(0);
    }
}
