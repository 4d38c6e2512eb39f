package io.amphora.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Looks at the connections of one event loop once in a while, and ends what takes longer than it may: so neither a
/// request nor a byte costs a timer of its own. Runs on its loop.
///
/// Time is counted in looks, not read from a clock: a process that stood still has not waited for anybody.
final class Sweep {
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
    /// A limit is met within such a part of it.
    private static final int FINENESS = 16;
    /// How many connections are looked at to find one that can give way.
    private static final int SEARCHED = 16;

    private final ArrayDeque<Channel> channels = new ArrayDeque<>();
    private final long period;
    private final AtomicLong looks = new AtomicLong();

    /// @param period between two looks, in nanoseconds
    private Sweep(long period) {
        this.period = period;
    }

    static Sweep start(EventLoop loop, Limits limits) {
        long nanos = period(limits).toNanos();
        var sweep = new Sweep(nanos);
        loop.scheduleWithFixedDelay(sweep::look, nanos, nanos, TimeUnit.NANOSECONDS);
        return sweep;
    }

    private static Duration period(Limits limits) {
        Duration shortest = limits.head().compareTo(limits.idle()) < 0 ? limits.head() : limits.idle();
        Duration period = shortest.dividedBy(FINENESS);
        return period.compareTo(LONGEST_PERIOD) > 0
                ? LONGEST_PERIOD
                : period.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : period;
    }

    /// From any thread: the looks so far.
    long now() {
        return looks.get();
    }

    /// The first look at which `time`, which began at `since`, is over for certain.
    long end(long since, Duration time) {
        return since + time.toNanos() / period + 1;
    }

    boolean isOver(long since, Duration time) {
        return now() > end(since, time);
    }

    void add(Channel channel) {
        channels.add(channel);
    }

    /// Closes a connection that carries no request, if one of the eldest is such.
    boolean makeRoom() {
        for (int left = Math.min(SEARCHED, channels.size()); left > 0; left--) {
            Channel eldest = channels.remove();
            if (!eldest.isOpen()) continue;
            if (canGiveWay(eldest)) {
                eldest.close();
                return true;
            }
            channels.add(eldest);
        }
        return false;
    }

    private static boolean canGiveWay(Channel channel) {
        var connection = HttpServer.connection(channel);
        return connection != null ? connection.isIdle() : channel.pipeline().get(ChannelDuplex.class) == null;
    }

    private void look() {
        looks.incrementAndGet();
        for (int left = channels.size(); left > 0; left--) {
            Channel channel = channels.remove();
            if (!channel.isOpen()) continue;
            channels.add(channel);
            var connection = HttpServer.connection(channel);
            if (connection != null) connection.sweep();
        }
    }
}
