package io.amphora.composition;

import io.amphora.client.Kubeconfig;
import io.amphora.composition.cis.Benchmark;
import io.amphora.composition.cis.Check;
import io.amphora.composition.cis.Evidence;
import io.amphora.composition.cis.Verdict;
import io.amphora.kubectl.Flags;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;

/// `security-check`: judges the cluster of this machine by the CIS benchmark, a line for each check.
final class SecurityCheckCommand {
    private SecurityCheckCommand() {}

    static int run(List<String> arguments, PrintStream out) {
        Flags flags = Flags.parse("security-check", arguments, new Flags.Known().text("kubeconfig", "data"));
        if (!flags.arguments().isEmpty())
            throw new UserError("security-check takes no arguments, but got " + flags.arguments());
        Installation installation = flags.has("data") ? Installation.at(Path.of(flags.text("data"))) : Main.running();
        Path kubeconfig = flags.has("kubeconfig") ? Path.of(flags.text("kubeconfig")) : installation.kubeconfig();
        judge(new Evidence(installation.data(), Kubeconfig.read(kubeconfig).connection("")), out);
        return 0;
    }

    private static void judge(Evidence evidence, PrintStream out) {
        var counts = new EnumMap<Verdict.Result, Integer>(Verdict.Result.class);
        for (Check check : Benchmark.CHECKS) {
            Verdict verdict = check.verdict(evidence);
            counts.merge(verdict.result(), 1, Integer::sum);
            out.printf("%-6s %-4s %s: %s%n", check.id(), text(verdict.result()), check.title(), verdict.reason());
        }
        int passed = counts.getOrDefault(Verdict.Result.PASS, 0);
        int failed = counts.getOrDefault(Verdict.Result.FAIL, 0);
        out.println(passed + " passed, " + failed + " failed of " + (passed + failed) + " that apply; "
                + counts.getOrDefault(Verdict.Result.NOT_APPLICABLE, 0) + " do not apply");
    }

    private static String text(Verdict.Result result) {
        return result == Verdict.Result.NOT_APPLICABLE ? "n/a" : result.name().toLowerCase(Locale.ROOT);
    }
}
