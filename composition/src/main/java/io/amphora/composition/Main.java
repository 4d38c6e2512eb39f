package io.amphora.composition;

import io.amphora.kubectl.Console;
import io.amphora.kubectl.Failure;
import io.amphora.machinery.time.Clock;
import java.io.PrintStream;
import java.util.List;

/// The one entry point: finds the command and runs it. What a user can put right is one sentence on stderr,
/// never a
/// stack trace.
public final class Main {
    private static final String HELP = """
            Amphora: Kubernetes in one jar.

              up [--nodes N] [--data DIR] [--config FILE] [-f FILE-OR-DIR]...
                                                               start a cluster on this machine, and apply files
              down [--keep-data]                               stop it and leave nothing
              status                                           nodes, Pods, addresses, memory
              kubeconfig                                       the path of the admin kubeconfig
              kubectl ...                                      the built-in command line
              image import FILE | image ls                     the image stores of the nodes on this machine
              server [--data DIR] [--store rocksdb|memory] [--port P] [--controllers LIST]
                     [--simulated-nodes N] [--kubeconfig FILE] [--config FILE]  the control plane alone, in the foreground
              agent --server URL --token T [--name N] [--data DIR] [--config FILE]   a node
              token create                                     a token for a machine to join with
              security-check [--kubeconfig F] [--data DIR]     judge the running cluster by the CIS benchmark
            """;

    private Main() {}

    public static void main(String[] arguments) {
        Carriers.atLeastTwo();
        PrintStream err = System.err;
        int code;
        try {
            code = run(List.of(arguments));
        } catch (UserError error) {
            err.println("amphora: " + error.getMessage());
            code = 1;
        } catch (Failure failure) {
            if (!failure.shown().isEmpty()) err.println(failure.shown().replace("kubectl ", "amphora "));
            code = failure.code();
        }
        System.out.flush();
        System.exit(code);
    }

    private static int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            System.out.print(HELP);
            return 0;
        }
        List<String> rest = arguments.subList(1, arguments.size());
        Clock clock = Clock.system();
        return switch (arguments.getFirst()) {
            case "up" -> new Up(clock, System.out).run(rest);
            case "down" -> DownCommand.run(rest, clock, System.out);
            case "status" -> new Status(System.out).run();
            case "kubeconfig" -> {
                System.out.println(running().kubeconfig());
                yield 0;
            }
            case "kubectl" -> KubectlCommand.run(rest, Console.system(), clock);
            case "image" -> ImageCommand.run(rest, clock, System.out);
            case "server" -> ServerCommand.run(rest, clock);
            case "agent" -> AgentCommand.run(rest, clock);
            case "token" -> TokenCommand.run(rest, clock, System.out);
            case "security-check" -> SecurityCheckCommand.run(rest, System.out);
            case "help", "-h", "--help" -> {
                System.out.print(HELP);
                yield 0;
            }
            default ->
                throw new UserError("there is no command " + arguments.getFirst() + "; `amphora help` lists them");
        };
    }

    /// The cluster that runs on this machine.
    static Installation running() {
        return Installation.current()
                .orElseThrow(() -> new UserError("no cluster runs on this machine; start one with `amphora up`"));
    }
}
