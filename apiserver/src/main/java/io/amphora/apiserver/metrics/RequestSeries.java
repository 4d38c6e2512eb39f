package io.amphora.apiserver.metrics;

import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Histogram;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// The figures of all requests that have the same labels but for the code of their answer.
public final class RequestSeries {
    private static final double[] BOUNDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };

    private final RequestLabels labels;
    private final Histogram durations = new Histogram(BOUNDS);
    private final LongAdder running = new LongAdder();
    private volatile Answers[] answers = {};

    private record Answers(int code, LongAdder count) {}

    RequestSeries(RequestLabels labels) {
        this.labels = labels;
    }

    RequestLabels labels() {
        return labels;
    }

    /// A request that may go on for as long as both sides want has begun.
    public void began() {
        running.increment();
    }

    public void ended() {
        running.decrement();
    }

    public void answered(int code, long nanos) {
        count(code).increment();
        durations.observe(nanos);
    }

    private LongAdder count(int code) {
        for (Answers known : answers) if (known.code == code) return known.count;
        return add(code);
    }

    private synchronized LongAdder add(int code) {
        for (Answers known : answers) if (known.code == code) return known.count;
        var added = new Answers(code, new LongAdder());
        Answers[] more = Arrays.copyOf(answers, answers.length + 1);
        more[answers.length] = added;
        answers = more;
        return added.count;
    }

    void writeTotals(Exposition out) {
        for (Answers each : answers) {
            String[] values = labels.withDryRun();
            String[] all = new String[values.length + 2];
            all[0] = "code";
            all[1] = Integer.toString(each.code);
            System.arraycopy(values, 0, all, 2, values.length);
            out.sample(each.count.sum(), all);
        }
    }

    void writeDurations(Exposition out) {
        if (answers.length > 0) out.histogram(durations, labels.withDryRun());
    }

    void writeRunning(Exposition out) {
        if (labels.longRunning()) out.sample(running.sum(), labels.plain());
    }
}
