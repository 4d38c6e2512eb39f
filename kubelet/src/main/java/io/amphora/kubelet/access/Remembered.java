package io.amphora.kubelet.access;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Answers that are good for a while. So many and no more: strangers ask too.
final class Remembered<K, V> {
    private final Clock clock;
    private final Map<K, Answer<V>> answers;

    private record Answer<V>(V value, Deadline until) {}

    Remembered(Clock clock, int most) {
        this.clock = clock;
        this.answers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Answer<V>> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<V> find(K question) {
        Answer<V> answer = answers.get(question);
        if (answer == null) return Optional.empty();
        if (!answer.until.isOver()) return Optional.of(answer.value);
        answers.remove(question);
        return Optional.empty();
    }

    synchronized void put(K question, V value, Duration life) {
        answers.put(question, new Answer<>(value, clock.deadline(life)));
    }
}
