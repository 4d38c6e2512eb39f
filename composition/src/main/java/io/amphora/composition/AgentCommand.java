package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import java.util.List;

/// `agent`: a node. Not there yet, and says so.
final class AgentCommand {
    private AgentCommand() {}

    static int run(List<String> arguments, Clock clock) {
        throw notThereYet();
    }

    static UserError notThereYet() {
        return new UserError("the node agent is not there yet; `amphora server` runs the control plane alone");
    }
}
