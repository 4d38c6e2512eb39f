package io.amphora.client;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of an event that is much like earlier ones, so that a thing that goes wrong a thousand
/// times is one object with a count and not a thousand objects. Not thread-safe; the recorder's thread owns it.
///
/// - The same event again raises the count of the first.
/// - More than ten events that differ in nothing but the message, within ten minutes, become one "(combined from
/// similar events)".
/// - About one object a source may say 25 things at once and one more every five minutes; what is above is
/// dropped.
final class EventCorrelator {
    private static final int REMEMBERED = 4096;
    private static final int MESSAGES_APART = 10;
    private static final Duration AGGREGATED = Duration.ofSeconds(600);
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofSeconds(300);

    /// What is recorded: about which object, of which type, why, and in words. `action` is "" in events of the
    /// old
    /// style.
    record Saying(String objectKey, String type, String reason, String action, String message) {
        Saying withMessage(String other) {
            return new Saying(objectKey, type, reason, action, other);
        }
    }

    sealed interface Verdict {
        record Drop() implements Verdict {}

        record Create(Saying saying) implements Verdict {}

        /// The event `name` was said once more.
        record Again(String name, Saying saying, int count, Instant first) implements Verdict {}
    }

    private record Bucket(double tokens, Instant at) {}

    private record Similar(Set<String> messages, Instant last) {}

    private record Said(String name, int count, Instant first) {}

    private final Map<String, Bucket> buckets = remembering();
    private final Map<Saying, Similar> similars = remembering();
    private final Map<Saying, Said> said = remembering();

    Verdict correlate(Saying original, Instant now) {
        Saying saying = aggregate(original, now);
        if (!admit(saying.objectKey(), now)) return new Verdict.Drop();
        Said before = said.get(key(saying));
        if (before == null) return new Verdict.Create(saying);
        return new Verdict.Again(before.name(), saying, before.count() + 1, before.first());
    }

    /// The event is stored under `name` and now stands for `count` sayings.
    void stored(Saying saying, String name, int count, Instant first) {
        said.put(key(saying), new Said(name, count, first));
    }

    /// The stored event is gone: the next one is a first one.
    void forget(Saying saying) {
        said.remove(key(saying));
    }

    private Saying aggregate(Saying saying, Instant now) {
        Saying alike = saying.withMessage("");
        Similar similar = similars.get(alike);
        if (similar == null || similar.last().plus(AGGREGATED).isBefore(now))
            similar = new Similar(new HashSet<>(), now);
        similar.messages().add(saying.message());
        similars.put(alike, new Similar(similar.messages(), now));
        if (similar.messages().size() <= MESSAGES_APART) return saying;
        similar.messages().remove(similar.messages().iterator().next());
        return saying.withMessage("(combined from similar events): " + saying.message());
    }

    private boolean admit(String objectKey, Instant now) {
        Bucket bucket = buckets.get(objectKey);
        double tokens = BURST;
        if (bucket != null) {
            double refilled = (double) Duration.between(bucket.at(), now).toMillis() / REFILL.toMillis();
            tokens = Math.min(BURST, bucket.tokens() + refilled);
        }
        buckets.put(objectKey, new Bucket(Math.max(0, tokens - 1), now));
        return tokens >= 1;
    }

    /// Combined events are one, whatever the last message was.
    private static Saying key(Saying saying) {
        return saying.message().startsWith("(combined from similar events)")
                ? saying.withMessage("(combined)")
                : saying;
    }

    private static <K, V> Map<K, V> remembering() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.@Nullable Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
