package io.amphora.composition;

import io.amphora.apiserver.admission.DefaultTolerationSeconds;
import io.amphora.kubectl.Flags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a cluster waits for a node that has fallen silent, by the flags of kube-controller-manager and
/// kube-apiserver.
///
/// @param node how long it may be silent before it counts as lost (`--node-monitor-grace-period`)
/// @param tolerations how long Pods that say nothing of it stay bound to it then
record Patience(Duration node, DefaultTolerationSeconds tolerations) {
    private static final String GRACE = "node-monitor-grace-period";
    private static final String NOT_READY = "default-not-ready-toleration-seconds";
    private static final String UNREACHABLE = "default-unreachable-toleration-seconds";
    private static final List<String> NAMES = List.of(GRACE, NOT_READY, UNREACHABLE);

    private static final int GRACE_SECONDS = 50;

    static final Patience USUAL = new Patience(
            Duration.ofSeconds(GRACE_SECONDS),
            new DefaultTolerationSeconds(DefaultTolerationSeconds.USUAL, DefaultTolerationSeconds.USUAL));

    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    static Flags.Known flags(Flags.Known known) {
        NAMES.forEach(known::text);
        return known;
    }

    static Patience of(Flags flags) {
        return new Patience(
                flags.has(GRACE) ? duration(flags.text(GRACE)) : USUAL.node(),
                new DefaultTolerationSeconds(
                        flags.whole(NOT_READY, DefaultTolerationSeconds.USUAL),
                        flags.whole(UNREACHABLE, DefaultTolerationSeconds.USUAL)));
    }

    /// The flags as they were given, for another command.
    static List<String> arguments(Flags flags) {
        of(flags); // refuses what is wrong
        var arguments = new ArrayList<String>();
        for (String name : NAMES) if (flags.has(name)) arguments.addAll(List.of("--" + name, flags.text(name)));
        return arguments;
    }

    /// As Go writes it: `40s`, `1m30s`.
    private static Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (text.isEmpty() || !parts.matches())
            throw new UserError("--" + GRACE + " takes a duration such as 40s or 1m30s, not " + text);
        return Duration.ofHours(number(parts.group(1)))
                .plusMinutes(number(parts.group(2)))
                .plusSeconds(number(parts.group(3)));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
