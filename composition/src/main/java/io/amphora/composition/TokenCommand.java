package io.amphora.composition;

import io.amphora.client.Client;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.io.PrintStream;
import java.util.List;

/// `token create`.
final class TokenCommand {
    private TokenCommand() {}

    static int run(List<String> arguments, Clock clock, PrintStream out) {
        if (!arguments.equals(List.of("create"))) throw new UserError("say `token create`");
        Installation installation = Main.running();
        var randomness = Randomness.system();
        try (Client client = Connections.admin(installation.emergencyKubeconfig())) {
            out.println(JoinToken.create(
                            client, new Pki(installation.pki(), clock, randomness), JoinToken.A_DAY, clock, randomness)
                    .text());
        }
        return 0;
    }
}
