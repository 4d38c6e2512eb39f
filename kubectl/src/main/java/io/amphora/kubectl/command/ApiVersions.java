package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.util.List;

/// `api-versions`: which versions of which groups the server serves.
final class ApiVersions implements Command {
    @Override
    public String name() {
        return "api-versions";
    }

    @Override
    public String summary() {
        return "Print the supported API versions on the server, in the form of \"group/version\"";
    }

    @Override
    public String usage() {
        return "kubectl api-versions";
    }

    @Override
    public void run(Session session) {
        List<String> extra = session.flags().arguments();
        if (!extra.isEmpty())
            throw Failure.usage(
                    "api-versions", "unexpected arguments: " + extra.toString().replace(", ", " "));
        session.kinds().all().stream()
                .map(kind -> kind.gvk().apiVersion())
                .distinct()
                .sorted()
                .forEach(session::print);
    }
}
