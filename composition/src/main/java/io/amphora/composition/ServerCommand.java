package io.amphora.composition;

import io.amphora.kubectl.Flags;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// `server`: the control plane alone, in the foreground. Needs neither root nor containers, unless `up` asks with
/// `--host-network` that this machine itself reaches Pods and Services.
final class ServerCommand {
    private ServerCommand() {}

    static int run(List<String> arguments, Clock clock) {
        Flags flags = Flags.parse(
                "server",
                arguments,
                ClusterNetwork.flags(Patience.flags(new Flags.Known()))
                        .text("data")
                        .text("store")
                        .text("port")
                        .text("controllers")
                        .text("simulated-nodes")
                        .text("config")
                        .text("advertise-address")
                        .bool("host-network")
                        .text("kubeconfig"));
        if (!flags.arguments().isEmpty())
            throw new UserError("server takes no arguments, but got " + flags.arguments());
        Path data = flags.has("data") ? Path.of(flags.text("data")) : Installation.defaultData();
        Installation installation = Installation.at(data);
        var options = new ControlPlane.Options(
                data,
                flags.text("store", "rocksdb"),
                flags.whole("port", 6443),
                ControllerList.parse(flags.text("controllers", "*")),
                flags.whole("simulated-nodes", 0),
                flags.has("kubeconfig") ? Path.of(flags.text("kubeconfig")) : installation.kubeconfig(),
                flags.text("advertise-address", "127.0.0.1"),
                flags.isSet("host-network"),
                ClusterNetwork.of(flags, installation.network()),
                Patience.of(flags),
                flags.has("config")
                        ? ConfigFile.read(Path.of(flags.text("config"))).hardening()
                        : Hardening.NONE);
        if (!options.hostNetwork()) return serve(options, clock);
        // The server of this machine's own cluster is found by its pid.
        try (var _ = Daemon.claim(installation.serverPid(), "the server")) {
            return serve(options, clock);
        }
    }

    private static int serve(ControlPlane.Options options, Clock clock) {
        var ended = new CountDownLatch(1);
        try (var plane = ControlPlane.start(options, clock, Randomness.system());
                var _ = QuietCollection.start(clock)) {
            System.out.println(
                    "ready at https://127.0.0.1:" + plane.port() + " (kubeconfig: " + options.kubeconfig() + ")");
            System.out.flush();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                ended.countDown();
                plane.close();
            }));
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
