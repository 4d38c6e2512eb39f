package io.amphora.apiserver.auth;

import java.util.ArrayList;
import java.util.List;

/// Says whether somebody may do something.
@FunctionalInterface
public interface Authorizer {
    Decision decide(Attributes what);

    sealed interface Decision {
        /// For people; "" for none.
        String reason();

        record Allowed(String reason) implements Decision {}

        /// No, whatever others say.
        record Denied(String reason) implements Decision {}

        /// Not from me: the next one is asked, and after the last the answer is no.
        record NoOpinion(String reason) implements Decision {}
    }

    /// Members of `system:masters` may do everything.
    Authorizer MASTERS = what -> what.user().in(User.MASTERS) ? new Decision.Allowed("") : new Decision.NoOpinion("");

    /// Asks one after the other until one has an opinion.
    static Authorizer union(List<Authorizer> authorizers) {
        return what -> {
            var reasons = new ArrayList<String>();
            for (Authorizer authorizer : authorizers) {
                Decision decision = authorizer.decide(what);
                if (!(decision instanceof Decision.NoOpinion(var reason))) return decision;
                if (!reason.isEmpty()) reasons.add(reason);
            }
            return new Decision.NoOpinion(String.join("\n", reasons));
        };
    }
}
